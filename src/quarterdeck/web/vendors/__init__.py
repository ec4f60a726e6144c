"""The pages of vendors: one evaluation, one vendor, what many depend on, and one questionnaire."""
