"""What an exercise came to, by unit: people who clicked, people who reported it, and what only machines opened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from quarterdeck.areas.phishing.grouping import rolled
from quarterdeck.areas.phishing.models import Campaign, Delivery, Receiver, Touch
from quarterdeck.engines.phishing import Hit, Judged, Kind, Verdict, judge
from quarterdeck.kernel.permissions.models import Unit


@dataclass
class Tally:
    """One group. Every figure counts mails, and each person has one mail."""

    unit: int
    sent: int = 0
    clicked: int = 0
    reported: int = 0
    machines: int = 0
    uncertain: int = 0


def judged(campaign: Campaign) -> list[Judged]:
    """Every request of the exercise with its verdict, as all that is known now tells it. Two queries."""
    sent = dict(Delivery.objects.filter(campaign=campaign).values_list("pk", "sent_at"))
    rows = Touch.objects.filter(delivery__campaign=campaign).order_by("at", "pk")
    hits = [
        Hit(pk, mail, Kind(kind), at, method, agent, client)
        for pk, mail, kind, at, method, agent, client in rows.values_list(
            "pk", "delivery_id", "kind", "at", "method", "agent", "client"
        )
    ]
    return judge(hits, sent)


def tallies(campaign: Campaign) -> list[Tally]:
    """By unit, small ones counted in the one above; the largest first. For a closed exercise what its results say."""
    if campaign.state == Campaign.State.CLOSED:
        kept = campaign.results.order_by("-sent", "unit_id")
        return [Tally(row.unit_id, row.sent, row.clicked, row.reported, row.machines, row.uncertain) for row in kept]
    return counted(campaign, judged(campaign))


def counted(campaign: Campaign, found: Iterable[Judged]) -> list[Tally]:
    """Verdicts added up."""
    best: dict[int, Verdict] = {}
    order = (Verdict.MACHINE, Verdict.UNCERTAIN, Verdict.PERSON)
    for item in found:
        former = best.get(item.hit.mail, Verdict.MACHINE)
        best[item.hit.mail] = max(former, item.verdict, key=order.index)
    mails = list(Delivery.objects.filter(campaign=campaign).values_list("pk", "unit_id", "reported"))
    counts: dict[int, int] = {}
    for _mail, unit, _reported in mails:
        counts[unit] = counts.get(unit, 0) + 1
    place = rolled(counts, dict(Unit.objects.values_list("pk", "parent_id")))
    made: dict[int, Tally] = {}
    for mail, unit, reported in mails:
        tally = made.setdefault(place[unit], Tally(place[unit]))
        tally.sent += 1
        tally.reported += reported
        verdict = best.get(mail)
        tally.clicked += verdict is Verdict.PERSON
        tally.machines += verdict is Verdict.MACHINE
        tally.uncertain += verdict is Verdict.UNCERTAIN
    return sorted(made.values(), key=lambda tally: (-tally.sent, tally.unit))


def progress(campaign: Campaign) -> tuple[int, int]:
    """How many mails went out, of how many."""
    rows = Receiver.objects.filter(campaign=campaign)
    return rows.filter(done=True).count(), rows.count()
