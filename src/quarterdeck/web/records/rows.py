"""Rows of a table as markup, written here and not in a template: a list page has four hundred cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import models
from markupsafe import Markup, escape

from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.present import Attribute
from quarterdeck.kernel.resource.registry import Resource
from quarterdeck.kernel.resource.sight import Sight
from quarterdeck.web.records.addresses import record_address
from quarterdeck.web.records.show import Moments, beginning, shown
from quarterdeck.web.records.units import own_unit, with_unit

#: How one cell is written: its text, escaped.
Reader = Callable[[Record], str]


#: Kinds of values of which a table holds the same again and again.
_REPEATED = (models.DateField, models.BooleanField, models.IntegerField)


def rows(
    records: Sequence[Record],
    attributes: Sequence[Attribute],
    resource: Resource,
    sight: Sight,
    labels: Sequence[str],
    suffix: str = "",
) -> list[Markup]:
    """One ``<tr>`` for each record; the first cell leads to it.

    ``labels``: the headings of the columns; a narrow screen says them beside each value. ``suffix`` is put behind its address.
    """
    moments = Moments()
    readers = [_reader(attribute, sight, moments) for attribute in attributes]
    around = [
        _around(attribute, label, resource) for attribute, label in list(zip(attributes, labels, strict=True))[1:]
    ]
    code = resource.code
    made = []
    for record in records:
        address = escape(f"{record_address(code, record.pk)}{suffix}")
        first, *others = [read(record) for read in readers]
        cells = "".join([f"{before}{text}{after}" for (before, after), text in zip(around, others, strict=True)])
        # The link leads to a page of its own, also where the list around it is swapped in place.
        head = f'<th scope="row"><a href="{address}" hx-boost="false">{first}</a></th>'
        made.append(Markup(f"<tr data-row>{head}{cells}</tr>"))  # noqa: S704 - every part is escaped
    return made


def _around(attribute: Attribute, label: str, resource: Resource) -> tuple[str, str]:
    number = ' class="num"' if attribute.column.numeric else ""
    start = f'<td{number} data-label="{escape(label)}">'
    if attribute.name == resource.state_field and attribute.choices is not None:
        return f'{start}<span class="chip unevidenced">', "</span></td>"
    return start, "</td>"


def _reader(attribute: Attribute, sight: Sight, moments: Moments) -> Reader:
    """How one column is read. What stands in many rows (a word, a unit) is worked out once for the table."""
    numeric = attribute.column.numeric

    def plainly(record: Record) -> str:
        return str(escape(shown(attribute.holds(record, sight), cell=True, numeric=numeric, link=False)))

    if attribute.measured is not None and attribute.measured.unit_field():

        def with_own_unit(record: Record) -> str:
            return with_unit(str(escape(own_unit(attribute, record))), plainly(record))

        return with_own_unit
    field = attribute.field
    if field is None or len(attribute.steps) != 1 or attribute.column.value is not None:
        return plainly
    name = field.attname
    if isinstance(field, models.DateTimeField):

        def written(record: Record) -> str:
            at = getattr(record, name)
            return "–" if at is None else moments.write(at)

        return written
    if isinstance(field, models.CharField | models.TextField) and attribute.choices is None:

        def words(record: Record) -> str:
            return str(escape(beginning(getattr(record, name) or "–")))

        return words
    if field.many_to_many or not (attribute.choices or field.remote_field or isinstance(field, _REPEATED)):
        return plainly
    kept: dict[object, str] = {}

    def remembered(record: Record) -> str:
        raw = getattr(record, name)
        found = kept.get(raw)
        if found is None:
            found = kept[raw] = plainly(record)
        return found

    return remembered
