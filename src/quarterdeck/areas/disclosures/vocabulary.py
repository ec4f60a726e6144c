"""The sentences this product can draft, each with the claims that must hold before it is written.

A :class:`Template` is chosen only if every one of its claims holds; a sentence or a flag never comes from silence. The
words are the product's own, in plain English; people edit them, and the claims stay.

Order is the order of the page. ``blocks`` are CYD text blocks that the whole sentence is part of; ``phrases`` put a flag or
a text block on words inside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from quarterdeck.areas.disclosures.facts import Facts
from quarterdeck.areas.disclosures.models import Statement
from quarterdeck.kernel.claims.registry import FILING_DATE, PERIOD, YEAR_END, Claim, ParamValue

PROCESSES = "CybersecurityRiskManagementProcessesForAssessingIdentifyingAndManagingThreatsTextBlock"
INTEGRATED = "CybersecurityRiskManagementProcessesIntegratedTextBlock"
INTEGRATED_FLAG = "CybersecurityRiskManagementProcessesIntegratedFlag"
ENGAGED_FLAG = "CybersecurityRiskManagementThirdPartyEngagedFlag"
OVERSIGHT_FLAG = "CybersecurityRiskThirdPartyOversightAndIdentificationProcessesFlag"
AFFECTED_FLAG = "CybersecurityRiskMateriallyAffectedOrReasonablyLikelyToMateriallyAffectRegistrantFlag"
BOARD = "CybersecurityRiskBoardOfDirectorsOversightTextBlock"
BOARD_COMMITTEE = "CybersecurityRiskBoardCommitteeOrSubcommitteeResponsibleForOversightTextBlock"
INFORM_BOARD = "CybersecurityRiskProcessForInformingBoardCommitteeOrSubcommitteeResponsibleForOversightTextBlock"
ROLE = "CybersecurityRiskRoleOfManagementTextBlock"
RESPONSIBLE_FLAG = "CybersecurityRiskManagementPositionsOrCommitteesResponsibleFlag"
RESPONSIBLE = "CybersecurityRiskManagementPositionsOrCommitteesResponsibleTextBlock"
EXPERTISE = "CybersecurityRiskManagementExpertiseOfManagementResponsibleTextBlock"
INFORM_MANAGEMENT = "CybersecurityRiskProcessForInformingManagementOrCommitteesResponsibleTextBlock"
REPORT_FLAG = "CybersecurityRiskManagementPositionsOrCommitteesResponsibleReportToBoardFlag"

NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def in_words(number: int) -> str:
    """Small numbers in words, as reports write them."""
    return NUMBERS[number] if 0 <= number < len(NUMBERS) else str(number)


def counted(number: int, singular: str, plural: str) -> str:
    """“nine top executives”, “one department head”."""
    return f"{in_words(number)} {singular if number == 1 else plural}"


@dataclass(frozen=True)
class Phrase:
    """A tag on words of the sentence; ``value`` None for a text block."""

    concept: str
    words: str
    value: bool | None = None


@dataclass(frozen=True)
class Sentence:
    """A written sentence: text, tags on its words, claims it rests on."""

    text: str
    claims: tuple[Claim, ...]
    phrases: tuple[Phrase, ...] = ()


@dataclass(frozen=True)
class Template:
    """One thing the page can say. ``write`` returns None where the record lacks what the sentence would name."""

    key: str
    part: str
    paragraph: int
    blocks: tuple[str, ...]
    write: Callable[[Facts], Sentence | None]
    kind: str = Statement.Kind.FACT
    #: Written only together with one of these other sentences (a judgement on a fact).
    needs: tuple[str, ...] = ()


def ask(name: str, basis: str, **params: ParamValue) -> Claim:
    """A claim, shortly."""
    return Claim(name, params, basis)


STRATEGY, GOVERNANCE = Statement.Part.STRATEGY, Statement.Part.GOVERNANCE


def _procedure(facts: Facts) -> Sentence:
    return Sentence(
        "We have put in place a comprehensive procedure for assessing risks from cybersecurity threats and carried out assessments under it during the year.",
        (
            ask("policies.in_force", FILING_DATE, policy_kind="risk_assessment"),
            ask("risks.assessed", PERIOD, performer="any"),
        ),
    )


def _integrated_erm(facts: Facts) -> Sentence:
    words = "part of our enterprise risk management"
    return Sentence(
        f"Managing cybersecurity risk is {words}, whose register carries our cybersecurity risks.",
        (ask("risks.integrated", FILING_DATE, framework="enterprise_risk_management"),),
        (Phrase(INTEGRATED_FLAG, words, True),),
    )


def _integrated_security(facts: Facts) -> Sentence:
    words = "part of how we manage security overall"
    return Sentence(
        f"Managing cybersecurity risk is {words}.",
        (ask("risks.integrated", FILING_DATE, framework="security_management"),),
        (Phrase(INTEGRATED_FLAG, words, True),),
    )


def _rules(facts: Facts) -> Sentence:
    return Sentence(
        "Rules and procedures of our own say how cybersecurity threats and incidents are dealt with.",
        tuple(
            ask("policies.in_force", FILING_DATE, policy_kind=kind) for kind in ("threat_handling", "incident_handling")
        ),
    )


def _rules_cover(facts: Facts) -> Sentence:
    return Sentence(
        "They set out how we judge the severity of a threat, trace its source, put protective measures in place, and inform management and the board.",
        (
            *(
                ask("policies.covers", FILING_DATE, duty=duty)
                for duty in ("severity", "source", "measures", "informing")
            ),
            ask("incidents.handled", PERIOD),
        ),
    )


def _units(facts: Facts) -> Sentence:
    return Sentence(
        "Several functions and business units worked together on them during the year.",
        (ask("incidents.across_units", PERIOD, at_least=2),),
    )


def _protocols(facts: Facts) -> Sentence:
    return Sentence(
        "Our management protocols address threats from inside and outside the company.",
        tuple(
            ask("policies.in_force", FILING_DATE, policy_kind=kind) for kind in ("internal_threats", "external_threats")
        ),
    )


def _data(facts: Facts) -> Sentence:
    kinds = ("data_classification", "data_desensitization", "secure_development")
    return Sentence(
        "Among other things they govern how data is classified and desensitized, and how it is kept secure while software is developed.",
        (
            *(ask("policies.in_force", FILING_DATE, policy_kind=kind) for kind in kinds),
            *(ask("policies.applied", PERIOD, policy_kind=kind) for kind in kinds),
        ),
    )


def _safeguards(facts: Facts) -> Sentence:
    return Sentence(
        "We protect sensitive information through technical safeguards and procedural requirements.",
        tuple(ask("safeguards.operating", FILING_DATE, safeguard_kind=kind) for kind in ("technical", "procedural")),
    )


def _tests(facts: Facts) -> Sentence:
    words = "with outside firms"
    return Sentence(
        f"We test aspects of our security continuously, with our own teams and {words}.",
        (
            ask("findings.tested", PERIOD, performer="in_house"),
            ask("findings.tested", PERIOD, performer="outside"),
            ask("engagements.third_party", PERIOD),
        ),
        (Phrase(ENGAGED_FLAG, words, True),),
    )


def _tests_in_house(facts: Facts) -> Sentence | None:
    if facts.outside_tests:
        return None
    return Sentence(
        "Our own teams test aspects of our security continuously.",
        (ask("findings.tested", PERIOD, performer="in_house"),),
    )


def _experts(facts: Facts) -> Sentence:
    return Sentence(
        "Depending on the need, we work with outside security experts or rely on our own teams to assess risks and to improve our systems.",
        (ask("risks.assessed", PERIOD, performer="any"), ask("risks.improved", PERIOD)),
    )


def _response(facts: Facts) -> Sentence:
    return Sentence(
        "We maintain an incident response program and exercised it during the year.",
        (
            ask("policies.in_force", FILING_DATE, policy_kind="incident_response"),
            ask("incidents.response_exercised", PERIOD),
        ),
    )


def _robust(facts: Facts) -> Sentence:
    return Sentence("We consider this program robust.", ())


def _training(facts: Facts) -> Sentence:
    return Sentence(
        "Our employees take part in regular cybersecurity awareness training.", (ask("training.completion", PERIOD),)
    )


def _monitoring(facts: Facts) -> Sentence:
    return Sentence(
        "Several groups of specialists with designated responsibilities monitor our mini programs, platforms and infrastructure, "
        "so that we can respond quickly to potential problems, cybersecurity threats among them.",
        (
            ask("organisation.groups_designated", PERIOD, at_least=3),
            *(
                ask("monitoring.every_month", PERIOD, target=target)
                for target in ("mini_programs", "platforms", "infrastructure")
            ),
        ),
    )


def _vendors(facts: Facts) -> Sentence:
    words = "we generally evaluate its security before we engage it"
    return Sentence(
        f"Where a third-party vendor is to serve us, {words}, and once engaged it has to follow procedures that safeguard our data.",
        (
            ask("vendors.evaluated_before_engagement", PERIOD),
            ask("vendors.bound_by_procedures", PERIOD),
            ask("policies.in_force", FILING_DATE, policy_kind="vendor_procedures"),
        ),
        (Phrase(OVERSIGHT_FLAG, words, True),),
    )


def _none_material(facts: Facts) -> Sentence:
    words = "no risk from a cybersecurity threat has materially affected us or is reasonably likely to"
    return Sentence(
        f"As of the date of this annual report we have experienced no material cybersecurity incident, and {words}, "
        "be it our business strategy, our results of operations or our financial condition.",
        (
            ask("incidents.none_material", FILING_DATE),
            ask("incidents.none_material", PERIOD),
            ask("risks.none_affecting", FILING_DATE),
        ),
        (Phrase(AFFECTED_FLAG, words, False),),
    )


def _caution(facts: Facts) -> Sentence:
    return Sentence("No program removes every risk, and an incident may have happened without our noticing it.", ())


def _board(facts: Facts) -> Sentence | None:
    if facts.board_committee is None:
        return None
    name = facts.board_committee
    return Sentence(
        f"The {name} of our board of directors oversees how we manage cybersecurity risk and is informed of risks from cybersecurity threats.",
        (
            ask("bodies.exists", YEAR_END, kind="board_committee"),
            ask("bodies.charter_duty", YEAR_END, kind="board_committee", duty="oversee_cybersecurity"),
            ask("bodies.charter_duty", YEAR_END, kind="board_committee", duty="be_informed"),
            ask("reports.received", PERIOD, audience="board_committee", topics="material_risks", times="periodically"),
        ),
        (Phrase(BOARD_COMMITTEE, f"The {name} of our board of directors"),),
    )


def _board_disclosure(facts: Facts) -> Sentence | None:
    if facts.board_committee is None:
        return None
    current = "on Form 6-K" if facts.foreign else "on Form 8-K"
    return Sentence(
        f"It reviews and approves what we disclose {current} about a material cybersecurity incident, if there is one, "
        "and about cybersecurity in our periodic reports, and oversees that disclosure.",
        (
            ask("bodies.charter_duty", FILING_DATE, kind="board_committee", duty="approve_current_report"),
            ask("bodies.charter_duty", FILING_DATE, kind="board_committee", duty="approve_annual_disclosure"),
            ask("disclosures.approved_before_release", FILING_DATE),
        ),
    )


def _committee(facts: Facts) -> Sentence | None:
    if facts.committee is None or facts.chair is None or facts.executives + facts.heads == 0:
        return None
    name = facts.committee
    parts = []
    if facts.executives:
        parts.append(counted(facts.executives, "top executive", "top executives"))
    if facts.heads:
        parts.append(counted(facts.heads, "department head", "department heads"))
    return Sentence(
        f"At management level, our {name} oversees and manages cybersecurity matters and formulates policies as needed; "
        f"it consists of {' and '.join(parts)} and is chaired by our {facts.chair.title}.",
        (
            ask(
                "bodies.composition",
                YEAR_END,
                kind="management_committee",
                executives=facts.executives,
                department_heads=facts.heads,
            ),
            ask("bodies.chaired_by", YEAR_END, kind="management_committee", position=facts.chair.code),
            ask("bodies.charter_duty", YEAR_END, kind="management_committee", duty="manage_cybersecurity"),
            ask("bodies.decided", PERIOD, kind="management_committee", topic="policy", at_least=1),
        ),
        (
            Phrase(RESPONSIBLE, name),
            Phrase(RESPONSIBLE_FLAG, f"our {name} oversees and manages cybersecurity matters", True),
        ),
    )


def _expertise(facts: Facts) -> Sentence | None:
    if facts.committee is None or facts.experienced == 0:
        return None
    subject = counted(facts.experienced, "member", "members").capitalize()
    have = "has" if facts.experienced == 1 else "have"
    return Sentence(
        f"{subject} of our {facts.committee} {have} relevant experience and knowledge in the field of cybersecurity.",
        (ask("bodies.members_with_experience", YEAR_END, kind="management_committee", count=facts.experienced),),
    )


def _certified(facts: Facts) -> Sentence | None:
    if facts.certificate is None:
        return None
    return Sentence(
        f"Some members of our security team hold professional certifications, such as {facts.certificate}.",
        (ask("people.team_certified", YEAR_END, code=facts.certificate, at_least=2),),
    )


def _committee_reports(facts: Facts) -> Sentence | None:
    if facts.board_committee is None or facts.committee is None:
        return None
    words = f"reports to the {facts.board_committee} periodically"
    return Sentence(
        f"Our {facts.committee} {words} on how it assesses, identifies and manages material risks from cybersecurity threats.",
        (
            ask("bodies.reports_to", YEAR_END, kind="management_committee", to_kind="board_committee"),
            ask(
                "reports.received",
                PERIOD,
                audience="board_committee",
                topics="assessment,identification,management",
                times="periodically",
            ),
        ),
        (Phrase(REPORT_FLAG, words, True),),
    )


def _assessment(facts: Facts) -> Sentence | None:
    if facts.committee is None:
        return None
    return Sentence(
        f"When a cybersecurity incident occurs, the {facts.committee} promptly organizes personnel to assess it and, as the case requires, "
        "seeks the opinions of outside experts and legal advisors.",
        (
            ask("bodies.charter_duty", FILING_DATE, kind="management_committee", duty="organise_assessment"),
            ask("bodies.charter_duty", FILING_DATE, kind="management_committee", duty="seek_opinions"),
            ask("incidents.assessed_promptly", PERIOD),
            ask("incidents.opinions_sought", PERIOD),
        ),
    )


def _escalation(facts: Facts) -> Sentence | None:
    if facts.committee is None or facts.board_committee is None:
        return None
    return Sentence(
        f"If an incident could be material, it promptly reports what was found to the {facts.board_committee}, "
        "which decides on the response and on whether disclosure is necessary.",
        (
            ask("bodies.charter_duty", FILING_DATE, kind="management_committee", duty="escalate"),
            ask("bodies.charter_duty", FILING_DATE, kind="board_committee", duty="decide_measures"),
            ask("bodies.charter_duty", FILING_DATE, kind="board_committee", duty="decide_disclosure"),
            ask("incidents.escalated_promptly", PERIOD),
            ask("incidents.measures_decided", FILING_DATE),
        ),
    )


def _release(facts: Facts) -> Sentence | None:
    if facts.committee is None or facts.board_committee is None:
        return None
    return Sentence(
        f"Where disclosure is necessary, the {facts.committee} prepares it promptly and the {facts.board_committee} reviews and approves it before it is made public.",
        (
            ask("bodies.charter_duty", FILING_DATE, kind="management_committee", duty="prepare_disclosure"),
            ask("bodies.charter_duty", FILING_DATE, kind="board_committee", duty="approve_before_dissemination"),
            ask("disclosures.approved_before_release", FILING_DATE),
        ),
    )


def _panel(facts: Facts) -> Sentence | None:
    if facts.panel is None:
        return None
    words = "senior executive officers"
    return Sentence(
        f"Our {words} oversee an internal {facts.panel}, which identifies and assesses risks and develops strategies to address them.",
        (
            ask("bodies.overseen_by_executives", YEAR_END, kind="panel"),
            ask("bodies.decided", PERIOD, kind="panel", topic="risk", at_least=1),
            ask("bodies.decided", PERIOD, kind="panel", topic="strategy", at_least=1),
        ),
        (Phrase(RESPONSIBLE, words), Phrase(RESPONSIBLE_FLAG, f"{words} oversee an internal {facts.panel}", True)),
    )


def _panel_expertise(facts: Facts) -> Sentence | None:
    if facts.panel is None:
        return None
    return Sentence(
        f"Most members of the {facts.panel} have worked as information security managers for more than five years.",
        (ask("bodies.most_experienced", YEAR_END, kind="panel", years=5),),
    )


def _panel_reports(facts: Facts) -> Sentence | None:
    if facts.panel is None:
        return None
    return Sentence(
        f"Members of the {facts.panel} regularly receive detailed reports, which guide them in preventing, detecting and managing incidents.",
        (
            ask(
                "reports.received",
                PERIOD,
                audience="panel",
                topics="prevention,detection,management",
                times="regularly",
            ),
        ),
    )


def _personnel(facts: Facts) -> Sentence | None:
    if facts.panel is None:
        return None
    words = "the board of directors"
    topics = "practices,material_risks,mitigation,external_evaluations,developments"
    return Sentence(
        f"Dedicated cybersecurity personnel regularly update the {facts.panel}, management and {words} on our practices, material risks and ways "
        "of mitigating them, in reports that also cover outside evaluations and developments in the field.",
        tuple(
            ask("reports.received", PERIOD, audience=who, topics=topics, times="regularly")
            for who in ("panel", "management", "board")
        ),
        (Phrase(REPORT_FLAG, words, True),),
    )


ANNUAL: Final[tuple[Template, ...]] = (
    Template("assessment_procedure", STRATEGY, 1, (PROCESSES,), _procedure),
    Template("integrated_erm", STRATEGY, 1, (PROCESSES, INTEGRATED), _integrated_erm),
    Template("integrated_security", STRATEGY, 1, (PROCESSES, INTEGRATED), _integrated_security),
    Template("rules", STRATEGY, 2, (PROCESSES,), _rules),
    Template("rules_cover", STRATEGY, 2, (PROCESSES,), _rules_cover, needs=("rules",)),
    Template("units", STRATEGY, 2, (PROCESSES,), _units, needs=("rules",)),
    Template("protocols", STRATEGY, 3, (PROCESSES,), _protocols),
    Template("data", STRATEGY, 3, (PROCESSES,), _data, needs=("protocols",)),
    Template("safeguards", STRATEGY, 3, (PROCESSES,), _safeguards),
    Template("tests", STRATEGY, 3, (PROCESSES,), _tests),
    Template("tests_in_house", STRATEGY, 3, (PROCESSES,), _tests_in_house),
    Template("experts", STRATEGY, 3, (PROCESSES,), _experts),
    Template("response", STRATEGY, 3, (PROCESSES,), _response),
    Template("robust", STRATEGY, 3, (PROCESSES,), _robust, kind=Statement.Kind.JUDGEMENT, needs=("response",)),
    Template("training", STRATEGY, 3, (PROCESSES,), _training),
    Template("monitoring", STRATEGY, 3, (PROCESSES,), _monitoring),
    Template("vendors", STRATEGY, 3, (PROCESSES,), _vendors),
    Template("none_material", STRATEGY, 4, (PROCESSES,), _none_material),
    Template("caution", STRATEGY, 4, (PROCESSES,), _caution, kind=Statement.Kind.CAUTION, needs=("none_material",)),
    Template("board", GOVERNANCE, 5, (BOARD,), _board),
    Template("board_disclosure", GOVERNANCE, 5, (BOARD,), _board_disclosure, needs=("board",)),
    Template("committee", GOVERNANCE, 6, (ROLE,), _committee),
    Template("panel", GOVERNANCE, 6, (ROLE,), _panel),
    Template("expertise", GOVERNANCE, 6, (ROLE, EXPERTISE), _expertise, needs=("committee",)),
    Template("panel_expertise", GOVERNANCE, 6, (ROLE, EXPERTISE), _panel_expertise, needs=("panel",)),
    Template("certified", GOVERNANCE, 6, (ROLE, EXPERTISE), _certified, needs=("committee", "panel")),
    Template("panel_reports", GOVERNANCE, 6, (ROLE, INFORM_MANAGEMENT), _panel_reports, needs=("panel",)),
    Template("committee_reports", GOVERNANCE, 7, (ROLE, INFORM_BOARD), _committee_reports, needs=("committee",)),
    Template("personnel", GOVERNANCE, 7, (ROLE, INFORM_BOARD), _personnel, needs=("panel",)),
    Template("assessment", GOVERNANCE, 7, (ROLE, INFORM_MANAGEMENT), _assessment, needs=("committee",)),
    Template("escalation", GOVERNANCE, 7, (ROLE, INFORM_MANAGEMENT), _escalation, needs=("committee",)),
    Template("release", GOVERNANCE, 7, (ROLE,), _release, needs=("committee",)),
)
