"""A draft of the minutes from the record of a meeting: pure, so that what is drafted can be tested word by word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True)
class VoteLine:
    """One member's vote (``for``, ``against`` or ``abstain``) and dissent, if any."""

    name: str
    choice: str
    dissent: str = ""


@dataclass(frozen=True)
class DecisionLine:
    """One decision: ``outcome`` is ``carried``, ``lost`` or ``withdrawn``; ``votes`` in the order they were cast."""

    number: str
    title: str
    text: str
    outcome: str
    votes: tuple[VoteLine, ...] = ()
    papers_hash: str = ""


@dataclass(frozen=True)
class ItemLine:
    """One agenda item with its papers, recusals (name, reason) and decisions."""

    number: int
    title: str
    papers: tuple[str, ...] = ()
    recused: tuple[tuple[str, str], ...] = ()
    decisions: tuple[DecisionLine, ...] = ()


@dataclass(frozen=True)
class MeetingRecord:
    """All that the minutes say. Names of people in the order they are to appear; times as text with their zone."""

    body: str
    held_on: date
    opened: str
    closed: str
    place: str
    written: bool
    presided_by: str
    present: tuple[str, ...]
    apologies: tuple[str, ...]
    in_attendance: tuple[str, ...]
    entitled: int
    needed: int
    items: tuple[ItemLine, ...]


def draft(meeting: MeetingRecord) -> str:
    """Minutes in plain text, one paragraph a fact, nothing that the record does not hold."""
    title = _("Written resolution of the %(body)s") if meeting.written else _("Minutes of the %(body)s")
    lines = [title % {"body": meeting.body}, "", *_opening(meeting)]
    for item in meeting.items:
        lines += ["", *_item(item, meeting.written)]
    lines += ["", _closing(meeting)]
    return "\n".join(lines) + "\n"


def _opening(meeting: MeetingRecord) -> list[str]:
    day = meeting.held_on.isoformat()
    if meeting.written:
        return [_("Circulated on %(day)s, %(time)s.") % {"day": day, "time": meeting.opened}]
    when = _("Held on %(day)s, %(time)s, at %(place)s.") if meeting.place else _("Held on %(day)s, %(time)s.")
    lines = [when % {"day": day, "time": meeting.opened, "place": meeting.place}]
    if meeting.presided_by:
        lines.append(_("In the chair: %(name)s.") % {"name": meeting.presided_by})
    lines.append(_("Present: %(names)s.") % {"names": _names(meeting.present)})
    if meeting.apologies:
        lines.append(_("Apologies: %(names)s.") % {"names": _names(meeting.apologies)})
    if meeting.in_attendance:
        lines.append(_("In attendance: %(names)s.") % {"names": _names(meeting.in_attendance)})
    counts = {"entitled": meeting.entitled, "needed": meeting.needed}
    lines.append(_("Members entitled to vote: %(entitled)s; quorum: %(needed)s.") % counts)
    return lines


def _item(item: ItemLine, written: bool) -> list[str]:
    lines = [f"{item.number}. {item.title}"]
    if item.papers:
        lines.append(_("Papers: %(titles)s.") % {"titles": "; ".join(item.papers)})
    lines += [
        _("%(name)s took no part in this item: %(reason)s") % {"name": name, "reason": reason}
        for name, reason in item.recused
    ]
    for decision in item.decisions:
        lines += _decision(decision)
    if not item.decisions and not written:
        lines.append(_("Noted; nothing was put to the vote."))
    return lines


def _decision(decision: DecisionLine) -> list[str]:
    if decision.outcome == "withdrawn":
        return [_("Proposal withdrawn: %(title)s.") % {"title": decision.title}]
    said = {"number": decision.number, "title": decision.title}
    head = (
        _("Decision %(number)s, carried: %(title)s.")
        if decision.outcome == "carried"
        else _("Decision %(number)s, lost: %(title)s.")
    )
    lines = [head % said, decision.text, _count(decision.votes)]
    against = [vote.name for vote in decision.votes if vote.choice == "against"]
    if against:
        lines.append(_("Against: %(names)s.") % {"names": _names(against)})
    abstained = [vote.name for vote in decision.votes if vote.choice == "abstain"]
    if abstained:
        lines.append(_("Abstained: %(names)s.") % {"names": _names(abstained)})
    lines += [
        _("Dissent of %(name)s: %(words)s") % {"name": vote.name, "words": vote.dissent}
        for vote in decision.votes
        if vote.dissent
    ]
    if decision.papers_hash:
        lines.append(_("Papers as decided on, SHA-256 %(hash)s.") % {"hash": decision.papers_hash})
    return lines


def _count(votes: Sequence[VoteLine]) -> str:
    counts = {choice: sum(vote.choice == choice for vote in votes) for choice in ("for", "against", "abstain")}
    abstentions = ngettext("%(count)s abstention", "%(count)s abstentions", counts["abstain"]) % {
        "count": counts["abstain"]
    }
    return _("Votes: %(for)s for, %(against)s against, %(abstentions)s.") % {
        "for": counts["for"],
        "against": counts["against"],
        "abstentions": abstentions,
    }


def _closing(meeting: MeetingRecord) -> str:
    if meeting.written:
        return _("Closed at %(time)s.") % {"time": meeting.closed}
    return _("The meeting closed at %(time)s.") % {"time": meeting.closed}


def _names(names: Sequence[str]) -> str:
    return ", ".join(names) if names else _("nobody")
