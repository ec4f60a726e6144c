"""Rules of bodies, as pure functions: quorum, carrying a vote, memberships that clash, papers that changed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from quarterdeck.engines.merkle.canonical import canonical_bytes


class QuorumKind(StrEnum):
    """How a charter states its quorum."""

    MAJORITY = "majority"
    SHARE = "share"
    NUMBER = "number"


@dataclass(frozen=True)
class QuorumRule:
    """``majority``: more than half of the members; ``share``: at least ``value`` percent; ``number``: at least ``value``."""

    kind: QuorumKind
    value: int = 0

    def needed(self, entitled: int) -> int:
        """How many of ``entitled`` members have to take part. Never fewer than one."""
        match self.kind:
            case QuorumKind.MAJORITY:
                return entitled // 2 + 1
            case QuorumKind.SHARE:
                return max(1, -(-entitled * self.value // 100))
            case QuorumKind.NUMBER:
                return max(1, self.value)


@dataclass(frozen=True)
class Quorum:
    """Members ``entitled`` to vote, how many are ``needed``, and how many ``counted``."""

    entitled: int
    needed: int
    counted: int

    @property
    def met(self) -> bool:
        return self.counted >= self.needed


def quorum(
    rule: QuorumRule, entitled: Collection[int], taking_part: Collection[int], recused: Collection[int]
) -> Quorum:
    """Quorum on one item. Arguments after the rule are ids of people.

    Whoever is recused does not count as taking part in that item. The number needed is not lowered for them: it is taken
    from all members, so that a body most of whose members are in conflict cannot decide by a remnant; it passes the item to
    the body it reports to. (The same rule as article 14(1) of the model articles for private companies limited by shares,
    SI 2008/3229: a director in conflict is not counted as participating for quorum purposes.)
    """
    counted = (set(entitled) & set(taking_part)) - set(recused)
    return Quorum(len(set(entitled)), rule.needed(len(set(entitled))), len(counted))


class Choice(StrEnum):
    """How a member votes."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


@dataclass(frozen=True)
class Result:
    """A vote counted."""

    in_favour: int
    against: int
    abstained: int
    quorum: Quorum

    @property
    def carried(self) -> bool:
        """With quorum, and more votes for than against. An abstention is no vote cast; a tie is lost; no casting vote."""
        return self.quorum.met and self.in_favour > self.against


def tally(
    rule: QuorumRule,
    entitled: Collection[int],
    taking_part: Collection[int],
    recused: Collection[int],
    votes: Mapping[int, str],
) -> Result:
    """Count ``votes`` (person → choice). Those of people not entitled, or recused, do not count."""
    valid = {who: vote for who, vote in votes.items() if who in set(entitled) and who not in set(recused)}
    cast = list(valid.values())
    return Result(
        cast.count(Choice.FOR),
        cast.count(Choice.AGAINST),
        cast.count(Choice.ABSTAIN),
        quorum(rule, entitled, taking_part, recused),
    )


@dataclass(frozen=True)
class Seat:
    """A membership: ``person`` holds ``role`` on the days ``start``…``end``, both included; ``end`` None while it goes on."""

    person: int
    role: str
    start: date
    end: date | None


def meet(one: Seat, other: Seat) -> bool:
    """Whether there is a day on which both hold."""
    return (other.end is None or one.start <= other.end) and (one.end is None or other.start <= one.end)


class Clash(StrEnum):
    """Why a seat cannot be given."""

    SECOND_CHAIR = "second_chair"
    SECOND_ROLE = "second_role"


CHAIR = "chair"


def clash(seat: Seat, others: Iterable[Seat]) -> tuple[Clash, Seat] | None:
    """The first of ``others`` in the same body that ``seat`` cannot stand beside: one chair, one role for each person, on a day."""
    for other in others:
        if meet(seat, other):
            if other.person == seat.person:
                return Clash.SECOND_ROLE, other
            if seat.role == CHAIR and other.role == CHAIR:
                return Clash.SECOND_CHAIR, other
    return None


@dataclass(frozen=True)
class FrozenPaper:
    """One paper as it lay before the members: SHA-256 of the file's bytes, or of the text in UTF-8."""

    key: str
    title: str
    sha256: str


def text_hash(text: str) -> str:
    """SHA-256 of a text that is itself the paper."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def freeze(papers: Sequence[FrozenPaper]) -> str:
    """One hash over the papers in order: SHA-256 of their RFC 8785 list of key, title and hash."""
    rows: list[dict[str, str]] = [{"key": p.key, "sha256": p.sha256, "title": p.title} for p in papers]
    return hashlib.sha256(canonical_bytes([dict(row) for row in rows])).hexdigest()


class PaperChange(StrEnum):
    """What happened to a paper since it was frozen."""

    ADDED = "added"
    REMOVED = "removed"
    ALTERED = "altered"


def changes_since(frozen: Sequence[FrozenPaper], now: Sequence[FrozenPaper]) -> tuple[tuple[PaperChange, str], ...]:
    """What changed, with the paper's title: removed and altered ones in their frozen order, then added ones."""
    before, after = {p.key: p for p in frozen}, {p.key: p for p in now}
    found: list[tuple[PaperChange, str]] = []
    for key, paper in before.items():
        if key not in after:
            found.append((PaperChange.REMOVED, paper.title))
        elif after[key] != paper:
            found.append((PaperChange.ALTERED, paper.title))
    found += [(PaperChange.ADDED, paper.title) for key, paper in after.items() if key not in before]
    return tuple(found)
