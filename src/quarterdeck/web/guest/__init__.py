"""The guests' door: one questionnaire by a link, without an account and without anything else of the house."""
