"""Courses, assignments, completion."""
