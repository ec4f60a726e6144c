"""Draft, edit, submit, return, approve, void, revise, seal, release; preparer and approver are never one person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.models import Decision
from quarterdeck.areas.disclosures.current import uncleared
from quarterdeck.areas.disclosures.drafting import draft_sentences, fiscal_year_before, new_statement, taxonomy_for
from quarterdeck.areas.disclosures.evaluation import (
    Asked,
    bases_of,
    differences,
)
from quarterdeck.areas.disclosures.facts import facts_of
from quarterdeck.areas.disclosures.models import Approval, Disclosure, Package
from quarterdeck.areas.disclosures.reading import Stood, stand, standing_now
from quarterdeck.areas.disclosures.roles import APPROVERS, PREPARERS
from quarterdeck.areas.disclosures.voting import unvoted, vote_fault
from quarterdeck.areas.organisation.models import FilerStatus, Registrant
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Context, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import DateInput
from quarterdeck.kernel.ledger.jobs import sign_checkpoint


class DraftForm(forms.Form):
    """Which form, and as of which day: the last fiscal year that had ended by then is described."""

    form = forms.ChoiceField(
        label=_("Form"), choices=[(f.value, f.label) for f in (Disclosure.Form.FORM_20F, Disclosure.Form.FORM_10K)]
    )
    as_of = forms.DateField(
        label=_("As of"),
        widget=DateInput,
        help_text=_("The last fiscal year that had ended by this day is described."),
    )
    filing_date = forms.DateField(label=_("Planned filing date"), widget=DateInput, required=False)


class DraftAnnual(Action[Disclosure]):
    """Write every sentence of the annual item that the record bears, and none that it does not."""

    name = "draft"
    label = _("Draft from the record")
    model = Disclosure
    creates = True
    roles = PREPARERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return DraftForm

    def guard(self, ctx: Context, record: Disclosure | None, data: Mapping[str, Any]) -> None:
        day = data["filing_date"] or data["as_of"]
        if not Registrant.objects.exists():
            raise Refused(_("Register the company first: a disclosure needs a registrant."))
        status = FilerStatus.objects.on(day).order_by("-effective_from").first()
        if status is None:
            raise Refused(
                _("Record first whether the company files as a domestic or a foreign private issuer on %(day)s.")
                % {"day": day}
            )
        fitting = {"fpi": "20-F", "domestic": "10-K"}[status.filer]
        if data["form"] != fitting:
            raise Refused(
                _("On %(day)s the company files its annual report on Form %(form)s.") % {"day": day, "form": fitting}
            )

    def mutate(self, ctx: Context, record: Disclosure | None, data: Mapping[str, Any]) -> Disclosure:
        registrant = Registrant.objects.get()
        start, end = fiscal_year_before(registrant, data["as_of"])
        disclosure = ctx.save(
            Disclosure(
                registrant=registrant,
                form=data["form"],
                period_start=start,
                period_end=end,
                filing_date=data["filing_date"] or data["as_of"],
                taxonomy=taxonomy_for(end),
                prepared_by=ctx.user,
            )
        )
        asked = Asked(bases_of(disclosure))
        written, _missing = draft_sentences(facts_of(asked), asked)
        for position, item in enumerate(written, start=1):
            ctx.save(new_statement(disclosure, item, position))
        return disclosure


class PlanFiling(Action[Disclosure]):
    """Move the planned filing date; what is said as of that date is checked anew."""

    name = "plan"
    label = _("Change the filing date")
    model = Disclosure
    states = frozenset({Disclosure.State.DRAFT})
    roles = PREPARERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return type(
            "PlanForm",
            (forms.Form,),
            {"filing_date": forms.DateField(label=_("Planned filing date"), widget=DateInput())},
        )

    def initial(self, record: Disclosure | None) -> dict[str, object]:
        return {} if record is None else {"filing_date": record.filing_date}

    def mutate(self, ctx: Context, record: Disclosure | None, data: Mapping[str, Any]) -> Disclosure:
        assert record is not None
        record.filing_date = data["filing_date"]
        return ctx.save(record)


class ReadingAction(Action[Disclosure]):
    """Asks the record before its transaction, and answers from that reading inside."""

    model = Disclosure

    def __init__(self) -> None:
        self._before: Stood | None = None

    def prepare(self, key: int | None) -> None:
        self._before = None if key is None else stand(key)

    def stood(self, disclosure: Disclosure) -> Stood:
        """The disclosure as it stands in this transaction."""
        self._before = standing_now(disclosure, self._before)
        return self._before

    def demand_clean(self, disclosure: Disclosure) -> None:
        """Refuse with everything that is still open."""
        points = self.stood(disclosure).points
        if points:
            raise Refused(_("Not yet: %(points)s") % {"points": " ".join(points)})


class Submit(ReadingAction):
    """Hand the draft to the body that approves it."""

    name = "submit"
    label = _("Request approval")
    model = Disclosure
    states = frozenset({Disclosure.State.DRAFT})
    roles = PREPARERS

    def guard(self, ctx: Context, record: Disclosure | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        self.demand_clean(record)

    def mutate(self, ctx: Context, record: Disclosure | None, data: Mapping[str, Any]) -> Disclosure:
        assert record is not None
        record.state = Disclosure.State.IN_REVIEW
        record.submitted_by = ctx.user
        record.returned_because = ""
        return ctx.save(record)


class Return(Action[Disclosure]):
    """Send it back to the preparer with a reason."""

    name = "return"
    label = _("Return to the preparer")
    model = Disclosure
    states = frozenset({Disclosure.State.IN_REVIEW})
    roles = (*APPROVERS, "counsel")

    def form_class(self) -> type[forms.BaseForm] | None:
        return type(
            "ReturnForm",
            (forms.Form,),
            {"because": forms.CharField(label=_("Because"), widget=forms.Textarea(attrs={"rows": 3}))},
        )

    def mutate(self, ctx: Context, record: Disclosure | None, data: Mapping[str, Any]) -> Disclosure:
        assert record is not None
        record.state = Disclosure.State.DRAFT
        record.returned_because = data["because"]
        return ctx.save(record)


class Approve(ReadingAction):
    """Approve the exact content, with what the record says of it at this moment."""

    name = "approve"
    label = _("Approve")
    help = _(
        "Your approval binds to this exact text and to what the record says of it now. If either changes, it is void."
    )
    model = Disclosure
    states = frozenset({Disclosure.State.IN_REVIEW})
    differs_from = ("prepared_by", "submitted_by")
    roles = APPROVERS

    def form_class(self) -> type[forms.BaseForm] | None:
        decision = forms.ModelChoiceField(
            label=_("Decision of the body"),
            queryset=Decision.objects.filter(topic="disclosure_approval").order_by("-pk"),
            required=False,
        )
        return type("ApproveForm", (forms.Form,), {"decision": decision})

    def initial(self, record: Disclosure | None) -> dict[str, object]:
        return {} if record is None or record.brought_id is None else {"decision": record.brought_id}

    def available(self, user: User, record: Disclosure) -> Text | None:
        return unvoted(record)

    def guard(self, ctx: Context, record: Disclosure | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        self.demand_clean(record)
        if not record.current:
            return
        stood = self.stood(record)
        fault = vote_fault(record, data.get("decision"), stood.content, stood.digest)
        if fault is not None:
            raise Refused(fault)

    def mutate(self, ctx: Context, record: Disclosure | None, data: Mapping[str, Any]) -> Disclosure:
        assert record is not None
        stood = self.stood(record)
        record.state = Disclosure.State.APPROVED
        ctx.save(record)
        ctx.save(
            Approval(
                disclosure=record,
                approved_content=stood.content,
                content_sha256=stood.digest,
                approved_by=ctx.user,
                approved_at=ctx.at,
                decision=data.get("decision"),
            )
        )
        return record


class Void(ReadingAction):
    """Done by the product itself: what was approved is no longer what stands, so the approval is void."""

    name = "void"
    label = _("Mark the approval void")
    model = Disclosure
    states = frozenset({Disclosure.State.APPROVED})

    def mutate(self, ctx: Context, record: Disclosure | None, data: Mapping[str, Any]) -> Disclosure:
        assert record is not None
        approval = standing_approval(record)
        if approval is None:
            raise Refused(_("There is no approval to void."))
        now = self.stood(record)
        if now.digest == approval.content_sha256:
            raise Refused(_("The content is what was approved."))
        _void(ctx, approval, differences(approval.approved_content, now.content))
        record.state = Disclosure.State.DRAFT
        return ctx.save(record)


class Revise(Action[Disclosure]):
    """Take an approved or submitted disclosure back to change it; a standing approval becomes void."""

    name = "revise"
    label = _("Take back to revise")
    model = Disclosure
    states = frozenset({Disclosure.State.APPROVED, Disclosure.State.IN_REVIEW})
    roles = PREPARERS
    confirm = _("A standing approval becomes void.")

    def mutate(self, ctx: Context, record: Disclosure | None, data: Mapping[str, Any]) -> Disclosure:
        assert record is not None
        approval = standing_approval(record)
        if approval is not None:
            _void(ctx, approval, [{"what": "revised", "before": None, "now": None}])
        record.state = Disclosure.State.DRAFT
        return ctx.save(record)


class SealForm(forms.Form):
    """What the builder made."""

    manifest = forms.JSONField(label=_("Manifest"))
    manifest_sha256 = forms.CharField(label=_("Hash of the manifest"), min_length=64, max_length=64)
    content_sha256 = forms.CharField(label=_("Hash of the content"), min_length=64, max_length=64)


class Seal(ReadingAction):
    """Record the package built from the approved content. Asked by the builder, which knows the files."""

    name = "seal"
    label = _("Seal the package")
    model = Disclosure
    states = frozenset({Disclosure.State.APPROVED})
    roles = PREPARERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return SealForm

    def guard(self, ctx: Context, record: Disclosure | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        approval = standing_approval(record)
        if approval is None:
            raise Refused(_("There is no standing approval."))
        now = self.stood(record).digest
        if not now == approval.content_sha256 == data["content_sha256"]:
            raise Refused(_("What would be sealed is not what was approved; the approval no longer holds."))

    def mutate(self, ctx: Context, record: Disclosure | None, data: Mapping[str, Any]) -> Disclosure:
        assert record is not None
        approval = standing_approval(record)
        assert approval is not None
        ctx.save(
            Package(
                disclosure=record,
                approval=approval,
                manifest=data["manifest"],
                manifest_sha256=data["manifest_sha256"],
                sealed_by=ctx.user,
                sealed_at=ctx.at,
            )
        )
        return ctx.save(record)

    def enqueue(self, ctx: Context, record: Disclosure, data: Mapping[str, Any]) -> None:
        """What was sealed is signed for by the ledger at once, so that a witness can keep it."""
        ctx.after_commit(sign_checkpoint.enqueue)


class Release(ReadingAction):
    """Record that the sealed package was filed. From then on it is history."""

    name = "release"
    label = _("Record the filing")
    model = Disclosure
    states = frozenset({Disclosure.State.APPROVED})
    roles = PREPARERS

    def available(self, user: User, record: Disclosure) -> Text | None:
        approval = standing_approval(record)
        if approval is None or not approval.packages.exists():
            return _("Build the sealed package first.")
        return None if record.incident is None else uncleared(record.incident)

    def guard(self, ctx: Context, record: Disclosure | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        approval = standing_approval(record)
        if approval is None or self.stood(record).digest != approval.content_sha256:
            raise Refused(_("The record has changed since the approval; it has to be approved again."))

    def mutate(self, ctx: Context, record: Disclosure | None, data: Mapping[str, Any]) -> Disclosure:
        assert record is not None
        record.state = Disclosure.State.RELEASED
        return ctx.save(record)


def standing_approval(disclosure: Disclosure) -> Approval | None:
    """The approval that holds now, if any."""
    return disclosure.approvals.filter(void_at=None).order_by("-pk").first()


def _void(ctx: Context, approval: Approval, because: list[dict[str, Any]]) -> None:
    approval.void_at = clock.now()
    approval.void_because = because
    ctx.save(approval)
