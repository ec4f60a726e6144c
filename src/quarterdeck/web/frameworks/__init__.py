"""A framework and its gaps: what is answered, by what, and what is not."""
