"""What OSCAL 1.1 demands of the documents we write, as far as it can be said in a page: for where no other reader is installed.

Source: the OSCAL 1.1.2 model reference. Members are (name, needed); a list has at least one entry; no member is unknown.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

UUID = re.compile(r"^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[45][0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}$")
TOKEN = re.compile(r"^[^\W\d][\w.\-]*$")
COMMON = "title description props links remarks"
#: For each kind of object: the members it must have, and those it may have.
MODEL: dict[str, tuple[str, str]] = {
    "component-definition": ("uuid metadata", "components back-matter"),
    "assessment-results": ("uuid metadata import-ap results", "local-definitions back-matter"),
    "plan-of-action-and-milestones": ("uuid metadata poam-items", "import-ssp system-id local-definitions observations risks findings back-matter"),
    "metadata": ("title last-modified version oscal-version", "published props links roles parties responsible-parties"),
    "roles": ("id title", ""),
    "parties": ("uuid type", "name"),
    "responsible-parties": ("role-id party-uuids", ""),
    "components": ("uuid type title description", "purpose props links responsible-roles control-implementations status"),
    "control-implementations": ("uuid source description implemented-requirements", "props links"),
    "implemented-requirements": ("uuid control-id description", "props links statements"),
    "props": ("name value", "ns uuid class remarks"),
    "results": ("uuid title description start reviewed-controls", "end props links local-definitions observations risks findings"),
    "reviewed-controls": ("control-selections", "description"),
    "control-selections": ("", "description include-all include-controls exclude-controls"),
    "include-controls": ("control-id", "statement-ids"),
    "include-all": ("", ""),
    "local-definitions": ("", "components"),
    "observations": ("uuid description methods collected", "title props links types subjects expires"),
    "subjects": ("subject-uuid type", "title"),
    "findings": ("uuid title description target", "props links related-observations related-risks"),
    "target": ("type target-id status", "title description"),
    "status": ("state", "reason remarks"),
    "related-observations": ("observation-uuid", ""),
    "related-risks": ("risk-uuid", ""),
    "risks": ("uuid title description statement status", "deadline remediations props related-observations"),
    "remediations": ("uuid lifecycle title description", "props tasks"),
    "tasks": ("uuid type title", "description timing"),
    "timing": ("", "on-date within-date-range at-frequency"),
    "on-date": ("date", ""),
    "poam-items": ("title description", "uuid props links related-observations related-risks"),
    "system-id": ("id", "identifier-type"),
    "import-ap": ("href", "remarks"),
    "back-matter": ("", "resources"),
    "resources": ("uuid", "title description props document-ids citation rlinks base64"),
    "rlinks": ("href", "media-type hashes"),
    "hashes": ("algorithm value", ""),
}  # fmt: skip
TIMES = {"last-modified", "start", "end", "collected", "deadline", "date", "published"}
TOKENS = {"control-id", "role-id", "id", "target-id", "lifecycle"}
#: A text on one line, with no white space at its ends.
LINES = {"title", "name", "value", "version", "type"}
STATES = {
    "target": {"satisfied", "not-satisfied"},
    "components": {"under-development", "operational", "disposition", "other"},
}


def faults(document: dict[str, Any]) -> list[str]:
    """Everything wrong with the document; nothing when it is sound."""
    found: list[str] = []
    uuids: list[str] = []
    ((name, body),) = document.items()
    _object(name, body, name, found, uuids)
    found += [f"{one} stands twice" for one in {u for u in uuids if uuids.count(u) > 1}]
    text = str(document)
    for reference in re.findall(r"'(?:observation-uuid|risk-uuid|subject-uuid)': '([^']+)'", text):
        if reference not in uuids:
            found.append(f"{reference} is referred to and is not there")
    for reference in re.findall(r"'(?:source|href)': '#([^']+)'", text):
        if reference not in uuids:
            found.append(f"#{reference} is referred to and is not there")
    return found


def _object(kind: str, body: Any, where: str, found: list[str], uuids: list[str]) -> None:
    if not isinstance(body, dict):
        found.append(f"{where} should be an object")
        return
    needed, allowed = (set(words.split()) for words in MODEL[kind])
    found += [f"{where} lacks {name}" for name in needed - body.keys()]
    found += [f"{where} has {name}" for name in body.keys() - needed - allowed]
    if "uuid" in body:
        uuids.append(body["uuid"])
    for name, value in body.items():
        here = f"{where}.{name}"
        if isinstance(value, list):
            if not value:
                found.append(f"{here} is empty")
            for number, row in enumerate(value):
                if isinstance(row, dict):
                    _object(name, row, f"{here}[{number}]", found, uuids)
        elif isinstance(value, dict):
            _object(name, value, here, found, uuids)
        elif name == "uuid" and not UUID.match(value):
            found.append(f"{here} is no UUID: {value}")
        elif name in TIMES and datetime.fromisoformat(value).tzinfo is None:
            found.append(f"{here} has no zone")
        elif name in TOKENS and kind not in ("system-id",) and not TOKEN.match(value):
            found.append(f"{here} is no token: {value}")
        elif name in LINES and not re.fullmatch(r"\S(.*\S)?", value):
            found.append(f"{here} is no line of text: {value!r}")
        elif kind == "props" and name == "name" and not TOKEN.match(value):
            found.append(f"{here} is no token: {value}")
        elif isinstance(value, str) and not value.strip():
            found.append(f"{here} is blank")
    if kind in STATES and isinstance(body.get("status"), dict) and body["status"].get("state") not in STATES[kind]:
        found.append(f"{where}.status has an unknown state")
