"""Six incidents and threats of the year: how each was found, contained, assessed, determined not to be material, and closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial

from quarterdeck.demo.b.people import key
from quarterdeck.demo.stage import Stage
from quarterdeck.kernel import clock

FIRST_HALF, SECOND_HALF = date(2025, 7, 17), date(2025, 12, 30)


@dataclass(frozen=True)
class Case:
    """One incident or threat of the story."""

    key: str
    nature: str
    title: str
    unit: str
    found: datetime
    facts: str
    severity: str
    severity_why: str
    source: str
    source_why: str
    measures: tuple[str, ...]
    timeline: tuple[tuple[int, str, str], ...]
    tasks: tuple[tuple[str, str, str], ...]
    opinion: tuple[str, str, str] | None
    result: str
    lesson: str
    determined: date


def _at(year: int, month: int, day: int, hour: int, minute: int) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


CASES = (
    Case(
        "stolen-token", "incident", "Vendor token used from an unknown address", "commerce", _at(2025, 2, 27, 10, 10),
        "A courier's interface token read order addresses from an address never seen before.", "moderate",
        "Order addresses of 1,180 customers were read; no payment data.", "third_party",
        "The courier confirmed that a laptop with the token was stolen.",
        ("Token withdrawn and replaced", "Calls limited to the courier's own addresses"),
        ((0, "Unusual address on the order interface", "rule of the platform watch"), (21, "Token withdrawn", "duty officer"),
         (190, "Courier confirms a stolen laptop", "e-mail of the courier")),
        (("commerce", "Find the customers concerned", "bai.ling"), ("fulfilment", "Agree new token handling with the courier", "wei.an")),
        ("counsel", "He Lan", "The customers and the regulator were informed in time; no further duty follows."),
        "1,180 addresses, known extent, customers informed, no loss of business; cost below 0.1 million yuan.",
        "Interface tokens of vendors are bound to their addresses.", FIRST_HALF,
    ),
    Case(
        "phishing", "incident", "Two mailboxes opened after a phishing mail", "finance", _at(2025, 4, 8, 1, 40),
        "Two colleagues in finance typed their passwords into a copied sign-in page.", "low",
        "Second factor stopped one sign-in; one mailbox was open for nine minutes.", "external",
        "Page hosted at a rented server; a wave that hit other companies on the same day.",
        ("Passwords and sessions reset", "Copied page reported and taken down"),
        ((0, "Colleague reports a strange sign-in page", "report button"), (9, "Sessions ended", "infrastructure watch")),
        (("security", "Search the mailbox for forwarding rules", "shen.tao"),), None,
        "No mail left the house; nothing of substance in the mailbox.", "Finance moves to passkeys first.", FIRST_HALF,
    ),
    Case(
        "exposed-bucket", "incident", "Test data reachable without sign-in for three hours", "commerce", _at(2025, 6, 3, 7, 5),
        "A storage folder with desensitized test data was open to anyone who knew its name.", "low",
        "Desensitized data only; the log shows no outside reader.", "internal",
        "A change of configuration without a second pair of eyes.",
        ("Folder closed", "Policy refuses open folders from now on"),
        ((0, "Scheduled check finds an open folder", "configuration check"), (14, "Folder closed", "platform watch")),
        (("commerce", "Go through all folders of the unit", "bai.ling"), ("security", "Refuse open folders by policy", "shen.tao")), None,
        "No personal data, no reader; a near miss.", "Open folders are refused by policy, not found by checks.", FIRST_HALF,
    ),
    Case(
        "denial", "incident", "Mini programs slow under a flood of requests", "commerce", _at(2025, 8, 19, 12, 25),
        "For fifty minutes most calls of the mini programs took longer than ten seconds.", "moderate",
        "Orders fell by a third for fifty minutes during a sale.", "external",
        "About 40,000 rented machines; a demand for money was sent and not answered.",
        ("Traffic filtered upstream", "Costly calls limited for each visitor"),
        ((0, "Response times leave their band", "mini-program watch"), (12, "Upstream filter switched on", "provider"),
         (50, "Response times normal", "mini-program watch")),
        (("commerce", "Estimate the orders lost", "bai.ling"), ("watch-mini", "Rehearse the upstream filter each quarter", "luo.xin")),
        ("expert", "Stonebridge Advisory", "The estimate of lost orders is sound; about 1.9 million yuan of revenue were moved rather than lost."),
        "About 0.02 percent of the quarter's revenue, most of it caught up within two days.",
        "The upstream filter is rehearsed each quarter.", SECOND_HALF,
    ),
    Case(
        "library", "threat", "Critical flaw in an image library in use", "security", _at(2025, 9, 15, 2, 30),
        "A flaw under attack elsewhere sits in the library that resizes product pictures.", "high",
        "Reachable from outside; used by eleven services.", "external", "Published with an example; scans seen from the second day.",
        ("Uploads sent through an isolated converter", "Library replaced in all eleven services"),
        ((0, "Advisory matched with the inventory", "inventory of components"), (95, "Uploads isolated", "platform watch"),
         (1560, "Library replaced everywhere", "release log")),
        (("commerce", "Release the replaced library in nine services", "bai.ling"), ("fulfilment", "Release the replaced library in two services", "wei.an")),
        None, "No sign of use against us in the logs of ninety days.", "Converters run isolated from the start.", SECOND_HALF,
    ),
    Case(
        "leaver", "incident", "Leaver's account used after the last day", "fulfilment", _at(2025, 11, 5, 3, 15),
        "An account of the warehouse system was used two days after its holder had left.", "low",
        "Stock levels were read; nothing was changed.", "internal", "The former colleague looked up a colleague's shift; admitted and documented.",
        ("Account closed", "Warehouse system joined to the leaver process"),
        ((0, "Sign-in after the last day", "daily comparison of leavers"), (35, "Account closed", "infrastructure watch")),
        (("fulfilment", "Compare all warehouse accounts with the list of employees", "wei.an"), ("people", "Send leavers to the warehouse system daily", "")),
        None, "No harm; a gap in the leaver process.", "Every system takes leavers from one list.", SECOND_HALF,
    ),
)  # fmt: skip


def scenes(stage: Stage) -> None:
    """Each case from discovery to closing."""
    for case in CASES:
        stage.scene(case.found + timedelta(minutes=45), partial(_declare, stage, case))
        stage.scene(case.found + timedelta(hours=20), partial(_organise, stage, case))
        stage.scene(case.found + timedelta(days=6), partial(_assess, stage, case))
        stage.later(
            case.determined + timedelta(days=1 if case.determined == SECOND_HALF else 5),
            partial(_close, stage, case),
            hour=3,
        )


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _declare(stage: Stage, case: Case) -> None:
    incident = stage.do(
        "incidents.incident.declare",
        "deng.hao",
        cast=f"incident:{case.key}",
        title=case.title,
        nature=case.nature,
        unit=stage.cast[case.unit],
        discovered_at=_iso(case.found),
        facts=case.facts,
    )
    for minutes, text, source in case.timeline:
        if minutes <= 45:
            stage.do(
                "incidents.timelineentry.add",
                "deng.hao",
                incident=incident,
                at=_iso(case.found + timedelta(minutes=minutes)),
                text=text,
                source=source,
            )
    stage.do("incidents.incident.rate", "deng.hao", incident, severity=case.severity, severity_why=case.severity_why)
    for number, title in enumerate(case.measures):
        stage.do(
            "incidents.measure.add",
            "deng.hao",
            cast=f"measure:{case.key}:{number}",
            incident=incident,
            title=title,
            owner=stage.cast[key("Shen Tao")],
        )


def _organise(stage: Stage, case: Case) -> None:
    incident = stage.cast[f"incident:{case.key}"]
    stage.do(
        "incidents.incident.contain",
        "deng.hao",
        incident,
        contained_at=_iso(case.found + timedelta(minutes=50 + len(case.title) * 3)),
    )
    stage.do(
        "incidents.incident.organise_assessment",
        "sun.rui",
        incident,
        assessor=stage.cast[key("Sun Rui")],
        opinions_needed=case.opinion is not None,
    )
    stage.do(
        "incidents.notice.give",
        "sun.rui",
        incident=incident,
        informed="management",
        at=_iso(clock.now()),
        how="Message to the management committee",
    )
    for number, (unit, title, owner) in enumerate(case.tasks):
        task = stage.do(
            "incidents.task.give",
            "sun.rui",
            cast=f"task:{case.key}:{number}",
            incident=incident,
            unit=stage.cast[unit],
            title=title,
            due=(case.found + timedelta(days=5)).date(),
        )
        if owner:
            stage.do("incidents.task.accept", owner, task)
    if case.opinion is not None:
        by, name, _text = case.opinion
        stage.do("incidents.opinion.ask", "sun.rui", cast=f"opinion:{case.key}", incident=incident, by=by, name=name)


def _assess(stage: Stage, case: Case) -> None:
    incident = stage.cast[f"incident:{case.key}"]
    for minutes, text, source in case.timeline:
        if minutes > 45:
            stage.do(
                "incidents.timelineentry.add",
                "deng.hao",
                incident=incident,
                at=_iso(case.found + timedelta(minutes=minutes)),
                text=text,
                source=source,
            )
    stage.do("incidents.incident.trace", "deng.hao", incident, source=case.source, source_why=case.source_why)
    for number in range(len(case.measures)):
        stage.do("incidents.measure.finish", "deng.hao", f"measure:{case.key}:{number}")
    for number, (_unit, _title, owner) in enumerate(case.tasks):
        if owner:
            stage.do("incidents.task.finish", owner, f"task:{case.key}:{number}")
    if case.opinion is not None:
        stage.do("incidents.opinion.receive", "sun.rui", f"opinion:{case.key}", text=case.opinion[2])
    stage.do(
        "incidents.incident.record_assessment", "sun.rui", incident, assessment=case.result, potentially_material="no"
    )


def _close(stage: Stage, case: Case) -> None:
    incident = stage.cast[f"incident:{case.key}"]
    decision = stage.cast[f"decision:board:materiality_review:{case.determined.isoformat()}"]
    stage.do("incidents.incident.determine", "qian.shu", incident, determination=decision, materiality="not_material")
    lesson = stage.do("incidents.lesson.add", "sun.rui", incident=incident, text=case.lesson)
    stage.do("incidents.lesson.finish", "sun.rui", lesson)
    stage.do("incidents.incident.record_lessons", "sun.rui", incident, lessons=case.lesson)
    stage.do("incidents.incident.change", "sun.rui", incident, plan_version="4")
    stage.do("incidents.incident.close", "sun.rui", incident)
