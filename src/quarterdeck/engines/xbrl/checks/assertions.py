"""What a sentence of a disclosure asserts about the flags, told from its words.

Rules of thumb, one sentence at a time. They only ever raise a question for a person, so they are built to stay silent
when in doubt: hypothetical and negated sentences assert nothing unless the pattern is about the negation itself. Counted
against the flags of some 1,500 tagged annual reports; see the tests for what each must and must not match.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

ENGAGED: Final = "CybersecurityRiskManagementThirdPartyEngagedFlag"
OVERSIGHT: Final = "CybersecurityRiskThirdPartyOversightAndIdentificationProcessesFlag"
INTEGRATED: Final = "CybersecurityRiskManagementProcessesIntegratedFlag"
AFFECTED: Final = "CybersecurityRiskMateriallyAffectedOrReasonablyLikelyToMateriallyAffectRegistrantFlag"
RESPONSIBLE: Final = "CybersecurityRiskManagementPositionsOrCommitteesResponsibleFlag"
REPORTS: Final = "CybersecurityRiskManagementPositionsOrCommitteesResponsibleReportToBoardFlag"

_NEGATION = r"\b(?:not|no|none|never|neither|nor|without|n[o']t|cannot|don't|unaware)\b"
_DOUBT = r"\b(?:may|might|could|would|if|whether|should|unless|assurances?|guarantee|can be no|cannot assure)\b"

_OUTSIDER = (
    r"(?:third[- ]part(?:y|ies)|external|outside|independent)\s+(?:[\w-]+[\s,]+){0,4}?"
    r"(?:assessors?|consultants?|auditors?|advis[oe]rs?|experts?|specialists?|professionals?|firms?|testers?"
    r"|consulting|penetration|agenc(?:y|ies)|compan(?:y|ies))"
    r"|(?:assessors?|consultants?|auditors?|advis[oe]rs?)\s*(?:,|and|or)\s+(?:[\w-]+[\s,]+){0,4}?(?:third[- ]part)"
)
_ENGAGING = (
    r"(?:engag(?:e|es|ed|ing)|retain(?:s|ed|ing)?|hir(?:e|es|ed|ing)|collaborat(?:e|es|ed|ing)\s+with|partner(?:s|ed|ing)?\s+with"
    r"|work(?:s|ed|ing)?\s+with|consult(?:s|ed|ing)?\s+with|us(?:e|es|ed|ing)|utiliz(?:e|es|ed|ing)"
    r"|leverag(?:e|es|ed|ing)|employ(?:s|ed|ing)?|appoint(?:s|ed)?|commission(?:s|ed)?|outsourc(?:e|es|ed|ing))"
)
_COUNTERPARTY = r"(?:vendors?|suppliers?|third[- ]part(?:y|ies)|service providers?|contractors?|business partners?)"


@dataclass(frozen=True, slots=True)
class Pattern:
    """`asserts` is searched in a sentence; nothing is asserted when `unless` is found in it too."""

    flag: str
    value: bool
    asserts: re.Pattern[str]
    unless: re.Pattern[str] | None


def _pattern(flag: str, value: bool, asserts: str, unless: str | None = None) -> Pattern:
    return Pattern(flag, value, re.compile(asserts, re.I), re.compile(unless, re.I) if unless else None)


_DENY_OR_DOUBT = f"{_NEGATION}|{_DOUBT}"

PATTERNS: Final = (
    _pattern(ENGAGED, True, rf"\b{_ENGAGING}\b[^.;]{{0,60}}?\b(?:{_OUTSIDER})", _DENY_OR_DOUBT),
    _pattern(
        ENGAGED,
        False,
        r"\b(?:do|does|did|have|has)\s+not\s+(?:currently\s+|yet\s+)?(?:engaged?|retain(?:ed)?|hired?|used?|utilized?)\b"
        r"[^.;]{0,40}?\b(?:assessors?|consultants?|auditors?|third[- ]part)",
    ),
    _pattern(
        OVERSIGHT,
        True,
        rf"\b(?:conducts?|conducted|performs?|performed|assess(?:es)?|evaluates?|reviews?|monitors?|requires?|oversees?|vets?)\b"
        rf"[^.;]{{0,90}}?\b(?:our|its|their|such|these|of|with|from|on|engaging|third[- ]party)\s+"
        rf"(?:[\w-]+\s+){{0,3}}?{_COUNTERPARTY}\b[^.;]{{0,80}}?\b(?:risks?|security|cybersecurity|controls?|practices)\b",
        _DENY_OR_DOUBT,
    ),
    _pattern(
        OVERSIGHT,
        False,
        rf"\b(?:do|does|did|have|has)\s+not\s+(?:currently\s+|yet\s+)?(?:have\s+)?[^.;]{{0,40}}?\bprocess(?:es)?\b[^.;]{{0,60}}?"
        rf"\b(?:oversee|identify)[^.;]{{0,80}}?\b{_COUNTERPARTY}",
    ),
    _pattern(
        INTEGRATED,
        True,
        r"\b(?:integrat(?:ed|es|ing)|incorporated|embedded)\b[^.;]{0,40}?\b(?:into|in|with|within|as part of)\b[^.;]{0,40}?"
        r"\b(?:overall|enterprise|broader|company-?wide|general|corporate)\b[^.;]{0,40}?\brisk[- ]management\b"
        r"|\b(?:integral (?:part|component)|integrated)\b[^.;]{0,30}?\bof\b[^.;]{0,30}?"
        r"\b(?:overall|enterprise|broader)\b[^.;]{0,40}?\bmanagement\b",
        rf"{_DENY_OR_DOUBT}|\b(?:plan|intend|will)\b",
    ),
    _pattern(
        INTEGRATED,
        False,
        r"\b(?:not|nor)\b[^.;]{0,20}?\bintegrated\b[^.;]{0,60}?\brisk[- ]management\b"
        r"|\bnot\b[^.;]{0,20}?\bintegrated\s+(?:our|these|such|any)\b",
        r"\bnot (?:only|just|merely)\b",
    ),
    _pattern(
        AFFECTED,
        True,
        r"\b(?:has|have|had)\s+(?:\w+\s+)?(?:materially\s+(?:and adversely\s+)?(?:affected|impacted)|had a material)\b",
        rf"{_DENY_OR_DOUBT}|\bdate[^.;]{{0,10}}\bwhich\b|\bany\b|\bother than\b|\bexcept\b|\bpotential\b"
        r"|\bonce\b|\bwhen\b|\bdetermin|\bwhere\b",
    ),
    _pattern(
        AFFECTED,
        False,
        r"\b(?:not|no|none|never|neither|nor|unaware)\b[^.;]{0,160}?\b(?:materially\s+(?:and adversely\s+)?(?:affect|impact)"
        r"|material(?:ly)?\s+(?:adverse\s+)?(?:effect|impact|cybersecurity|breach|incident))",
        r"\b(?:assurances?|guarantee|not (?:guarantee|be able|fully)|other than|except|no longer)\b|\bif\b|\bcannot\b|\bwill not\b"
        r"|\bcould\b|\bmay\b|\bwhether or not\b",
    ),
    _pattern(
        REPORTS,
        True,
        r"\b(?:reports?|updates?|briefs?|informs?|presents?)\b[^.;]{0,80}?\b(?:to\s+|with\s+)?(?:our|the|its|entire|full)\s+"
        r"(?:full\s+|entire\s+)?(?:board\b|(?:[\w-]+\s+){0,5}committee\s+of\s+(?:our|the|its)\s+board)",
        rf"{_DENY_OR_DOUBT}|\bcommittee\b[^.;]{{0,80}}?\b(?:reports?|updates?|briefs?|informs?)\b",
    ),
)
"""Every pattern, flag by flag."""

BY_FLAG: Final[Mapping[str, tuple[Pattern, ...]]] = MappingProxyType(
    {flag: tuple(pattern for pattern in PATTERNS if pattern.flag == flag) for flag in {p.flag for p in PATTERNS}}
)


def asserted(flag: str, sentence: str) -> bool | None:
    """The value that a sentence asserts for a flag: True, False, or None when it asserts neither."""
    for pattern in BY_FLAG.get(flag, ()):
        if pattern.asserts.search(sentence) and not (pattern.unless and pattern.unless.search(sentence)):
            return pattern.value
    return None
