"""Security questionnaires: read, filled, scored, and written back into the workbook they came in."""
