"""Typed evidence: what a person attests in typed fields with the file that shows it, until the subject has an area of its own."""
