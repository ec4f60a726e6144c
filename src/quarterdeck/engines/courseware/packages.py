"""What a course package says about itself: standard, launchable items, pass mark, files.

Sources: IMS Content Packaging 1.1.2/1.1.4 and ADL SCORM 1.2 / SCORM 2004 (``imsmanifest.xml``), the Tin Can package
convention (``tincan.xml``), and the cmi5 course structure (``cmi5.xml``). A package is untrusted: the archive is read in
place, its descriptor is bounded, has no document type and no entities, and no path in it leads outside of it.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO, Final

from lxml import etree

MANIFESTS: Final = ("imsmanifest.xml", "cmi5.xml", "tincan.xml")
#: Bytes of a descriptor, files of an archive, launchable items, and steps of nesting that are looked at.
MAX_MANIFEST: Final = 4 << 20
MAX_FILES: Final = 10_000
MAX_ITEMS: Final = 50
MAX_DEPTH: Final = 20
MAX_PATH: Final = 400
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_XML_BASE: Final = "{http://www.w3.org/XML/1998/namespace}base"


class Standard(StrEnum):
    """By which convention a package is launched and reports."""

    SCORM_12 = "scorm12"
    SCORM_2004 = "scorm2004"
    TIN_CAN = "tincan"
    CMI5 = "cmi5"

    @property
    def is_scorm(self) -> bool:
        return self in (Standard.SCORM_12, Standard.SCORM_2004)


class Fault(StrEnum):
    """Why a package cannot be read."""

    NOT_A_ZIP = "not_a_zip"
    NO_MANIFEST = "no_manifest"
    TOO_LARGE = "too_large"
    BAD_XML = "bad_xml"
    DOCUMENT_TYPE = "document_type"
    OUTSIDE = "outside"
    NO_LAUNCH = "no_launch"
    MISSING = "missing"
    BAD_SCORE = "bad_score"


class PackageError(ValueError):
    """A package that cannot be used: ``fault`` says what is wrong, ``where`` in which file or element."""

    def __init__(self, fault: Fault, where: str) -> None:
        super().__init__(f"{fault.value}: {where}")
        self.fault = fault
        self.where = where[:200]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that can be launched. ``path`` lies in the package; ``query`` follows it with its ``?``.

    ``reports``: whether it tells its progress (a SCO, an assignable unit) or is only shown (an asset). ``mastery``: the
    pass mark in per cent, where the package states one. ``move_on``: cmi5's rule of what ends the unit.
    """

    identifier: str
    title: str
    path: str
    query: str = ""
    reports: bool = True
    mastery: int | None = None
    data: str = ""
    move_on: str = ""


@dataclass(frozen=True, slots=True)
class Package:
    """A package that was read. ``files``: every path in it, in the archive's order."""

    standard: Standard
    title: str
    items: tuple[Item, ...]
    files: tuple[str, ...]


def read_package(source: BinaryIO) -> Package:
    """Read the package in the ZIP ``source`` (seekable). Raises :class:`PackageError`; reads the descriptor alone."""
    try:
        with zipfile.ZipFile(source) as archive:
            files = _names(archive)
            known = frozenset(files)
            manifest = next((name for name in MANIFESTS if name in known), None)
            if manifest is None:
                raise PackageError(Fault.NO_MANIFEST, ", ".join(MANIFESTS))
            root = _parse(_content(archive, manifest), manifest)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise PackageError(Fault.NOT_A_ZIP, type(error).__name__) from error
    read = {"imsmanifest.xml": _scorm, "cmi5.xml": _cmi5, "tincan.xml": _tin_can}[manifest]
    standard, title, items = read(root)
    if not items:
        raise PackageError(Fault.NO_LAUNCH, manifest)
    for item in items:
        if item.path not in known:
            raise PackageError(Fault.MISSING, item.path)
    return Package(standard, title[:200] or manifest, tuple(items), files)


def safe_path(path: str) -> str | None:
    """``path`` with its steps resolved, or None where it leaves the package, is absolute or names no file."""
    if not path or len(path) > MAX_PATH or path.startswith(("/", "\\")) or _SCHEME.match(path):
        return None
    if any(ord(character) < 32 or character == "\\" or ord(character) == 127 for character in path):
        return None
    steps: list[str] = []
    for step in path.split("/"):
        if step in ("", "."):
            continue
        if step == "..":
            if not steps:
                return None
            steps.pop()
        else:
            steps.append(step)
    return "/".join(steps) or None


def _names(archive: zipfile.ZipFile) -> tuple[str, ...]:
    entries = archive.infolist()
    if len(entries) > MAX_FILES:
        raise PackageError(Fault.TOO_LARGE, f"{len(entries)} files")
    names: list[str] = []
    for entry in entries:
        if entry.is_dir():
            continue
        # What a reader would write elsewhere, or two readers would read differently, is no package.
        if safe_path(entry.filename) != entry.filename:
            raise PackageError(Fault.OUTSIDE, entry.filename)
        names.append(entry.filename)
    if len(set(names)) != len(names):
        raise PackageError(Fault.NOT_A_ZIP, "a name occurs twice")
    return tuple(names)


def _content(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as member:
        content = member.read(MAX_MANIFEST + 1)
    if len(content) > MAX_MANIFEST:
        raise PackageError(Fault.TOO_LARGE, name)
    return content


def _parse(content: bytes, name: str) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise PackageError(Fault.BAD_XML, f"{name}, line {error.lineno}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise PackageError(Fault.DOCUMENT_TYPE, name)
    return root


def _local(node: etree._Element) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def _children(node: etree._Element | None, name: str) -> list[etree._Element]:
    return [] if node is None else [child for child in node if _local(child) == name]


def _child(node: etree._Element | None, *names: str) -> etree._Element | None:
    for name in names:
        node = next(iter(_children(node, name)), None)
    return node


def _text(node: etree._Element | None) -> str:
    return "" if node is None or node.text is None else " ".join(node.text.split())


def _attribute(node: etree._Element, local: str) -> str:
    """An attribute by its name without namespace, in whatever case editions of SCORM write it."""
    for key, value in node.attrib.items():
        name = etree.QName(key).localname
        if name.lower() == local.lower():
            return value if isinstance(value, str) else value.decode()
    return ""


def _percent(text: str, whole: int, where: str) -> int | None:
    """A score out of ``whole`` (100 or 1) in per cent; None where none is given."""
    if not text:
        return None
    if not re.fullmatch(r"-?\d{1,3}(\.\d{1,7})?", text):
        raise PackageError(Fault.BAD_SCORE, where)
    value = round(float(text) * 100 / whole)
    if not 0 <= value <= 100:
        raise PackageError(Fault.BAD_SCORE, where)
    return value


def _unquoted(text: str) -> str:
    """Percent-encoded bytes as UTF-8; what is no UTF-8 stays as it was written."""
    try:
        return re.sub(
            rb"%([0-9A-Fa-f]{2})", lambda found: bytes([int(found.group(1), 16)]), text.encode("utf-8")
        ).decode("utf-8")
    except UnicodeDecodeError:
        return text


def _place(base: str, href: str) -> tuple[str, str]:
    """Path in the package and query of a reference. Raises where it leads outside."""
    bare, _hash, _fragment = href.strip().partition("#")
    bare, mark, query = bare.partition("?")
    path = safe_path(f"{base}{_unquoted(bare)}") if not _SCHEME.match(bare) and not bare.startswith("/") else None
    if path is None:
        raise PackageError(Fault.OUTSIDE, href)
    return path, f"{mark}{query}" if _query(query) else ""


def _query(text: str) -> bool:
    return bool(text) and len(text) <= 1000 and all(33 <= ord(character) < 127 for character in text)


# ---------------------------------------------------------------- SCORM


def _scorm(root: etree._Element) -> tuple[Standard, str, list[Item]]:
    version = _text(_child(root, "metadata", "schemaversion")).lower()
    spaces = " ".join(str(value) for value in root.nsmap.values())
    newer = "2004" in version or "1.3" in version or ("v1p3" in spaces and version != "1.2")
    standard = Standard.SCORM_2004 if newer else Standard.SCORM_12
    resources = _child(root, "resources")
    base = (root.get(_XML_BASE) or "") + ("" if resources is None else resources.get(_XML_BASE) or "")
    known = {node.get("identifier") or "": node for node in _children(resources, "resource")}
    organisations = _child(root, "organizations")
    every = _children(organisations, "organization")
    default = "" if organisations is None else organisations.get("default") or ""
    chosen = next((one for one in every if one.get("identifier") == default), every[0] if every else None)
    items: list[Item] = []
    if chosen is not None:
        _walk(chosen, known, base, items, 0)
    else:
        # A package of resources alone: the first that has a page of its own.
        for key, node in known.items():
            if node.get("href"):
                items.append(_item(key, "", node, base, None))
                break
    return standard, _text(_child(chosen, "title")), items


def _walk(node: etree._Element, known: dict[str, etree._Element], base: str, items: list[Item], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise PackageError(Fault.TOO_LARGE, "organization")
    for child in _children(node, "item"):
        reference = child.get("identifierref") or ""
        resource = known.get(reference)
        if resource is not None and resource.get("href"):
            if len(items) >= MAX_ITEMS:
                raise PackageError(Fault.TOO_LARGE, "item")
            items.append(
                _item(child.get("identifier") or reference, _text(_child(child, "title")), resource, base, child)
            )
        elif reference and resource is None:
            raise PackageError(Fault.MISSING, reference)
        _walk(child, known, base, items, depth + 1)


def _item(key: str, title: str, resource: etree._Element, base: str, item: etree._Element | None) -> Item:
    path, query = _place(base + (resource.get(_XML_BASE) or ""), resource.get("href") or "")
    parameters = "" if item is None else (item.get("parameters") or "").strip().lstrip("?&")
    if _query(parameters):
        query = f"{query}&{parameters}" if query else f"?{parameters}"
    mastery: int | None = None
    data = ""
    if item is not None:
        mastery = _percent(_text(_child(item, "masteryscore")), 100, "masteryscore")
        for objective in _children(_child(item, "sequencing", "objectives"), "primaryObjective"):
            if _attribute(objective, "satisfiedByMeasure") == "true":
                least = _text(_child(objective, "minNormalizedMeasure")) or "1"
                mastery = _percent(least, 1, "minNormalizedMeasure")
        data = (_text(_child(item, "datafromlms")) or _text(_child(item, "dataFromLMS")))[:4096]
    reports = _attribute(resource, "scormtype").lower() != "asset"
    return Item(key[:200], title[:200], path, query, reports, mastery, data)


# ---------------------------------------------------------------- Tin Can and cmi5


def _tin_can(root: etree._Element) -> tuple[Standard, str, list[Item]]:
    items: list[Item] = []
    for activity in _children(_child(root, "activities"), "activity"):
        launch = _text(_child(activity, "launch"))
        if launch:
            path, query = _place("", launch)
            key = activity.get("id") or ""
            if not key:
                raise PackageError(Fault.NO_LAUNCH, "activity id")
            items.append(Item(key[:500], _text(_child(activity, "name"))[:200], path, query))
            break
    return Standard.TIN_CAN, items[0].title if items else "", items


def _cmi5(root: etree._Element) -> tuple[Standard, str, list[Item]]:
    items: list[Item] = []
    _units(root, items, 0)
    return Standard.CMI5, _text(_child(root, "course", "title", "langstring")), items


def _units(node: etree._Element, items: list[Item], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise PackageError(Fault.TOO_LARGE, "block")
    for child in node:
        if _local(child) == "block":
            _units(child, items, depth + 1)
        if _local(child) != "au":
            continue
        if len(items) >= MAX_ITEMS:
            raise PackageError(Fault.TOO_LARGE, "au")
        path, query = _place("", _text(_child(child, "url")))
        items.append(
            Item(
                identifier=(child.get("id") or "")[:500],
                title=_text(_child(child, "title", "langstring"))[:200],
                path=path,
                query=query,
                mastery=_percent(child.get("masteryScore") or "", 1, "masteryScore"),
                data=_text(_child(child, "launchParameters"))[:4096],
                move_on=(child.get("moveOn") or "NotApplicable")[:30],
            )
        )


__all__ = ["Fault", "Item", "Package", "PackageError", "Standard", "read_package", "safe_path"]
