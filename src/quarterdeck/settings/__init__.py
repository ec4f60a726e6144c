"""Settings, read from one home directory."""
