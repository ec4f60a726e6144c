"""The pages of risk in money: the register, one risk, the scenario editor, analyses, the board page, what losses are held against."""
