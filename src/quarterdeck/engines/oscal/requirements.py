"""A catalogue as rows: every function, family, category and control with its words, and whether it still asks anything.

What is withdrawn follows from the document itself:

1. a control says so (property ``status`` with the value ``withdrawn``);
2. a control without words that only points to where it went (links ``moved-to``, ``incorporated-into``);
3. NIST's catalogue of the Cybersecurity Framework 2.0 carries the subcategories of version 1.1 along without saying so. Its
   own data set gives implementation examples for every subcategory of 2.0 and for none of the others, so in a catalogue
   that has such examples a subcategory without one is withdrawn: 106 remain of 185;
4. a heading all of whose requirements are withdrawn is withdrawn with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from quarterdeck.engines.oscal.model import MAX_DEPTH, Catalogue, Control, Group, Param, Part, Prop

FUNCTION, FAMILY, CATEGORY = "function", "family", "category"
SUBCATEGORY, CONTROL, ENHANCEMENT = "subcategory", "control", "enhancement"
#: Kinds that ask for something; the others are headings.
ASKING: Final = frozenset({SUBCATEGORY, CONTROL, ENHANCEMENT})

CSF: Final = "https://csrc.nist.gov/ns/csf"
#: Words that explain the requirement and are no part of it.
_BESIDE: Final = frozenset(
    {"guidance", "example", "examples", "discussion", "information", "assessment-method", "assessment-objective", "assessment", "objective", "objects"}
)  # fmt: skip
_INSERT: Final = re.compile(r"\{\{\s*(?:insert\s*:\s*)?(?:param\s*[:,]\s*)?([^\s{},]+)\s*\}\}")
_ZEROS: Final = re.compile(r"(?<![0-9])0+(?=[0-9])")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One row. ``id`` is the document's; ``code`` what people call it (``AC-2(10)``); ``parent`` an id, empty at the top.

    ``replaced_by``: ids of what it went into, where it is withdrawn.
    """

    id: str
    code: str
    title: str
    text: str
    kind: str
    cls: str
    parent: str
    withdrawn: bool
    replaced_by: tuple[str, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether somebody has to answer it: no heading, not withdrawn."""
        return self.kind in ASKING and not self.withdrawn


def code_key(code: str) -> str:
    """One spelling for the many of one id: ``AC-02(01)``, ``ac-2.1`` and ``AC-2 (1)`` are the same."""
    folded = code.strip().casefold().replace("(", ".").replace(")", "").replace(" ", "").replace("_", "-")
    return _ZEROS.sub("", folded).rstrip(".")


def requirements_of(catalogue: Catalogue) -> tuple[Requirement, ...]:
    """Every row of the catalogue, parents before their children, in the order of the document."""
    blanks = {param.id: param for param in _all_params(catalogue)}
    rows = [*_rows(catalogue.groups, catalogue.controls, "", blanks, 0)]
    return _settled(catalogue, rows)


def _rows(
    groups: tuple[Group, ...], controls: tuple[Control, ...], parent: str, blanks: Mapping[str, Param], depth: int
) -> Iterator[Requirement]:
    for number, group in enumerate(groups, start=1):
        key = group.id or f"{parent or 'group'}-{number}"
        yield Requirement(
            id=key,
            code=_code(key, group.props),
            title=group.title or key,
            text=_words(group.parts, blanks),
            kind=FUNCTION if "function" in group.cls.casefold() else FAMILY,
            cls=group.cls,
            parent=parent,
            withdrawn=_says_withdrawn(group.props),
        )
        yield from _rows(group.groups, group.controls, key, blanks, depth + 1)
    for control in controls:
        yield from _control_rows(control, parent, blanks, False)


def _control_rows(control: Control, parent: str, blanks: Mapping[str, Param], below: bool) -> Iterator[Requirement]:
    kind = _kind(control, below)
    words = _words(control.parts, blanks)
    gone = tuple(link.href.removeprefix("#") for link in control.links if link.rel in ("incorporated-into", "moved-to"))
    title = _filled(control.title, blanks, 0)
    code = _code(control.id, control.props)
    if words and code_key(title) in ("", code_key(control.id), code_key(code)):
        # A subcategory is called by its id alone; its words are short enough to name it.
        title = words.split("\n", 1)[0]
    yield Requirement(
        id=control.id,
        code=code,
        title=title or control.id,
        text=words,
        kind=kind,
        cls=control.cls,
        parent=parent,
        withdrawn=_says_withdrawn(control.props) or (bool(gone) and not words),
        replaced_by=gone,
    )
    for inner in control.controls:
        yield from _control_rows(inner, control.id, blanks, kind in (CONTROL, ENHANCEMENT))


def _kind(control: Control, below: bool) -> str:
    said = control.cls.casefold()
    if "subcategory" in said:
        return SUBCATEGORY
    if "category" in said or "clause-heading" in said:
        return CATEGORY
    return ENHANCEMENT if below or "enhancement" in said else CONTROL


def _says_withdrawn(props: tuple[Prop, ...]) -> bool:
    return any(prop.name == "status" and prop.value.casefold() == "withdrawn" for prop in props)


def _settled(catalogue: Catalogue, rows: list[Requirement]) -> tuple[Requirement, ...]:
    """The third and fourth rule."""
    exemplified = _exemplified(catalogue)
    told = any(row.withdrawn for row in rows)
    if exemplified and not told:
        rows = [
            replace(row, withdrawn=True) if row.kind == SUBCATEGORY and row.id not in exemplified else row
            for row in rows
        ]
    alive = {row.id for row in rows if row.asks}
    above = {row.id: row.parent for row in rows}
    for key in tuple(alive):
        step = above.get(key, "")
        for _level in range(MAX_DEPTH * 2):
            if not step or step in alive:
                break
            alive.add(step)
            step = above.get(step, "")
    parents = {row.parent for row in rows}
    return tuple(
        replace(row, withdrawn=True) if row.kind not in ASKING and row.id in parents and row.id not in alive else row
        for row in rows
    )


def _exemplified(catalogue: Catalogue) -> set[str]:
    """Ids of the subcategories for which a CSF catalogue gives implementation examples."""
    return {
        control.id
        for control in all_controls(catalogue)
        if "subcategory" in control.cls.casefold()
        and any(part.name == "example" and part.ns == CSF for part in control.parts)
    }


def all_controls(catalogue: Catalogue) -> Iterator[Control]:
    """Every control, at every depth, in the order of the document."""

    def within(controls: tuple[Control, ...]) -> Iterator[Control]:
        for control in controls:
            yield control
            yield from within(control.controls)

    def below(groups: tuple[Group, ...]) -> Iterator[Control]:
        for group in groups:
            yield from below(group.groups)
            yield from within(group.controls)

    yield from below(catalogue.groups)
    yield from within(catalogue.controls)


def _all_params(catalogue: Catalogue) -> Iterator[Param]:
    def of(groups: tuple[Group, ...]) -> Iterator[Param]:
        for group in groups:
            yield from group.params
            yield from of(group.groups)

    yield from catalogue.params
    yield from of(catalogue.groups)
    for control in all_controls(catalogue):
        yield from control.params


def _code(key: str, props: tuple[Prop, ...]) -> str:
    """The document's label where it is the id in another spelling (``AC-2(10)`` for ``ac-2.10``), otherwise the id."""
    labels = sorted((prop for prop in props if prop.name == "label"), key=lambda prop: prop.cls != "")
    for prop in labels:
        if code_key(prop.value) == code_key(key):
            return prop.value
    return key


# --- words ---------------------------------------------------------------------------------------------------------


def _words(parts: tuple[Part, ...], blanks: Mapping[str, Param]) -> str:
    """What is asked: the statement with its items, each on a line; without one, whatever is no guidance or example."""
    chosen = [part for part in parts if part.name == "statement"]
    if not chosen:
        chosen = [part for part in parts if part.name not in _BESIDE]
    return "\n".join(line for part in chosen for line in _lines(part, blanks, 0))


def _lines(part: Part, blanks: Mapping[str, Param], depth: int) -> Iterator[str]:
    label = next((prop.value for prop in part.props if prop.name == "label" and not prop.cls), "")
    prose = " ".join(_filled(part.prose, blanks, 0).split())
    line = " ".join(piece for piece in (label, prose) if piece)
    if line:
        yield "  " * depth + line
    for inner in part.parts:
        if inner.name not in _BESIDE:
            yield from _lines(inner, blanks, depth + (1 if line else 0))


def _filled(words: str, blanks: Mapping[str, Param], depth: int) -> str:
    """``words`` with every parameter said: its values, or what the organisation has to choose or assign."""
    if "{{" not in words:
        return words
    return _INSERT.sub(lambda found: _said(found.group(1), blanks, depth), words)


def _said(key: str, blanks: Mapping[str, Param], depth: int) -> str:
    param = blanks.get(key)
    if param is None or depth > 4:
        return f"[{key}]"
    if param.values:
        return ", ".join(_filled(value, blanks, depth + 1) for value in param.values)
    if param.choices:
        many = " (one or more)" if param.how_many == "one-or-more" else ""
        return f"[Selection{many}: {'; '.join(_filled(choice, blanks, depth + 1) for choice in param.choices)}]"
    return f"[Assignment: {_filled(param.label, blanks, depth + 1) or key}]"


__all__ = ["ASKING", "Requirement", "all_controls", "code_key", "requirements_of"]
