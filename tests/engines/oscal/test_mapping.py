"""Mapping tables as people write them."""

from __future__ import annotations

import pytest

from quarterdeck.engines.oscal import OscalError, read_mapping
from quarterdeck.engines.oscal.mapping import called


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("source,target,relationship\na-1,5.1,equal\n", [("a-1", "5.1", "equal")]),
        ("\ufeffSource ID;Target ID\na-1;5.1\n", [("a-1", "5.1", "")]),
        ("NIST CSF 2.0\tISO 27001\nGV.OC-01\tA.5.1; A.5.2\n", [("GV.OC-01", "A.5.1", ""), ("GV.OC-01", "A.5.2", "")]),
        ('control,iso\n"AC-2(1)","5.2\n5.3"\n', [("AC-2(1)", "5.2", ""), ("AC-2(1)", "5.3", "")]),
        ("a-1,5.1\na-2,5.2\n", [("a-1", "5.1", ""), ("a-2", "5.2", "")]),
        ("id,relationship,target\na-1,subset,5.1\n", [("a-1", "5.1", "subset")]),
        ("# a comment\nsource,target\n\na-1,5.1\na-1,5.1\n,5.2\n", [("a-1", "5.1", "")]),
        ("Focal Document Element,Rationale,Reference Document Element\nGV.OC-01,x,5.1: Policies\n", [("GV.OC-01", "5.1", "x")]),
    ],
)  # fmt: skip
def test_a_table_is_read_however_it_is_headed(text: str, pairs: list[tuple[str, str, str]]) -> None:
    found = read_mapping(text.encode(), "x.csv")
    assert [(pair.source, pair.target, pair.relationship) for pair in found.pairs] == pairs


def test_frameworks_are_called_by_their_headings_or_by_the_file() -> None:
    found = read_mapping(b"NIST CSF 2.0,ISO 27001:2022\nGV.OC-01,A.5.1\n", "whatever.csv")
    assert (found.source_name, found.target_name) == ("NIST CSF 2.0", "ISO 27001:2022")
    found = read_mapping(b"source,target\na-1,5.1\n", "/tmp/mapping-nist-csf-2.0-to-iso27001-2022.csv")
    assert (found.source_name, found.target_name) == ("NIST CSF 2.0", "ISO/IEC 27001:2022")
    assert called("nist-sp-800-53-rev5") == "NIST SP 800-53 rev5"


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"a\nb\n", "one column"), (b"", "empty"), (b"source,target\n,\n", "maps nothing"), (b"\x00\x01,\x02", "no text"), (b"x,y\nred,blue", "which column")],
)  # fmt: skip
def test_what_maps_nothing_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(OscalError, match=said):
        read_mapping(data, "x.csv")
