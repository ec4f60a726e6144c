"""Reading a catalogue or a profile, JSON or XML, OSCAL 1.0 and 1.1."""

from __future__ import annotations

from quarterdeck.engines.oscal.model import (
    MAX_CONTROLS,
    MAX_DEPTH,
    MAX_TEXT,
    Add,
    Alter,
    Catalogue,
    Control,
    Group,
    Import,
    Link,
    Metadata,
    OscalError,
    Param,
    Part,
    Profile,
    Prop,
    Remove,
    Selector,
    SetParameter,
)
from quarterdeck.engines.oscal.nodes import Object, child, objects, parse, text, texts

_OTHERS = ("component-definition", "system-security-plan", "assessment-plan", "assessment-results", "plan-of-action-and-milestones", "mapping-collection")  # fmt: skip


def read(data: bytes) -> Catalogue | Profile:
    """The document in ``data``. Raises OscalError where it is none, is another OSCAL document, or breaks its rules."""
    found = parse(data)
    for name in ("catalog", "catalogue"):
        if name in found:
            return _Reader().catalogue(child(found, name))
    if "profile" in found:
        return _Reader().profile(child(found, "profile"))
    for name in _OTHERS:
        if name in found:
            raise OscalError(f"is an OSCAL {name}; a catalogue or a profile is expected")
    raise OscalError("is no OSCAL catalogue or profile: it has neither “catalog” nor “profile” at its top")


def _metadata(node: Object) -> Metadata:
    told = child(node, "metadata")
    title = text(told, "title")
    if not title:
        raise OscalError("has no title in its metadata")
    return Metadata(
        title=title[:500],
        version=text(told, "version")[:100],
        oscal_version=text(told, "oscal-version").lstrip("vV"),
        last_modified=text(told, "last-modified"),
        props=_props(told),
    )


def _props(node: Object) -> tuple[Prop, ...]:
    return tuple(
        Prop(text(row, "name"), text(row, "value"), text(row, "ns"), text(row, "class"))
        for row in objects(node, "props")
    )


def _links(node: Object) -> tuple[Link, ...]:
    return tuple(Link(text(row, "href"), text(row, "rel")) for row in objects(node, "links"))


def _params(node: Object) -> tuple[Param, ...]:
    made = []
    for row in objects(node, "params"):
        select = child(row, "select")
        made.append(
            Param(
                id=_id(row, "param"),
                label=text(row, "label"),
                values=texts(row, "values") or texts(row, "value"),
                how_many=text(select, "how-many"),
                choices=texts(select, "choice"),
            )
        )
    return tuple(made)


def _id(node: Object, what: str, within: str = "") -> str:
    found = text(node, "id")
    if not found:
        raise OscalError(f"a {what} has no id", within)
    if len(found) > 200:
        raise OscalError(f"the id of a {what} is longer than 200 characters", found[:40])
    return found


def _part(node: Object, depth: int) -> Part:
    if depth > MAX_DEPTH:
        raise OscalError("parts are nested deeper than any catalogue's", text(node, "id"))
    return Part(
        id=text(node, "id"),
        name=text(node, "name"),
        ns=text(node, "ns"),
        cls=text(node, "class"),
        title=text(node, "title"),
        prose=text(node, "prose")[:MAX_TEXT],
        props=_props(node),
        parts=tuple(_part(row, depth + 1) for row in objects(node, "parts")),
    )


def _parts(node: Object) -> tuple[Part, ...]:
    return tuple(_part(row, 0) for row in objects(node, "parts"))


class _Reader:
    """Counts what it reads and remembers ids: a catalogue that names one twice is ambiguous for everything after."""

    def __init__(self) -> None:
        self.seen: set[str] = set()

    def catalogue(self, node: Object) -> Catalogue:
        return Catalogue(
            uuid=text(node, "uuid"),
            metadata=_metadata(node),
            params=_params(node),
            groups=tuple(self.group(row, 0) for row in objects(node, "groups")),
            controls=tuple(self.control(row, 0) for row in objects(node, "controls")),
            resources=_resources(node),
        )

    def group(self, node: Object, depth: int) -> Group:
        if depth > MAX_DEPTH:
            raise OscalError("groups are nested deeper than any catalogue's", text(node, "id"))
        # A group needs no id by the specification; what stands below still does.
        key = text(node, "id")
        if key:
            self._once(key)
        return Group(
            id=key,
            cls=text(node, "class"),
            title=text(node, "title"),
            params=_params(node),
            props=_props(node),
            parts=_parts(node),
            groups=tuple(self.group(row, depth + 1) for row in objects(node, "groups")),
            controls=tuple(self.control(row, depth + 1) for row in objects(node, "controls")),
        )

    def control(self, node: Object, depth: int) -> Control:
        if depth > MAX_DEPTH:
            raise OscalError("controls are nested deeper than any catalogue's", text(node, "id"))
        key = _id(node, "control")
        self._once(key)
        return Control(
            id=key,
            cls=text(node, "class"),
            title=text(node, "title"),
            params=_params(node),
            props=_props(node),
            links=_links(node),
            parts=_parts(node),
            controls=tuple(self.control(row, depth + 1) for row in objects(node, "controls")),
        )

    def _once(self, key: str) -> None:
        if key in self.seen:
            raise OscalError("stands twice in the catalogue", key)
        self.seen.add(key)
        if len(self.seen) > MAX_CONTROLS:
            raise OscalError(f"has more than {MAX_CONTROLS} controls")

    def profile(self, node: Object) -> Profile:
        modify = child(node, "modify")
        sources = {
            text(row, "uuid"): tuple(text(link, "href") for link in objects(row, "rlinks"))
            for row in objects(child(node, "back-matter"), "resources")
        }
        imports = tuple(_import(row, sources) for row in objects(node, "imports"))
        if not imports:
            raise OscalError("is a profile that imports nothing")
        return Profile(
            uuid=text(node, "uuid"),
            metadata=_metadata(node),
            imports=imports,
            merge=_merge(child(node, "merge")),
            set_parameters=tuple(_set_parameter(row) for row in objects(modify, "set-parameters")),
            alters=tuple(_alter(row) for row in objects(modify, "alters")),
            resources=tuple(sources),
        )


def _resources(node: Object) -> tuple[str, ...]:
    return tuple(text(row, "uuid") for row in objects(child(node, "back-matter"), "resources"))


def _merge(node: Object) -> str:
    if text(node, "as-is") == "true":
        return "as-is"
    return next((name for name in ("flat", "custom") if name in node), "")


def _import(node: Object, sources: dict[str, tuple[str, ...]]) -> Import:
    href = text(node, "href")
    if not href:
        raise OscalError("an import of the profile names no document")
    include = tuple(_selector(row) for row in objects(node, "include-controls"))
    if "include-all" in node:
        whole = child(node, "include-all")
        include = (Selector(everything=True, with_children=text(whole, "with-child-controls") != "no"),)
    # By the specification an import that selects nothing imports everything.
    return Import(
        href=href,
        include=include or (Selector(everything=True, with_children=True),),
        exclude=tuple(_selector(row) for row in objects(node, "exclude-controls")),
        sources=sources.get(href.removeprefix("#"), ()),
    )


def _selector(node: Object) -> Selector:
    return Selector(
        ids=texts(node, "with-ids"),
        patterns=tuple(text(row, "pattern") for row in objects(node, "matching")),
        with_children=text(node, "with-child-controls") == "yes",
    )


def _set_parameter(node: Object) -> SetParameter:
    key = text(node, "param-id")
    if not key:
        raise OscalError("a set-parameter of the profile names no parameter")
    select = child(node, "select")
    return SetParameter(
        param_id=key,
        label=text(node, "label") or None,
        values=texts(node, "values") or texts(node, "value") or None,
        how_many=text(select, "how-many") or None,
        choices=texts(select, "choice") or None,
    )


def _alter(node: Object) -> Alter:
    key = text(node, "control-id")
    if not key:
        raise OscalError("an alter of the profile names no control")
    return Alter(
        control_id=key,
        removes=tuple(
            Remove(
                by_name=text(row, "by-name"),
                by_class=text(row, "by-class"),
                by_id=text(row, "by-id"),
                by_item_name=text(row, "by-item-name"),
                by_ns=text(row, "by-ns"),
            )
            for row in objects(node, "removes")
        ),
        adds=tuple(
            Add(
                position=text(row, "position") or "ending",
                by_id=text(row, "by-id"),
                title=text(row, "title"),
                params=_params(row),
                props=_props(row),
                links=_links(row),
                parts=_parts(row),
            )
            for row in objects(node, "adds")
        ),
    )


__all__ = ["read"]
