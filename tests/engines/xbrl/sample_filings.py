"""Filings for the tests of writers and checks: two written by hand, and any number made at random."""

import random
from datetime import date

from quarterdeck.engines.xbrl.concepts import CONCEPTS, INCIDENT_AXIS, Disclosure, Kind
from quarterdeck.engines.xbrl.content import (
    Address,
    Cover,
    Extension,
    FilingContent,
    Member,
    Paragraph,
    Place,
    Range,
    Section,
    Security,
    Span,
    Tag,
    covering,
)
from quarterdeck.engines.xbrl.model import Period

RISK = "CybersecurityRisk"
PROCESSES = f"{RISK}ManagementProcessesForAssessingIdentifyingAndManagingThreatsTextBlock"
INTEGRATED_FLAG = f"{RISK}ManagementProcessesIntegratedFlag"
INTEGRATED = f"{RISK}ManagementProcessesIntegratedTextBlock"
ENGAGED_FLAG = f"{RISK}ManagementThirdPartyEngagedFlag"
OVERSIGHT_FLAG = f"{RISK}ThirdPartyOversightAndIdentificationProcessesFlag"
AFFECTED_FLAG = f"{RISK}MateriallyAffectedOrReasonablyLikelyToMateriallyAffectRegistrantFlag"
AFFECTED = f"{RISK}MateriallyAffectedOrReasonablyLikelyToMateriallyAffectRegistrantTextBlock"
BOARD = f"{RISK}BoardOfDirectorsOversightTextBlock"
BOARD_COMMITTEE = f"{RISK}BoardCommitteeOrSubcommitteeResponsibleForOversightTextBlock"
ROLE = f"{RISK}RoleOfManagementTextBlock"
RESPONSIBLE_FLAG = f"{RISK}ManagementPositionsOrCommitteesResponsibleFlag"
RESPONSIBLE = f"{RISK}ManagementPositionsOrCommitteesResponsibleTextBlock"
REPORTS_FLAG = f"{RISK}ManagementPositionsOrCommitteesResponsibleReportToBoardFlag"
NATURE = "MaterialCybersecurityIncidentNatureTextBlock"
SCOPE = "MaterialCybersecurityIncidentScopeTextBlock"
TIMING = "MaterialCybersecurityIncidentTimingTextBlock"

CIK = "0001234567"


def annual_cover(form: str = "20-F", year: int = 2025) -> Cover:
    return Cover(
        form=form,
        registrant="Harbour & Lantern Holdings Ltd",
        cik=CIK,
        period_end=date(year, 12, 31),
        fiscal_year=year,
        fiscal_period="FY",
        fiscal_year_end=(12, 31),
        amendment_description="Adds what the first version left out." if form.endswith("/A") else None,
        file_number="001-98765",
        tax_id="00-0000000",
        incorporation=Place("Cayman Islands", "E9"),
        address=Address("8 Pier Road", "Shenzhen", line2="Floor 3", country=Place("China", "CN"), postal_code="518000"),
        phone_area="755",
        phone_local="5550-0100",
        securities=(Security("Class A ordinary shares", "HLTN", "The Nasdaq Stock Market", "NASDAQ"),),
        shares_outstanding=123_456_789,
        filer_category="Accelerated Filer",
        shell_company=False,
        emerging_growth=True,
    )


def annual_filing(form: str = "20-F", version: str = "2025", year: int = 2025) -> FilingContent:
    """A whole annual disclosure with every flag, text blocks that overlap and one that jumps over text."""
    item = "Item 1C. Cybersecurity" if form.startswith("10-K") else "Item 16K. Cybersecurity"
    paragraphs = (
        Paragraph((Span("Risk management", "h1"),), "subheading"),
        Paragraph(
            (
                Span("Our procedures find, weigh and treat cybersecurity risks.", "s1"),
                Span("They are integrated into our overall enterprise risk management system.", "s2"),
                Span("We engage external assessors to test them each year.", "s3"),
            )
        ),
        Paragraph(
            (Span("We conduct security evaluations of vendors and their controls before we buy.", "s4"),), "bullet"
        ),
        Paragraph((Span("In the year we did not identify threats that have materially affected us.", "s5"),)),
        Paragraph((Span("Governance", "h2"),), "subheading"),
        Paragraph(
            (
                Span("The audit and risk committee of our board oversees these risks.", "s6"),
                Span("Our security steering committee runs the programme.", "s7"),
                Span("It reports to our board every quarter.", "s8"),
            )
        ),
    )
    tags = (
        Tag(PROCESSES, covering("h1", "s1", "s2", "s3", "s4", "s5")),
        Tag(INTEGRATED_FLAG, covering("s2"), True),
        Tag(INTEGRATED, covering("s2", "s3")),
        Tag(ENGAGED_FLAG, covering("s3"), True),
        Tag(OVERSIGHT_FLAG, covering("s4"), True),
        Tag(AFFECTED_FLAG, covering("s5"), False),
        Tag(BOARD, covering("s6", "s8")),
        Tag(BOARD_COMMITTEE, (Range("s6", 4, 28),)),
        Tag(ROLE, covering("s7", "s8")),
        Tag(RESPONSIBLE_FLAG, covering("s7"), True),
        Tag(RESPONSIBLE, (Range("s7", 0, 31),)),
        Tag(REPORTS_FLAG, covering("s8"), True),
    )
    period = Period(date(year, 1, 1), date(year, 12, 31))
    return FilingContent(annual_cover(form, year), version, period, (Section(item, paragraphs),), tags)


def incident_filing(form: str = "8-K", version: str = "2025", *, members: bool = True) -> FilingContent:
    """A current report on one incident, or with `members` on two."""
    day = date(2025, 5, 14)
    cover = Cover(
        form=form,
        registrant="Harbour & Lantern Holdings Ltd",
        cik=CIK,
        period_end=day,
        amendment_description="Tells the impact." if form.endswith("/A") else None,
        file_number="001-98765",
        incorporation=Place("Delaware", "DE"),
    )
    paragraphs = (
        Paragraph(
            (Span("On 10 May 2025 we found that files had been copied.", "a"), Span("Nine servers were hit.", "b"))
        ),
        Paragraph((Span("Apart from that, payroll was unavailable for a day.", "c"),)),
    )
    first, second = ("CopiedFilesMember", "PayrollOutageMember") if members else (None, None)
    tags = [Tag(NATURE, covering("a"), member=first), Tag(TIMING, (Range("a", 0, 14),), member=first)]
    tags.append(Tag(SCOPE, covering("b"), member=first))
    if members:
        tags.append(Tag(NATURE, covering("c"), member=second))
    return FilingContent(
        cover,
        version,
        Period(day, day),
        (Section("Item 1.05. Material Cybersecurity Incidents", paragraphs),),
        tuple(tags),
        (Member("CopiedFilesMember", "Copied files"), Member("PayrollOutageMember", "Payroll outage & <delay>"))
        if members
        else (),
        Extension("hltn", "www.harbour-lantern.example"),
    )


WORDS = (
    *("risk", "the", "Board", "committee", "and", "threats,", "management.", "§", "“quoted”", "R&D", "<script>", "]]>"),
    *("<!--", "-->", "&amp;", "a\u00a0b", "网络安全", "🛡", "naïve", "\x07bell", "x\x0by", "</div>", "'", '"', "100%"),
)


def random_filing(rng: random.Random, version: str = "2025") -> FilingContent:
    """Any filing: paragraphs of any style in some sections, tags over any of their words in any order, up to several
    parts a tag. Facts of one disclosure, with members for incidents where it comes so."""
    disclosure = rng.choice((Disclosure.ANNUAL, Disclosure.INCIDENT))
    texts: dict[str, str] = {}
    sections = []
    for section in range(rng.randint(1, 2)):
        paragraphs = []
        for paragraph in range(rng.randint(1, 4)):
            spans = []
            for span in range(rng.randint(1, 3)):
                identifier = f"{section}.{paragraph}.{span}"
                texts[identifier] = " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 6))) + " end."
                spans.append(Span(texts[identifier], identifier))
            style = rng.choice(("body", "subheading", "bullet"))
            paragraphs.append(Paragraph(tuple(spans), style))
        sections.append(Section(f"Item {section}.", tuple(paragraphs)))
    members: tuple[Member, ...] = ()
    if disclosure is Disclosure.INCIDENT and rng.random() < 0.6:
        members = tuple(Member(f"Incident{n}Member", f"Incident {n}") for n in range(rng.randint(1, 2)))
    concepts = [c for c in CONCEPTS if c.disclosure is disclosure and not c.abstract and version in c.versions]
    facts = [(concept, member) for concept in concepts for member in (None, *(m.name for m in members))]
    tags = []
    for concept, member in rng.sample(facts, rng.randint(1, min(9, len(facts)))):
        chosen = rng.sample(sorted(texts), rng.randint(1, min(4, len(texts))))
        covers = tuple(_part(rng, identifier, texts[identifier]) for identifier in chosen)
        value = rng.choice((True, False)) if concept.kind is Kind.FLAG else None
        tags.append(Tag(concept.name, covers, value, member))
    annual = disclosure is Disclosure.ANNUAL
    return FilingContent(
        annual_cover() if annual else incident_filing().cover,
        version,
        Period(date(2025, 1, 1), date(2025, 12, 31)) if annual else Period(date(2025, 5, 14), date(2025, 5, 14)),
        tuple(sections),
        tuple(tags),
        members,
        Extension("hltn", "www.harbour-lantern.example") if members else None,
    )


def _part(rng: random.Random, identifier: str, text: str) -> Range:
    """The whole span, or some words of it: those at its end are plain, so there is always text in them."""
    if rng.random() < 0.5:
        return Range(identifier)
    starts = [0, *(place + 1 for place, character in enumerate(text) if character == " ")]
    if rng.random() < 0.5:
        return Range(identifier, rng.choice(starts))
    ends = [place for place, character in enumerate(text) if character == " "]
    return Range(identifier, 0, rng.choice(ends))


AXIS = INCIDENT_AXIS
