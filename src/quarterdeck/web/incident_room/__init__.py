"""The Incident room: where it stands, the next legal step and who may take it, clocks, timeline, and all that hangs on it."""
