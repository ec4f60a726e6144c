"""Whether a person or a machine opened the link of an exercise mail, with the reason.

Mail gateways open links before anybody sees them, chat programs draw previews, and a tool with which people report a mail
opens what was reported. Counted as people they make an exercise worthless and somebody a culprit. No single sign is
certain; each rule below names its sign, and what no rule covers is a person's only when the client calls itself a browser.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What was touched: the link people see, the link nobody sees, or the button with which a mail is reported."""

    LINK = "link"
    TRAP = "trap"
    REPORT = "report"


class Verdict(StrEnum):
    """Who it was."""

    PERSON = "person"
    MACHINE = "machine"
    UNCERTAIN = "uncertain"


class Because(StrEnum):
    """The rule that decided."""

    METHOD = "method"
    AGENT = "agent"
    NO_AGENT = "no_agent"
    TOO_SOON = "too_soon"
    MANY_MAILS = "many_mails"
    TRAP = "trap"
    AFTER_REPORT = "after_report"
    NOT_A_BROWSER = "not_a_browser"
    BROWSER = "browser"


@dataclass(frozen=True)
class Hit:
    """One request. ``mail``: which mail's token it carried; ``client``: what tells one client from another (never shown);
    ``at`` is aware."""

    id: int
    mail: int
    kind: Kind
    at: datetime
    method: str = "GET"
    agent: str = ""
    client: str = ""


@dataclass(frozen=True)
class Rules:
    """The thresholds. ``soon``: nobody reads a mail and clicks within so short a time of its delivery; ``many`` different
    mails opened by one client within ``window``; a trap tells on its client's other hits within ``trap``."""

    soon: timedelta = timedelta(seconds=8)
    many: int = 4
    window: timedelta = timedelta(seconds=60)
    trap: timedelta = timedelta(minutes=10)


@dataclass(frozen=True)
class Judged:
    """A hit with the verdict and the rule that gave it."""

    hit: Hit
    verdict: Verdict
    because: Because


#: Parts of what gateways, preview makers and programs call themselves, in lower case.
MACHINES: Final = (
    "barracuda", "bitdefender", "bot", "check point", "cisco", "cloudmark", "crawler", "curl", "facebookexternalhit", "fireeye",
    "forcepoint", "go-http-client", "googleimageproxy", "headless", "java/", "libwww", "linkpreview", "mimecast",
    "ms-office", "microsoft office", "office365", "okhttp", "phantomjs", "preview", "proofpoint", "python", "safelinks",
    "scanner", "skypeuripreview", "slackbot", "sophos", "spider", "symantec", "teams", "trendmicro", "urldefense", "wget",
    "whatsapp", "zscaler",
)  # fmt: skip
READING_METHODS: Final = frozenset({"GET", "POST"})


def judge(hits: Iterable[Hit], sent: Mapping[int, datetime | None], rules: Rules = Rules()) -> list[Judged]:
    """Every hit on link or trap with its verdict, in the order of their time. ``sent``: mail → when it was delivered, or
    None where that is not kept.

    A report is no click; it counts against what its own mail's link is asked for afterwards. The answer does not depend
    on the order in which the hits are given, and a further hit can turn earlier ones from a person's to a machine's.
    """
    ordered = sorted(hits, key=lambda hit: (hit.at, hit.id))
    reported: dict[int, datetime] = {}
    by_client: dict[str, list[Hit]] = {}
    for hit in ordered:
        if hit.kind is Kind.REPORT:
            reported.setdefault(hit.mail, hit.at)
        elif hit.client:
            by_client.setdefault(hit.client, []).append(hit)
    busy = {client: _busy(found, rules) for client, found in by_client.items()}
    traps = {client: [hit.at for hit in found if hit.kind is Kind.TRAP] for client, found in by_client.items()}
    return [
        _judged(
            hit, sent.get(hit.mail), reported.get(hit.mail), busy.get(hit.client, ()), traps.get(hit.client, ()), rules
        )
        for hit in ordered
        if hit.kind is not Kind.REPORT
    ]


def _judged(
    hit: Hit,
    sent: datetime | None,
    reported: datetime | None,
    busy: Sequence[tuple[datetime, datetime]],
    traps: Sequence[datetime],
    rules: Rules,
) -> Judged:
    agent = hit.agent.casefold()
    machine = Verdict.MACHINE
    if hit.kind is Kind.TRAP:
        return Judged(hit, machine, Because.TRAP)
    if hit.method.upper() not in READING_METHODS:
        return Judged(hit, machine, Because.METHOD)
    if not agent.strip():
        return Judged(hit, machine, Because.NO_AGENT)
    if any(name in agent for name in MACHINES):
        return Judged(hit, machine, Because.AGENT)
    if reported is not None and hit.at >= reported:
        return Judged(hit, machine, Because.AFTER_REPORT)
    if any(abs(hit.at - at) <= rules.trap for at in traps):
        return Judged(hit, machine, Because.TRAP)
    if any(start <= hit.at <= end for start, end in busy):
        return Judged(hit, machine, Because.MANY_MAILS)
    if sent is not None and hit.at - sent < rules.soon:
        return Judged(hit, machine, Because.TOO_SOON)
    if "mozilla/" not in agent:
        return Judged(hit, Verdict.UNCERTAIN, Because.NOT_A_BROWSER)
    return Judged(hit, Verdict.PERSON, Because.BROWSER)


def _busy(hits: Sequence[Hit], rules: Rules) -> list[tuple[datetime, datetime]]:
    """The spans in which one client opened ``many`` different mails within the window. ``hits`` are in order of time."""
    times = [hit.at for hit in hits]
    spans: list[tuple[datetime, datetime]] = []
    for place, hit in enumerate(hits):
        end = bisect_right(times, hit.at + rules.window)
        if len({other.mail for other in hits[place:end]}) >= rules.many:
            last = times[end - 1]
            if spans and hit.at <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
            else:
                spans.append((times[bisect_left(times, hit.at)], last))
    return spans
