"""The programme on one page, for those who answer for it."""
