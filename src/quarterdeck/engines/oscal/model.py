"""What is kept of a catalogue and a profile: ids, titles, statements, parameters, and what a profile may change of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

#: Bounds on what is read. The largest public catalogue has 1,189 controls in 2.2 MB.
MAX_BYTES: Final = 40 * 1024 * 1024
MAX_CONTROLS: Final = 20_000
MAX_DEPTH: Final = 24
MAX_TEXT: Final = 20_000


class OscalError(ValueError):
    """Input that cannot be used. ``message`` says what is wrong and what would do; ``where`` is an id, path or line."""

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(f"{where}: {message}" if where else message)
        self.message = message
        self.where = where


@dataclass(frozen=True, slots=True)
class Prop:
    name: str
    value: str
    ns: str = ""
    cls: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    rel: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of prose of a control, for example its statement and the items of it."""

    id: str
    name: str
    ns: str = ""
    cls: str = ""
    title: str = ""
    prose: str = ""
    props: tuple[Prop, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Param:
    """A blank that an organisation fills in. ``how_many``: ``one`` or ``one-or-more`` where there are ``choices``."""

    id: str
    label: str = ""
    values: tuple[str, ...] = ()
    how_many: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Control:
    id: str
    cls: str = ""
    title: str = ""
    params: tuple[Param, ...] = ()
    props: tuple[Prop, ...] = ()
    links: tuple[Link, ...] = ()
    parts: tuple[Part, ...] = ()
    controls: tuple[Control, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    cls: str = ""
    title: str = ""
    params: tuple[Param, ...] = ()
    props: tuple[Prop, ...] = ()
    parts: tuple[Part, ...] = ()
    groups: tuple[Group, ...] = ()
    controls: tuple[Control, ...] = ()


@dataclass(frozen=True, slots=True)
class Metadata:
    """``last_modified`` is the text of the document, unread."""

    title: str
    version: str = ""
    oscal_version: str = ""
    last_modified: str = ""
    props: tuple[Prop, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """``resources``: the ids of the back matter; what they say is not read."""

    uuid: str
    metadata: Metadata
    params: tuple[Param, ...] = ()
    groups: tuple[Group, ...] = ()
    controls: tuple[Control, ...] = ()
    resources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Selector:
    """Which controls: by id, by pattern (``*`` and ``?``), or all; with the controls below each where it says so."""

    ids: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    with_children: bool = False
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Import:
    """``href`` as written; ``sources``: where its back-matter resource says that the document lies."""

    href: str
    include: tuple[Selector, ...] = ()
    exclude: tuple[Selector, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetParameter:
    """What a profile says of a parameter; None for what it leaves as it is."""

    param_id: str
    label: str | None = None
    values: tuple[str, ...] | None = None
    how_many: str | None = None
    choices: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Add:
    """``position``: before, after, starting or ending, of the part ``by_id``, or of the control where that is empty."""

    position: str = "ending"
    by_id: str = ""
    title: str = ""
    params: tuple[Param, ...] = ()
    props: tuple[Prop, ...] = ()
    links: tuple[Link, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Remove:
    """What all the criteria that are given match: ``item_name`` is the kind of thing (part, prop, link, param)."""

    by_name: str = ""
    by_class: str = ""
    by_id: str = ""
    by_item_name: str = ""
    by_ns: str = ""


@dataclass(frozen=True, slots=True)
class Alter:
    control_id: str
    removes: tuple[Remove, ...] = ()
    adds: tuple[Add, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """``merge``: as-is, flat or custom; empty where the document does not say (the specification's flat)."""

    uuid: str
    metadata: Metadata
    imports: tuple[Import, ...]
    merge: str = ""
    set_parameters: tuple[SetParameter, ...] = ()
    alters: tuple[Alter, ...] = ()
    resources: tuple[str, ...] = field(default=())
