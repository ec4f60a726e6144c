"""Every change of frameworks, safeguards, tests and answers."""
