"""The drawn page has every word of the filing, in order, inside the tags of the filing."""

from __future__ import annotations

import pytest

from quarterdeck.areas.disclosures.evaluation import check_statements
from quarterdeck.areas.disclosures.filing import filing_content
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.web.workbench.tagged import Block, Node, short_name, spelled, tagged_page
from tests.support import act
from tests.web.cast import SignIn
from tests.web.workbench.scene import Scene, drafted, read

pytestmark = pytest.mark.django_db


def _lines(blocks: list[Block] | tuple[Block, ...]) -> list[str]:
    found = []
    for block in blocks:
        if block.line is not None:
            found.append(spelled(block.line.inside))
        found.extend(_lines(block.inside))
    return found


def _concepts(blocks: list[Block] | tuple[Block, ...]) -> set[str]:
    found = {block.concept for block in blocks if block.concept}
    for block in blocks:
        found |= _concepts(block.inside)
        if block.line is not None:
            found |= _inline(block.line.inside)
    return found


def _inline(nodes: list[Node] | tuple[Node, ...]) -> set[str]:
    found = {node.concept for node in nodes if node.concept}
    for node in nodes:
        found |= _inline(node.inside)
    return found


def test_every_word_stands_once_and_every_tag_is_drawn(enterprise: Unit) -> None:
    scene = drafted()
    content = filing_content(scene.disclosure, check_statements(scene.disclosure))
    (section,) = tagged_page(content)
    texts = [" ".join(span.text for span in paragraph.spans) for _number, paragraph in content.paragraphs]
    assert _lines(section.blocks) == texts
    assert _concepts(section.blocks) == {tag.concept for tag in content.tags}


def test_names_are_shown_without_what_all_have_in_common() -> None:
    assert short_name("CybersecurityRiskManagementThirdPartyEngagedFlag") == "ThirdPartyEngaged"
    assert short_name("CybersecurityRiskBoardOfDirectorsOversightTextBlock") == "BoardOfDirectorsOversight"


def _open(signed_in: SignIn, scene: Scene, more: str = "") -> str:
    return read(signed_in(scene.officer), f"{scene.url}page/{more}")


def test_tags_can_be_switched_off(enterprise: Unit, signed_in: SignIn) -> None:
    scene = drafted()
    name = "ProcessesForAssessingIdentifyingAndManagingThreats"
    assert name in _open(signed_in, scene)
    without = _open(signed_in, scene, "?tags=off")
    assert name not in without
    assert scene.sentence("training").text in without


def test_markup_in_a_sentence_is_text(enterprise: Unit, signed_in: SignIn) -> None:
    scene = drafted()
    act(
        "disclosures.statement.edit",
        scene.officer,
        scene.sentence("training"),
        text="<script>alert(1)</script> & more",
        kind="fact",
    )
    for page in ("", "page/", "compare/"):
        body = signed_in(scene.officer).get(scene.url + page).content.decode()
        assert "<script>alert" not in body
    assert (
        "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more"
        in signed_in(scene.officer).get(f"{scene.url}page/").content.decode()
    )
