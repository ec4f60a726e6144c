"""Resolving a profile: which controls it selects from catalogues, and what it changes of them.

Source: OSCAL Profile Resolution Specification. Supported: selection by id, by pattern and all, with child controls;
exclusion; merging ``as-is`` (the catalogue's own structure) and flat; set-parameter; alter with remove and add.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import translate
from itertools import chain
from typing import TypeVar

from quarterdeck.engines.oscal.model import (
    Add,
    Alter,
    Catalogue,
    Control,
    Group,
    Import,
    Metadata,
    OscalError,
    Param,
    Part,
    Profile,
    Remove,
    Selector,
    SetParameter,
)
from quarterdeck.engines.oscal.requirements import all_controls


@dataclass(frozen=True, slots=True)
class Resolved:
    """The catalogue that the profile makes, and the ids it asks for that no imported catalogue has."""

    catalogue: Catalogue
    missing: tuple[str, ...]


def selected_ids(profile: Profile) -> frozenset[str]:
    """The ids that the profile names: what tells which catalogue it is meant for."""
    return frozenset(key for one in profile.imports for selector in one.include for key in selector.ids)


def resolve(profile: Profile, catalogues: Iterable[Catalogue]) -> Resolved:
    """Resolve against ``catalogues``: one for each import, in order, or one for all of them. Raises OscalError."""
    given = list(catalogues)
    if len(given) == 1:
        given *= len(profile.imports)
    if len(given) != len(profile.imports):
        raise OscalError(f"imports {len(profile.imports)} documents, and {len(given)} are at hand")
    missing: list[str] = []
    groups: list[Group] = []
    controls: list[Control] = []
    params: list[Param] = []
    seen: set[str] = set()
    for one, catalogue in zip(profile.imports, given, strict=True):
        chosen, lacking = _chosen(one, catalogue)
        missing += lacking
        # A control that two imports select is one control.
        chosen -= seen
        seen |= chosen
        groups += [cut for group in catalogue.groups if (cut := _cut_group(group, chosen)) is not None]
        controls += chain.from_iterable(_cut(control, chosen) for control in catalogue.controls)
        params += catalogue.params
    if profile.merge != "as-is":
        made = Catalogue(profile.uuid, profile.metadata, tuple(params), tuple(groups), tuple(controls))
        params += [param for group in groups for param in _group_params(group)]
        groups, controls = [], _flat(made)
    blanks = {row.param_id: row for row in profile.set_parameters}
    alters: dict[str, list[Alter]] = {}
    for alter in profile.alters:
        alters.setdefault(alter.control_id, []).append(alter)
    return Resolved(
        Catalogue(
            uuid=profile.uuid,
            metadata=Metadata(
                profile.metadata.title,
                profile.metadata.version,
                profile.metadata.oscal_version,
                profile.metadata.last_modified,
                profile.metadata.props,
            ),
            params=_set(tuple(params), blanks),
            groups=tuple(_changed_group(group, blanks, alters) for group in groups),
            controls=tuple(_changed(control, blanks, alters) for control in controls),
            resources=profile.resources,
        ),
        tuple(dict.fromkeys(missing)),
    )


# --- selecting -----------------------------------------------------------------------------------------------------


def _chosen(one: Import, catalogue: Catalogue) -> tuple[set[str], list[str]]:
    below = {control.id: tuple(inner.id for inner in control.controls) for control in all_controls(catalogue)}
    taken, missing = _matching(one.include, below)
    dropped, _unknown = _matching(one.exclude, below)
    return taken - dropped, missing


def _matching(selectors: tuple[Selector, ...], below: Mapping[str, tuple[str, ...]]) -> tuple[set[str], list[str]]:
    found: set[str] = set()
    missing: list[str] = []
    for selector in selectors:
        hits = set(below) if selector.everything else {key for key in selector.ids if key in below}
        missing += [key for key in selector.ids if key not in below]
        for pattern in selector.patterns:
            # fnmatch's own: "*" and "?", which is what the specification calls a glob.
            matches = re.compile(translate(pattern)).match
            hits |= {key for key in below if matches(key)}
        if selector.with_children:
            waiting = list(hits)
            while waiting:
                for inner in below.get(waiting.pop(), ()):
                    if inner not in hits:
                        hits.add(inner)
                        waiting.append(inner)
        found |= hits
    return found, missing


def _cut(control: Control, chosen: set[str]) -> tuple[Control, ...]:
    """The control with what is chosen below it; where it is not chosen itself, what is chosen below takes its place."""
    inner = tuple(chain.from_iterable(_cut(row, chosen) for row in control.controls))
    return (replace(control, controls=inner),) if control.id in chosen else inner


def _cut_group(group: Group, chosen: set[str]) -> Group | None:
    groups = tuple(cut for row in group.groups if (cut := _cut_group(row, chosen)) is not None)
    controls = tuple(chain.from_iterable(_cut(row, chosen) for row in group.controls))
    return replace(group, groups=groups, controls=controls) if groups or controls else None


def _flat(catalogue: Catalogue) -> list[Control]:
    return [replace(control, controls=()) for control in all_controls(catalogue)]


def _group_params(group: Group) -> list[Param]:
    return [*group.params, *chain.from_iterable(_group_params(row) for row in group.groups)]


# --- modifying -----------------------------------------------------------------------------------------------------


def _set(params: tuple[Param, ...], blanks: Mapping[str, SetParameter]) -> tuple[Param, ...]:
    made = []
    for param in params:
        told = blanks.get(param.id)
        if told is not None:
            param = Param(
                id=param.id,
                label=param.label if told.label is None else told.label,
                values=param.values if told.values is None else told.values,
                how_many=param.how_many if told.how_many is None else told.how_many,
                choices=param.choices if told.choices is None else told.choices,
            )
        made.append(param)
    return tuple(made)


def _changed_group(group: Group, blanks: Mapping[str, SetParameter], alters: Mapping[str, list[Alter]]) -> Group:
    return replace(
        group,
        params=_set(group.params, blanks),
        groups=tuple(_changed_group(row, blanks, alters) for row in group.groups),
        controls=tuple(_changed(row, blanks, alters) for row in group.controls),
    )


def _changed(control: Control, blanks: Mapping[str, SetParameter], alters: Mapping[str, list[Alter]]) -> Control:
    made = replace(control, controls=tuple(_changed(row, blanks, alters) for row in control.controls))
    for alter in alters.get(control.id, ()):
        for remove in alter.removes:
            made = _removed(made, remove)
        for add in alter.adds:
            made = _added(made, add)
    return replace(made, params=_set(made.params, blanks))


def _removed(control: Control, remove: Remove) -> Control:
    if not any((remove.by_name, remove.by_class, remove.by_id, remove.by_item_name, remove.by_ns)):
        return control

    def hit(kind: str, *, name: str = "", cls: str = "", key: str = "", ns: str = "") -> bool:
        asked = (
            (remove.by_item_name, kind),
            (remove.by_name, name),
            (remove.by_class, cls),
            (remove.by_id, key),
            (remove.by_ns, ns),
        )
        return all(not wanted or wanted == found for wanted, found in asked)

    def parts(rows: tuple[Part, ...]) -> tuple[Part, ...]:
        return tuple(
            replace(row, parts=parts(row.parts))
            for row in rows
            if not hit("part", name=row.name, cls=row.cls, key=row.id, ns=row.ns)
        )

    return replace(
        control,
        params=tuple(row for row in control.params if not hit("param", key=row.id)),
        props=tuple(row for row in control.props if not hit("prop", name=row.name, cls=row.cls, ns=row.ns)),
        links=tuple(row for row in control.links if not hit("link")),
        parts=parts(control.parts),
    )


def _added(control: Control, add: Add) -> Control:
    first = add.position in ("starting", "before")
    if not add.by_id or add.by_id == control.id:
        # Before or after the control itself there is no place inside it: the specification reads both as its ends.
        return replace(
            control,
            title=add.title or control.title,
            params=_joined(control.params, add.params, first),
            props=_joined(control.props, add.props, first),
            links=_joined(control.links, add.links, first),
            parts=_joined(control.parts, add.parts, first),
        )
    return replace(control, parts=_added_within(control.parts, add))


def _added_within(parts: tuple[Part, ...], add: Add) -> tuple[Part, ...]:
    made: list[Part] = []
    for part in parts:
        if part.id != add.by_id:
            made.append(replace(part, parts=_added_within(part.parts, add)))
        elif add.position == "before":
            made += [*add.parts, part]
        elif add.position == "after":
            made += [part, *add.parts]
        else:
            first = add.position == "starting"
            made.append(
                replace(
                    part,
                    title=add.title or part.title,
                    props=_joined(part.props, add.props, first),
                    parts=_joined(part.parts, add.parts, first),
                )
            )
    return tuple(made)


T = TypeVar("T")


def _joined(held: tuple[T, ...], added: tuple[T, ...], first: bool) -> tuple[T, ...]:
    return (*added, *held) if first else (*held, *added)


__all__ = ["Resolved", "resolve", "selected_ids"]
