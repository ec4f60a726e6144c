"""Mail that leaves the house: tried once, never twice, and never inside a write transaction."""
