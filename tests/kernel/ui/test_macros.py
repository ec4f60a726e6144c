"""What macros promise: errors tied to fields, reasons tied to barred buttons, words beside colours."""

from __future__ import annotations

import re

import pytest
from django import forms
from jinja2 import UndefinedError

from tests.kernel.ui.conftest import draw


class Meeting(forms.Form):
    title = forms.CharField(help_text="As read out.")
    vote = forms.ChoiceField(choices=[("y", "Yes")], widget=forms.RadioSelect)
    walled = forms.BooleanField(required=False)
    token = forms.CharField(widget=forms.HiddenInput)


def test_a_field_is_tied_to_its_label_help_and_error() -> None:
    html = draw("{{ ui.field(form['title']) }}", form=Meeting({}))
    described = re.search(r'aria-describedby="([^"]+)"', html)
    assert described
    for name in described[1].split():
        assert f'id="{name}"' in html
    assert {"id_title_helptext", "id_title_error"} == set(described[1].split())
    assert 'for="id_title"' in html
    assert 'aria-invalid="true"' in html
    assert "required</span>" in html


def test_a_choice_among_buttons_has_a_legend() -> None:
    html = draw("{{ ui.field(form['vote']) }}", form=Meeting())
    assert "<fieldset" in html
    assert "<legend>Vote" in html


def test_a_form_says_all_errors_first_and_draws_hidden_fields_once() -> None:
    html = draw("{% call ui.form(form, '') %}{{ ui.field(form['title']) }}{% endcall %}", form=Meeting({}))
    assert html.index("error-summary") < html.index("id_title")
    assert html.count('name="token"') == 1


def test_a_barred_button_says_why_and_sends_nothing() -> None:
    html = draw("{{ ui.action_form('Seal', '/seal/', '', reason='You prepared this.') }}")
    assert "<form" not in html
    assert 'aria-disabled="true"' in html
    tie = re.search(r'aria-describedby="([^"]+)"', html)
    assert tie
    assert f'id="{tie[1]}">You prepared this.' in html


def test_an_action_asks_to_be_pressed_twice_only_where_told() -> None:
    assert "data-confirm" not in draw("{{ ui.action_form('Go', '/x/', '') }}")
    html = draw("{{ ui.action_form('Go', '/x/', '', confirm='Again', fields={'hash': 'a\"b'}) }}")
    assert 'data-confirm="Again"' in html
    assert 'value="a&#34;b"' in html


def test_words_from_the_record_are_escaped() -> None:
    html = draw("{{ ui.timeline([{'title': text, 'at': 'now'}]) }}{{ ui.diff([('ins', text)]) }}", text="<b>x</b>")
    assert "<b>x</b>" not in html


def test_a_verdict_is_a_word() -> None:
    assert ">stale</span>" in draw("{{ ui.verdict('stale') }}")
    with pytest.raises(KeyError):
        draw("{{ ui.verdict('fine') }}")


def test_a_statement_names_the_part_that_does_not_hold() -> None:
    html = draw(
        "{% call ui.statement('s', 'C', 'c(1)', [('Five', 'contradicted'), (' members', none)], flag=false) %}{% endcall %}"
    )
    assert re.search(r'class="part contradicted">Five<span class="hidden-text"> \(contradicted\)', html)
    assert "<b>false</b>" in html


def test_a_number_that_the_view_forgot_is_an_error_not_a_blank() -> None:
    with pytest.raises(UndefinedError):
        draw("{{ loss }}")
    assert draw("{% if loss %}x{% endif %}") == ""


def test_a_sparkline_tells_its_values_and_leaves_gaps() -> None:
    html = draw("{{ ui.sparkline([1, none, 3, 4], 'Hours') }}")
    assert 'aria-label="Hours: 1, –, 3, 4"' in html
    path = re.search(r' d="([^"]+)"', html)
    assert path
    assert path[1].count("M") == 2


def test_progress_without_a_total_gives_no_value() -> None:
    html = draw("{{ ui.progress('Reading', 0, none) }}")
    assert " value=" not in html
