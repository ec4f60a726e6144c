"""Runs the cybersecurity risk-management programme a listed company describes, and proves every sentence of it."""

__version__ = "0.1.0"
