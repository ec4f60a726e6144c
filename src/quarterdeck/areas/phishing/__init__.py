"""Phishing exercises and what people reported."""
