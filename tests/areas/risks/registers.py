"""A small register for tests of files: made through actions, by people who may."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict
from openpyxl import load_workbook

from quarterdeck.areas.risks.files.writing import write_register
from quarterdeck.areas.risks.models import RegisterImport, Risk
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import perform
from tests.support import act, company, person, system, user_with

SAID = {"source": "Workshop", "because": "Twice in the sector last year"}


class Register:
    """A company with a category, an owner, a CISO, and risks as they are asked for."""

    def __init__(self) -> None:
        self.unit = company()
        self.ciso = user_with("ciso", login="ciso.of.the.register")
        self.owner = person("Mei Lin", "employee")
        self.category = act("risks.riskcategory.create", self.ciso, code="technology", name="Technology", place=1)

    def risk(self, title: str = "Ransomware on the order platform", **given: object) -> Any:
        data = {
            "title": title, "threat": "Criminal group", "origin": "external", "asset": "Order platform", "effect": "availability",
            "category": self.category, "owner": self.owner, "unit": self.unit, "review_every": 12, "description": "",
        }  # fmt: skip
        return act("risks.risk.create", self.ciso, **(data | given))

    def estimate(self, risk: Any, **given: object) -> Any:
        data = {
            "risk": risk, "kind": "current", "often": "rate", "rate_low": "0.1", "rate_high": "0.5", "much": "interval",
            "low": "100000", "high": "1000000", "estimator": self.owner, **SAID,
        }  # fmt: skip
        return act("risks.estimate.make", self.ciso, **(data | given))

    def furnished(self) -> list[Any]:
        """One risk of each way to tell how often and how much."""
        risks = [
            self.risk(),
            self.risk("Data in other hands"),
            self.risk("Fire"),
            self.risk("Fraud"),
            self.risk("Forms"),
        ]
        self.estimate(risks[0])
        self.estimate(risks[1], often="chance", rate_low="", rate_high="", chance="0.05", cap="900000")
        self.estimate(
            risks[2], rate_low="0.02", rate_high="0.02", much="bounds", low="0", likely="2000000", high="9000000.5"
        )
        self.estimate(risks[3], often="threat", vulnerability="0.25", much="amount", low="", high="", likely="70000")
        forms = "primary response 10000 50000\nsecondary share 0.3\nsecondary fines 100000 2000000"
        self.estimate(risks[4], much="forms", low="", high="", forms=forms)
        return risks

    def file(self, form: str, kind: str = "current") -> bytes:
        return write_register(Risk.objects.all(), kind, clock.today(), form).content

    def read(
        self, content: bytes | str, name: str = "register.xlsx", who: Any = None, **given: object
    ) -> RegisterImport:
        """Read a file, or pasted rows where a text is given."""
        data: dict[str, object] = {"unit": self.unit.pk, "kind": "current", **given}
        files: MultiValueDict[str, Any] = MultiValueDict()
        if isinstance(content, str):
            data["pasted"] = content
        else:
            files["file"] = SimpleUploadedFile(name, content)
        sent = MultiValueDict({key: [getattr(value, "pk", value)] for key, value in data.items()})
        made = perform("risks.registerimport.read", who or self.ciso, None, sent, files=files).record
        assert isinstance(made, RegisterImport)
        return made

    def take_in(self, *given: Any, **more: Any) -> RegisterImport:
        made = self.read(*given, **more)
        return act("risks.registerimport.take_in", more.get("who") or self.ciso, made)


def edited(content: bytes, changes: dict[tuple[str, int], object]) -> bytes:
    """A workbook with cells changed, by heading and row (from 2), as a person would."""
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    headings = {cell.value: cell.column for cell in sheet[1]}
    for (heading, row), value in changes.items():
        sheet.cell(row, headings[heading]).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


__all__ = ["Register", "edited", "system"]
