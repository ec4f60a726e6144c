"""Catalogues and profiles of both syntaxes, and everything that is none."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.engines.oscal import Catalogue, OscalError, Profile, code_key, read, requirements_of, resolve

XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- a comment -->
<catalog xmlns="http://csrc.nist.gov/ns/oscal/1.0" uuid="11111111-2222-4333-8444-555555555555">
  <metadata><title>Harbour <em>rules</em></title><last-modified>2025-01-01T00:00:00Z</last-modified>
    <version>2</version><oscal-version>v1.1.3</oscal-version><party uuid="x"><name>Nobody</name></party></metadata>
  <group id="h" class="family"><title>Harbour</title>
    <control id="h-1" class="control"><title>Lights</title>
      <param id="h-1_prm_1"><label>lamp</label></param>
      <param id="h-1_prm_2"><select how-many="one-or-more"><choice>red</choice><choice>green <insert type="param" id-ref="h-1_prm_1"/></choice></select></param>
      <prop name="label" value="H-1"/>
      <part id="h-1_smt" name="statement"><p>Keep:</p>
        <part id="h-1_smt.a" name="item"><prop name="label" value="a."/><p>the <insert type="param" id-ref="h-1_prm_1"/> lit;</p></part>
        <part id="h-1_smt.b" name="item"><prop name="label" value="b."/><p>colours <insert type="param" id-ref="h-1_prm_2"/>.</p></part></part>
      <part id="h-1_gdn" name="guidance"><p>Advice.</p></part>
      <control id="h-1.1" class="enhancement"><title>Spare lamps</title><part name="statement" id="q"><p>Keep spares.</p></part></control>
    </control>
    <control id="h-2"><title>Horns</title><link rel="moved-to" href="#h-1"/></control>
  </group>
  <back-matter><resource uuid="99999999-2222-4333-8444-555555555555"><title>Ignored</title></resource></back-matter>
</catalog>"""


def told(data: bytes) -> Catalogue:
    found = read(data)
    assert isinstance(found, Catalogue)
    return found


def test_xml_reads_as_json_does() -> None:
    catalogue = told(XML)
    assert (catalogue.metadata.title, catalogue.metadata.oscal_version) == ("Harbour rules", "1.1.3")
    assert catalogue.resources == ("99999999-2222-4333-8444-555555555555",)
    rows = requirements_of(catalogue)
    assert [(row.id, row.code, row.kind, row.parent, row.withdrawn) for row in rows] == [
        ("h", "h", "family", "", False),
        ("h-1", "H-1", "control", "h", False),
        ("h-1.1", "h-1.1", "enhancement", "h-1", False),
        ("h-2", "h-2", "control", "h", True),
    ]
    assert rows[1].text == (
        "Keep:\n  a. the [Assignment: lamp] lit;\n  b. colours [Selection (one or more): red; green [Assignment: lamp]]."
    )
    assert rows[3].replaced_by == ("h-1",)


def catalogue(*ids: str) -> dict[str, object]:
    return {
        "catalog": {
            "uuid": "u",
            "metadata": {"title": "Rules"},
            "groups": [
                {
                    "id": "g",
                    "title": "G",
                    "controls": [
                        {
                            "id": key,
                            "title": key.upper(),
                            "params": [{"id": f"{key}_p", "label": "how often"}],
                            "parts": [
                                {
                                    "id": f"{key}_smt",
                                    "name": "statement",
                                    "prose": f"Do {{{{ insert: param, {key}_p }}}}.",
                                }
                            ],
                            "controls": [{"id": f"{key}.{n}", "title": f"More {n}"} for n in (1, 2)],
                        }
                        for key in ids
                    ],
                }
            ],
        }
    }


def profile(imports: list[dict[str, object]], **more: object) -> Profile:
    body = {
        "uuid": "p",
        "metadata": {"title": "Baseline"},
        "imports": [{"href": "#x"} | one for one in imports],
        **more,
    }
    found = read(json.dumps({"profile": body}).encode())
    assert isinstance(found, Profile)
    return found


def selected(found: Profile, *ids: str) -> list[str]:
    base = told(json.dumps(catalogue(*(ids or ("a-1", "a-2", "b-1")))).encode())
    return [row.id for row in requirements_of(resolve(found, [base]).catalogue) if row.asks]


@pytest.mark.parametrize(
    ("one", "ids"),
    [
        ({"include-controls": [{"with-ids": ["a-1", "b-1.2"]}]}, ["a-1", "b-1.2"]),
        ({"include-controls": [{"with-ids": ["a-1"], "with-child-controls": "yes"}]}, ["a-1", "a-1.1", "a-1.2"]),
        ({"include-controls": [{"matching": [{"pattern": "a-?"}]}]}, ["a-1", "a-2"]),
        ({"include-controls": [{"matching": [{"pattern": "*.1"}]}]}, ["a-1.1", "a-2.1", "b-1.1"]),
        ({"include-all": {}, "exclude-controls": [{"matching": [{"pattern": "a-*"}]}]}, ["b-1", "b-1.1", "b-1.2"]),
        (
            {"include-all": {}, "exclude-controls": [{"with-ids": ["a-1", "a-2"], "with-child-controls": "yes"}]},
            ["b-1", "b-1.1", "b-1.2"],
        ),
    ],
)
@pytest.mark.parametrize("merge", ["as-is", "flat"])
def test_a_profile_selects_what_it_says(one: dict[str, object], ids: list[str], merge: str) -> None:
    told_merge: dict[str, object] = {"as-is": True} if merge == "as-is" else {"flat": {}}
    assert sorted(selected(profile([one], merge=told_merge))) == sorted(ids)


def test_a_profile_sets_parameters_and_adds_and_removes_words() -> None:
    found = profile(
        [{"include-controls": [{"with-ids": ["a-1"]}]}],
        merge={"as-is": True},
        modify={
            "set-parameters": [{"param-id": "a-1_p", "values": ["daily"]}],
            "alters": [
                {
                    "control-id": "a-1",
                    "adds": [
                        {
                            "position": "after",
                            "by-id": "a-1_smt",
                            "parts": [{"id": "z", "name": "statement", "prose": "And tell."}],
                        },
                        {"position": "ending", "props": [{"name": "status", "value": "withdrawn"}]},
                    ],
                    "removes": [{"by-name": "status"}],
                }
            ],
        },
    )
    base = told(json.dumps(catalogue("a-1")).encode())
    row = next(row for row in requirements_of(resolve(found, [base]).catalogue) if row.id == "a-1")
    assert row.text == "Do daily.\nAnd tell."
    assert row.withdrawn


def test_what_a_profile_asks_for_and_no_catalogue_has_is_named() -> None:
    base = told(json.dumps(catalogue("a-1")).encode())
    done = resolve(profile([{"include-controls": [{"with-ids": ["a-1", "q-9"]}]}]), [base])
    assert done.missing == ("q-9",)


@pytest.mark.parametrize(
    "spellings",
    [("AC-2(10)", "ac-2.10", "AC-02(10)", "AC-2 (10)"), ("GV.OC-01", "gv.oc-1"), ("A.5.1", "a.5.1", "A.05.01")],
)
def test_many_spellings_are_one_code(spellings: tuple[str, ...]) -> None:
    assert len({code_key(one) for one in spellings}) == 1


def test_ten_is_not_one() -> None:
    assert len({code_key(one) for one in ("ac-1", "ac-10", "ac-1.1", "ac-11")}) == 4


def nested(depth: int) -> bytes:
    part = '{"name":"item","parts":[' * depth + "]}" * depth
    return b'{"catalog":{"metadata":{"title":"x"},"controls":[{"id":"a","parts":[' + part.encode() + b"]}]}}"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'<!DOCTYPE x [<!ENTITY a "aaaa">]><catalog xmlns="http://csrc.nist.gov/ns/oscal/1.0"/>', "entities"),
        (b'<catalog xmlns="http://csrc.nist.gov/ns/oscal/1.0"><group>', "well-formed"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b'{"catalog": NaN}', "NaN"),
        (b"[" * 100_000, "deep|no JSON"),
        (nested(60), "deep"),
        (b'{"catalog": {"metadata": {"title": "x"}, "controls": [{"title": "no id"}]}}', "no id"),
        (b'{"catalog": {"metadata": {"title": "x"}, "controls": 3}}', "list of objects"),
        (b'{"profile": {"metadata": {"title": "x"}}}', "imports nothing"),
        (b"<a><b>" * 500, "well-formed"),
    ],
)
def test_what_is_no_catalogue_is_refused_in_words(data: bytes, said: str) -> None:
    with pytest.raises(OscalError, match=said):
        read(data)


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: ('{"catalog": ' + text).encode()))
@settings(max_examples=50)
def test_whatever_comes_in_either_reads_or_is_refused(data: bytes) -> None:
    with contextlib.suppress(OscalError):
        read(data)
