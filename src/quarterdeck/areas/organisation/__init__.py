"""The registrant, its units and its specialist groups."""
