"""Hand-built screens and the pages that resources declare."""
