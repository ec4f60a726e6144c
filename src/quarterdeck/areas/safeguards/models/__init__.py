"""Frameworks with their requirements, safeguards with their tests, and which answers which."""

from quarterdeck.areas.safeguards.models.framework import Framework, Requirement, RequirementMapping
from quarterdeck.areas.safeguards.models.safeguard import Answer, Applicability, Safeguard, SafeguardTest, StatedIn

__all__ = [
    "Answer",
    "Applicability",
    "Framework",
    "Requirement",
    "RequirementMapping",
    "Safeguard",
    "SafeguardTest",
    "StatedIn",
]
