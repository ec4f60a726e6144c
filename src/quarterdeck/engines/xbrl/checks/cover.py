"""Whether facts, contexts, cover page and taxonomy agree on who and when."""

from collections.abc import Iterator
from datetime import date

from quarterdeck.engines.xbrl.checks.messages import Message, say
from quarterdeck.engines.xbrl.checks.view import ANNUAL_FORMS, View
from quarterdeck.engines.xbrl.concepts import CIK_SCHEME, cyd_version
from quarterdeck.engines.xbrl.model import Context, InlineDocument

_CLOSE_DAYS = 10
"""Fiscal years of 52 or 53 weeks end on a weekday near the nominal date; within this the difference is a warning."""


def check_cover(view: View) -> Iterator[Message]:
    """Messages on entity, period and taxonomy year; each context is named once, at its first fact."""
    document = view.inline
    if document is None:
        if view.page is not None and view.page.taxonomy and view.page.period:
            yield from _version(view.page.taxonomy.removeprefix("cyd/"), view.page.period.end)
        return
    seen: set[str] = set()
    for fact in document.cyd_facts:
        context = fact.context
        if context is None or context.id in seen:
            continue
        seen.add(context.id)
        yield from _entity(document, context, fact.name.local, fact.line)
        yield from _period(view, document, context, fact.name.local, fact.line)
    end = _document_end(document) or (document.period.end if document.period else None)
    versions = {cyd_version(fact.name.namespace) for fact in document.cyd_facts}
    if end is not None:
        for version in sorted(version for version in versions if version):
            yield from _version(version, end)


def _entity(document: InlineDocument, context: Context, concept: str, line: int) -> Iterator[Message]:
    if context.scheme != CIK_SCHEME:
        yield say("cover.scheme", concept, line, scheme=context.scheme or "none")
        return
    cover = document.cover("EntityCentralIndexKey")
    stated = cover.text.strip() if cover is not None else ""
    if stated.isdigit() and stated.zfill(10) != context.entity.strip().zfill(10):
        yield say("cover.cik", concept, line, context=context.entity, cover=stated)


def _period(view: View, document: InlineDocument, context: Context, concept: str, line: int) -> Iterator[Message]:
    period, end = context.period, _document_end(document)
    if period is None or end is None:
        return
    # A current report may speak of several days: the event, its discovery, the report. Its facts need not share one.
    if view.family in ANNUAL_FORMS and period.end != end:
        code = "cover.period-close" if abs((period.end - end).days) <= _CLOSE_DAYS else "cover.period"
        yield say(code, concept, line, end=period.end.isoformat(), document=end.isoformat())
        return
    main = document.cover("DocumentType")
    expected = main.context.period if main is not None and main.context is not None else None
    if expected is None or expected.start is None or expected.end != period.end:
        return
    if period.start != expected.start:
        start = period.start.isoformat() if period.start else "at no day (an instant)"
        yield say("cover.period-start", concept, line, start=start, document=expected.start.isoformat())


def _document_end(document: InlineDocument) -> date | None:
    fact = document.cover("DocumentPeriodEndDate")
    if fact is None or not isinstance(fact.value, str):
        return None
    try:
        return date.fromisoformat(fact.value.strip())
    except ValueError:
        return None


def _version(version: str, end: date) -> Iterator[Message]:
    # EDGAR takes the taxonomies of the current and of the year before; a report may come a year after its period.
    if version.isdigit() and not end.year - 1 <= int(version) <= end.year + 1:
        yield say("cover.version", version=version, end=end.isoformat())
