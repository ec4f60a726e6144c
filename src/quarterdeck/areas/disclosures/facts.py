"""What the sentences name: bodies, numbers of people, a certificate. Read from the record as of the document's year end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from quarterdeck.areas.bodies.models import Body, Membership
from quarterdeck.areas.disclosures.evaluation import Asked
from quarterdeck.areas.organisation.models import FilerStatus
from quarterdeck.areas.people.models import Certification, Position
from quarterdeck.areas.people.queries import positions_on
from quarterdeck.kernel.claims.registry import PERIOD, YEAR_END, Claim
from quarterdeck.kernel.records import in_effect_on


@dataclass(frozen=True)
class Chair:
    """The chair's position: its code, and its title in the words of the report."""

    code: str
    title: str


@dataclass(frozen=True)
class Facts:
    """Names and numbers for the sentences; None or 0 where the record has none."""

    foreign: bool
    board_committee: str | None = None
    committee: str | None = None
    panel: str | None = None
    executives: int = 0
    heads: int = 0
    experienced: int = 0
    chair: Chair | None = None
    certificate: str | None = None
    outside_tests: bool = False


def facts_of(asked: Asked) -> Facts:
    """Read the record as of the year end that ``asked`` carries."""
    day = asked.bases[YEAR_END].day
    status = FilerStatus.objects.on(asked.bases["filing_date"].day).order_by("-effective_from").first()
    committee = _body(Body.Kind.MANAGEMENT_COMMITTEE, day)
    board_committee = _body(Body.Kind.BOARD_COMMITTEE, day)
    panel = _body(Body.Kind.PANEL, day)
    executives, heads, chair = (0, 0, None) if committee is None else _composition(committee, day)
    experienced = asked(
        Claim("bodies.members_with_experience", {"kind": "management_committee", "count": 0}, YEAR_END)
    ).value
    outside = asked(Claim("findings.tested", {"performer": "outside"}, PERIOD))
    return Facts(
        foreign=status is not None and status.filer == FilerStatus.Filer.FOREIGN,
        board_committee=None if board_committee is None else within_a_sentence(board_committee.name),
        committee=None if committee is None else within_a_sentence(committee.name),
        panel=None if panel is None else within_a_sentence(panel.name),
        executives=executives,
        heads=heads,
        experienced=experienced if isinstance(experienced, int) else 0,
        chair=chair,
        certificate=_certificate(day),
        outside_tests=outside.verdict.holds,
    )


def _body(kind: str, day: date) -> Body | None:
    return Body.objects.on(day).filter(kind=kind).order_by("pk").first()


def within_a_sentence(name: str) -> str:
    """A body's name inside a sentence: "Nominating and Corporate Governance Committee" reads in lower case there."""
    words = name.split()
    return " ".join(word if word.isupper() and len(word) > 1 else word[:1].lower() + word[1:] for word in words)


def _composition(body: Body, day: date) -> tuple[int, int, Chair | None]:
    rows = list(Membership.objects.on(day).filter(body=body, role__in=("member", "chair")))
    positions = positions_on([row.person_id for row in rows], day)
    executives = heads = 0
    chair: Chair | None = None
    for row in rows:
        held = positions.get(row.person_id, [])
        levels = {position.level for position in held}
        if Position.Level.EXECUTIVE in levels:
            executives += 1
        elif Position.Level.DEPARTMENT_HEAD in levels:
            heads += 1
        if row.role == "chair" and held:
            first = next((p for p in held if p.level == Position.Level.EXECUTIVE), held[0])
            chair = Chair(first.code, within_a_sentence(first.title))
    return executives, heads, chair


def _certificate(day: date) -> str | None:
    """The certification that most members of the security team hold on the day."""
    row = (
        Certification.objects.filter(
            in_effect_on(day, "person__teams__"), person__teams__team="security", issued_on__lte=day
        )
        .exclude(expires_on__lt=day)
        .exclude(verified_on=None)
        .values("code")
        .annotate(holders=Count("person", distinct=True))
        .filter(holders__gte=2)
        .order_by("-holders", "code")
        .first()
    )
    return None if row is None else str(row["code"])
