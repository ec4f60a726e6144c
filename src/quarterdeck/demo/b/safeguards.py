"""The company's own catalogue of safeguard requirements, the safeguards that answer it, and two rounds of tests."""

from __future__ import annotations

import json
from datetime import date
from functools import partial
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.text import slugify

from quarterdeck.demo.stage import Stage
from quarterdeck.kernel.actions import perform
from quarterdeck.kernel.records import Record

#: Kind, name, in operation since, owner, what it does, codes of the house rules that it answers.
SAFEGUARDS = (
    (
        "technical",
        "Multi-factor sign-in for all administrators",
        date(2022, 5, 1),
        "person:shen-tao",
        "A key in hardware beside the password, for every administrator of every system.",
        ("HR-1.1", "HR-1.2"),
    ),
    (
        "technical",
        "Endpoint detection on every workstation and server",
        date(2022, 11, 1),
        "person:shen-tao",
        "Watches processes and connections; the platform watch answers its alarms around the clock.",
        ("HR-2.1", "HR-2.2"),
    ),
    (
        "technical",
        "Isolated, immutable backups",
        date(2023, 8, 1),
        "person:wu-kai",
        "Nightly copies in a separate account that nobody can change for ninety days.",
        ("HR-3.1",),
    ),
    (
        "procedural",
        "Four-eyes approval of changes to payment systems",
        date(2021, 3, 1),
        "person:ma-ning",
        "No change reaches payments without the name of a second engineer.",
        ("HR-4.1",),
    ),
    (
        "procedural",
        "Quarterly review of privileged accounts",
        date(2021, 6, 1),
        "person:deng-hao",
        "Every quarter the owners confirm each privileged account or have it removed.",
        ("HR-1.3",),
    ),
)

#: When each safeguard was tested, and who did it.
ROUNDS = ((date(2025, 5, 15), "Information security"), (date(2025, 11, 13), "Information security"))

#: The house rules: families with their requirements.
RULES = (
    (
        "hr-1",
        "Access",
        (
            ("hr-1.1", "Administrators", "Administrators sign in with more than a password."),
            ("hr-1.2", "Remote access", "Nobody reaches internal systems from outside without a second factor."),
            ("hr-1.3", "Privileged accounts", "Privileged accounts are reviewed at least every quarter."),
        ),
    ),
    (
        "hr-2",
        "Watching",
        (
            ("hr-2.1", "Workstations and servers", "What runs on every workstation and server is watched."),
            ("hr-2.2", "Alarms", "An alarm is looked at within a quarter of an hour."),
        ),
    ),
    (
        "hr-3",
        "Recovery",
        (
            ("hr-3.1", "Copies", "Copies of what the business runs on cannot be changed or deleted by an intruder."),
            ("hr-3.2", "Rehearsal", "Restoring a warehouse from copies is rehearsed every year."),
        ),
    ),
    (
        "hr-4",
        "Change",
        (
            ("hr-4.1", "Payments", "A change to payment systems is approved by a second person."),
            ("hr-4.2", "Magnetic tapes", "Tapes that leave a site are locked."),
        ),
    ),
)


def scenes(stage: Stage) -> None:
    """Catalogue and safeguards in January, the tests when they were made, each approved by the security officer."""
    stage.later(date(2025, 1, 14), partial(_catalogue, stage))
    for made in SAFEGUARDS:
        stage.later(date(2025, 1, 15), partial(_safeguard, stage, *made))
    stage.later(date(2025, 1, 16), partial(_answers, stage))
    for day, team in ROUNDS:
        for _kind, name, *_rest in SAFEGUARDS:
            stage.later(day, partial(_test, stage, name, day, team))


def rules() -> bytes:
    """The company's house rules as an OSCAL catalogue."""
    groups = [
        {
            "id": key,
            "class": "family",
            "title": title,
            "controls": [
                {
                    "id": code,
                    "title": name,
                    "props": [{"name": "label", "value": code.upper()}],
                    "parts": [{"id": f"{code}_smt", "name": "statement", "prose": words}],
                }
                for code, name, words in controls
            ],
        }
        for key, title, controls in RULES
    ]
    metadata = {"title": "House rules for information security", "last-modified": "2025-01-10T08:00:00Z", "version": "3", "oscal-version": "1.1.2"}  # fmt: skip
    document = {"catalog": {"uuid": "5b0c4a52-6d0f-4f3e-9a35-6f5d0b6a3c11", "metadata": metadata, "groups": groups}}
    return json.dumps(document, indent=1).encode("utf-8")


def hand_over(
    stage: Stage, code: str, who: str, record: Record | None, files: dict[str, bytes], **data: object
) -> Record:
    """An action with uploads: ``files`` by field, as text files named after the data's title or the action."""
    plain: dict[str, Any] = {name: str(getattr(value, "pk", value)) for name, value in data.items()}
    named = slugify(str(data.get("title") or code.rpartition(".")[2]))
    sent: MultiValueDict[str, Any] = MultiValueDict(
        {
            field: [SimpleUploadedFile(f"{named}.{'json' if content[:1] == b'{' else 'txt'}", content)]
            for field, content in files.items()
        }
    )
    given: MultiValueDict[str, Any] = MultiValueDict({name: [value] for name, value in plain.items()})
    return perform(code, stage.users[who], record, given, files=sent).record


def _catalogue(stage: Stage) -> None:
    stage.cast["framework"] = hand_over(stage, "safeguards.framework.import", "sun.rui", None, {"file": rules()})


def _safeguard(stage: Stage, kind: str, name: str, since: date, owner: str, words: str, codes: tuple[str, ...]) -> None:
    stage.do(
        "safeguards.safeguard.create",
        "sun.rui",
        cast=f"safeguard:{name}",
        name=name,
        kind=kind,
        description=words,
        owner=stage.cast[owner],
        unit=stage.cast["security"],
        in_operation_since=since,
        test_every=12,
    )


def _answers(stage: Stage) -> None:
    """What answers what; two rules stay open, one of them because it does not apply."""
    framework = stage.cast["framework"]
    keys = dict(framework.requirements.values_list("code", "pk"))  # type: ignore[attr-defined]
    for _kind, name, since, _owner, words, codes in SAFEGUARDS:
        stage.do(
            "safeguards.framework.answer",
            "sun.rui",
            framework,
            safeguard=stage.cast[f"safeguard:{name}"],
            requirements=[keys[code] for code in codes],
            coverage="full",
            reason=words,
            effective_from=since,
        )
    stage.do(
        "safeguards.framework.set_aside",
        "sun.rui",
        framework,
        requirements=[keys["HR-4.2"]],
        reason="The company has used no tapes since 2023.",
        effective_until="2026-12-31",
    )


def _test(stage: Stage, name: str, day: date, team: str) -> None:
    report = f"{name}\n\nTested on {day.isoformat()} by {team}. It worked as described.\n".encode()
    test = hand_over(
        stage,
        "safeguards.safeguardtest.record",
        "deng.hao",
        None,
        {"file": report},
        safeguard=stage.cast[f"safeguard:{name}"],
        tested_on=day,
        performer="in_house",
        performer_name=team,
        method="test",
        result="effective",
        findings="It worked as described.",
    )
    stage.cast[f"test:{name}:{day.isoformat()}"] = test
    stage.do("safeguards.safeguardtest.approve", "sun.rui", test)
