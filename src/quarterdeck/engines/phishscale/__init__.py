"""How hard an exercise mail is to see through, and whether a person or a machine opened its link."""
