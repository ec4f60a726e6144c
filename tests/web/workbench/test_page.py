"""The workbench for those who prepare a disclosure, approve it, read it, and may not know of it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quarterdeck.areas.disclosures.gate import open_points
from quarterdeck.areas.disclosures.models import Statement
from quarterdeck.kernel.permissions.models import Grant, Unit
from quarterdeck.web.workbench.proof import Proof, Row, grouped
from quarterdeck.web.workbench.reading import read as ask_the_record
from tests.support import act, parameter, user_with
from tests.web.cast import SignIn
from tests.web.workbench.scene import Scene, drafted, press, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(enterprise: Unit) -> Scene:
    return drafted()


def test_every_sentence_stands_beside_what_proves_it(scene: Scene, signed_in: SignIn) -> None:
    client = signed_in(scene.officer)
    page = read(client, scene.url)
    assert "Item 16K, annual report 2024" in page
    assert "Harbour Lane · r1 · as of 31 Dec 2024 draft" in page
    assert "2 of 2 factual statements hold" in page
    assert "Training completed: 97.2% · in the year · at least 95% attested" in page
    assert "Awareness spring 2024 1 Mar 2024, 972 of 1000 completed it; not verified by a second person" in page
    assert "Completion of training: 95%" in page
    body = client.get(scene.url).content.decode()
    assert f'href="/records/evidence.evidence/{scene.training.pk}/"' in body


def test_a_change_of_the_record_shows_at_once(scene: Scene, signed_in: SignIn) -> None:
    client = signed_in(scene.officer)
    read(client, scene.url)
    act("evidence.evidence.withdraw", scene.ciso, scene.training, reason="Another course")
    page = read(client, scene.url)
    assert "1 of 2 factual statements hold" in page
    assert "Not yet: mend sentence" in page


def test_looking_again_costs_few_queries_and_asks_no_claim(scene: Scene, signed_in: SignIn) -> None:
    client = signed_in(scene.officer)
    client.get(scene.url)
    with CaptureQueriesContext(connection) as asked:
        client.get(f"{scene.url}?at={scene.sentence('training').pk}")
    assert len(asked) <= 40
    assert not any("claims_parameter" in query["sql"] for query in asked if "code" in query["sql"])


def test_what_a_reader_may_not_see_has_neither_title_nor_number(scene: Scene, signed_in: SignIn) -> None:
    Grant.objects.filter(role="board_member", permission="evidence.evidence.view").delete()
    page = read(signed_in(scene.board), scene.url)
    assert "A record you may not see" in page
    assert page.count("A record you may not see") == 2
    assert "Training completed · in the year attested" in page
    for secret in ("Awareness spring 2024", "97.2%", "972", "Protocol on insiders"):
        assert secret not in page


def test_a_record_that_several_claims_rest_on_is_named_once_beside_its_sentence(
    scene: Scene, signed_in: SignIn
) -> None:
    row = scene.sentence("protocols")
    for kind in ("internal_threats", "external_threats"):
        act(
            "disclosures.statement.attach", scene.officer, row, name="policies.in_force", basis="filing_date",
            params=json.dumps({"policy_kind": kind}),
        )  # fmt: skip
    body = signed_in(scene.officer).get(scene.url).content.decode()
    beside = body[body.index(f'id="s{row.pk}"') :].partition("</article>")[0]
    assert beside.count('class="claim"') == 4
    assert beside.count("Protocol on insiders") == beside.count("Protocol on attackers") == 1
    # The sentence's own verdict stands with its concept, the claims' beside each of them.
    assert beside.partition('class="text"')[0].count('class="chip attested"') == 1


def _proof(*titles: str, name: str = "claim") -> Proof:
    rows = tuple(Row(title, f"/records/{title}/") for title in titles)
    return Proof(name, name, "attested", None, None, "", "", rows, ())


def test_long_lists_fold_and_what_was_named_is_counted_not_repeated() -> None:
    many = [f"r{number}" for number in range(17)]
    (alone,) = grouped([_proof(*many)])
    assert [len(alone.rows), len(alone.more), alone.above] == [5, 12, 0]
    first, second, third = grouped(
        [_proof("a", "b", name="one"), _proof("b", "c", name="two"), _proof("d", name="three")]
    )
    assert [row.title for row in second.rows] == ["c"]
    assert (first.above, second.above, third.above) == (0, 1, 0)
    (both,) = grouped([_proof("a", "b", name="one"), _proof("b", "a", name="two")])
    assert [proof.name for proof in both.proofs] == ["one", "two"]
    # Two claims with nothing behind them are not said to rest on the same.
    assert len(grouped([_proof(name="one"), _proof(name="two")])) == 2


def test_what_speaks_against_a_sentence_never_folds_behind_what_speaks_for_it() -> None:
    against = [Row(f"against {number}", "/", against=True) for number in range(4)]
    rows = (*against, *(Row(f"for {number}", "/") for number in range(9)))
    group = grouped([replace(_proof(), rows=rows), _proof("other")])[0]
    assert set(against) <= set(group.rows)
    assert len(group.more) == 9


def test_where_it_stands_and_what_comes_next_are_read_before_the_first_sentence(
    scene: Scene, signed_in: SignIn
) -> None:
    row = scene.write("We insure ourselves.")
    body = signed_in(scene.officer).get(scene.url).content.decode()
    head = body[body.index("<main") : body.index('id="bench"')]
    assert 'aria-current="step"' in head
    assert "What bars approval" in head
    assert f"Not yet: mend sentence {row.position} first." in head
    assert f'href="{scene.url}?at={row.pk}#s{row.pk}"' in head
    act("disclosures.statement.remove", scene.officer, row)
    scene.approve()
    act("disclosures.disclosure.revise", scene.officer, scene.disclosure)
    page = read(signed_in(scene.officer), scene.url)
    assert page.index("The approval by") < page.index("What proves it")


def test_a_verdict_filters_and_comes_off_again(scene: Scene, signed_in: SignIn) -> None:
    scene.write("We insure ourselves.")
    client = signed_in(scene.officer)
    only = read(client, f"{scene.url}?verdict=unevidenced")
    assert "We insure ourselves." in only
    assert scene.sentence("training").text not in only
    assert scene.sentence("training").text in read(client, scene.url)


def test_only_those_who_may_read_disclosures_find_it(scene: Scene, signed_in: SignIn) -> None:
    for address in ("", "page/", "compare/", "draft.zip"):
        assert signed_in(user_with("employee")).get(scene.url + address).status_code == 404
    assert signed_in(user_with("employee")).get("/disclosures/").status_code == 403
    assert signed_in(user_with("auditor")).get(scene.url).status_code == 200
    assert signed_in(scene.board).get("/disclosures/")["Location"] == scene.url


def test_a_reader_is_offered_nothing_to_press(scene: Scene, signed_in: SignIn) -> None:
    body = signed_in(user_with("auditor")).get(f"{scene.url}?at={scene.sentence('training').pk}").content.decode()
    main = body[body.index("<main") : body.index("</main>")]
    assert 'method="post"' not in main
    assert "You may read this sentence, not change it." in main


def test_the_button_is_barred_for_the_reason_the_gate_gives(scene: Scene, signed_in: SignIn) -> None:
    assert ask_the_record(scene.disclosure).clean is (open_points(scene.disclosure) == []) is True
    row = scene.write("We insure ourselves.")
    assert ask_the_record(scene.disclosure).clean is (open_points(scene.disclosure) == []) is False
    client = signed_in(scene.officer)
    body = client.get(scene.url).content.decode()
    assert f"Not yet: mend sentence {row.position} first." in body
    assert "/do/submit/" not in body
    act("disclosures.statement.remove", scene.officer, row)
    done = press(client, client.get(scene.url).content.decode(), "Request approval")
    assert done.redirect_chain[-1][0] == scene.url
    scene.disclosure.refresh_from_db()
    assert scene.disclosure.state == "in_review"


def test_who_prepared_it_does_not_approve_it(scene: Scene, signed_in: SignIn) -> None:
    both = user_with("disclosure_officer", "board_member")
    act("disclosures.disclosure.submit", both, scene.disclosure)
    barred = read(signed_in(both), scene.url)
    assert "Whoever prepared it cannot also do this; another person has to." in barred
    assert "/do/approve/" not in signed_in(both).get(scene.url).content.decode()
    assert "/do/approve/" in signed_in(scene.board).get(scene.url).content.decode()


def test_a_void_approval_stays_and_says_what_changed(scene: Scene, signed_in: SignIn) -> None:
    scene.approve()
    assert "stands" in read(signed_in(scene.officer), scene.url)
    act("disclosures.disclosure.revise", scene.officer, scene.disclosure)
    page = read(signed_in(scene.officer), scene.url)
    assert "It was taken back to be revised." in page
    act(
        "disclosures.statement.edit",
        scene.officer,
        scene.sentence("training"),
        text="All staff are trained.",
        kind="fact",
    )
    changed = read(signed_in(scene.officer), f"{scene.url}compare/?with=approval")
    assert "The words changed" in changed
    assert "inserted: All staff are trained." in changed or "inserted: All" in changed


def test_last_year_stands_beside_this_year(scene: Scene, signed_in: SignIn) -> None:
    client = signed_in(scene.officer)
    assert "There is no disclosure of the year before" in read(client, f"{scene.url}compare/?with=year")
    later = act(
        "disclosures.disclosure.draft", scene.officer, form="20-F", as_of="2026-03-01", filing_date="2026-04-25"
    )
    page = read(client, f"/disclosures/{later.pk}/compare/")
    assert "Beside Item 16K, annual report 2024" in page
    assert "No longer said" in page


def test_a_sentence_is_edited_on_a_page_of_its_own_and_comes_back_selected(scene: Scene, signed_in: SignIn) -> None:
    client = signed_in(scene.officer)
    row = scene.sentence("training")
    body = client.get(f"{scene.url}?at={row.pk}").content.decode()
    assert f"/records/disclosures.statement/{row.pk}/do/edit/?next=" in body
    done = client.post(
        f"/records/disclosures.statement/{row.pk}/do/edit/",
        {"text": "Staff are trained.", "kind": "fact", "_next": f"{scene.url}?at={row.pk}#s{row.pk}"},
    )
    assert done["Location"] == f"{scene.url}?at={row.pk}#s{row.pk}"
    assert "r2" in read(client, scene.url)


def test_what_the_page_could_say_names_what_is_lacking_and_where_to_add_it(scene: Scene, signed_in: SignIn) -> None:
    client = signed_in(scene.ciso)
    page = read(client, scene.url)
    assert "We protect sensitive information through technical safeguards" in page
    assert "Sentences about the board's oversight appear once a board committee is on record." in page
    body = client.get(scene.url).content.decode()
    assert "/records/evidence.evidence/do/attest_safeguard/?safeguard_kind=technical" in body
    assert "/do/attest_safeguard/" not in signed_in(scene.board).get(scene.url).content.decode()


def test_a_sentence_that_was_removed_is_written_again_in_its_place(scene: Scene, signed_in: SignIn) -> None:
    gone = scene.sentence("protocols")
    act("disclosures.statement.remove", scene.officer, gone)
    client = signed_in(scene.officer)
    page = client.get(scene.url).content.decode()
    assert "the record bears it" in page
    press(client, page, "Write it")
    back = scene.sentence("protocols")
    assert (back.text, back.claims, back.blocks) == (gone.text, gone.claims, gone.blocks)
    order = list(
        Statement.objects.filter(removed=False).order_by("paragraph", "position", "pk").values_list("key", flat=True)
    )
    assert order == ["protocols", "training"]


def test_what_the_record_does_not_bear_cannot_be_written(scene: Scene, signed_in: SignIn) -> None:
    done = signed_in(scene.officer).post(f"{scene.url}write/", {"key": "safeguards"}, follow=True)
    assert "The record does not bear this sentence" in done.content.decode()
    assert signed_in(scene.board).post(f"{scene.url}write/", {"key": "protocols"}).status_code == 403


def test_a_sentence_is_taken_from_the_record_again(scene: Scene) -> None:
    row = scene.sentence("training")
    before = row.text
    act("disclosures.statement.edit", scene.officer, row, text="Something else.", kind="fact")
    assert act("disclosures.statement.redraft", scene.officer, row).text == before


def test_a_sentence_kept_without_proof_needs_two_and_says_so_for_ever(scene: Scene, signed_in: SignIn) -> None:
    row = scene.write("We insure ourselves.")
    act("disclosures.statement.ask_override", scene.officer, row, reason="The policy is in the safe.")
    page = read(signed_in(scene.officer), f"{scene.url}?at={row.pk}")
    assert "asks to keep it although it is not proven: The policy is in the safe." in page
    act("disclosures.statement.agree_override", scene.ciso, row)
    assert "Kept although not proven, by" in read(signed_in(scene.board), scene.url)


def test_a_claim_is_tried_before_it_is_attached(scene: Scene, signed_in: SignIn) -> None:
    row = scene.write("Our people are trained.")
    client = signed_in(scene.officer)
    base = f"{scene.url}sentences/{row.pk}/claims/"
    assert "Training completed" in read(client, base)
    tried = client.get(f"{base}?claim=training.completion&basis=period").content.decode()
    assert "97.2%" in tried
    row.refresh_from_db()
    assert row.claims == []
    done = press(client, tried, "Attach this claim")
    assert done.redirect_chain[-1][0] == f"{scene.url}?at={row.pk}#s{row.pk}"
    row.refresh_from_db()
    assert row.claims == [{"name": "training.completion", "params": {}, "basis": "period"}]
    assert client.get(f"{base}?claim=no.such").status_code == 404
    assert signed_in(scene.board).get(base).status_code == 403


def test_a_word_that_the_company_has_not_defined_is_named(scene: Scene, signed_in: SignIn) -> None:
    row = scene.write("We generally evaluate vendors.")
    act(
        "disclosures.statement.attach", scene.officer, row, name="vendors.evaluated_before_engagement", basis="period", params="{}"
    )  # fmt: skip
    assert "Generally is not set" in read(signed_in(scene.officer), scene.url)
    parameter("generally.share", "0.9")
    assert "Generally: 90%" in read(signed_in(scene.officer), scene.url)


def test_it_speaks_chinese(scene: Scene, signed_in: SignIn) -> None:
    client = signed_in(scene.officer)
    client.cookies["django_language"] = "zh-hans"
    page = read(client, scene.url)
    assert "事实陈述成立" in page
    assert "factual" not in page
