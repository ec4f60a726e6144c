"""Safeguards, their effectiveness tests, and the requirements of frameworks that they answer."""
