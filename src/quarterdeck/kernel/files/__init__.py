"""Uploaded files: kept once by the hash of their content, looked into before they are kept, seen through what cites them."""
