"""Every change of what is kept of vendors, by subject."""
