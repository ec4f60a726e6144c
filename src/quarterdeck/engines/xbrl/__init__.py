"""Cybersecurity disclosure in XBRL: taxonomy, readers, writers, checks."""
