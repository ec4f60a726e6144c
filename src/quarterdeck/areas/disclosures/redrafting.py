"""Taking a sentence from the record again: the words, the tags and the claims as the draft would write them today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.disclosures.drafting import Written, new_statement
from quarterdeck.areas.disclosures.evaluation import Asked, bases_of
from quarterdeck.areas.disclosures.facts import facts_of
from quarterdeck.areas.disclosures.models import Disclosure, Statement
from quarterdeck.areas.disclosures.statements import StatementAction, forget_override
from quarterdeck.areas.disclosures.vocabulary import ANNUAL, Template
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Context, Refused
from quarterdeck.kernel.actions.base import Text

_ORDER = {template.key: place for place, template in enumerate(ANNUAL)}


def sentence_now(disclosure: Disclosure, template: Template) -> Written:
    """The template as the record bears it now; Refused where it does not."""
    asked = Asked(bases_of(disclosure))
    sentence = template.write(facts_of(asked))
    if sentence is None:
        raise Refused(_("The record lacks what this sentence would name."))
    failing = [claim.name for claim in sentence.claims if not asked(claim).verdict.holds]
    if failing:
        raise Refused(_("The record does not bear this sentence: %(claims)s.") % {"claims": ", ".join(failing)})
    return Written(template, sentence)


class Redraft(StatementAction):
    """Replace a drafted sentence by what the record bears now. What was written by hand goes."""

    name = "redraft"
    label = _("Say what the record bears")

    def available(self, user: User, record: Statement) -> Text | None:
        if record.disclosure.current:
            return _("A current report is written anew as a whole.")
        if record.key not in _ORDER:
            return _("This sentence was written by hand.")
        return super().available(user, record)

    def mutate(self, ctx: Context, record: Statement | None, data: Mapping[str, Any]) -> Statement:
        assert record is not None
        fresh = new_statement(
            record.disclosure, sentence_now(record.disclosure, ANNUAL[_ORDER[record.key]]), record.position
        )
        record.text, record.kind = fresh.text, fresh.kind
        record.blocks, record.phrases, record.claims = fresh.blocks, fresh.phrases, fresh.claims
        record.edited = False
        forget_override(record)
        return ctx.save(record)


class WriteDrafted(StatementAction):
    """Put a sentence on the page that the record bears and the page does not say yet, in its place."""

    name = "write_drafted"
    label = _("Write it")
    creates = True

    def form_class(self) -> type[forms.BaseForm] | None:
        fields = {
            "disclosure": forms.ModelChoiceField(label=_("Disclosure"), queryset=Disclosure.objects.all()),
            "key": forms.ChoiceField(
                label=_("Sentence"), choices=[(template.key, template.key) for template in ANNUAL]
            ),
        }
        return type("WriteDraftedForm", (forms.Form,), fields)

    def guard(self, ctx: Context, record: Statement | None, data: Mapping[str, Any]) -> None:
        if data["disclosure"].state != Disclosure.State.DRAFT:
            raise Refused(_("Take the disclosure back to revise it first."))
        if data["disclosure"].current:
            raise Refused(_("A current report is written anew as a whole."))
        template = ANNUAL[_ORDER[data["key"]]]
        keys = set(Statement.objects.filter(disclosure=data["disclosure"], removed=False).values_list("key", flat=True))
        if template.key in keys:
            raise Refused(_("The page says this already."))
        if template.needs and not keys.intersection(template.needs):
            raise Refused(_("It rests on another sentence that is not on the page."))

    def mutate(self, ctx: Context, record: Statement | None, data: Mapping[str, Any]) -> Statement:
        disclosure, template = data["disclosure"], ANNUAL[_ORDER[data["key"]]]
        written = sentence_now(disclosure, template)
        # Rows of one position stand in the order in which they were made, so the neighbour's position puts it behind.
        before = [
            row.position
            for row in Statement.objects.filter(disclosure=disclosure, removed=False, paragraph=template.paragraph)
            if row.key in _ORDER and _ORDER[row.key] < _ORDER[template.key]
        ]
        return ctx.save(new_statement(disclosure, written, max(before, default=0)))


__all__ = ["Redraft", "WriteDrafted", "sentence_now"]
