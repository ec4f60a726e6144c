"""Risks in money: the register, what was estimated and decided on it, and its place in enterprise risk management."""
