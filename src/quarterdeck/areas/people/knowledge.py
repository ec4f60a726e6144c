"""Adding, changing and verifying what people know: experience, degrees, certifications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.people.actions import OFFICER, not_erased
from quarterdeck.areas.people.models import Certification, Degree, Experience, Verifiable
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Change, Context, Create, End, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import DateInput
from quarterdeck.kernel.records import Record

R = TypeVar("R", bound=Record)

VERIFIERS = ("people_officer", "ciso", "secretary")


def _undo_verification(record: Verifiable) -> None:
    record.verified_by = None
    record.verified_on = None
    record.verified_how = ""


class _Add(Create[R]):
    author_field = "added_by"
    roles = OFFICER

    def guard(self, ctx: Context, record: R | None, data: Mapping[str, Any]) -> None:
        not_erased(data["person"])


class _Change(Change[R]):
    """What was verified is verified again after a change."""

    help = _("A change undoes the verification: another person verifies it again.")
    roles = OFFICER

    def mutate(self, ctx: Context, record: R | None, data: Mapping[str, Any]) -> R:
        assert isinstance(record, Verifiable)
        not_erased(record.person)
        if any(getattr(record, name) != data[name] for name in self.fields if name in data):
            _undo_verification(record)
            # Whoever typed the present content may not be the one to verify it.
            record.added_by = ctx.user
        return super().mutate(ctx, record, data)


class VerifyForm(forms.Form):
    how = forms.CharField(
        label=_("How it was verified"),
        max_length=300,
        required=False,
        help_text=_("For example: looked up in the issuer's register. Needed where no evidence is attached."),
    )


class _Verify(Action[R]):
    """Say that the row is true, having checked it. Neither the one who typed it nor the person it is about may do so."""

    name = "verify"
    label = _("Verify")
    differs_from: ClassVar[tuple[str, ...]] = ("added_by", "person__user")
    roles = VERIFIERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return VerifyForm

    def available(self, user: User, record: R) -> Text | None:
        assert isinstance(record, Verifiable)
        return _("Already verified.") if record.verified else None

    def guard(self, ctx: Context, record: R | None, data: Mapping[str, Any]) -> None:
        assert isinstance(record, Verifiable)
        not_erased(record.person)
        if record.evidence_id is None and not data["how"].strip():
            raise Refused(_("Attach the evidence first, or say how it was verified without."))

    def mutate(self, ctx: Context, record: R | None, data: Mapping[str, Any]) -> R:
        assert record is not None
        assert isinstance(record, Verifiable)
        record.verified_by = ctx.user
        record.verified_on = ctx.at.date()
        record.verified_how = data["how"]
        return ctx.save(record)


class UnverifyForm(forms.Form):
    why = forms.CharField(label=_("Why it is in doubt"), max_length=300)


class _Unverify(Action[R]):
    """Take a verification back: from now on the row does not count, for past days either."""

    name = "withdraw_verification"
    label = _("Withdraw the verification")
    danger = True
    roles = VERIFIERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return UnverifyForm

    def available(self, user: User, record: R) -> Text | None:
        assert isinstance(record, Verifiable)
        return None if record.verified else _("It is not verified.")

    def mutate(self, ctx: Context, record: R | None, data: Mapping[str, Any]) -> R:
        assert record is not None
        assert isinstance(record, Verifiable)
        _undo_verification(record)
        record.verified_how = data["why"]
        return ctx.save(record)


_EXPERIENCE = ("organisation", "role", "field", "relevant", "effective_from", "effective_until", "evidence")
_DEGREE = ("institution", "level", "subject", "awarded_on", "evidence")
_CERTIFICATION = ("issuer", "code", "number", "issued_on", "expires_on", "evidence")


class AddExperience(_Add[Experience]):
    model = Experience
    label = _("Add experience")
    fields = ("person", *_EXPERIENCE)


class ChangeExperience(_Change[Experience]):
    model = Experience
    fields = _EXPERIENCE


class EndExperience(End[Experience]):
    """The last day of work that went on: what was verified before stays verified."""

    model = Experience
    label = _("Record its last day")
    roles = OFFICER


class VerifyExperience(_Verify[Experience]):
    model = Experience


class WithdrawExperience(_Unverify[Experience]):
    model = Experience


class AddDegree(_Add[Degree]):
    model = Degree
    label = _("Add a degree")
    fields = ("person", *_DEGREE)


class ChangeDegree(_Change[Degree]):
    model = Degree
    fields = _DEGREE


class VerifyDegree(_Verify[Degree]):
    model = Degree


class WithdrawDegree(_Unverify[Degree]):
    model = Degree


class AddCertification(_Add[Certification]):
    model = Certification
    label = _("Add a certification")
    fields = ("person", *_CERTIFICATION)


class ChangeCertification(_Change[Certification]):
    """Also for a renewal: the new expiry is verified like the first."""

    model = Certification
    label = _("Change or renew")
    fields = _CERTIFICATION


class VerifyCertification(_Verify[Certification]):
    model = Certification


class WithdrawCertification(_Unverify[Certification]):
    model = Certification


class ExpireForm(forms.Form):
    expires_on = forms.DateField(label=_("Last day it held"), widget=DateInput)


class ExpireCertification(Action[Certification]):
    """It lapsed or the issuer took it back: its last day moves forward, and what was verified stays verified until then."""

    name = "expire"
    model = Certification
    label = _("Record that it lapsed")
    roles = ("people_officer", "ciso")

    def form_class(self) -> type[forms.BaseForm] | None:
        return ExpireForm

    def guard(self, ctx: Context, record: Certification | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if record.expires_on is not None and data["expires_on"] > record.expires_on:
            raise Refused(_("That is later than it expires now; a renewal is a change, and is verified again."))

    def mutate(self, ctx: Context, record: Certification | None, data: Mapping[str, Any]) -> Certification:
        assert record is not None
        record.expires_on = data["expires_on"]
        return ctx.save(record)


EXPERIENCE_ACTIONS = (AddExperience, ChangeExperience, EndExperience, VerifyExperience, WithdrawExperience)
DEGREE_ACTIONS = (AddDegree, ChangeDegree, VerifyDegree, WithdrawDegree)
CERTIFICATION_ACTIONS = (
    AddCertification,
    ChangeCertification,
    VerifyCertification,
    WithdrawCertification,
    ExpireCertification,
)
