"""Writes the page that shows a filing's facts as a table: label, value, in the order of the taxonomy.

Laid out like the R pages on the SEC's site (table of class "report", period in the column head, a row a fact, a section
of rows for each incident, then what each concept is), so that whoever reads those reads this. It needs no script.
"""

from collections.abc import Iterable
from datetime import date

from quarterdeck.engines.xbrl.concepts import (
    ANNUAL_LINE_ITEMS,
    BY_NAME,
    INCIDENT_LINE_ITEMS,
    ROLE_TITLES,
    Concept,
    Disclosure,
    Kind,
)
from quarterdeck.engines.xbrl.content import ContentError, FilingContent, validate
from quarterdeck.engines.xbrl.coverage import Coverage, cover
from quarterdeck.engines.xbrl.extension import incident_axis
from quarterdeck.engines.xbrl.markup import element, escape
from quarterdeck.engines.xbrl.model import Period
from quarterdeck.engines.xbrl.write_ixbrl import OutputFile, tag_markup

_MONTHS = ("Jan.", "Feb.", "Mar.", "Apr.", "May", "Jun.", "Jul.", "Aug.", "Sep.", "Oct.", "Nov.", "Dec.")
_DAYS_A_MONTH = 365.25 / 12
_CELL = "border-bottom: 1px solid #cccccc; padding: 4px; vertical-align: top; text-align: left"
_BODY = "font-family: 'Times New Roman', Times, serif; font-size: 10.5pt; line-height: 1.4"
_LABEL_CELL = f"{_CELL}; width: 16em"


def short_date(day: date) -> str:
    """ "Dec. 31, 2026", as column heads have it."""
    return f"{_MONTHS[day.month - 1]} {day.day:02d}, {day.year:04d}"


def months_of(period: Period) -> int | None:
    """Whole months of a duration, at least 1; None for a single day, whose column head has the date alone."""
    if period.start is None or period.start == period.end:
        return None
    return max(1, round(((period.end - period.start).days + 1) / _DAYS_A_MONTH))


def write_rpage(content: FilingContent) -> OutputFile:
    """R1.htm of a filing. Raises `ContentError` where the content cannot be written, or holds facts of both
    disclosures or of none: a page shows one."""
    validate(content)
    shown = {BY_NAME[tag.concept].disclosure for tag in content.tags}
    if len(shown) != 1:
        raise ContentError("a page shows the facts of one disclosure", "tags")
    disclosure = shown.pop()
    coverage = cover(content)
    mark = ""
    if content.watermark is not None:
        mark = element(
            "p", {"style": "color: #8a1c1c; border: 2px solid #8a1c1c; padding: 4px"}, _strong(content.watermark)
        )
    head = (
        '<meta http-equiv="Content-Type" content="text/html; charset=us-ascii"/>'
        f"<title>{escape(ROLE_TITLES[disclosure])}</title>"
    )
    table = _table(content, coverage, disclosure)
    body = f'{mark}\n{table}\n<div class="definitions">\n{_definitions(content, disclosure)}</div>'
    page = f'<html lang="en">\n<head>{head}</head>\n<body style="{_BODY}">\n{body}\n</body>\n</html>\n'
    return OutputFile("R1.htm", page.encode("ascii"))


def _table(content: FilingContent, coverage: Coverage, disclosure: Disclosure) -> str:
    rows = [*_head(content.period, ROLE_TITLES[disclosure])]
    lines = BY_NAME[_LINE_ITEMS[disclosure]]
    shade = 0
    for member in (None, *(member.name for member in content.members)):
        tags = [index for index, tag in enumerate(content.tags) if tag.member == member]
        if not tags:
            continue
        if member is not None:
            rows.append(_member_row(content, member))
        rows.append(_row("re", _link(lines, content.version, strong=True), "&#160;"))
        tags.sort(key=lambda index: BY_NAME[content.tags[index].concept].order)
        for index in tags:
            tag = content.tags[index]
            value = str(tag.value).lower() if tag.value is not None else tag_markup(content, coverage, index)
            shade += 1
            rows.append(_row("ro" if shade % 2 else "re", _link(BY_NAME[tag.concept], content.version), value))
    attributes = {"class": "report", "border": "0", "cellspacing": "2", "style": "border-collapse: collapse"}
    return element("table", attributes, "\n" + "".join(rows))


def _head(period: Period, title: str) -> Iterable[str]:
    months = months_of(period)
    rows = "1" if months is None else "2"
    name = element("th", {"class": "tl", "colspan": "1", "rowspan": rows, "style": _LABEL_CELL}, _strong(title))
    day = element("th", {"class": "th", "style": _CELL}, element("div", {}, short_date(period.end)))
    if months is None:
        yield f"<tr>{name}{day}</tr>\n"
        return
    yield f"<tr>{name}{element('th', {'class': 'th', 'colspan': '1', 'style': _CELL}, f'{months} Months Ended')}</tr>\n"
    yield f"<tr>{day}</tr>\n"


def _strong(text: str) -> str:
    return element("strong", {}, escape(text))


def _row(shade: str, label: str, value: str) -> str:
    cells = element("td", {"class": "pl", "style": _LABEL_CELL}, label)
    cells += element("td", {"class": "text", "style": _CELL}, value)
    return element("tr", {"class": shade}, cells) + "\n"


def _link(concept: Concept, version: str, *, strong: bool = False) -> str:
    label = concept.label_in(version)
    text = _strong(label) if strong else escape(label)
    return element("a", {"class": "a", "href": f"#defref_cyd_{concept.name}"}, text)


def _member_anchor(content: FilingContent, member: str) -> str:
    prefix = content.extension.prefix if content.extension else ""
    return f"defref_{incident_axis(content).replace(':', '_')}={prefix}_{member}"


def _member_row(content: FilingContent, member: str) -> str:
    label = next(known.label for known in content.members if known.name == member)
    attributes = {"class": "a", "href": f"#{_member_anchor(content, member)}"}
    return _row("rh", element("a", attributes, _strong(f"{label} [Member]")), "&#160;")


def _definitions(content: FilingContent, disclosure: Disclosure) -> str:
    used = {tag.concept for tag in content.tags} | {_LINE_ITEMS[disclosure]}
    out = [_definition(BY_NAME[name], content) for name in sorted(used, key=lambda name: BY_NAME[name].order)]
    for member in dict.fromkeys(tag.member for tag in content.tags if tag.member is not None):
        prefix = content.extension.prefix if content.extension else ""
        rows = [("Name", f"{prefix}_{member}"), ("Member of", incident_axis(content).replace(":", "_"))]
        out.append(_box(_member_anchor(content, member), rows))
    return "".join(out)


_LINE_ITEMS = {Disclosure.ANNUAL: ANNUAL_LINE_ITEMS, Disclosure.INCIDENT: INCIDENT_LINE_ITEMS}
_KINDS = {Kind.FLAG: "boolean", Kind.TEXT: "text block"}


def _definition(concept: Concept, content: FilingContent) -> str:
    paragraph = concept.item_paragraph(content.cover.form)
    kind = _KINDS.get(concept.kind, "none: it heads the facts below it")
    rows = [("Name", f"cyd_{concept.name}"), ("Data type", kind), ("Period type", "duration")]
    if paragraph:
        rows.append(("Asked by", paragraph))
    return _box(f"defref_cyd_{concept.name}", rows)


def _box(anchor: str, rows: list[tuple[str, str]]) -> str:
    inner = "".join(f"<tr><td>{escape(name)}:</td><td>{escape(value)}</td></tr>" for name, value in rows)
    return element("table", {"class": "authRefData", "id": anchor, "style": "margin-top: 1em"}, inner) + "\n"
