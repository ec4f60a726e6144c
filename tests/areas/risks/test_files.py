"""The register goes out as a file and comes back: the same, or with exactly what was changed in it."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from quarterdeck.areas.risks.models import Analysis, Estimate, RegisterImport, Risk
from quarterdeck.engines.loss import quantified_json, quantify, read_portfolio
from quarterdeck.kernel.actions import Denied, Invalid, Refused
from quarterdeck.kernel.ledger.models import Leaf
from tests.areas.risks.registers import Register, edited
from tests.support import act, person, system, user_with

pytestmark = pytest.mark.django_db

NAMES = {"json": "register.json", "csv": "register.csv", "xlsx": "register.xlsx"}


@pytest.fixture
def register() -> Register:
    return Register()


@pytest.mark.parametrize("form", ["json", "csv", "xlsx"])
def test_what_is_exported_comes_back_unchanged(register: Register, form: str) -> None:
    register.furnished()
    read = register.read(register.file(form), NAMES[form])
    assert (read.new, read.changed, read.unchanged, read.preview) == (0, 0, 5, "")
    assert read.passed_over == ""
    with pytest.raises(Refused, match="changes nothing"):
        act("risks.registerimport.take_in", register.ciso, read)


@pytest.mark.parametrize("form", ["json", "csv", "xlsx"])
def test_into_an_empty_register_everything_is_new_and_costs_the_same(register: Register, form: str) -> None:
    register.furnished()
    before = {risk.title: risk for risk in Risk.objects.all()}
    content = register.file(form)
    other = act("permissions.unit.create", system(), code="other", name="Other", kind="business", parent=register.unit)
    read = register.take_in(_moved(content, form, "other"), NAMES[form])
    assert (read.new, read.changed, read.unchanged) == (5, 0, 0)
    assert read.state == RegisterImport.State.TAKEN_IN
    for risk in Risk.objects.filter(unit=other):
        former = before[risk.title]
        same = (
            "threat",
            "effect",
            "expected",
            "bad_year",
            "chance",
            "event_low",
            "event_high",
            "category_id",
            "owner_id",
        )
        assert [getattr(risk, name) for name in same] == [getattr(former, name) for name in same]
    assert [risk.number for risk in Risk.objects.filter(unit=other).order_by("pk")] == [
        "R-6",
        "R-7",
        "R-8",
        "R-9",
        "R-10",
    ]


def _moved(content: bytes, form: str, unit: str) -> bytes:
    """The same risks without their numbers, in another unit: new ones."""
    if form == "json":
        document = json.loads(content)
        for scenario in document["scenarios"]:
            scenario["id"] = scenario["register"]["title"]
            scenario["register"]["unit"] = unit
        return json.dumps(document).encode()
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        for row in rows:
            row |= {"ID": "", "Unit": unit}
        out = io.StringIO()
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows(rows)
        return out.getvalue().encode()
    cells: dict[tuple[str, int], object] = {}
    for row in range(2, 7):
        cells |= {("ID", row): None, ("Unit", row): unit}
    return edited(content, cells)


def test_one_cell_changed_in_the_workbook_is_exactly_one_new_estimate_with_its_reason(register: Register) -> None:
    risks = register.furnished()
    leaves, estimates = Leaf.objects.count(), Estimate.objects.count()
    content = edited(register.file("xlsx"), {("One event, high", 2): "2.5m"})
    read = register.read(content, reason="The claims of the spring were larger")
    assert (read.new, read.changed, read.unchanged) == (0, 1, 4)
    assert read.preview.startswith("R-1 Ransomware on the order platform")
    assert "2,500,000" in read.preview
    assert Estimate.objects.count() == estimates
    act("risks.registerimport.take_in", register.ciso, read)
    assert Estimate.objects.count() == estimates + 1
    newest = Estimate.objects.get(risk=risks[0], replaced_on=None)
    assert (newest.high, newest.changed_because) == (Decimal(2500000), "The claims of the spring were larger")
    assert newest.source == "Workshop"
    risk = Risk.objects.get(pk=risks[0].pk)
    assert risk.expected == newest.expected
    assert risk.event_high == Decimal(2500000)
    # The reading, the estimate of the one risk, and the taking in: nothing else was written.
    actions = list(Leaf.objects.order_by("seq").values_list("action", flat=True))[leaves:]
    assert actions == ["risks.registerimport.read", "risks.estimate.make", "risks.registerimport.take_in"]


def test_a_changed_estimate_without_a_reason_is_refused_by_its_cell(register: Register) -> None:
    register.furnished()
    content = edited(register.file("xlsx"), {("One event, high", 2): 2500000})
    with pytest.raises(Invalid, match=r"Sheet “Register”, row 2, column AG .*say why this one differs"):
        register.read(content)
    assert RegisterImport.objects.count() == 0


def test_the_export_gives_the_figures_of_the_saved_analysis(register: Register) -> None:
    register.furnished()
    kept = act("risks.analysis.run", register.ciso, title="Year end", unit=register.unit, kind="current")
    found = quantified_json(quantify(read_portfolio(json.loads(register.file("json")))), 0.0)
    found.pop("seconds")
    assert isinstance(kept, Analysis)
    assert found == json.loads(kept.results)


def test_the_workbook_offers_choices_and_explains_its_columns(register: Register) -> None:
    register.furnished()
    book = load_workbook(io.BytesIO(register.file("xlsx")))
    sheet, columns, lists = book.worksheets
    assert len(sheet.data_validations.dataValidation) == 6
    assert [cell.value for cell in columns[1]] == ["Column", "What it holds", "Choices"]
    assert {row[0].value for row in columns.iter_rows(min_row=2)} == {cell.value for cell in sheet[1]}
    assert lists.sheet_state == "hidden"
    priorities = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=2)}
    worst = Risk.objects.order_by("-exposure").first()
    assert worst is not None
    assert priorities[worst.number] == 1


def test_what_somebody_typed_never_becomes_a_formula_and_still_comes_back(register: Register) -> None:
    risk = register.risk('=HYPERLINK("http://example.test")', threat="@SUM(A1)", description="-2+3\n+cmd|' /C calc'!A0")
    register.estimate(risk)
    sheet = load_workbook(io.BytesIO(register.file("xlsx"))).worksheets[0]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    for cells in csv.reader(io.StringIO(register.file("csv").decode("utf-8-sig"))):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    for form in NAMES:
        assert register.read(register.file(form), NAMES[form]).unchanged == 1


def test_columns_are_found_in_any_order_in_chinese_and_amounts_as_people_write_them(register: Register) -> None:
    rows = [
        [
            "单次损失上限",
            "标题",
            "威胁",
            "威胁来源",
            "资产",
            "影响",
            "单次损失下限",
            "年频率下限",
            "年频率上限",
            "依据来源",
            "区间理由",
        ],
        [
            "500万",
            "小程序停机",
            "犯罪团伙",
            "external",
            "小程序",
            "availability",
            "USD 1.5m",
            "1 in 10",
            "50%",
            "研讨会",
            "去年两起",
        ],
    ]
    text = "\n".join("\t".join(row) for row in rows)
    register.take_in(text, category=register.category, owner=register.owner)
    made = Estimate.objects.select_related("risk").get()
    assert (made.risk.title, made.low, made.high) == ("小程序停机", Decimal(1500000), Decimal(5000000))
    assert (made.rate_low, made.rate_high, made.estimator_id) == (Decimal("0.1"), Decimal("0.5"), register.owner.pk)


def test_pasted_rows_are_matched_by_title_and_change_only_the_columns_they_have(register: Register) -> None:
    risk = register.furnished()[0]
    text = "Title\tOne event, low\tWhatever\nRansomware on the order platform\t250k\tx\n"
    read = register.take_in(text, reason="Invoices of two quarters")
    assert (read.new, read.changed, read.passed_over) == (0, 1, "Whatever")
    newest = Estimate.objects.get(risk=risk, replaced_on=None)
    assert (newest.low, newest.high, newest.rate_high) == (Decimal(250000), Decimal(1000000), Decimal("0.5"))


def test_what_changed_since_it_was_read_is_not_overwritten(register: Register) -> None:
    risk = register.furnished()[0]
    read = register.read(edited(register.file("xlsx"), {("One event, high", 2): "2.5m"}), reason="Larger claims")
    register.estimate(risk, high="3000000", changed_because="A board member said so")
    count = Estimate.objects.count()
    with pytest.raises(Refused, match="changed since the file was read"):
        act("risks.registerimport.take_in", register.ciso, read)
    assert Estimate.objects.count() == count


def test_a_unit_owner_takes_in_risks_of_their_unit_and_no_other(register: Register) -> None:
    unit = act("permissions.unit.create", system(), code="shop", name="Shop", kind="business", parent=register.unit)
    head = user_with("unit_owner", unit=unit)
    elsewhere = register.risk("Elsewhere")
    header = "ID\tTitle\tThreat\tOrigin\tAsset\tEffect\tUnit"
    given = {"who": head, "unit": unit, "category": register.category, "owner": person_in(unit)}
    read = register.take_in(f"{header}\n\tOutage\tFire\tenvironment\tShop\tavailability\t", **given)
    assert read.new == 1
    assert Risk.objects.get(title="Outage").unit_id == unit.pk
    with pytest.raises(Invalid, match=f"There is no risk {elsewhere.number} here"):
        register.read(f"{header}\n{elsewhere.number}\tTaken\tFire\tenvironment\tShop\tavailability\t", **given)
    with pytest.raises((Denied, Invalid)):
        register.read(f"{header}\n\tOutage\tFire\tenvironment\tShop\tavailability\t", who=head)


def person_in(unit: Any) -> Any:
    return act("people.person.create", system(), full_name="Shop Owner", unit=unit)


def test_a_name_that_two_people_have_is_told_apart_by_the_record(register: Register) -> None:
    twin = person("Mei Lin")
    risk = register.risk(owner=twin)
    register.estimate(risk)
    for form in NAMES:
        content = register.file(form)
        assert register.read(content, NAMES[form]).unchanged == 1
    with pytest.raises(Invalid, match=r"More than one person has this name"):
        register.read("Title\tRisk owner\nRansomware on the order platform\tMei Lin")


def test_a_portfolio_of_others_gives_its_laws_as_intervals(register: Register) -> None:
    risks = [register.risk(title) for title in ("One", "Two")]
    document = {
        "currency": "USD",
        "scenarios": [
            {"id": risks[0].number, "frequency": {"kind": "gamma_poisson", "shape": 2.5, "rate": 20},
             "severity": {"kind": "lognormal", "mu": 13, "sigma": 1}, "cap": 5e6},
            {"id": "Two", "frequency": {"kind": "bernoulli", "probability": 0.1},
             "severity": {"kind": "pert", "low": 1e5, "mode": 2e5, "high": 9e5}},
        ],
    }  # fmt: skip
    register.take_in(json.dumps(document).encode(), "others.json", source="Broker", reason="First reading")
    for risk, scenario in zip(risks, document["scenarios"], strict=True):
        alone = quantify(read_portfolio({"currency": "USD", "scenarios": [scenario]}))
        kept = Estimate.objects.get(risk=risk)
        assert kept.expected is not None
        assert alone.expected is not None
        assert float(kept.expected) == pytest.approx(alone.expected, rel=1e-6)
        assert float(kept.worst_year or 0) == pytest.approx(alone.var[0.99], rel=1e-6)


def test_a_discarded_file_is_not_taken_in(register: Register) -> None:
    register.furnished()
    read = register.read(edited(register.file("xlsx"), {("Title", 2): "Renamed"}))
    assert "Title" in read.preview
    act("risks.registerimport.discard", register.ciso, read)
    with pytest.raises(Refused):
        act("risks.registerimport.take_in", register.ciso, read)
    assert not Risk.objects.filter(title="Renamed").exists()
