"""Courses and what is in them; who has to take them, how far they are, and what they have to show for it."""

from quarterdeck.areas.training.models.assignment import (
    Assignment,
    AssignmentRule,
    Attempt,
    Certificate,
    Launch,
    LessonProgress,
    Tally,
)
from quarterdeck.areas.training.models.course import Choice, Course, CourseVersion, Lesson, Question

__all__ = [
    "Assignment",
    "AssignmentRule",
    "Attempt",
    "Certificate",
    "Choice",
    "Course",
    "CourseVersion",
    "Launch",
    "Lesson",
    "LessonProgress",
    "Question",
    "Tally",
]
