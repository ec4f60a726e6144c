"""Whether a link of an exercise was opened by a person or by a machine that looks at mail.

Gateways open links before a mail is delivered, and tools that people report with open them afterwards. What is known of
either is weighed here, each ground with its reason, and what is not known stays *uncertain* and is counted apart. The times
come from the caller; there is no clock.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

#: So soon after delivery nobody has read the mail: a gateway opened it.
TOO_SOON: Final = timedelta(seconds=10)
#: So soon it may have been either.
SOON: Final = timedelta(seconds=25)
#: From one address within this time …
WITHIN: Final = timedelta(seconds=60)
#: … so many people's links: a machine that works through a mailbox store.
MANY: Final = 4
#: A tool that was handed the mail opens its links about now.
AFTER_REPORT: Final = timedelta(minutes=30)

#: What machines call themselves: security gateways, link checkers, previews, and libraries that no person reads mail with.
MACHINES: Final = re.compile(
    r"proofpoint|mimecast|barracuda|safelinks|defender|microsoft office existence|skypeuripreview|bingpreview|trend ?micro|fireeye|trellix|"
    r"forcepoint|zscaler|symantec|messagelabs|ironport|sophos|fortiguard|fortimail|cloudmark|urldefense|virustotal|"
    r"googleimageproxy|google-safety|slackbot|facebookexternalhit|whatsapp|telegrambot|"
    r"headlesschrome|phantomjs|puppeteer|playwright|python-requests|python-urllib|aiohttp|curl/|wget/|go-http-client|java/|"
    r"okhttp|libwww|scrapy|\bbot\b|crawler|spider|scanner",
    re.I,
)


class Verdict(StrEnum):
    """Who opened it."""

    PERSON = "person"
    MACHINE = "machine"
    UNCERTAIN = "uncertain"


class Ground(StrEnum):
    """Why it is thought so."""

    HEAD_REQUEST = "head_request"
    NAMED_MACHINE = "named_machine"
    NO_NAME = "no_name"
    TOO_SOON = "too_soon"
    SOON = "soon"
    MANY_LINKS = "many_links"
    HIDDEN_LINK = "hidden_link"
    AFTER_REPORT = "after_report"
    AS_A_PERSON = "as_a_person"


@dataclass(frozen=True, slots=True)
class Opening:
    """One request for a link. ``token``: whose link, in whatever form tells two apart; ``hidden``: it was the link that no
    person sees; ``source``: the address it came from."""

    token: str
    at: datetime
    method: str
    agent: str
    source: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on an opening, with its grounds."""

    verdict: Verdict
    grounds: tuple[Ground, ...]


def judge(one: Opening, delivered: datetime | None, reported: datetime | None, others: Sequence[Opening]) -> Judged:
    """Judge one opening. ``delivered``: when the mail was handed over; ``reported``: when its reader reported it;
    ``others``: openings of this exercise about that time, in any order, this one included or not.

    One certain ground makes it a machine's. Otherwise a doubtful one makes it uncertain.
    """
    certain: list[Ground] = []
    doubtful: list[Ground] = []
    if one.method.upper() != "GET":
        certain.append(Ground.HEAD_REQUEST)
    if not one.agent.strip():
        doubtful.append(Ground.NO_NAME)
    elif MACHINES.search(one.agent):
        certain.append(Ground.NAMED_MACHINE)
    if delivered is not None and one.at - delivered < TOO_SOON:
        certain.append(Ground.TOO_SOON)
    elif delivered is not None and one.at - delivered < SOON:
        doubtful.append(Ground.SOON)
    near = [other for other in others if other.source == one.source and abs(other.at - one.at) <= WITHIN]
    if len({other.token for other in near} | {one.token}) >= MANY:
        certain.append(Ground.MANY_LINKS)
    same_client = (other for other in others if other.source == one.source and other.agent == one.agent)
    if one.hidden or any(other.hidden and other.token == one.token for other in same_client):
        certain.append(Ground.HIDDEN_LINK)
    if reported is not None and timedelta(0) <= one.at - reported <= AFTER_REPORT:
        certain.append(Ground.AFTER_REPORT)
    if certain:
        return Judged(Verdict.MACHINE, tuple(certain))
    if doubtful:
        return Judged(Verdict.UNCERTAIN, tuple(doubtful))
    return Judged(Verdict.PERSON, (Ground.AS_A_PERSON,))


__all__ = ["Ground", "Judged", "Opening", "Verdict", "judge"]
