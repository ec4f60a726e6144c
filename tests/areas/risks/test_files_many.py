"""Taking many rows in: worked out before the transaction, written in bulk, each risk with the history of a single one."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quarterdeck.areas.risks.actions import importing
from quarterdeck.areas.risks.models import Estimate, RegisterImport, Risk
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Denied, NotVisible, Performance, Refused, Stale
from quarterdeck.kernel.actions.many import write_all
from quarterdeck.kernel.ledger.models import Leaf, Version
from quarterdeck.kernel.ledger.verify import verify
from quarterdeck.kernel.records import WriteOutsideAction, writing
from tests.areas.risks.registers import SAID, Register
from tests.support import act, system

pytestmark = pytest.mark.django_db

HEAD = "Title\tThreat\tOrigin\tAsset\tEffect\tEvents a year, low\tEvents a year, high\tOne event, low\tOne event, high"
TERMS = {"reason": "Twice in the sector last year", "source": "Workshop"}


@pytest.fixture
def register() -> Register:
    return Register()


def rows(number: int, high: str = "1000000") -> str:
    told = [f"Outage {n}\tFire\tenvironment\tShop {n}\tavailability\t0.1\t0.5\t100000\t{high}" for n in range(number)]
    return "\n".join([HEAD, *told])


def read(register: Register, text: str) -> RegisterImport:
    return register.read(text, category=register.category, owner=register.owner, **TERMS)


def about(kind: str, key: int) -> list[dict[str, Any]]:
    """Every version of a record, without what two records never share; an amount by its value, however many noughts it has."""
    apart = {"id", "number", "title", "asset", "recorded_at", "risk_id", "made_by_id", "estimator_id", "owner_id"}
    kept = Version.objects.filter(record_type=kind, record_id=key).order_by("revision")
    return [
        {name: _value(value) for name, value in json.loads(bytes(row.content or b"")).items() if name not in apart}
        for row in kept
    ]


def _value(value: Any) -> Any:
    return Decimal(value) if isinstance(value, str) and re.fullmatch(r"[0-9]+(\.[0-9]+)?", value) else value


def test_a_risk_of_a_file_keeps_the_history_of_one_that_was_typed(register: Register) -> None:
    act("risks.registerimport.take_in", register.ciso, read(register, rows(3)))
    act("risks.registerimport.take_in", register.ciso, read(register, rows(3, high="2000000")))
    taken = Risk.objects.get(title="Outage 1")
    typed = register.risk("Typed", threat="Fire", origin="environment", asset="Shop")
    said = {"source": SAID["source"], "because": TERMS["reason"]}
    register.estimate(typed, **said)
    register.estimate(typed, high="2000000", changed_because=TERMS["reason"], **said)
    assert [row["expected"] for row in about("risks.risk", taken.pk)][-1] == about("risks.risk", typed.pk)[-1][
        "expected"
    ]
    theirs, ours = (list(risk.estimates.order_by("pk")) for risk in (taken, typed))
    for one, other in zip(theirs, ours, strict=True):
        assert about("risks.estimate", one.pk) == about("risks.estimate", other.pk)
    leaf = Leaf.objects.filter(record_type="risks.estimate", record_id=theirs[-1].pk).get()
    assert leaf.action == "risks.estimate.make"
    assert leaf.actor_id == register.ciso.pk
    assert set(leaf.versions.values_list("record_type", flat=True)) == {"risks.risk", "risks.estimate"}
    assert verify().ok


def test_each_risk_has_a_leaf_and_each_record_a_version(register: Register) -> None:
    before = Leaf.objects.count()
    made = act("risks.registerimport.take_in", register.ciso, read(register, rows(40)))
    assert Risk.objects.count() == Estimate.objects.count() == 40
    # One for the reading, one for each risk, one for taking in.
    assert Leaf.objects.count() == before + 42
    for risk in Risk.objects.all():
        assert len(about("risks.risk", risk.pk)) == risk.revision == 1
    assert Risk.objects.values("number").distinct().count() == 40
    assert made.state == RegisterImport.State.TAKEN_IN
    assert register.risk("The next one").number == "R-41"


def test_ten_times_the_rows_ask_hardly_more(register: Register) -> None:
    counts = []
    for number, high in ((5, "1000000"), (50, "3000000")):
        doing = Performance("risks.registerimport.take_in", register.ciso, read(register, rows(number, high)))
        doing.ready()
        with CaptureQueriesContext(connection) as asked:
            doing.do()
        counts.append(len(asked))
    assert counts[1] <= counts[0] + 6


def test_nothing_is_read_or_compared_while_others_wait(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    doing = Performance("risks.registerimport.take_in", register.ciso, read(register, rows(4)))
    doing.ready()
    for name in ("plan", "read_kept"):
        monkeypatch.setattr(importing, name, lambda *given: pytest.fail("read inside the transaction"))
    monkeypatch.setattr(importing.applying, "compute", lambda *given: pytest.fail("computed inside the transaction"))
    doing.do()
    assert Risk.objects.count() == 4


def test_what_changes_between_reading_and_writing_is_not_written_over(register: Register) -> None:
    act("risks.registerimport.take_in", register.ciso, read(register, rows(3)))
    doing = Performance("risks.registerimport.take_in", register.ciso, read(register, rows(3, high="2000000")))
    doing.ready()
    risk = Risk.objects.get(title="Outage 1")
    register.estimate(risk, high="5000000", changed_because="Another look")
    with pytest.raises(Refused, match="changed since"):
        doing.do()
    assert Estimate.objects.filter(high=2_000_000).count() == 0
    assert risk.estimates.filter(replaced_on=None).get().high == 5_000_000


def test_a_right_lost_between_reading_and_writing_is_lost(register: Register) -> None:
    doing = Performance("risks.registerimport.take_in", register.ciso, read(register, rows(2)))
    doing.ready()
    held = register.ciso.assignments.get(role="ciso")
    act("permissions.assignment.end", system(), held, effective_until="2020-01-01")
    with pytest.raises((Denied, NotVisible)):
        doing.do()
    assert not Risk.objects.exists()


def test_a_right_lost_before_a_file_is_kept_is_lost(register: Register) -> None:
    data = {
        "unit": register.unit.pk,
        "kind": "current",
        "pasted": rows(2),
        "category": register.category.pk,
        "owner": register.owner.pk,
    }
    doing = Performance("risks.registerimport.read", register.ciso, None, {**data, **TERMS})
    doing.ready()
    act(
        "permissions.assignment.end", system(), register.ciso.assignments.get(role="ciso"), effective_until="2020-01-01"
    )
    with pytest.raises(Denied):
        doing.do()
    assert not RegisterImport.objects.exists()


def test_records_are_written_in_bulk_by_actions_alone_and_never_over_a_newer_one(register: Register) -> None:
    risk = register.risk()
    with pytest.raises(WriteOutsideAction):
        write_all(clock.now(), [risk])
    older = Risk.objects.get(pk=risk.pk)
    act("risks.risk.change", register.ciso, risk, title="Newer")
    with pytest.raises(Stale), writing():
        write_all(clock.now(), [older])


def test_whoever_takes_very_many_rows_in_is_told_that_others_wait(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "nobody else can save" not in read(register, rows(3)).preview
    monkeypatch.setattr(importing, "MANY", 2)
    assert read(register, rows(3)).preview.startswith("While so many rows are taken in, nobody else can save")
