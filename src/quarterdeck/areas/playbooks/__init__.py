"""Incident playbooks: CACAO in and out, and their runs."""
