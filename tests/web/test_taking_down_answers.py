"""Answers of a vendor that came by phone or on paper are taken down with their source."""

from __future__ import annotations

import pytest

from quarterdeck.kernel.permissions.models import Unit
from tests.areas.vendors.path import Cast
from tests.support import act
from tests.web.cast import SignIn
from tests.web.workbench.scene import read

pytestmark = pytest.mark.django_db


def test_the_analyst_takes_answers_down_and_the_source_stands_beside_them(enterprise: Unit, signed_in: SignIn) -> None:
    cast = Cast()
    made = act(
        "vendors.evaluation.open", cast.analyst, vendor=cast.vendor(), scope="All of it", questionnaire=cast.version
    )
    client = signed_in(cast.analyst)
    page, form = f"/vendors/evaluations/{made.pk}/", f"/vendors/evaluations/{made.pk}/answers/1/"
    assert f'href="{form}"' in client.get(page).content.decode()
    assert "Is it patched?" in read(client, form)
    given = {"q:q1": "1", "a:q1": "yes", "q:q2": "1", "a:q2": "no", "c:q2": "Next year", "q:q3": "1"}
    refused = client.post(form, given)
    assert refused.status_code == 422
    assert "Say where these answers come from" in refused.content.decode()
    assert not made.answers.exists()
    saved = client.post(form, given | {"source": "Call with Ms Li on 3 March"})
    assert saved["Location"] == page
    assert [(row.question, row.values, row.source) for row in made.answers.order_by("question")] == [
        ("q1", ["yes"], "Call with Ms Li on 3 March"), ("q2", ["no"], "Call with Ms Li on 3 March"),
    ]  # fmt: skip
    assert "Next year · taken down from: Call with Ms Li on 3 March" in read(client, page)
    assert 'value="Call with Ms Li on 3 March"' in client.get(form).content.decode()


def test_who_may_not_answer_for_the_vendor_finds_no_such_page(enterprise: Unit, signed_in: SignIn) -> None:
    cast = Cast()
    made = act(
        "vendors.evaluation.open", cast.analyst, vendor=cast.vendor(), scope="All of it", questionnaire=cast.version
    )
    counsel = signed_in(cast.counsel)
    assert counsel.get(f"/vendors/evaluations/{made.pk}/answers/1/").status_code == 404
    assert "answers/1/" not in counsel.get(f"/vendors/evaluations/{made.pk}/").content.decode()
