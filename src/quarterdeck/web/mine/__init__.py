"""My tasks: what waits for the person who looks, in one place, and for their calendar."""
