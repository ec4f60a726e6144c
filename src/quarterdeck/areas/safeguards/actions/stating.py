"""Which section of a policy states a procedural safeguard, and whether its words still do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.policies.models import Policy, PolicySection
from quarterdeck.areas.policies.queries import published_of, section_words
from quarterdeck.areas.policies.rules import section_hash
from quarterdeck.areas.safeguards.actions.safeguard import KEEPERS
from quarterdeck.areas.safeguards.models import Safeguard, StatedIn
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Context, Create, End, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.permissions.models import Unit


def rest_on(record: StatedIn) -> bool:
    """Let the record rest on the section as it is published now. False where there is no such section any more."""
    version = published_of(record.section.policy)
    words = None if version is None else section_words(version, record.section.code)
    if version is None or words is None:
        return False
    record.version, record.sha256 = version, section_hash(words)
    record.state, record.noticed_on = StatedIn.State.STANDS, None
    return True


class NameSection(Create[StatedIn]):
    """Say which section of a published policy states the safeguard."""

    model = StatedIn
    label = _("Name the section that states it")
    fields = ("safeguard", "section", "effective_from")
    roles = ("ciso", "group_lead", "analyst", "unit_owner")

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["safeguard"].unit  # type: ignore[no-any-return]

    def narrow(self, form: forms.BaseForm, ctx_user: User, record: StatedIn | None) -> None:
        field = form.fields["section"]
        assert isinstance(field, forms.ModelChoiceField)
        if field.queryset is not None:
            field.queryset = field.queryset.filter(dropped_on=None, policy__state=Policy.State.PUBLISHED)

    def guard(self, ctx: Context, record: StatedIn | None, data: Mapping[str, Any]) -> None:
        if data["safeguard"].kind != Safeguard.Kind.PROCEDURAL:
            raise Refused(
                _("A technical safeguard is shown by its tests; only a procedural one is stated in a policy.")
            )

    def build(self, ctx: Context, data: Mapping[str, Any]) -> StatedIn:
        made = super().build(ctx, data)
        section: PolicySection = data["section"]
        if not rest_on(made):
            raise Refused(
                _("The version in force of “%(policy)s” has no such section.") % {"policy": section.policy.title}
            )
        return made


class ConfirmSection(Action[StatedIn]):
    """The section was read as it is now, and states the safeguard still."""

    name = "confirm"
    label = _("It states it still")
    help = _("You have read the section as it is published now.")
    model = StatedIn
    states = frozenset({StatedIn.State.CHANGED.value, StatedIn.State.GONE.value})
    roles = KEEPERS

    def available(self, user: User, record: StatedIn) -> Text | None:
        if record.effective_until is not None:
            return _("Already ended.")
        version = published_of(record.section.policy)
        if version is None or section_words(version, record.section.code) is None:
            return _("The policy in force has no such section; name another one and end this.")
        return None

    def guard(self, ctx: Context, record: StatedIn | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        reason = self.available(ctx.user, record)
        if reason is not None:
            raise Refused(reason)

    def mutate(self, ctx: Context, record: StatedIn | None, data: Mapping[str, Any]) -> StatedIn:
        assert record is not None
        rest_on(record)
        return ctx.save(record)


class EndStatedIn(End[StatedIn]):
    """It rests on this section no more."""

    model = StatedIn
    roles = KEEPERS


STATING_ACTIONS = (NameSection, ConfirmSection, EndStatedIn)

__all__ = ["STATING_ACTIONS", "ConfirmSection", "EndStatedIn", "NameSection", "rest_on"]
