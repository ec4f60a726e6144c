"""Vendors: evaluation before engagement, procedures and obligations after."""
