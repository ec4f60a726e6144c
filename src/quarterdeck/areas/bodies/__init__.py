"""Bodies: panel, committees and board; charters, memberships, meetings, decisions by vote, minutes."""
