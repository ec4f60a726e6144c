"""A vendor and its course, for tests: through actions, by the people whom they belong to."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Actor, perform
from tests.support import act, at, company, person, system, user_with


class Cast:
    """Who acts, and a published questionnaire with three questions, the second of them critical."""

    def __init__(self) -> None:
        self.unit = company()
        self.analyst = user_with("analyst")
        self.ciso = user_with("ciso")
        self.head = user_with("unit_owner")
        self.counsel = user_with("counsel")
        self.owner = person("Vendor Owner", "employee")
        self.version = questionnaire()

    def vendor(self, name: str = "Pier Hosting", **given: object) -> Any:
        data = {
            "name": name,
            "kind": "legal",
            "unit": self.unit,
            "owner": self.owner,
            "sensitivity": "none",
            "volume": "none",
            "access": "none",
            "criticality": "low",
        }
        return act("vendors.vendor.create", self.head, **(data | given))

    def evaluation(self, vendor: Any, **answers: list[str]) -> Any:
        """Opened and answered: yes to all, unless said otherwise."""
        made = act(
            "vendors.evaluation.open", self.analyst, vendor=vendor, scope="All of it", questionnaire=self.version
        )
        given = {name: {"values": answers.get(name, ["yes"])} for name in ("q1", "q2", "q3")}
        act("vendors.evaluation.answer", self.analyst, made, answers=given)
        return made

    def proposed(self, vendor: Any, **answers: list[str]) -> Any:
        made = self.evaluation(vendor, **answers)
        act("vendors.evaluation.submit", self.analyst, made)
        return act("vendors.evaluation.propose", self.analyst, made, summary="Looked at")

    def approved(self, vendor: Any, days: int = 300, **answers: list[str]) -> Any:
        made = self.proposed(vendor, **answers)
        return self.decide(made, valid_until=clock.today() + timedelta(days=days))

    def decide(self, evaluation: Any, decision: str = "approved", **data: object) -> Any:
        return act("vendors.evaluation.decide", self.ciso, evaluation, decision=decision, because="Read", **data)

    def planned(self, vendor: Any, day: date | None = None) -> Any:
        return act(
            "vendors.vendorengagement.plan",
            self.head,
            vendor=vendor,
            service="Hosting",
            planned_for=day or clock.today(),
        )

    def engaged(
        self, name: str = "Pier Hosting", evaluated: date = date(2024, 2, 1), day: date = date(2024, 3, 1)
    ) -> Any:
        """A vendor evaluated on one day and engaged on a later one, bound by the procedures."""
        with clock.fixed(at(evaluated.year, evaluated.month, evaluated.day)):
            vendor = self.vendor(name)
            self.approved(vendor)
        with clock.fixed(at(day.year, day.month, day.day)):
            plan = self.planned(vendor)
            act(
                "vendors.acceptance.record",
                self.head,
                vendor=vendor,
                version="3",
                accepted_on=day,
                accepted_by="Its director",
            )
            return act("vendors.vendorengagement.engage", self.head, plan, engaged_on=day)


def questionnaire() -> Any:
    who = system()
    template = act("vendors.questionnairetemplate.create", who, title="Security")
    version = template.versions.get()
    act("vendors.questionnaireversion.add_section", who, version, title="All")
    for text, critical in (("Is it patched?", False), ("Is it encrypted?", True), ("Is it tested?", False)):
        act(
            "vendors.questionnaireversion.add_question", who, version, section="All", text=text, kind="yes_no", critical=critical, required=True,
            weight=1,
        )  # fmt: skip
    return act("vendors.questionnaireversion.publish", who, version)


def with_file(
    code: str, who: User | Actor, record: Any, content: bytes = b"Shown here\n", name: str = "proof.txt", **data: object
) -> Any:
    """An action with an upload."""
    plain = {key: getattr(value, "pk", value) for key, value in data.items()}
    files: MultiValueDict[str, Any] = MultiValueDict({"file": [SimpleUploadedFile(name, content)]})
    saved = perform(code, who, record, plain, files=files).record
    return type(saved)._base_manager.get(pk=saved.pk)
