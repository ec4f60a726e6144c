"""A version read from a file, and refused where the file is not what it should be."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from quarterdeck.areas.policies.models import PolicyVersion
from quarterdeck.engines.prose import read_docx, read_markdown, write_docx, write_markdown
from quarterdeck.kernel.actions import Invalid, perform
from quarterdeck.kernel.ledger.models import Leaf
from tests.areas.policies.writing import TEXT, policy
from tests.support import system

pytestmark = pytest.mark.django_db


def imported(name: str, data: bytes) -> PolicyVersion:
    files: MultiValueDict[str, Any] = MultiValueDict({"file": [SimpleUploadedFile(name, data)]})
    fields: MultiValueDict[str, Any] = MultiValueDict({"policy": [str(policy().pk)], "number": ["1"], "summary": [""]})
    made = perform("policies.policyversion.import_file", system(), None, fields, files=files).record
    assert isinstance(made, PolicyVersion)
    return made


def test_a_word_document_becomes_a_version_with_its_sections() -> None:
    made = imported("rules.docx", write_docx(read_markdown(TEXT)))
    assert made.text == write_markdown(read_markdown(TEXT))
    assert [section.anchor for section in made.sections()][-1] == "whom-we-tell"


def test_a_markdown_file_is_read_without_its_front_matter() -> None:
    made = imported("rules.md", b"---\ntitle: Rules\nversion: 3\n---\n\n" + TEXT.encode())
    assert made.text.startswith("# Purpose")
    assert "title:" not in made.text


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("rules.docx", b"PK\x03\x04 broken", "damaged|file"),
        ("rules.md", b"\xff\xfe\x00text", "UTF-8|kept|text"),
        ("rules.md", b"   \n", "no text|empty"),
    ],
)
def test_another_file_is_refused_and_nothing_is_written(name: str, data: bytes, says: str) -> None:
    policy()
    before = Leaf.objects.count()
    with pytest.raises(Invalid, match=says):
        imported(name, data)
    assert not PolicyVersion.objects.exists()
    assert Leaf.objects.count() >= before


def test_word_written_from_the_record_reads_back() -> None:
    made = imported("rules.md", TEXT.encode())
    assert write_markdown(read_docx(io.BytesIO(write_docx(made.document())))) == made.text
