"""The SEC's cybersecurity disclosure taxonomy (CYD) as data: concepts, structure, and the rule behind each concept.

Sources of the rules: Regulation S-K Item 106 (17 CFR 229.106), Form 20-F Item 16K, Form 8-K Item 1.05 and Form 6-K
General Instruction B, as adopted in Release 33-11216. Names, labels, types and locations are those of the published
taxonomy; the grouping of flags with text blocks follows the paragraph that both report.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

VERSIONS: Final = ("2024", "2025", "2026")
"""Taxonomy years this product knows. Concepts of 2026 are those met in filings so far; the incident axis is not among
them yet, see `Concept.versions`."""


class Kind(StrEnum):
    """What a concept holds. `text` is a text block of escaped XHTML, `flag` a boolean; the rest are abstract."""

    TEXT = "text"
    FLAG = "flag"
    TABLE = "table"
    AXIS = "axis"
    DOMAIN = "domain"
    LINE_ITEMS = "line_items"


class Disclosure(StrEnum):
    """The two statements of the taxonomy, each with its own presentation tree."""

    ANNUAL = "annual"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept of the CYD taxonomy.

    `order` is the position in the presentation of its disclosure, counted from 0 and depth first. `items` maps a form
    family ("10-K", "20-F", "8-K", "6-K") to the paragraph that asks for the information; abstract concepts have none.
    `labels` holds the label of a version where it differs from `label`.
    """

    name: str
    kind: Kind
    label: str
    disclosure: Disclosure
    order: int
    parent: str | None
    items: Mapping[str, str]
    versions: tuple[str, ...]
    labels: Mapping[str, str]

    @property
    def abstract(self) -> bool:
        """True for concepts that structure the tree and cannot be reported as facts."""
        return self.kind not in (Kind.TEXT, Kind.FLAG)

    def label_in(self, version: str) -> str:
        """The standard label of the concept in a taxonomy version such as "2025"."""
        return self.labels.get(version, self.label)

    def item_paragraph(self, form: str) -> str | None:
        """The paragraph a form asks this under, for a form type such as "10-K/A" or "20-F"; None if it does not."""
        return self.items.get(form_family(form))


def form_family(form: str) -> str:
    """ "10-K", "20-F", "40-F", "8-K" or "6-K" for a form type with any suffix ("10-K/A", "10-KT", "8-K12B")."""
    bare = form.strip().upper()
    return next((family for family in ("10-K", "20-F", "40-F", "8-K", "6-K") if bare.startswith(family)), bare)


ALL: Final = VERSIONS
_UNTIL_2025: Final = ("2024", "2025")
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


def _annual_item(paragraph: str) -> Mapping[str, str]:
    # Form 20-F Item 16K repeats Item 106 paragraph by paragraph, so one paragraph sign serves both.
    return MappingProxyType({"10-K": f"Regulation S-K Item 106{paragraph}", "20-F": f"Form 20-F Item 16K{paragraph}"})


_ITEM_1_05: Final = MappingProxyType(
    {"8-K": "Form 8-K Item 1.05(a)", "6-K": "Form 6-K General Instruction B (material cybersecurity incident)"}
)
_ITEM_1_05_OPEN: Final = MappingProxyType(
    {
        "8-K": "Form 8-K Item 1.05 Instruction 2",
        "6-K": "Form 6-K General Instruction B (material cybersecurity incident)",
    }
)

INCIDENT_AXIS: Final = "MaterialCybersecurityIncidentAxis"
INCIDENT_DOMAIN: Final = "MaterialCybersecurityIncidentDomain"
INCIDENT_TABLE: Final = "MaterialCybersecurityIncidentTable"
INCIDENT_LINE_ITEMS: Final = "MaterialCybersecurityIncidentLineItems"
ANNUAL_TABLE: Final = "CybersecurityRiskManagementStrategyAndGovernanceTable"
ANNUAL_LINE_ITEMS: Final = "CybersecurityRiskManagementStrategyAndGovernanceLineItems"

_ANNUAL: Final[tuple[tuple[str, Kind, str, str | None], ...]] = (
    (ANNUAL_TABLE, Kind.TABLE, "Cybersecurity Risk Management, Strategy, and Governance [Table]", None),
    (ANNUAL_LINE_ITEMS, Kind.LINE_ITEMS, "Cybersecurity Risk Management, Strategy, and Governance [Line Items]", None),
    (
        "CybersecurityRiskManagementProcessesForAssessingIdentifyingAndManagingThreatsTextBlock",
        Kind.TEXT,
        "Cybersecurity Risk Management Processes for Assessing, Identifying, and Managing Threats [Text Block]",
        "(b)(1)",
    ),
    (
        "CybersecurityRiskManagementProcessesIntegratedFlag",
        Kind.FLAG,
        "Cybersecurity Risk Management Processes Integrated [Flag]",
        "(b)(1)(i)",
    ),
    (
        "CybersecurityRiskManagementProcessesIntegratedTextBlock",
        Kind.TEXT,
        "Cybersecurity Risk Management Processes Integrated [Text Block]",
        "(b)(1)(i)",
    ),
    (
        "CybersecurityRiskManagementThirdPartyEngagedFlag",
        Kind.FLAG,
        "Cybersecurity Risk Management Third Party Engaged [Flag]",
        "(b)(1)(ii)",
    ),
    (
        "CybersecurityRiskThirdPartyOversightAndIdentificationProcessesFlag",
        Kind.FLAG,
        "Cybersecurity Risk Third Party Oversight and Identification Processes [Flag]",
        "(b)(1)(iii)",
    ),
    (
        "CybersecurityRiskMateriallyAffectedOrReasonablyLikelyToMateriallyAffectRegistrantFlag",
        Kind.FLAG,
        "Cybersecurity Risk Materially Affected or Reasonably Likely to Materially Affect Registrant [Flag]",
        "(b)(2)",
    ),
    (
        "CybersecurityRiskMateriallyAffectedOrReasonablyLikelyToMateriallyAffectRegistrantTextBlock",
        Kind.TEXT,
        "Cybersecurity Risk Materially Affected or Reasonably Likely to Materially Affect Registrant [Text Block]",
        "(b)(2)",
    ),
    (
        "CybersecurityRiskBoardOfDirectorsOversightTextBlock",
        Kind.TEXT,
        "Cybersecurity Risk Board of Directors Oversight [Text Block]",
        "(c)(1)",
    ),
    (
        "CybersecurityRiskBoardCommitteeOrSubcommitteeResponsibleForOversightTextBlock",
        Kind.TEXT,
        "Cybersecurity Risk Board Committee or Subcommittee Responsible for Oversight [Text Block]",
        "(c)(1)",
    ),
    (
        "CybersecurityRiskProcessForInformingBoardCommitteeOrSubcommitteeResponsibleForOversightTextBlock",
        Kind.TEXT,
        "Cybersecurity Risk Process for Informing Board Committee or Subcommittee Responsible for Oversight"
        " [Text Block]",
        "(c)(1)",
    ),
    (
        "CybersecurityRiskRoleOfManagementTextBlock",
        Kind.TEXT,
        "Cybersecurity Risk Role of Management [Text Block]",
        "(c)(2)",
    ),
    (
        "CybersecurityRiskManagementPositionsOrCommitteesResponsibleFlag",
        Kind.FLAG,
        "Cybersecurity Risk Management Positions or Committees Responsible [Flag]",
        "(c)(2)(i)",
    ),
    (
        "CybersecurityRiskManagementPositionsOrCommitteesResponsibleTextBlock",
        Kind.TEXT,
        "Cybersecurity Risk Management Positions or Committees Responsible [Text Block]",
        "(c)(2)(i)",
    ),
    (
        "CybersecurityRiskManagementExpertiseOfManagementResponsibleTextBlock",
        Kind.TEXT,
        "Cybersecurity Risk Management Expertise of Management Responsible [Text Block]",
        "(c)(2)(i)",
    ),
    (
        "CybersecurityRiskProcessForInformingManagementOrCommitteesResponsibleTextBlock",
        Kind.TEXT,
        "Cybersecurity Risk Process for Informing Management or Committees Responsible [Text Block]",
        "(c)(2)(ii)",
    ),
    (
        "CybersecurityRiskManagementPositionsOrCommitteesResponsibleReportToBoardFlag",
        Kind.FLAG,
        "Cybersecurity Risk Management Positions or Committees Responsible Report to Board [Flag]",
        "(c)(2)(iii)",
    ),
)

_INCIDENT: Final[tuple[tuple[str, Kind, str, str | None, tuple[str, ...]], ...]] = (
    (INCIDENT_TABLE, Kind.TABLE, "Material Cybersecurity Incident [Table]", None, _UNTIL_2025),
    (INCIDENT_AXIS, Kind.AXIS, "Material Cybersecurity Incident [Axis]", INCIDENT_TABLE, _UNTIL_2025),
    (INCIDENT_DOMAIN, Kind.DOMAIN, "Material Cybersecurity Incident [Domain]", INCIDENT_AXIS, _UNTIL_2025),
    (INCIDENT_LINE_ITEMS, Kind.LINE_ITEMS, "Material Cybersecurity Incident [Line Items]", INCIDENT_TABLE, _UNTIL_2025),
    (
        "MaterialCybersecurityIncidentNatureTextBlock",
        Kind.TEXT,
        "Material Cybersecurity Incident Nature [Text Block]",
        INCIDENT_LINE_ITEMS,
        ALL,
    ),
    (
        "MaterialCybersecurityIncidentScopeTextBlock",
        Kind.TEXT,
        "Material Cybersecurity Incident Scope [Text Block]",
        INCIDENT_LINE_ITEMS,
        ALL,
    ),
    (
        "MaterialCybersecurityIncidentTimingTextBlock",
        Kind.TEXT,
        "Material Cybersecurity Incident Timing [Text Block]",
        INCIDENT_LINE_ITEMS,
        ALL,
    ),
    (
        "MaterialCybersecurityIncidentMaterialImpactOrReasonablyLikelyMaterialImpactTextBlock",
        Kind.TEXT,
        "Material Cybersecurity Incident Material Impact or Reasonably Likely Material Impact [Text Block]",
        INCIDENT_LINE_ITEMS,
        ALL,
    ),
    (
        "MaterialCybersecurityIncidentInformationNotAvailableOrUndeterminedTextBlock",
        Kind.TEXT,
        "Material Cybersecurity Incident Information Not Available or Undetermined [Text Block]",
        INCIDENT_LINE_ITEMS,
        ALL,
    ),
)

# In the filings of the first taxonomy year the scope concept carries the label of the timing concept.
_LABELS_OF_VERSION: Final[Mapping[str, Mapping[str, str]]] = {
    "MaterialCybersecurityIncidentScopeTextBlock": MappingProxyType(
        {"2024": "Material Cybersecurity Incident Timing [Text Block]"}
    )
}


def _build() -> tuple[Concept, ...]:
    concepts = []
    for order, (name, kind, label, paragraph) in enumerate(_ANNUAL):
        parent = None if order == 0 else ANNUAL_TABLE if order == 1 else ANNUAL_LINE_ITEMS
        items = _NOTHING if paragraph is None else _annual_item(paragraph)
        concepts.append(Concept(name, kind, label, Disclosure.ANNUAL, order, parent, items, ALL, _NOTHING))
    for order, (name, kind, label, parent, versions) in enumerate(_INCIDENT):
        items = _NOTHING
        if kind is Kind.TEXT:
            items = _ITEM_1_05_OPEN if "NotAvailable" in name else _ITEM_1_05
        labels = _LABELS_OF_VERSION.get(name, _NOTHING)
        concepts.append(Concept(name, kind, label, Disclosure.INCIDENT, order, parent, items, versions, labels))
    return tuple(concepts)


CONCEPTS: Final[tuple[Concept, ...]] = _build()
"""Every known concept, annual disclosure first, each disclosure in presentation order."""

BY_NAME: Final[Mapping[str, Concept]] = MappingProxyType({concept.name: concept for concept in CONCEPTS})


def concepts_of(version: str) -> tuple[Concept, ...]:
    """The concepts of a taxonomy version such as "2025", in presentation order; empty for an unknown version."""
    return tuple(concept for concept in CONCEPTS if version in concept.versions)


def by_label(label: str, version: str | None = None) -> tuple[Concept, ...]:
    """The concepts that carry a label (in one version, or in any), in presentation order.

    Usually one. In 2024 the timing label belongs to two concepts; their order on the page tells them apart.
    """
    wanted = " ".join(label.split()).casefold()
    versions = VERSIONS if version is None else (version,)
    return tuple(c for c in CONCEPTS if any(c.label_in(v).casefold() == wanted for v in versions if v in c.versions))


TEXT_BLOCK_OF_FLAG: Final[Mapping[str, str]] = MappingProxyType(
    {
        name: f"{name.removesuffix('Flag')}TextBlock"
        for name, kind, _, _ in _ANNUAL
        if kind is Kind.FLAG and f"{name.removesuffix('Flag')}TextBlock" in BY_NAME
    }
)
"""The text block that tells the same in words, for the three flags that have one."""

PROCESSES: Final = "CybersecurityRiskManagementProcessesForAssessingIdentifyingAndManagingThreatsTextBlock"

SUPPORT_OF_FLAG: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        **{flag: (text,) for flag, text in TEXT_BLOCK_OF_FLAG.items()},
        "CybersecurityRiskManagementThirdPartyEngagedFlag": (PROCESSES,),
        "CybersecurityRiskThirdPartyOversightAndIdentificationProcessesFlag": (PROCESSES,),
        "CybersecurityRiskManagementPositionsOrCommitteesResponsibleReportToBoardFlag": (
            "CybersecurityRiskProcessForInformingBoardCommitteeOrSubcommitteeResponsibleForOversightTextBlock",
            "CybersecurityRiskRoleOfManagementTextBlock",
        ),
    }
)
"""Where the words that support a flag are usually found: its own text block, or the wider ones of its paragraph."""


# --- namespaces and locations ------------------------------------------------------------------------------------

XBRLI: Final = "http://www.xbrl.org/2003/instance"
LINK: Final = "http://www.xbrl.org/2003/linkbase"
XLINK: Final = "http://www.w3.org/1999/xlink"
XBRLDI: Final = "http://xbrl.org/2006/xbrldi"
XBRLDT: Final = "http://xbrl.org/2005/xbrldt"
XHTML: Final = "http://www.w3.org/1999/xhtml"
IX: Final = "http://www.xbrl.org/2013/inlineXBRL"
IXT: Final = "http://www.xbrl.org/inlineXBRL/transformation/2020-02-12"
IXT_SEC: Final = "http://www.sec.gov/inlineXBRL/transformation/2015-08-31"
ISO4217: Final = "http://www.xbrl.org/2003/iso4217"
CIK_SCHEME: Final = "http://www.sec.gov/CIK"

ROLE_TITLES: Final[Mapping[Disclosure, str]] = MappingProxyType(
    {
        Disclosure.ANNUAL: "Cybersecurity Risk Management and Strategy Disclosure",
        Disclosure.INCIDENT: "Material Cybersecurity Incident Disclosure",
    }
)
"""What the SEC's renderer puts at the head of the page of each disclosure."""


def cyd_namespace(version: str) -> str:
    """Namespace of the CYD taxonomy of a year."""
    return f"http://xbrl.sec.gov/cyd/{version}"


def dei_namespace(version: str) -> str:
    """Namespace of the cover-page (document and entity information) taxonomy of a year."""
    return f"http://xbrl.sec.gov/dei/{version}"


def cyd_schema(version: str) -> str:
    """Published location of the CYD schema of a year."""
    return f"https://xbrl.sec.gov/cyd/{version}/cyd-{version}.xsd"


def dei_schema(version: str) -> str:
    """Published location of the cover-page schema of a year."""
    return f"https://xbrl.sec.gov/dei/{version}/dei-{version}.xsd"


def cyd_version(namespace: str) -> str | None:
    """ "2025" for the namespace of the CYD taxonomy of 2025, also of years not known yet; None for other namespaces."""
    year = namespace.removeprefix("http://xbrl.sec.gov/cyd/")
    return year[:4] if year != namespace and len(year) >= 4 and year[:4].isdigit() and year[4:5] in ("", "q") else None


# --- cover page --------------------------------------------------------------------------------------------------


class CoverType(StrEnum):
    """The value types of the cover-page facts in use."""

    CODE = "code"  # a short code or name, free of line breaks
    TEXT = "text"
    FLAG = "flag"
    DATE = "date"
    MONTH_DAY = "month_day"
    YEAR = "year"
    SHARES = "shares"
    MONEY = "money"


DEI_TYPES: Final[Mapping[str, CoverType]] = MappingProxyType(
    {
        "DocumentType": CoverType.CODE,
        "DocumentPeriodEndDate": CoverType.DATE,
        "DocumentFiscalYearFocus": CoverType.YEAR,
        "DocumentFiscalPeriodFocus": CoverType.CODE,
        "CurrentFiscalYearEndDate": CoverType.MONTH_DAY,
        "AmendmentFlag": CoverType.FLAG,
        "AmendmentDescription": CoverType.TEXT,
        "DocumentAnnualReport": CoverType.FLAG,
        "DocumentTransitionReport": CoverType.FLAG,
        "DocumentRegistrationStatement": CoverType.FLAG,
        "DocumentShellCompanyReport": CoverType.FLAG,
        "EntityRegistrantName": CoverType.CODE,
        "EntityCentralIndexKey": CoverType.CODE,
        "EntityFileNumber": CoverType.CODE,
        "EntityTaxIdentificationNumber": CoverType.CODE,
        "EntityIncorporationStateCountryCode": CoverType.CODE,
        "EntityAddressAddressLine1": CoverType.CODE,
        "EntityAddressAddressLine2": CoverType.CODE,
        "EntityAddressAddressLine3": CoverType.CODE,
        "EntityAddressCityOrTown": CoverType.CODE,
        "EntityAddressStateOrProvince": CoverType.CODE,
        "EntityAddressCountry": CoverType.CODE,
        "EntityAddressPostalZipCode": CoverType.CODE,
        "CityAreaCode": CoverType.CODE,
        "LocalPhoneNumber": CoverType.CODE,
        "EntityShellCompany": CoverType.FLAG,
        "EntityEmergingGrowthCompany": CoverType.FLAG,
        "EntityFilerCategory": CoverType.CODE,
        "EntityWellKnownSeasonedIssuer": CoverType.CODE,
        "EntityVoluntaryFilers": CoverType.CODE,
        "EntityCurrentReportingStatus": CoverType.CODE,
        "EntityInteractiveDataCurrent": CoverType.CODE,
        "EntityCommonStockSharesOutstanding": CoverType.SHARES,
        "EntityPublicFloat": CoverType.MONEY,
        "WrittenCommunications": CoverType.FLAG,
        "SolicitingMaterial": CoverType.FLAG,
        "PreCommencementTenderOffer": CoverType.FLAG,
        "PreCommencementIssuerTenderOffer": CoverType.FLAG,
        "Security12bTitle": CoverType.CODE,
        "TradingSymbol": CoverType.CODE,
        "SecurityExchangeName": CoverType.CODE,
    }
)
"""Cover-page concepts used by the writer, with the type of value each takes."""
