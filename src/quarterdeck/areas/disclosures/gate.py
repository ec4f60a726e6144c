"""What still stands between a disclosure and its next step, in words."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from quarterdeck.areas.disclosures.evaluation import Checked, check_statements
from quarterdeck.areas.disclosures.filing import filing_content
from quarterdeck.areas.disclosures.models import Disclosure, Statement
from quarterdeck.areas.disclosures.package import check_messages
from quarterdeck.engines.xbrl.content import ContentError
from quarterdeck.kernel.claims.registry import LABELS


def open_points(disclosure: Disclosure, checked: Iterable[Checked] | None = None) -> list[str]:
    """Every reason why it cannot be approved; empty when it can."""
    rows = tuple(checked) if checked is not None else check_statements(disclosure)
    points: list[str] = []
    if not any(item.statement.kind == Statement.Kind.FACT for item in rows):
        points.append(_("It states no fact that the record bears."))
    for item in rows:
        if item.verdict is not None and not item.holds:
            points.append(
                _("Sentence %(number)s is %(verdict)s: “%(text)s”")
                % {"number": item.statement.position, "verdict": LABELS[item.verdict], "text": str(item.statement)}
            )
    if not points:
        try:
            messages = check_messages(filing_content(disclosure, rows))
        except ContentError as error:
            points.append(_("It cannot be written as a filing: %(error)s") % {"error": error})
        else:
            points.extend(f"{message.code}: {message.message}" for message in messages if message.severity == "error")
    return points
