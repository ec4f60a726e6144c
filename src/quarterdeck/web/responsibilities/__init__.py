"""A process as a matrix: its steps, and who has which part in each."""
