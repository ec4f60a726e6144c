"""A list of vendors out of a JSON or CSV file: which of its columns go where. Nothing is guessed that it does not say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from quarterdeck.engines.questionnaires import loose_json
from quarterdeck.engines.questionnaires.model import Unreadable
from quarterdeck.engines.questionnaires.sheets import decoded, read_sheets

MOST: Final = 20_000
#: Our field ← the names it has in lists of others, in lower case without signs.
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name", "vendor", "vendorname", "supplier", "company"),
    "legal_name": ("legalname", "legalentity"),
    "lei": ("lei",),
    "identifier": ("identifier", "euid", "companynumber", "registrationnumber"),
    "country": ("country", "countrycode"),
    "address": ("headquarteraddress", "address"),
    "website": ("websiteurl", "website", "url", "homepage"),
    "category": ("category",),
    "service": ("service", "services", "description"),
    "contact_name": ("contact", "contactname"),
    "contact_email": ("contactemail", "email"),
}
_LIMITS: Final = {
    "name": 200,
    "legal_name": 250,
    "address": 300,
    "category": 60,
    "service": 300,
    "website": 300,
    "contact_name": 200,
    "identifier": 60,
}
#: Countries as addresses end, where the name stands for one country only.
_COUNTRIES: Final = {
    "usa": "US", "us": "US", "united states": "US", "united states of america": "US", "canada": "CA", "united kingdom": "GB", "uk": "GB",
    "ireland": "IE", "germany": "DE", "france": "FR", "netherlands": "NL", "the netherlands": "NL", "sweden": "SE", "norway": "NO",
    "denmark": "DK", "finland": "FI", "spain": "ES", "italy": "IT", "switzerland": "CH", "austria": "AT", "belgium": "BE", "poland": "PL",
    "portugal": "PT", "estonia": "EE", "czech republic": "CZ", "czechia": "CZ", "israel": "IL", "india": "IN", "singapore": "SG",
    "australia": "AU", "new zealand": "NZ", "japan": "JP", "china": "CN", "hong kong": "HK", "brazil": "BR", "luxembourg": "LU",
    "romania": "RO", "lithuania": "LT", "latvia": "LV", "cyprus": "CY", "hungary": "HU", "bulgaria": "BG", "ukraine": "UA",
    "united arab emirates": "AE", "south africa": "ZA", "south korea": "KR", "mexico": "MX", "argentina": "AR", "iceland": "IS",
    "malta": "MT", "greece": "GR", "slovenia": "SI", "slovakia": "SK", "turkey": "TR", "taiwan": "TW", "england": "GB", "scotland": "GB",
}  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """One vendor of the list: ``number`` counts its entries from 1; ``fields`` as the record takes them."""

    number: int
    fields: Mapping[str, str]


def read_list(data: bytes, name: str) -> list[Listed]:
    """Every entry that has a name. `Unreadable` for a file that is no list, or an entry without a name."""
    made = []
    for number, entry in enumerate(_entries(data, name), start=1):
        if number > MOST:
            raise Unreadable(f"it has more than {MOST:,} vendors", name)
        fields = _fields(entry)
        if not fields.get("name"):
            raise Unreadable("this vendor has no name", f"entry {number}")
        made.append(Listed(number, fields))
    if not made:
        raise Unreadable("there is no vendor in it", name)
    return made


def _entries(data: bytes, name: str) -> Iterator[Mapping[str, str]]:
    if not data.startswith(b"PK"):
        text = decoded(data)
        if text.lstrip().startswith(("[", "{", "//", "/*")):
            yield from _json(loose_json.read(text), name)
            return
    rows = read_sheets(data, name)[0].rows
    if not rows:
        return
    for row in rows[1:]:
        if any(row):
            yield dict(zip(rows[0], row, strict=False))


def _json(found: loose_json.Value, name: str) -> Iterator[Mapping[str, str]]:
    if isinstance(found, dict):
        found = next((value for value in found.values() if isinstance(value, list)), [])
    if not isinstance(found, list):
        raise Unreadable("a list of vendors is expected", name)
    for item in found:
        if not isinstance(item, dict):
            raise Unreadable("each vendor should be an object", name)
        yield {key: value for key, value in item.items() if isinstance(value, str)}


def _fields(entry: Mapping[str, str]) -> dict[str, str]:
    plain = {
        re.sub(r"[^a-z]", "", key.lower()): " ".join(value.split()) for key, value in entry.items() if value.strip()
    }
    made: dict[str, str] = {}
    for field, names in _NAMES.items():
        value = next((plain[one] for one in names if one in plain), "")
        if value:
            made[field] = value[: _LIMITS.get(field, 1000)]
    country = made.get("country", "")
    if not re.fullmatch(r"[A-Z]{2}", country):
        last = re.sub(r"[^a-z ]", "", (country or made.get("address", "").rpartition(",")[2]).lower()).strip()
        made.pop("country", None)
        if last in _COUNTRIES:
            made["country"] = _COUNTRIES[last]
    return made
