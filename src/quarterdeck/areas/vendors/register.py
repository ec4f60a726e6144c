"""The register of ICT third parties in the tables of Implementing Regulation (EU) 2024/2956, as CSV files in a ZIP.

Tables are those of the regulation's Annex I. Columns carry the codes of the supervisors' data point model, release 4.0, which
numbers B_06.01 from c0050 to c0100 where the regulation's own text has 0060 to 0110, and adds a link column to B_02.03 and
B_03.01 to B_03.03. What the record does not know is left empty; nothing is filled in to make a table look whole. Dates are
written as ISO 8601, countries as ISO 3166, closed lists by their words.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Final

from quarterdeck.areas.organisation.models import Registrant
from quarterdeck.areas.vendors import rules
from quarterdeck.areas.vendors.models import Contract, Evaluation, Subcontractor, Vendor, VendorEngagement
from quarterdeck.engines.questionnaires.cells import neutral

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "B_01.01": ("c0010", "c0020", "c0030", "c0040", "c0050", "c0060"),
    "B_01.02": ("c0010", "c0020", "c0030", "c0040", "c0050", "c0060", "c0070", "c0080", "c0090", "c0100", "c0110"),
    "B_01.03": ("c0010", "c0020", "c0030", "c0040"),
    "B_02.01": ("c0010", "c0020", "c0030", "c0040", "c0050"),
    "B_02.02": (
        "c0010", "c0020", "c0030", "c0040", "c0050", "c0060", "c0070", "c0080", "c0090", "c0100", "c0110", "c0120", "c0130", "c0140",
        "c0150", "c0160", "c0170", "c0180",
    ),
    "B_02.03": ("c0010", "c0020", "c0030"),
    "B_03.01": ("c0010", "c0020", "c0030"),
    "B_03.02": ("c0010", "c0020", "c0030", "c0045"),
    "B_03.03": ("c0010", "c0020", "c0031"),
    "B_04.01": ("c0010", "c0020", "c0030", "c0040"),
    "B_05.01": ("c0010", "c0020", "c0030", "c0040", "c0050", "c0060", "c0070", "c0080", "c0090", "c0100", "c0110", "c0120"),
    "B_05.02": ("c0010", "c0020", "c0030", "c0040", "c0050", "c0060", "c0070"),
    "B_06.01": ("c0010", "c0020", "c0030", "c0040", "c0050", "c0060", "c0070", "c0080", "c0090", "c0100"),
    "B_07.01": ("c0010", "c0020", "c0030", "c0040", "c0050", "c0060", "c0070", "c0080", "c0090", "c0100", "c0110", "c0120"),
}  # fmt: skip

_KIND = {
    Vendor.Kind.LEGAL.value: "Legal person, excluding individual acting in a business capacity",
    Vendor.Kind.INDIVIDUAL.value: "Individual acting in a business capacity",
}
_SENSITIVE = {"none": "", "internal": "Low", "confidential": "Medium", "restricted": "High"}
_RELIANCE = {"not": "Not significant", "low": "Low reliance", "material": "Material reliance", "full": "Full reliance"}
_REPLACE = {
    "not": "Not substitutable",
    "hard": "Highly complex substitutability",
    "medium": "Medium complexity in terms of substitutability",
    "easy": "Easily substitutable",
}


#: How the regulation writes that there is no end: of a contract without one, of an entity that was not deleted.
OPEN_END: Final = "9999-12-31"
#: What a link column holds in each row there is.
LINKED: Final = "true"


@dataclass(frozen=True)
class Asked:
    """The day the register is drawn up as of, and what the home does not keep of the entity: its LEI."""

    day: date
    lei: str = ""


def tables(asked: Asked) -> dict[str, list[tuple[str, ...]]]:
    """Rows by table, each as wide as its columns. Contracts in force on the day and the vendors behind them."""
    contracts = [
        row
        for row in Contract.objects.filter(starts_on__lte=asked.day)
        .select_related("vendor")
        .order_by("reference", "pk")
        if (row.ends_on is None or row.ends_on >= asked.day)
        and (row.terminated_on is None or row.terminated_on >= asked.day)
    ]
    engaged = set(
        VendorEngagement.objects.filter(state__in=("engaged", "ended"), engaged_on__lte=asked.day)
        .exclude(ended_on__lt=asked.day)
        .values_list("vendor_id", flat=True)
    )
    keys = {row.vendor_id for row in contracts} | engaged
    vendors = list(Vendor.objects.filter(pk__in=keys).order_by("name", "pk"))
    functions, costs = _functions(vendors), _costs(contracts)
    entity = Registrant.objects.order_by("pk").first()
    # The registrant's country is kept as an EDGAR code, which is none of ISO 3166: it is left to whoever files.
    name, country = (entity.name if entity is not None else ""), ""
    day = asked.day.isoformat()
    audits = _audits(keys, asked.day)
    made: dict[str, list[tuple[str, ...]]] = {code: [] for code in COLUMNS}
    made["B_01.01"].append((asked.lei, name, country, "", "", day))
    made["B_01.02"].append((asked.lei, name, country, "", "", "", day, "", OPEN_END, "", ""))
    for row in contracts:
        vendor, cost = row.vendor, "" if row.annual_cost is None else format(row.annual_cost, "f")
        code, kind = identity(vendor)
        made["B_02.01"].append((row.reference, "Standalone arrangement", "", row.currency, cost))
        # One row for each country: of the service, of the data at rest, of their processing.
        places = product(
            *(_list(text) or [""] for text in (vendor.provided_from, vendor.stored_in, vendor.processed_in))
        )
        for country_of_service, stored, processed in places:
            made["B_02.02"].append((
                row.reference, asked.lei, code, kind, functions.get(vendor.pk, ""), vendor.ict_service, row.starts_on.isoformat(),
                _day(row.terminated_on or row.ends_on) or OPEN_END, "", _number(row.notice_days), _number(row.vendor_notice_days), row.governing_law,
                country_of_service, "Yes" if vendor.stored_in else "No", stored, processed,
                _SENSITIVE[vendor.sensitivity], _RELIANCE.get(row.reliance or "", ""),
            ))  # fmt: skip
        made["B_03.01"].append((row.reference, asked.lei, LINKED))
        made["B_03.02"].append((row.reference, code, kind, LINKED))
        made["B_04.01"].append((row.reference, asked.lei, "Not a branch", ""))
        made["B_05.02"].append((row.reference, vendor.ict_service, code, kind, "1", "", ""))
        made["B_07.01"].append((
            row.reference, code, kind, vendor.ict_service, _REPLACE.get(vendor.substitutable or "", ""), "", _day(audits.get(vendor.pk)),
            _yes(vendor.exit_plan), "", _impact(vendor), "Yes" if vendor.alternatives else "", vendor.alternatives,
        ))  # fmt: skip
    for vendor in vendors:
        code, kind = identity(vendor)
        extra = vendor.identifier if vendor.lei else ""
        currency, cost = costs.get(vendor.pk, ("", ""))
        made["B_05.01"].append((
            code, kind, extra, _kind(extra, vendor.country), vendor.legal_name or vendor.name, vendor.name, _KIND[vendor.kind], vendor.country,
            currency, cost, vendor.parent_lei, "LEI" if vendor.parent_lei else "",
        ))  # fmt: skip
        if vendor.pk in functions:
            critical = "Yes" if vendor.criticality == Vendor.Criticality.CRITICAL else "No"
            made["B_06.01"].append(
                (functions[vendor.pk], "", vendor.function, asked.lei, critical, "", "", "", "", _impact(vendor))
            )
    made["B_06.01"] = list(dict.fromkeys(made["B_06.01"]))
    made["B_05.02"] += _chain(contracts, asked.day)
    return made


def identity(vendor: Vendor) -> tuple[str, str]:
    """The identification code and its type: the LEI before any other. Without either a code of our own, which is of none of
    the types that may be filed and so has none: it holds the tables together until the vendor's code is known."""
    if vendor.lei:
        return vendor.lei, "LEI"
    if vendor.identifier:
        return vendor.identifier, _kind(vendor.identifier, vendor.country)
    return f"QD-V{vendor.pk}", ""


def _kind(code: str, country: str) -> str:
    """The type of a code that is no LEI: an EUID has a dot, anything else is a number of a country's company register."""
    if not code:
        return ""
    if "." in code:
        return "EUID"
    return f"{country}_CRN" if country else ""


def _costs(contracts: list[Contract]) -> dict[int, tuple[str, str]]:
    """Currency and sum of a year by vendor, where every contract in force says its cost and all in one currency."""
    found: dict[int, list[Contract]] = {}
    for row in contracts:
        found.setdefault(row.vendor_id, []).append(row)
    summed: dict[int, tuple[str, str]] = {}
    for vendor, rows in found.items():
        amounts = [row.annual_cost for row in rows if row.annual_cost is not None]
        currencies = {row.currency for row in rows}
        if len(amounts) == len(rows) and len(currencies) == 1:
            summed[vendor] = (currencies.pop(), format(sum(amounts), "f"))
    return summed


def _chain(contracts: list[Contract], day: date) -> Iterator[tuple[str, ...]]:
    behind: dict[int, list[Subcontractor]] = {}
    rows = Subcontractor.objects.filter(vendor__in=[row.vendor_id for row in contracts], since__lte=day).exclude(
        until__lt=day
    )
    for row in rows.select_related("vendor", "behind", "known_as").order_by("vendor", "rank", "pk"):
        behind.setdefault(row.vendor_id, []).append(row)
    for contract in contracts:
        for row in behind.get(contract.vendor_id, ()):
            code, kind = _behind(row)
            served, served_kind = identity(contract.vendor) if row.behind is None else _behind(row.behind)
            yield contract.reference, contract.vendor.ict_service, code, kind, str(row.rank), served, served_kind


def _behind(row: Subcontractor) -> tuple[str, str]:
    if row.known_as is not None:
        return identity(row.known_as)
    if not row.identifier:
        return f"QD-S{row.pk}", ""
    return row.identifier, "LEI" if rules.lei_valid(row.identifier) else _kind(row.identifier, row.country)


def _functions(vendors: list[Vendor]) -> dict[int, str]:
    """F1, F2, … by the names of the functions; the same name is the same function."""
    names = sorted({vendor.function for vendor in vendors if vendor.function})
    codes = {name: f"F{number}" for number, name in enumerate(names, start=1)}
    return {vendor.pk: codes[vendor.function] for vendor in vendors if vendor.function}


def _audits(vendors: set[int], day: date) -> dict[int, date]:
    """The newest decided evaluation of each vendor by the day."""
    rows = Evaluation.objects.filter(vendor__in=vendors, state=Evaluation.State.DECIDED, decided_on__lte=day)
    return {
        vendor: decided
        for vendor, decided in rows.order_by("decided_on", "pk").values_list("vendor_id", "decided_on")
        if decided
    }


def _impact(vendor: Vendor) -> str:
    return {"low": "Low", "moderate": "Medium", "high": "High", "critical": "High"}[vendor.criticality]


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _day(value: date | None) -> str:
    return "" if value is None else value.isoformat()


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _yes(value: bool | None) -> str:
    return "" if value is None else "Yes" if value else "No"


def archive(asked: Asked) -> tuple[bytes, dict[str, int]]:
    """The ZIP, the same for the same record, and how many rows each table has."""
    made = tables(asked)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for code, rows in made.items():
            text = io.StringIO()
            writer = csv.writer(text, lineterminator="\r\n")
            writer.writerow(COLUMNS[code])
            writer.writerows([neutral(cell) for cell in row] for row in rows)
            entry = zipfile.ZipInfo(f"{code}.csv", (asked.day.year, asked.day.month, asked.day.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, text.getvalue().encode("utf-8"))
    return out.getvalue(), {code: len(rows) for code, rows in made.items()}
