"""The append-only record of every action, and the erasable content it commits to."""
