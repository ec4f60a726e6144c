"""Draft, edit, submit, return, approve, void, revise, seal, release; preparer and approver are never one person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.models import Decision
from quarterdeck.areas.disclosures.drafting import draft_sentences, fiscal_year_before, new_statement, taxonomy_for
from quarterdeck.areas.disclosures.evaluation import (
    Asked,
    bases_of,
    differences,
)
from quarterdeck.areas.disclosures.facts import facts_of
from quarterdeck.areas.disclosures.models import Approval, Disclosure, Package, Statement
from quarterdeck.areas.disclosures.reading import Stood, stand, standing_now
from quarterdeck.areas.organisation.models import FilerStatus, Registrant
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Context, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import DateInput
from quarterdeck.kernel.claims.registry import Claim, ClaimError
from quarterdeck.kernel.claims.registry import check as check_claim
from quarterdeck.kernel.ledger.jobs import sign_checkpoint

PREPARERS = ("disclosure_officer", "ciso")
APPROVERS = ("board_member",)


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

    def guard(self, ctx: Context, record: Disclosure | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        self.demand_clean(record)

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
        return None

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


class StatementAction(Action[Statement]):
    """Statements change only while the disclosure is a draft."""

    model = Statement
    roles: ClassVar[tuple[str, ...]] = PREPARERS

    def available(self, user: User, record: Statement) -> Text | None:
        if record.disclosure.state != Disclosure.State.DRAFT:
            return _("Take the disclosure back to revise it first.")
        if record.removed:
            return _("This sentence has been removed.")
        return None


class AddStatement(StatementAction):
    """Write a sentence by hand. A factual one proves nothing until a claim is attached."""

    name = "create"
    label = _("Write a sentence")
    creates = True

    def form_class(self) -> type[forms.BaseForm] | None:
        return AddStatementForm

    def guard(self, ctx: Context, record: Statement | None, data: Mapping[str, Any]) -> None:
        if data["disclosure"].state != Disclosure.State.DRAFT:
            raise Refused(_("Take the disclosure back to revise it first."))

    def mutate(self, ctx: Context, record: Statement | None, data: Mapping[str, Any]) -> Statement:
        last = Statement.objects.filter(disclosure=data["disclosure"]).order_by("-position").first()
        neighbour = (
            Statement.objects.filter(disclosure=data["disclosure"], paragraph=data["paragraph"], removed=False)
            .order_by("position")
            .first()
        )
        return ctx.save(
            Statement(
                disclosure=data["disclosure"],
                part=neighbour.part if neighbour is not None else data["part"],
                paragraph=data["paragraph"],
                position=1 if last is None else last.position + 1,
                kind=data["kind"],
                text=data["text"],
                blocks=list(neighbour.blocks[:1]) if neighbour is not None else [],
                edited=True,
            )
        )


class AddStatementForm(forms.Form):
    """A sentence, where it stands and what kind of sentence it is."""

    disclosure = forms.ModelChoiceField(label=_("Disclosure"), queryset=Disclosure.objects.all())
    part = forms.ChoiceField(label=_("Part"), choices=Statement.Part.choices)
    paragraph = forms.IntegerField(label=_("Paragraph"), min_value=1, max_value=99)
    kind = forms.ChoiceField(label=_("Kind"), choices=Statement.Kind.choices)
    text = forms.CharField(label=_("Text"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))


class EditStatement(StatementAction):
    """Change the words; the claims stay."""

    name = "edit"
    label = _("Edit")

    def form_class(self) -> type[forms.BaseForm] | None:
        fields = {
            "text": forms.CharField(label=_("Text"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5})),
            "kind": forms.ChoiceField(label=_("Kind"), choices=Statement.Kind.choices),
        }
        return type("EditForm", (forms.Form,), fields)

    def initial(self, record: Statement | None) -> dict[str, object]:
        return {} if record is None else {"text": record.text, "kind": record.kind}

    def guard(self, ctx: Context, record: Statement | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if record.claims and data["kind"] != Statement.Kind.FACT and record.kind == Statement.Kind.FACT:
            raise Refused(
                _(
                    "A sentence that rests on claims states a fact; remove it and write the judgement as a sentence of its own."
                )
            )

    def mutate(self, ctx: Context, record: Statement | None, data: Mapping[str, Any]) -> Statement:
        assert record is not None
        record.text = data["text"]
        record.kind = data["kind"]
        record.edited = True
        _forget_override(record)
        return ctx.save(record)


class RemoveStatement(StatementAction):
    name = "remove"
    label = _("Remove")

    def mutate(self, ctx: Context, record: Statement | None, data: Mapping[str, Any]) -> Statement:
        assert record is not None
        record.removed = True
        return ctx.save(record)


class AttachClaim(StatementAction):
    """Say which predicate proves a sentence."""

    name = "attach"
    label = _("Attach a claim")

    def form_class(self) -> type[forms.BaseForm] | None:
        from quarterdeck.kernel.claims.registry import all_predicates

        fields = {
            "name": forms.ChoiceField(
                label=_("Claim"), choices=[(p.name, f"{p.label} ({p.name})") for p in all_predicates()]
            ),
            "basis": forms.ChoiceField(
                label=_("As of"),
                choices=[
                    ("period", _("the period")),
                    ("year_end", _("the year end")),
                    ("filing_date", _("the filing date")),
                ],
            ),
            "params": forms.JSONField(label=_("Parameters"), required=False, initial=dict),
        }
        return type("AttachForm", (forms.Form,), fields)

    def mutate(self, ctx: Context, record: Statement | None, data: Mapping[str, Any]) -> Statement:
        assert record is not None
        params = data["params"] or {}
        if not isinstance(params, dict):
            raise Refused(_("Parameters are given as names and values."))
        claim = Claim(data["name"], params, data["basis"])
        try:
            check_claim(claim)
        except ClaimError as error:
            raise Refused(str(error)) from error
        record.claims = [*record.claims, {"name": claim.name, "params": params, "basis": claim.basis}]
        return ctx.save(record)


class AskOverride(StatementAction):
    """Ask to keep a sentence that the record does not prove. It stays marked for ever."""

    name = "ask_override"
    label = _("Keep it all the same")

    def form_class(self) -> type[forms.BaseForm] | None:
        return type(
            "OverrideForm",
            (forms.Form,),
            {"reason": forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))},
        )

    def mutate(self, ctx: Context, record: Statement | None, data: Mapping[str, Any]) -> Statement:
        assert record is not None
        record.override_reason = data["reason"]
        record.override_asked_by = ctx.user
        record.override_agreed_by = None
        return ctx.save(record)


class AgreeOverride(StatementAction):
    """A second person agrees."""

    name = "agree_override"
    label = _("Agree to keep it")
    differs_from = ("override_asked_by",)
    roles = ("counsel", "ciso", "disclosure_officer")

    def available(self, user: User, record: Statement) -> Text | None:
        if record.override_asked_by_id is None:
            return _("Nobody has asked to keep it.")
        return super().available(user, record)

    def mutate(self, ctx: Context, record: Statement | None, data: Mapping[str, Any]) -> Statement:
        assert record is not None
        record.override_agreed_by = ctx.user
        return ctx.save(record)


def _forget_override(record: Statement) -> None:
    record.override_reason = ""
    record.override_asked_by = None
    record.override_agreed_by = None
