"""The register and its risks, estimates, treatments, appetite, analyses, and what enterprise risk management says of them."""

from quarterdeck.areas.risks.models.analysis import Analysis, RiskAssessment
from quarterdeck.areas.risks.models.appetite import Appetite, Rating
from quarterdeck.areas.risks.models.enterprise import FrameworkAcceptance, FrameworkOwner, ThreatReview
from quarterdeck.areas.risks.models.estimate import Calibration, Estimate, Forecast, LearntFrom
from quarterdeck.areas.risks.models.finance import FinancialBaseline, IncidentLoss, MaterialityThreshold
from quarterdeck.areas.risks.models.findings import (
    RiskFinding,
    RiskRecommendation,
    RiskSafeguardTest,
    RiskVendorFinding,
)
from quarterdeck.areas.risks.models.importing import RegisterImport
from quarterdeck.areas.risks.models.register import (
    Connection,
    Risk,
    RiskCategory,
    RiskIncident,
    RiskSafeguard,
    RiskVendor,
)
from quarterdeck.areas.risks.models.treatment import Acceptance, Treatment

__all__ = [
    "Acceptance",
    "Analysis",
    "Appetite",
    "Calibration",
    "Connection",
    "Estimate",
    "FinancialBaseline",
    "Forecast",
    "FrameworkAcceptance",
    "FrameworkOwner",
    "IncidentLoss",
    "LearntFrom",
    "MaterialityThreshold",
    "Rating",
    "RegisterImport",
    "Risk",
    "RiskAssessment",
    "RiskCategory",
    "RiskFinding",
    "RiskIncident",
    "RiskRecommendation",
    "RiskSafeguard",
    "RiskSafeguardTest",
    "RiskVendor",
    "RiskVendorFinding",
    "ThreatReview",
    "Treatment",
]
