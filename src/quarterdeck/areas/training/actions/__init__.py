"""Changes to courses, to who has to take them, and to how far people are."""
