"""The rules of a demonstration company: written by one person, approved by two others, published, read by whom they are for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from quarterdeck.demo.persons import key
from quarterdeck.demo.stage import Stage

#: A heading and what stands under it.
Part = tuple[str, str]
#: Duties and the anchors of the sections that cover them, where rules on threats and incidents have these four sections.
HANDLING = {
    "covers_severity": "severity",
    "covers_source": "source",
    "covers_measures": "measures",
    "covers_informing": "informing",
}


@dataclass(frozen=True)
class Rules:
    """One policy of a story. ``unit``: where it hangs and who reads it, with everybody below."""

    kind: str
    level: str
    title: str
    version: str
    unit: str
    parts: tuple[Part, ...]
    covers: dict[str, str] = field(default_factory=dict)
    months: int = 12

    @property
    def text(self) -> str:
        return "\n\n".join(f"# {heading}\n\n{words}" for heading, words in self.parts) + "\n"


@dataclass(frozen=True)
class Desk:
    """Who writes the rules (login and name), and who approves them, in order (login and name)."""

    writer: str
    owner: str
    approvers: tuple[tuple[str, str], ...]


def enact(stage: Stage, desk: Desk, rules: Rules, day: date) -> None:
    """Write it, have it approved, and put it in force on ``day``. In the cast as ``policy:KIND``."""
    policy = stage.do(
        "policies.policy.create",
        desk.writer,
        cast=f"policy:{rules.kind}",
        title=rules.title,
        kind=rules.kind,
        level=rules.level,
        owner=stage.cast[key(desk.owner)],
        unit=stage.cast[rules.unit],
        review_months=rules.months,
        acknowledge_days=21,
    )
    version = stage.do(
        "policies.policyversion.draft",
        desk.writer,
        policy=policy,
        number=rules.version,
        text=rules.text,
        summary="",
        **rules.covers,
    )
    steps = [
        (login, stage.do("policies.approvalstep.add", desk.writer, version=version, person=stage.cast[key(name)]))
        for login, name in desk.approvers
    ]
    _through(stage, desk, version, steps, day)


def revise(stage: Stage, desk: Desk, rules: Rules, summary: str, day: date) -> None:
    """A new version, approved by the same people."""
    from quarterdeck.areas.policies.models import ApprovalStep

    version = stage.do(
        "policies.policyversion.draft",
        desk.writer,
        policy=stage.cast[f"policy:{rules.kind}"],
        number=rules.version,
        text=rules.text,
        summary=summary,
        **rules.covers,
    )
    rows = ApprovalStep.objects.filter(version=version.pk).order_by("position")
    steps = [(login, step) for (login, _name), step in zip(desk.approvers, rows, strict=True)]
    _through(stage, desk, version, steps, day)


def _through(stage: Stage, desk: Desk, version: object, steps: Iterable[tuple[str, object]], day: date) -> None:
    from quarterdeck.areas.policies.models import ApprovalStep, PolicyVersion

    assert isinstance(version, PolicyVersion)
    stage.do("policies.policyversion.submit", desk.writer, version)
    for login, step in steps:
        assert isinstance(step, ApprovalStep)
        stage.do("policies.approvalstep.approve", login, step, sha256=version.sha256)
    stage.do("policies.policyversion.publish", desk.writer, version, effective_from=day)


def read(stage: Stage, but: Iterable[str] = ()) -> None:
    """Everybody asked acknowledges what is in force, but for those named (by login)."""
    from quarterdeck.areas.policies.models import Acknowledgement

    left = set(but)
    rows = Acknowledgement.objects.filter(state=Acknowledgement.State.OPEN).select_related("person__user", "version")
    for row in rows.order_by("pk"):
        assert row.person.user is not None
        if row.person.user.login not in left:
            stage.do("policies.acknowledgement.acknowledge", row.person.user.login, row, sha256=row.version.sha256)


def review(stage: Stage, desk: Desk, kinds: Iterable[str], note: str) -> None:
    """The owner looked at each again a day before, and it stands."""
    from quarterdeck.kernel import clock

    for kind in kinds:
        stage.do(
            "policies.policy.review",
            desk.writer,
            f"policy:{kind}",
            reviewed_on=clock.today() - timedelta(days=1),
            result="stands",
            note=note,
        )
