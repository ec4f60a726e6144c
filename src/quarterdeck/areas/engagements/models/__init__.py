"""Engagements of outside experts and in-house teams, what they hand in and recommend, and the projects that follow."""

from quarterdeck.areas.engagements.models.engagement import (
    Credential,
    Deliverable,
    Engagement,
    EngagementGuest,
    Expert,
)
from quarterdeck.areas.engagements.models.improvement import ImprovementProject, ProgressNote, Recommendation

__all__ = [
    "Credential",
    "Deliverable",
    "Engagement",
    "EngagementGuest",
    "Expert",
    "ImprovementProject",
    "ProgressNote",
    "Recommendation",
]
