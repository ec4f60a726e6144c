"""Mapping tables: which requirement of one framework meets which of another, as CSV.

There is no standard for them. What is read: a delimiter of comma, semicolon, tab or bar; a line of headings in many
spellings, or none; several ids in one cell; empty cells, which map nothing. What the frameworks are called comes from the
headings where they name them, otherwise from the file's own name (``…-A-to-B.csv``).
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import Final

from quarterdeck.engines.oscal.model import MAX_BYTES, OscalError
from quarterdeck.engines.oscal.requirements import code_key

MAX_PAIRS: Final = 20_000
_SOURCES: Final = (
    "source", "from", "source id", "source_id", "source control", "source code", "focal document element", "focal", "control", "control id",
    "control_id", "capability_id", "capability id", "requirement", "id", "subcategory",
)  # fmt: skip
_TARGETS: Final = (
    "target", "to", "target id", "target_id", "target control", "target code", "reference document element", "reference", "technique",
    "technique id", "attack_object_id", "mapped", "mapped to", "mapping", "maps to",
)  # fmt: skip
_RELATIONS: Final = (
    "relationship",
    "relation",
    "mapping_type",
    "mapping type",
    "type",
    "rationale",
    "strength of relationship",
)
_NAMED: Final = re.compile(
    r"\b(iso|iec|csf|nist|sp ?800|800-\d+|soc ?2|pci|cis|hipaa|att&?ck|cobit|nis ?2|dora|ccm|gdpr|bsi|nyc?rr|hkma|mlps)\b",
    re.I,
)
_IDS: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-_/]*(?:\s?\(\d+\))*(?:\.\d+)*")


@dataclass(frozen=True, slots=True)
class Pair:
    """``source`` meets ``target`` by ``relationship`` (for example equal, subset, superset, intersect; empty: not said)."""

    source: str
    target: str
    relationship: str


@dataclass(frozen=True, slots=True)
class MappingFile:
    """Every pair once, in the order of the file. ``lines``: how many lines mapped nothing."""

    source_name: str
    target_name: str
    pairs: tuple[Pair, ...]
    skipped: int

    @property
    def sources(self) -> tuple[str, ...]:
        """Every id on the left, once."""
        return tuple(dict.fromkeys(pair.source for pair in self.pairs))

    @property
    def targets(self) -> tuple[str, ...]:
        """Every id on the right, once."""
        return tuple(dict.fromkeys(pair.target for pair in self.pairs))


def looks_like_csv(data: bytes) -> bool:
    """Whether it is no JSON and no XML; what is left can only be a table."""
    return data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"[", b"<", b"")


def read_mapping(data: bytes, name: str = "") -> MappingFile:
    """The pairs in ``data``; ``name`` is the file's. Raises OscalError with the line where it is no such table."""
    if len(data) > MAX_BYTES:
        raise OscalError(f"is larger than {MAX_BYTES // (1 << 20)} MB, the most that is read")
    rows = _table(_text(data))
    if not rows:
        raise OscalError("is empty")
    left, right, by, headed = _columns(rows[0][1])
    names = _names(name)
    if headed:
        heads = rows[0][1]
        names = (_heading(heads[left]) or names[0], _heading(heads[right]) or names[1])
    pairs: dict[tuple[str, str], Pair] = {}
    skipped = 0
    for line, cells in rows[1 if headed else 0 :]:
        sources, targets = _ids(cells, left), _ids(cells, right)
        if not sources or not targets:
            skipped += 1
            continue
        relation = cells[by].strip()[:60] if by is not None and by < len(cells) else ""
        for source in sources:
            for target in targets:
                pairs.setdefault((code_key(source), code_key(target)), Pair(source, target, relation))
        if len(pairs) > MAX_PAIRS:
            raise OscalError(f"maps more than {MAX_PAIRS} pairs", f"line {line}")
    if not pairs:
        raise OscalError(
            "maps nothing: a table with a column of source ids and one of target ids is expected "
            "(headings such as source,target,relationship)"
        )
    return MappingFile(names[0], names[1], tuple(pairs.values()), skipped)


def _text(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise OscalError("is no text table")


def _table(text: str) -> list[tuple[int, list[str]]]:
    """Lines with their numbers, empty ones and comments left out."""
    head = "\n".join(text.splitlines()[:20])
    delimiter = max(",;\t|", key=head.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    found: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) and not cells[0].lstrip().startswith("#"):
                found.append((reader.line_num, cells))
    except csv.Error as error:
        raise OscalError(f"is no table: {error}", f"line {reader.line_num}") from None
    return found


def _columns(first: list[str]) -> tuple[int, int, int | None, bool]:
    """Positions of source, target and relationship, and whether the first line is one of headings."""
    heads = [" ".join(cell.replace("_", " ").split()).casefold() for cell in first]
    if len(heads) < 2:
        raise OscalError("has one column; a mapping needs the ids on both sides", "line 1")

    def place(words: tuple[str, ...]) -> int | None:
        wanted = [word.replace("_", " ") for word in words]
        return next((heads.index(word) for word in wanted if word in heads), None)

    left, right, by = place(_SOURCES), place(_TARGETS), place(_RELATIONS)
    if left is not None and right is not None and left != right:
        return left, right, by, True
    named = [at for at, head in enumerate(heads) if _NAMED.search(head) and not _is_id(head)]
    if len(named) >= 2:
        return named[0], named[1], by, True
    if left is not None or right is not None or by is not None or named:
        # Half of it is headed: the two columns that are not the relationship.
        free = [at for at in range(len(heads)) if at != by]
        if len(free) >= 2:
            return free[0], free[1], by, True
    if _is_id(heads[0]) and _is_id(heads[1]):
        return 0, 1, 2 if len(heads) > 2 else None, False
    raise OscalError(
        f"has headings that do not say which column is the source and which the target: {', '.join(first)[:120]}",
        "line 1",
    )


def _is_id(cell: str) -> bool:
    """Whether it could be a requirement's id: no words, a digit in it."""
    found = _IDS.fullmatch(cell.strip())
    return found is not None and any(char.isdigit() for char in cell)


def _ids(cells: list[str], at: int) -> list[str]:
    """The ids in a cell: one a line, or parted by comma, semicolon or bar. Text after an id (“5.2: Policy”) is its title."""
    if at >= len(cells):
        return []
    found = []
    for piece in re.split(r"[\n;,|]+", cells[at]):
        hit = _IDS.match(piece.strip())
        if hit and any(char.isdigit() for char in hit.group()):
            found.append(hit.group().rstrip(".:-/")[:100])
    return found


def _heading(head: str) -> str:
    """What a heading calls the framework; empty where it only says “source”."""
    words = " ".join(head.replace("_", " ").split())
    return words[:150] if _NAMED.search(words) else ""


def _names(name: str) -> tuple[str, str]:
    """Both frameworks from the file's name: what stands on either side of “to”."""
    stem = re.sub(r"\.(csv|tsv|txt)(\.gz)?$", "", name.replace("\\", "/").rsplit("/", 1)[-1], flags=re.I)
    stem = re.sub(r"^(mapping|crosswalk|map|ctid)[-_ ]+", "", stem, flags=re.I)
    sides = re.split(r"[-_ ](?:to|2)[-_ ]", stem, maxsplit=1, flags=re.I)
    if len(sides) != 2:
        return "", ""
    return called(sides[0]), called(sides[1])


_ISO: Final = re.compile(r"^iso(?:[-_ ]?iec)?[-_ ]?(\d{4,5})(?:[-_: ](\d{4}))?$", re.I)
_CAPITALS: Final = frozenset(
    {"nist", "csf", "sp", "iso", "iec", "cis", "pci", "dss", "soc", "hipaa", "ccm", "gdpr", "dora", "nis2", "cobit"}
)


def called(slug: str) -> str:
    """A framework's name from its slug: ``iso27001-2022`` is ISO/IEC 27001:2022, ``nist-csf-2.0`` NIST CSF 2.0."""
    iso = _ISO.match(slug.strip())
    if iso:
        return f"ISO/IEC {iso.group(1)}" + (f":{iso.group(2)}" if iso.group(2) else "")
    words = [word for word in re.split(r"[-_ ]+", slug) if word]
    named = " ".join(word.upper() if word.casefold() in _CAPITALS else word for word in words)
    return re.sub(r"\b800 (\d+)", r"800-\1", named)[:150]


__all__ = ["MappingFile", "Pair", "called", "looks_like_csv", "read_mapping"]
