"""What taking a file in would change: every row held against the register, every fault by its place, nothing written."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from quarterdeck.areas.people.models import Person
from quarterdeck.areas.risks import scenarios
from quarterdeck.areas.risks.files.cells import CENT, LAW, MILLIONTH, CellFault, same, value_of
from quarterdeck.areas.risks.files.columns import (
    AMOUNTS,
    BY_KEY,
    COLUMNS,
    OF_ESTIMATE,
    OF_RISK,
    TOLD,
    Holds,
    listed,
    meanings,
    plainly,
)
from quarterdeck.areas.risks.files.reading import Fault, Given, Read, Untold, core, told_by
from quarterdeck.areas.risks.models import Estimate, Risk, RiskCategory
from quarterdeck.areas.risks.queries import currency, within
from quarterdeck.kernel.actions import Actor
from quarterdeck.kernel.permissions.models import Unit, UnitLine
from quarterdeck.kernel.permissions.scope import holds, permitted, units_where
from quarterdeck.kernel.resource.registry import resource_of

#: Faults after which the rest is not looked at.
MOST_FAULTS: Final = 100
_NEEDED: Final = ("threat", "origin", "asset", "effect", "category", "owner")
_STEPS: Final = {Holds.MONEY: CENT, Holds.RATE: MILLIONTH, Holds.SHARE: MILLIONTH}
_COPIED: Final = (*OF_ESTIMATE, "shape", "years")


@dataclass(frozen=True)
class Terms:
    """What holds for every row that does not say it itself: where, which state, why, and who."""

    unit: Unit
    kind: str = Estimate.Kind.CURRENT.value
    reason: str = ""
    source: str = ""
    category: RiskCategory | None = None
    owner: Person | None = None


@dataclass
class Change:
    """One risk of the file. ``estimates``: new ones, with the former that each replaces. Nothing of it is saved."""

    risk: Risk
    given: Given
    new: bool
    fields: list[str] = field(default_factory=list)
    estimates: list[tuple[Estimate, Estimate | None]] = field(default_factory=list)

    @property
    def unchanged(self) -> bool:
        return not self.new and not self.fields and not self.estimates

    def said(self) -> str:
        """One line for the preview."""
        name = self.risk.title if self.new else f"{self.risk.number} {self.risk.title}"
        parts = [_("new")] if self.new else []
        if self.fields and not self.new:
            parts.append(listed(self.fields))
        for made, former in self.estimates:
            kind = str(made.get_kind_display())
            parts.append(f"{kind}: {told(made)}" if former is None else f"{kind}: {told(former)} → {told(made)}")
        return f"{name} – {'; '.join(parts)}"


@dataclass(frozen=True)
class Plan:
    """What would become new, change and stay, or the faults that stand against it."""

    changes: tuple[Change, ...]
    faults: tuple[Fault, ...]
    passed_over: tuple[str, ...] = ()

    @property
    def new(self) -> list[Change]:
        return [change for change in self.changes if change.new]

    @property
    def changed(self) -> list[Change]:
        return [change for change in self.changes if not change.new and not change.unchanged]

    @property
    def unchanged(self) -> int:
        return sum(change.unchanged for change in self.changes)

    def lines(self) -> list[str]:
        """One for each risk that is new or changes."""
        return [change.said() for change in self.changes if not change.unchanged]

    @cached_property
    def sha256(self) -> str:
        """Of everything that would be written: what was looked at is what is taken in. Asked before anything is computed."""
        digest = hashlib.sha256()
        for change in self.changes:
            if change.unchanged:
                continue
            parts = [change.risk.number, *(f"{key}={_plain(change.risk, key)}" for key in (*OF_RISK, "unit"))]
            for made, former in change.estimates:
                parts.append(f"{made.kind} {former.pk if former else 0}")
                parts += [f"{key}={_plain(made, key)}" for key in (*_COPIED, "changed_because")]
            digest.update("\0".join(parts).encode())
            digest.update(b"\1")
        return digest.hexdigest()


def told(estimate: Estimate) -> str:
    """How often and how much, short."""
    often = {"chance": estimate.chance}.get(estimate.often)
    if estimate.often != "chance":
        pair = [format(one.normalize(), "f") for one in (estimate.rate_low, estimate.rate_high) if one is not None]
        often_said = "–".join(dict.fromkeys(pair))
        if estimate.often == "threat" and estimate.vulnerability is not None:
            often_said += f" × {estimate.vulnerability.normalize():f}"
    else:
        often_said = "" if often is None else f"{often.normalize():f}"
    much = [f"{one:,.0f}" for one in (estimate.low, estimate.likely, estimate.high) if one is not None]
    said = _("six forms") if estimate.much == "forms" else "–".join(much)
    capped = "" if estimate.cap is None else f" ≤ {estimate.cap:,.0f}"
    return _("%(often)s a year, %(much)s each") % {"often": often_said, "much": said + capped}


def _plain(record: Risk | Estimate, key: str) -> str:
    if key in ("category", "owner", "unit", "estimator"):
        return str(getattr(record, f"{key}_id"))
    return str(getattr(record, key))


def plan(read: Read, terms: Terms, actor: Actor) -> Plan:
    """Every row against the register, as ``actor`` may see and change it."""
    planner = _Planner(terms, actor)
    planner.look_up(read.rows)
    for given in read.rows:
        planner.take(given)
        if len(planner.faults) >= MOST_FAULTS:
            break
    return Plan(tuple(planner.changes.values()), tuple(planner.faults), read.passed_over)


class _Planner:
    def __init__(self, terms: Terms, actor: Actor) -> None:
        self.terms, self.actor, self.user = terms, actor, actor.user
        self.currency = currency()
        self.faults: list[Fault] = []
        self.changes: dict[object, Change] = {}
        self.seen: set[tuple[object, str]] = set()
        self.words = {column.key: meanings(column.choices) for column in COLUMNS if column.choices is not None}

    # ------------------------------------------------------------ what stands

    def look_up(self, rows: Iterable[Given]) -> None:
        """Everything that rows may name, in a handful of queries."""
        scope = resource_of(Risk).scope
        risks = Risk._base_manager.filter(within(self.terms.unit)).select_related("category", "owner", "unit")
        if not self.actor.system:
            risks = permitted(risks, scope, self.user, "risks.risk.view")
        found = list(risks.order_by("pk"))
        self.by_number = {risk.number: risk for risk in found}
        self.by_title: dict[tuple[int, str], list[Risk]] = {}
        for risk in found:
            if risk.state == Risk.State.OPEN:
                self.by_title.setdefault((risk.unit_id, same(risk.title).casefold()), []).append(risk)
        self.standing = {
            (row.risk_id, row.kind): row
            for row in Estimate.objects.filter(risk__in=risks.order_by(), replaced_on=None).select_related("estimator")
        }
        below = UnitLine.objects.filter(above=self.terms.unit).values("below")
        self.units = {}
        for unit in Unit.objects.filter(pk__in=below).order_by("-pk"):
            self.units[plainly(unit.name)] = self.units[unit.code.casefold()] = unit
        self.categories = {}
        for category in RiskCategory.objects.order_by("-pk"):
            self.categories[plainly(category.name)] = self.categories[category.code.casefold()] = category
        self._look_up_people(rows)
        self.allowed = {
            code: self._units(code) for code in ("risks.risk.create", "risks.risk.change", "risks.estimate.make")
        }

    def _units(self, code: str) -> set[int] | None:
        """The units in which the person may do it; None for the product itself, which may everywhere."""
        if self.actor.system:
            return None
        return set(units_where(self.user, code).values_list("below", flat=True)) if holds(self.user, code) else set()

    def _look_up_people(self, rows: Iterable[Given]) -> None:
        names = {given.cells[key] for given in rows for key in ("owner", "estimator") if given.cells.get(key)}
        numbers = {int(found[1]) for name in names if (found := re.search(r"#([0-9]{1,9})$", name))}
        visible = Person._base_manager.all()
        if not self.actor.system:
            visible = permitted(visible, resource_of(Person).scope, self.user, "people.person.view")
        self.people: dict[str, list[Person]] = {}
        listed_names = sorted(names)
        for start in range(0, len(listed_names), 500):
            for person in visible.filter(full_name__in=listed_names[start : start + 500]):
                self.people.setdefault(person.full_name, []).append(person)
        self.by_key = {person.pk: person for person in visible.filter(pk__in=numbers)} if numbers else {}

    # ------------------------------------------------------------ a row

    def take(self, given: Given) -> None:
        """One row: its risk, what changes of it, its estimate."""
        values, faults = self._values(given)
        if faults:
            self.faults += faults
            return
        change = self._change(given, values)
        if change is None:
            return
        kind = str(values.get("kind") or self.terms.kind)
        key = change.risk.pk or (change.risk.unit_id, same(change.risk.title).casefold())
        if (key, kind) in self.seen:
            self.faults.append(given.fault("title", _("This risk stands in the file twice.")))
            return
        self.seen.add((key, kind))
        self.changes.setdefault(key, change)
        self._estimate(given, change, values, kind)

    def _values(self, given: Given) -> tuple[dict[str, Any], list[Fault]]:
        values: dict[str, Any] = {}
        faults: list[Fault] = []
        for key, text in given.cells.items():
            column = BY_KEY[key]
            if column.shown:
                continue
            try:
                if column.choices is not None:
                    values[key] = self._choice(key, text)
                elif key in ("owner", "estimator"):
                    values[key] = self._person(text)
                elif key == "category":
                    values[key] = self._named(
                        text, self.categories, _("There is no category “%(name)s” in the register.")
                    )
                elif key == "unit":
                    missing = _("There is no unit “%(name)s” within the one that the file is taken into.")
                    values[key] = self._named(text, self.units, missing)
                elif key == "currency":
                    if text and text.strip().upper() != self.currency:
                        both = {"theirs": text[:20], "ours": self.currency}
                        raise CellFault(_("This is in %(theirs)s, the register in %(ours)s; convert it first.") % both)
                else:
                    values[key] = value_of(column, text, self.currency)
            except CellFault as fault:
                faults.append(given.fault(key, fault))
        return values, faults

    def _choice(self, key: str, text: str) -> str | None:
        if not text.strip():
            return None
        found = self.words[key].get(plainly(text))
        if found is None:
            choices = BY_KEY[key].choices
            assert choices is not None
            told_ = {"text": text[:40], "choices": ", ".join(choices.values)}
            raise CellFault(_("“%(text)s” is none of the choices: %(choices)s.") % told_)
        return found

    def _named(self, text: str, found: Mapping[str, Any], missing: str) -> Any:
        if not text.strip():
            return None
        one = found.get(text.strip().casefold()) or found.get(plainly(text))
        if one is None:
            raise CellFault(missing % {"name": text[:80]})
        return one

    def _person(self, text: str) -> Person | None:
        if not text.strip():
            return None
        number = re.search(r"#([0-9]{1,9})$", text)
        people = self.people.get(text, [])
        if number is not None and not people:
            one = self.by_key.get(int(number[1]))
            people = [one] if one is not None and text.removesuffix(number[0]).strip() == str(one) else []
        if not people:
            raise CellFault(_("Nobody of the name “%(name)s” is on record.") % {"name": text[:80]})
        if len(people) > 1:
            numbers = ", ".join(f"{text} #{person.pk}" for person in people)
            raise CellFault(_("More than one person has this name; write one of %(names)s.") % {"names": numbers[:200]})
        return people[0]

    # ------------------------------------------------------------ the risk

    def _change(self, given: Given, values: Mapping[str, Any]) -> Change | None:
        risk = self._matched(given, values)
        if risk is False:
            return None
        if isinstance(risk, Risk):
            return self._known(given, risk, values)
        return self._fresh(given, values)

    def _matched(self, given: Given, values: Mapping[str, Any]) -> Risk | bool:
        """The risk a row belongs to, True for a new one, False where a fault was found."""
        number, unit = values.get("number"), values.get("unit") or self.terms.unit
        if number:
            risk = self.by_number.get(number)
            if risk is None and given.scenario is not None and not given.cells.get("title"):
                self.faults.append(given.fault("id", _("There is no risk %(number)s here.") % {"number": number}))
                return False
            if risk is None:
                self.faults.append(
                    given.fault(
                        "number",
                        _("There is no risk %(number)s here. Leave the ID empty for a new one.") % {"number": number},
                    )
                )
                return False
            if risk.state != Risk.State.OPEN:
                self.faults.append(
                    given.fault("number", _("%(risk)s is closed; open it again first.") % {"risk": number})
                )
                return False
            if values.get("unit") and values["unit"].pk != risk.unit_id:
                message = _("It belongs to the unit %(unit)s; a file moves no risk to another.") % {
                    "unit": risk.unit.code
                }
                self.faults.append(given.fault("unit", message))
                return False
            return risk
        title = values.get("title")
        if not title:
            self.faults.append(given.fault("title", _("A risk needs a title.")))
            return False
        found = self.by_title.get((unit.pk, title.casefold()), [])
        if len(found) > 1:
            numbers = ", ".join(risk.number for risk in found)
            message = _("More than one risk has this title: %(numbers)s. Give the ID.") % {"numbers": numbers}
            self.faults.append(given.fault("title", message))
            return False
        return found[0] if found else True

    def _known(self, given: Given, risk: Risk, values: Mapping[str, Any]) -> Change | None:
        kept = self.changes.get(risk.pk)
        change = kept or Change(risk, given, new=False)
        if change.new:
            return change
        for key in OF_RISK:
            if key not in values:
                continue
            value = values[key]
            if value is None and key != "response":
                # An empty cell says nothing where the register needs something.
                continue
            before = getattr(risk, key)
            if (same(before) == value) if isinstance(value, str) and isinstance(before, str) else (before == value):
                continue
            if key == "title" and not value:
                continue
            setattr(risk, key, value)
            if key not in change.fields:
                change.fields.append(key)
        if change.fields:
            if not self._may("risks.risk.change", risk.unit_id):
                self.faults.append(given.fault("number", _("You may not change risks of this unit.")))
                return None
            if not self._sound(given, risk, change.fields):
                return None
        return change

    def _fresh(self, given: Given, values: Mapping[str, Any]) -> Change | None:
        unit = values.get("unit") or self.terms.unit
        kept = self.changes.get((unit.pk, values["title"].casefold()))
        if kept is not None:
            return kept
        defaults = {"category": self.terms.category, "owner": self.terms.owner}
        told_ = {
            key: values.get(key) or defaults.get(key) for key in OF_RISK if key not in ("response", "review_every")
        }
        missing = [key for key in _NEEDED if not told_[key]]
        if missing:
            for key in missing:
                self.faults.append(given.fault(key, _("A new risk needs this.")))
            return None
        if not self._may("risks.risk.create", unit.pk):
            self.faults.append(given.fault("title", _("You may not add risks to this unit.")))
            return None
        told_ |= {"description": told_["description"] or "", "unit": unit, "response": values.get("response")}
        risk = Risk(**told_, review_every=values["review_every"] if values.get("review_every") is not None else 12)
        if not self._sound(given, risk, OF_RISK):
            return None
        return Change(risk, given, new=True)

    def _may(self, code: str, unit: int) -> bool:
        allowed = self.allowed[code]
        return allowed is None or unit in allowed

    def _sound(self, given: Given, record: Risk | Estimate, keys: Iterable[str]) -> bool:
        """The limits of each field, by the place of its cell."""
        checked = {key for key in keys if key not in ("category", "owner", "unit", "estimator")}
        try:
            record.clean_fields(exclude={one.name for one in record._meta.fields} - checked)
        except ValidationError as error:
            for key, messages in error.message_dict.items():
                self.faults.append(given.fault(key, " ".join(messages)))
            return False
        return True

    # ------------------------------------------------------------ its estimate

    def _estimate(self, given: Given, change: Change, values: Mapping[str, Any], kind: str) -> None:
        risk = change.risk
        former = self.standing.get((risk.pk, kind)) if risk.pk else None
        told_ = self._told(given, values, former, risk.number)
        if told_ is None:
            return
        if given.scenario is None and former is None and not any(told_.get(key) for key in (*AMOUNTS, "forms")):
            return
        estimate = Estimate(kind=kind)
        if former is not None:
            for key in _COPIED:
                setattr(estimate, key, getattr(former, key))
        for key, value in told_.items():
            setattr(estimate, key, value)
        self._infer(estimate, given, former)
        if former is not None and all(self._alike(former, estimate, key) for key in OF_ESTIMATE):
            return
        estimate.risk = risk
        estimate.source = estimate.source or self.terms.source
        estimate.because = estimate.because or self.terms.reason
        if estimate.estimator_id is None:
            estimate.estimator = risk.owner
        rates = ("often", "rate_low", "rate_high", "vulnerability", "chance")
        law_given = "shape" in told_ and told_["shape"] is not None
        if not law_given and (former is None or not all(self._alike(former, estimate, key) for key in rates)):
            estimate.shape = estimate.years = None
        estimate.changed_because = str(values.get("changed_because") or self.terms.reason) if former is not None else ""
        if self._complete(given, estimate, former):
            change.estimates.append((estimate, former))

    def _told(
        self, given: Given, values: Mapping[str, Any], former: Estimate | None, number: str
    ) -> dict[str, Any] | None:
        """The fields that a row gives; those that the law of a scenario gives go before."""
        told_ = {
            key: values[key]
            for key in OF_ESTIMATE
            if key in values and not (values[key] is None and key in ("often", "much", "estimator"))
        }
        if given.scenario is None:
            return told_
        asked = core(given.scenario)
        said_beside = {key: value for key, value in told_.items() if key not in TOLD}
        if former is not None and core(scenarios.scenario_of(former, number)) == asked:
            return said_beside
        candidate = Estimate(**{key: value for key, value in told_.items() if key in TOLD})
        self._infer(candidate, given, None)
        try:
            if core(scenarios.scenario_of(candidate, number)) == asked:
                return told_
        except scenarios.FieldFault:
            pass
        try:
            said = told_by(given.scenario)
        except Untold as fault:
            self.faults.append(Fault(f"{given.place}, {fault.where}", fault.where, str(fault)))
            return None
        steps = {key: _STEPS.get(BY_KEY[key].holds) for key in TOLD} | {"shape": LAW, "years": LAW}
        rounded: dict[str, Any] = {}
        for key, value in said.items():
            step = steps.get(key)
            rounded[key] = value.quantize(step) if isinstance(value, Decimal) and step is not None else value
        return said_beside | rounded

    def _infer(self, estimate: Estimate, given: Given, former: Estimate | None) -> None:
        """How often and how much are told, where no cell says it and nothing stands that did."""
        if former is None and not given.cells.get("often") and not given.scenario:
            if estimate.chance is not None:
                estimate.often = Estimate.Often.CHANCE
            elif estimate.vulnerability is not None:
                estimate.often = Estimate.Often.THREAT
        if former is None and not given.cells.get("much") and not given.scenario:
            if estimate.forms:
                estimate.much = Estimate.Much.FORMS
            elif estimate.likely is not None:
                both = estimate.low is not None and estimate.high is not None
                estimate.much = Estimate.Much.BOUNDS if both else Estimate.Much.AMOUNT

    def _alike(self, former: Estimate, estimate: Estimate, key: str) -> bool:
        if key == "estimator":
            return former.estimator_id == estimate.estimator_id
        before, now = getattr(former, key), getattr(estimate, key)
        return same(before) == same(now) if isinstance(before, str) else before == now

    def _complete(self, given: Given, estimate: Estimate, former: Estimate | None) -> bool:
        before = len(self.faults)
        if not self._may("risks.estimate.make", estimate.risk.unit_id):
            self.faults.append(given.fault("title", _("You may not estimate risks of this unit.")))
        for key in ("source", "because"):
            if not getattr(estimate, key):
                self.faults.append(given.fault(key, _("An estimate needs this; give it here or once for all rows.")))
        if former is not None and not estimate.changed_because:
            message = _("An estimate of this kind stands already: say why this one differs, here or once for all rows.")
            self.faults.append(given.fault("changed_because", message))
        if len(self.faults) > before or not self._sound(given, estimate, (*OF_ESTIMATE, "changed_because")):
            return False
        for name, reason in scenarios.faults(estimate).items():
            self.faults.append(given.fault(name, reason))
        return len(self.faults) == before
