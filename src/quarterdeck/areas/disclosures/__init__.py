"""Disclosures."""
