"""Role × action × unit, as SQL. Never a list of ids in memory."""
