"""Third pass: every record as it stands against the last version that a leaf committed to."""

# ruff: noqa: S608 - every piece of SQL here is a text of ours; values are parameters

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models

from quarterdeck.engines.merkle.canonical import NotCanonical, canonical_bytes
from quarterdeck.kernel.ledger.reading import UNREADABLE, bounded, raw_rows
from quarterdeck.kernel.ledger.verify.index import MAX_CONTENT
from quarterdeck.kernel.ledger.verify.verdict import Findings
from quarterdeck.kernel.records import Record, plain

PAGE = 1000
#: What a converter raises on a value that its column should not hold.
ODD_VALUE = (ValueError, TypeError, ArithmeticError, AttributeError, LookupError, ValidationError, *UNREADABLE)
Values = tuple[Any, ...]


def record_models() -> list[type[Record]]:
    """Every kind of record that is kept, registered or not."""
    return [model for model in apps.get_models() if issubclass(model, Record) and model._meta.managed]


def check_records(findings: Findings) -> None:
    """Rows of every record table: edited, deleted or inserted by other hands than an action's are problems."""
    for model in record_models():
        _check_model(findings, model)


def _check_model(findings: Findings, model: type[Record]) -> None:
    code = model.type_code()
    fields = list(model._meta.concrete_fields)
    live, kept = _live_rows(model, fields), _latest_versions(code)
    row, version = next(live, None), next(kept, None)
    while row is not None or version is not None:
        if version is None or (row is not None and row[0] < version[0]):
            assert row is not None
            findings.add("record", f"{code} {row[0]}", "is in its table, and no leaf made it")
            row = next(live, None)
        elif row is None or version[0] < row[0]:
            findings.add(
                "record", f"{code} {version[0]}", "is gone from its table; records are never deleted", version[2]
            )
            version = next(kept, None)
        else:
            _compare(findings, model, fields, row, version)
            row, version = next(live, None), next(kept, None)


def _compare(
    findings: Findings,
    model: type[Record],
    fields: list[models.Field[Any, Any]],
    row: tuple[int, Values | None],
    version: tuple[int, int, int, object],
) -> None:
    key, values = row
    _key, revision, leaf, content = version
    where = f"{model.type_code()} {key}"
    if values is None:
        findings.add("record", where, "holds a value that its column is not for", leaf)
        return
    if type(content) is not bytes:
        return  # erased, or named by the second pass
    try:
        if canonical_bytes({f.attname: plain(v) for f, v in zip(fields, values, strict=True)}) == content:
            return
    except (NotCanonical, TypeError):
        pass  # compared field by field, which says which one it is
    odd = different(fields, values, content)
    if odd:
        findings.add(
            "record", where, f"is not what its last version (revision {revision}) says: {', '.join(odd)}", leaf
        )


def different(fields: list[models.Field[Any, Any]], values: Values, content: bytes) -> list[str]:
    """Names of the fields in which a row is not what a version says.

    Fields that the version does not know came with a later release and must have their default.
    """
    try:
        kept = json.loads(content)
    except (ValueError, RecursionError):
        return ["content"]
    if not isinstance(kept, dict):
        return ["content"]
    odd = []
    for field, value in zip(fields, values, strict=True):
        try:
            if field.attname in kept:
                same = _same(field, value, kept[field.attname])
            else:
                # A default that is computed (a time, a random code) has no one value to compare with.
                computed = callable(field.default) and field.default not in (list, dict)
                same = computed or value == field.get_default()
        except ODD_VALUE:
            same = False
        if not same:
            odd.append(field.attname)
    return odd


def _same(field: models.Field[Any, Any], value: object, said: object) -> bool:
    if plain(value) == said:
        return True
    if field.remote_field is not None or isinstance(said, list | dict) or said is None:
        return False
    # The same value may be spelled in two ways: 1.5 was given, 1.50 is kept.
    return bool(field.to_python(said) == value)


def _live_rows(model: type[Record], fields: list[models.Field[Any, Any]]) -> Iterator[tuple[int, Values | None]]:
    """Key and values of every row, in order; None for values that cannot be read."""
    names = [field.attname for field in fields]
    place = fields.index(model._meta.pk)
    last: int | None = None
    while True:
        rows = model._base_manager.order_by("pk")
        if last is not None:
            rows = rows.filter(pk__gt=last)
        page: list[tuple[int, Values | None]]
        try:
            page = [(values[place], values) for values in rows.values_list(*names)[:PAGE]]
        except ODD_VALUE:
            if connection.needs_rollback:
                raise
            page = [(key, _one(model, names, key)) for key in rows.values_list("pk", flat=True)[:PAGE]]
        yield from page
        if len(page) < PAGE:
            return
        last = page[-1][0]


def _one(model: type[Record], names: list[str], key: int) -> Values | None:
    try:
        return model._base_manager.filter(pk=key).values_list(*names).first()
    except ODD_VALUE:
        return None


def _latest_versions(code: str) -> Iterator[tuple[int, int, int, object]]:
    """Key, revision, leaf and content of the newest version of every record of one type, in order."""
    sql = (
        f"SELECT record_id, revision, leaf_id, {bounded('content', MAX_CONTENT)} FROM ledger_version v "
        "WHERE record_type = ? AND record_id > ? AND NOT EXISTS (SELECT 1 FROM ledger_version w "
        "WHERE w.record_type = v.record_type AND w.record_id = v.record_id AND w.revision > v.revision) "
        f"ORDER BY record_id LIMIT {PAGE}"
    )
    last = -(2**63)
    while True:
        with raw_rows(sql, (code, last)) as rows:
            page = [row for row in rows if type(row[0]) is int]
        for key, revision, leaf, content in page:
            yield key, revision, leaf if type(leaf) is int else 0, content
        if len(page) < PAGE:
            return
        last = page[-1][0]
