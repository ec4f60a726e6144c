"""The records of policies."""

from quarterdeck.areas.policies.models.policy import Audience, Policy, PolicySection
from quarterdeck.areas.policies.models.use import Acknowledgement, PolicyActivity, PolicyException
from quarterdeck.areas.policies.models.version import ApprovalStep, PolicyReview, PolicyVersion

__all__ = [
    "Acknowledgement", "ApprovalStep", "Audience", "Policy", "PolicyActivity", "PolicyException", "PolicyReview", "PolicySection",
    "PolicyVersion",
]  # fmt: skip
