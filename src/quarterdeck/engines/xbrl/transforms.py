"""Inline XBRL transformations of the values that a cybersecurity disclosure and its cover page hold.

Names follow the transformation registries of XBRL International (versions 1 to 5) and of the SEC. A transformation
is known by its local name; registries renamed but never gave a name a second meaning, save for hyphens, which are
ignored here. Booleans: `booleantrue`/`booleanfalse` (registries 2 and 3), `fixed-true`/`fixed-false` (4 and 5) hold
whatever text they stand around; `boolballotbox` (SEC) reads the box.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

REGISTRIES: Final = (
    "http://www.xbrl.org/2008/inlineXBRL/transformation",
    "http://www.xbrl.org/inlineXBRL/transformation/",
    "http://www.sec.gov/inlineXBRL/transformation/",
)
"""How the namespaces of the registries begin; each version appends its date."""

_FIXED: Final = {"booleantrue": True, "fixedtrue": True, "booleanfalse": False, "fixedfalse": False}
_BOXES: Final = {"\u2610": False, "\u2611": True, "\u2612": True}
_LEXICAL: Final = {"true": True, "1": True, "false": False, "0": False}


class NotTransformable(ValueError):
    """A text that its transformation, or the type boolean, does not allow; the message tells a person why."""


def known_registry(namespace: str | None) -> bool:
    """Whether a namespace URI is one of the transformation registries."""
    return namespace is not None and namespace.startswith(REGISTRIES)


def boolean(text: str, format_name: str | None, format_namespace: str | None) -> bool:
    """The value of a flag: `text` is what the element holds, `format_name` the local name of its transformation.

    Without a transformation the text must be a boolean itself ("true", "false", "1", "0"); words such as "yes" or a
    sentence are not, and are not guessed at. Raises NotTransformable.
    """
    shown = " ".join(text.split())
    if format_name is None:
        value = _LEXICAL.get(shown.lower())
        if value is None:
            raise NotTransformable(
                f"holds {_quoted(shown)}, which is neither true nor false, and has no transformation"
            )
        return value
    if not known_registry(format_namespace):
        raise NotTransformable(f"has the transformation {format_name} of an unknown registry")
    name = _bare(format_name)
    if name in _FIXED:
        return _FIXED[name]
    if name == "boolballotbox":
        if shown not in _BOXES:
            raise NotTransformable(f"holds {_quoted(shown)}, which is no ballot box")
        return _BOXES[shown]
    raise NotTransformable(f"has the transformation {format_name}, which gives no boolean")


def cover_text(text: str, format_name: str | None) -> str:
    """The value of a cover-page text: dates as ISO, boxes as true and false, everything else as it stands, folded.

    A date that its transformation does not allow also stays as it stands.
    """
    shown = " ".join(text.split())
    if format_name is None:
        return shown
    name = _bare(format_name)
    if name in _FIXED:
        return "true" if _FIXED[name] else "false"
    if name in ("fixedempty", "nocontent"):
        return ""
    if name in ("boolballotbox", "yesnoballotbox") and shown in _BOXES:
        words = ("true", "false") if name == "boolballotbox" else ("Yes", "No")
        return words[0] if _BOXES[shown] else words[1]
    if name.startswith("date"):
        return _iso(shown, name) or shown
    return shown


_JANUARY_TO_DECEMBER: Final = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS: Final = {name: number for number, name in enumerate(_JANUARY_TO_DECEMBER.split(), start=1)}
# The order of the parts, by what the name of the transformation says. Registry 1 named dates by country.
_ORDERS: Final = (
    ("yearmonthday", "ymd"),
    ("yearmonthnameday", "ymd"),
    ("monthdayyear", "mdy"),
    ("monthnamedayyear", "mdy"),
    ("daymonthyear", "dmy"),
    ("daymonthnameyear", "dmy"),
    ("longus", "mdy"),
    ("slashus", "mdy"),
    ("dotus", "mdy"),
    ("shortus", "mdy"),
    ("longuk", "dmy"),
    ("shortuk", "dmy"),
    ("slasheu", "dmy"),
    ("doteu", "dmy"),
    ("monthnameday", "md"),
    ("monthday", "md"),
    ("daymonthname", "dm"),
    ("daymonth", "dm"),
)


def _iso(shown: str, name: str) -> str | None:
    order = next((order for key, order in _ORDERS if key in name), None)
    if order is None:
        return None
    parts = re.findall(r"\d+|[^\W\d_]+", shown)
    # "31st of December" has words and endings between the parts that are none of them.
    kept = [part for part in parts if part.isdigit() or part[:3].lower() in _MONTHS]
    if len(kept) != len(order):
        return None
    found = dict(zip(order, kept, strict=True))
    month = found["m"]
    number = int(month) if month.isdigit() else _MONTHS[month[:3].lower()]
    try:
        day = int(found["d"])
        if "y" not in found:
            date(2000, number, day)
            return f"--{number:02d}-{day:02d}"
        year = int(found["y"])
        return date(year + 2000 if year < 100 else year, number, day).isoformat()
    except (ValueError, OverflowError):
        return None


def _bare(name: str) -> str:
    return name.replace("-", "").lower()


def _quoted(shown: str) -> str:
    return "nothing" if not shown else f"“{shown if len(shown) <= 60 else shown[:57] + '…'}”"
