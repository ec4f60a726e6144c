"""What the record says of a disclosure, asked before the write transaction and used in it only while nothing has changed."""

from __future__ import annotations

from dataclasses import dataclass

from quarterdeck.areas.disclosures.evaluation import check_statements, content_of, digest_of
from quarterdeck.areas.disclosures.gate import open_points
from quarterdeck.areas.disclosures.models import Disclosure
from quarterdeck.kernel.ledger.models import Head
from quarterdeck.kernel.records import JSON


@dataclass(frozen=True)
class Stood:
    """A disclosure as it stood when the ledger had ``size`` leaves: exact content, its digest, what is still open."""

    key: int
    size: int
    content: dict[str, JSON]
    digest: str
    points: tuple[str, ...]


def stand(key: int) -> Stood | None:
    """Ask every claim and check the filing, outside any write transaction. None where there is no such disclosure."""
    size = Head.objects.values_list("size", flat=True).get(pk=1)
    disclosure = Disclosure.objects.select_related("registrant").filter(pk=key).first()
    return None if disclosure is None else _read(disclosure, size)


def standing_now(disclosure: Disclosure, before: Stood | None) -> Stood:
    """``before`` if the ledger is no longer than it was then; otherwise the record is asked again.

    Holds the ledger's head, so that nothing can be appended between this answer and the end of the transaction.
    """
    size = Head.objects.select_for_update().values_list("size", flat=True).get(pk=1)
    if before is not None and (before.key, before.size) == (disclosure.pk, size):
        return before
    return _read(disclosure, size)


def _read(disclosure: Disclosure, size: int) -> Stood:
    checked = check_statements(disclosure)
    content = content_of(disclosure, checked)
    return Stood(disclosure.pk, size, content, digest_of(content), tuple(open_points(disclosure, checked)))
