"""What is kept of vendors, by subject."""

from quarterdeck.areas.vendors.models.contract import Assurance, Contract, Obligation, ObligationPeriod
from quarterdeck.areas.vendors.models.engagement import OffboardingItem, VendorEngagement, VendorException
from quarterdeck.areas.vendors.models.evaluation import (
    AnswerEvidence,
    Condition,
    Evaluation,
    EvaluationAnswer,
    Finding,
)
from quarterdeck.areas.vendors.models.guest import GuestLink, GuestRefusal
from quarterdeck.areas.vendors.models.questionnaire import QuestionnaireTemplate, QuestionnaireVersion
from quarterdeck.areas.vendors.models.vendor import Acceptance, MonitoringNote, Subcontractor, Vendor, VendorIncident

__all__ = [
    "Acceptance", "AnswerEvidence", "Assurance", "Condition", "Contract", "Evaluation", "EvaluationAnswer", "Finding", "GuestLink",
    "GuestRefusal", "MonitoringNote", "Obligation", "ObligationPeriod", "OffboardingItem", "QuestionnaireTemplate",
    "QuestionnaireVersion", "Subcontractor", "Vendor", "VendorEngagement", "VendorException", "VendorIncident",
]  # fmt: skip
