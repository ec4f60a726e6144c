"""One small Django app for each subject of the programme."""
