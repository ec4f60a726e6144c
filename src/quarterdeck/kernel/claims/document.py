"""The guide's page of claims, written from the registry: ``python -m quarterdeck.kernel.claims.document > docs/guide/claims.md``.

What a predicate proves is its own docstring, so the page says what the code says. A test compares the two.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from quarterdeck.kernel.claims.parameters import UNITS, all_meanings

if TYPE_CHECKING:
    from quarterdeck.kernel.claims.registry import Predicate

BASES: Final[Mapping[str, str]] = {
    "period": "the period",
    "year_end": "the year end",
    "filing_date": "the filing date",
}
KINDS: Final[Mapping[type, str]] = {str: "text", int: "whole number", bool: "yes or no"}

HEAD: Final = """\
# Claims

<!-- Written by: python -m quarterdeck.kernel.claims.document > docs/guide/claims.md -->

A claim is what proves a sentence of a disclosure: a predicate by name, its parameters, and the days it speaks of. How
claims make verdicts, and what a verdict does to a disclosure, is told in [disclosures](disclosures.md).

**As of** says which days a claim may be asked about: *the period* (the fiscal year described), *the year end* (its last
day), or *the filing date* (the planned day of filing, on which what the page says has to be true still).

**Company parameters** are the company's own meaning of words such as “regularly” and “generally”. They are dated
records that everyone in the company can read, each with a reason, under *Organisation → Company parameters*. A claim
that asks for a parameter which is not set on its day is *unevidenced*, unless it says otherwise below. A claim takes the value that holds on its day.

**Reads** are the types of record whose change lets the product ask the claim again.
"""


def paragraphs(text: str) -> list[str]:
    """A docstring as Markdown: one line a paragraph, literals in single backticks."""
    parts = inspect.cleandoc(text).replace("``", "`").split("\n\n")
    return [" ".join(part.split()) for part in parts]


def document(predicates: Iterable[Predicate]) -> str:
    """The whole page. Raises ValueError for a predicate that does not say what it proves."""
    lines = [HEAD]
    found = list(predicates)
    lines += _company(found)
    group = ""
    for predicate in found:
        area = predicate.name.partition(".")[0]
        if area != group:
            group = area
            lines += [f"## {area.capitalize()}", ""]
        lines += _section(predicate)
    return "\n".join(lines).rstrip("\n") + "\n"


def _company(predicates: Iterable[Predicate]) -> list[str]:
    asked: dict[str, list[str]] = {}
    for predicate in predicates:
        for code in predicate.company:
            asked.setdefault(code, []).append(predicate.name)
    rows = [
        f"| `{item.code}` | {item.label} | {item.says} | {UNITS[item.unit]} | "
        f"{', '.join(f'`{name}`' for name in asked.get(item.code, ())) or 'a measure of the programme page'} |"
        for item in all_meanings()
    ]
    return [
        "## Company parameters", "",
        "The page of parameters shows the name; the API and the command line take the code in the first column.", "",
        "| parameter | name | what it is | unit | asked for by |", "|---|---|---|---|---|", *rows, "",
    ]  # fmt: skip


def _section(predicate: Predicate) -> list[str]:
    if not predicate.ask.__doc__:
        raise ValueError(f"{predicate.name} does not say what it proves: give its function a docstring")
    lines = [f"### `{predicate.name}`", "", f"**{predicate.label}.**", ""]
    for paragraph in paragraphs(predicate.ask.__doc__):
        lines += [paragraph, ""]
    lines.append(f"* As of: {', '.join(words for code, words in BASES.items() if code in predicate.bases)}")
    if predicate.params:
        given = ", ".join(f"`{name}` ({KINDS[kind]})" for name, kind in predicate.params.items())
        lines.append(f"* Parameters: {given}")
    if predicate.company:
        lines.append(f"* Company parameters: {', '.join(f'`{code}`' for code in predicate.company)}")
    lines += [f"* Reads: {', '.join(f'`{code}`' for code in sorted(predicate.reads))}", ""]
    return lines


def main() -> None:
    """Print the page, in English, for the areas this product ships."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quarterdeck.settings.test")
    import django

    django.setup()
    from django.utils import translation

    from quarterdeck.kernel.claims.registry import all_predicates

    with translation.override("en"):
        sys.stdout.write(document(all_predicates()))


if __name__ == "__main__":
    main()
