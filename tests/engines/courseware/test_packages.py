"""Packages are read without being trusted: standard, items, pass mark; and nothing leads outside."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.engines.courseware.packages import Fault, PackageError, Standard, read_package, safe_path

SCORM_2004 = """<manifest identifier="m" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" xmlns:imsss="http://www.imsglobal.org/xsd/imsss">
<metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion></metadata>
<organizations default="b"><organization identifier="a"><title>Old</title></organization>
<organization identifier="b"><title>New</title><item identifier="i" identifierref="r" parameters="?lang=en"><title>Part</title>
<imsss:sequencing><imsss:objectives><imsss:primaryObjective satisfiedByMeasure="true"><imsss:minNormalizedMeasure>0.65</imsss:minNormalizedMeasure></imsss:primaryObjective></imsss:objectives></imsss:sequencing>
</item></organization></organizations>
<resources xml:base="content/"><resource identifier="r" type="webcontent" adlcp:scormType="sco" href="a%20b/start.html?x=1#top"/></resources></manifest>"""
SCORM_12 = """<manifest xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
<organizations><organization><title>T</title><item identifier="c"><title>Chapter</title><item identifier="i" identifierref="r"><title>One</title>
<adlcp:masteryscore>80</adlcp:masteryscore><adlcp:datafromlms>start</adlcp:datafromlms></item><item identifier="j" identifierref="s"><title>Two</title></item></item></organization></organizations>
<resources><resource identifier="r" adlcp:scormtype="sco" href="one.html"/><resource identifier="s" adlcp:scormtype="asset" href="two.html"/></resources></manifest>"""
CMI5 = """<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"><course id="urn:c"><title><langstring lang="en">Doors</langstring></title></course>
<block id="urn:b"><title><langstring lang="en">B</langstring></title><au id="urn:au" moveOn="CompletedAndPassed" masteryScore="0.9"><title><langstring lang="en">Unit</langstring></title><url>au/index.html</url><launchParameters>p</launchParameters></au></block></courseStructure>"""


def archive(files: dict[str, str]) -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        for name, body in files.items():
            target.writestr(name, body)
    made.seek(0)
    return made


def fault(files: dict[str, str]) -> Fault:
    with pytest.raises(PackageError) as caught:
        read_package(archive(files))
    return caught.value.fault


def test_scorm_2004_is_read_with_its_base_its_query_and_its_pass_mark() -> None:
    found = read_package(archive({"imsmanifest.xml": SCORM_2004, "content/a b/start.html": "x"}))
    assert (found.standard, found.title) == (Standard.SCORM_2004, "New")
    (item,) = found.items
    assert (item.path, item.query, item.mastery, item.reports) == ("content/a b/start.html", "?x=1&lang=en", 65, True)


def test_scorm_12_is_read_with_every_part_and_what_only_is_shown_reports_nothing() -> None:
    found = read_package(archive({"imsmanifest.xml": SCORM_12, "one.html": "", "two.html": ""}))
    assert found.standard == Standard.SCORM_12
    assert [(i.title, i.mastery, i.data, i.reports) for i in found.items] == [
        ("One", 80, "start", True),
        ("Two", None, "", False),
    ]


def test_cmi5_is_read_with_its_rule_of_moving_on() -> None:
    found = read_package(archive({"cmi5.xml": CMI5, "au/index.html": ""}))
    (item,) = found.items
    assert (found.standard, found.title) == (Standard.CMI5, "Doors")
    assert (item.identifier, item.path, item.mastery, item.move_on, item.data) == (
        "urn:au",
        "au/index.html",
        90,
        "CompletedAndPassed",
        "p",
    )


@pytest.mark.parametrize(
    "href",
    [
        "../one.html",
        "/one.html",
        "http://x/one.html",
        "javascript:1",
        "a/../../one.html",
        "%2e%2e/one.html",
        "a\\..\\b",
    ],
)
def test_a_reference_that_leads_outside_is_refused(href: str) -> None:
    manifest = SCORM_12.replace('href="one.html"', f'href="{href}"')
    assert fault({"imsmanifest.xml": manifest, "one.html": "", "two.html": ""}) == Fault.OUTSIDE


@pytest.mark.parametrize("name", ["../up.html", "/root.html", "C:/x.html", "a/../b.html", "./x.html"])
def test_a_file_that_would_be_written_elsewhere_is_refused(name: str) -> None:
    assert fault({"imsmanifest.xml": SCORM_12, "one.html": "", "two.html": "", name: ""}) == Fault.OUTSIDE


def test_entities_are_refused_whatever_they_would_expand_to() -> None:
    bomb = '<!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]><manifest>&b;&f;</manifest>'
    assert fault({"imsmanifest.xml": bomb}) == Fault.DOCUMENT_TYPE


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"other.xml": ""}, Fault.NO_MANIFEST),
        ({"imsmanifest.xml": "<a>"}, Fault.BAD_XML),
        ({"imsmanifest.xml": "<manifest/>"}, Fault.NO_LAUNCH),
        ({"imsmanifest.xml": SCORM_12, "one.html": ""}, Fault.MISSING),
        ({"imsmanifest.xml": SCORM_12.replace(">80<", ">eighty<"), "one.html": "", "two.html": ""}, Fault.BAD_SCORE),
        ({"imsmanifest.xml": SCORM_12.replace(">80<", ">180<"), "one.html": "", "two.html": ""}, Fault.BAD_SCORE),
        ({"imsmanifest.xml": "<m>" + "x" * (5 << 20) + "</m>"}, Fault.TOO_LARGE),
        ({"imsmanifest.xml": SCORM_12.replace('identifierref="s"', 'identifierref="nowhere"'), "one.html": ""}, Fault.MISSING),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_package_is_told_by_kind(files: dict[str, str], expected: Fault) -> None:
    assert fault(files) == expected


def test_what_is_no_archive_is_told() -> None:
    with pytest.raises(PackageError) as caught:
        read_package(io.BytesIO(b"PK nothing"))
    assert caught.value.fault == Fault.NOT_A_ZIP


@settings(max_examples=50)
@given(st.binary(max_size=400))
def test_a_descriptor_of_any_bytes_is_read_or_refused_and_nothing_else(content: bytes) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        target.writestr("imsmanifest.xml", content)
    with pytest.raises(PackageError):
        read_package(made)


@settings(max_examples=50)
@given(st.text(alphabet="ab./\\:%\x00", max_size=30))
def test_a_safe_path_has_no_step_upwards_and_stays_as_it_is(path: str) -> None:
    found = safe_path(path)
    if found is not None:
        assert not found.startswith("/")
        assert ".." not in found.split("/")
        assert safe_path(found) == found
