"""Publishing what was approved, and asking everybody it is for to acknowledge exactly that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.policies.actions.keeping import KEEPERS, held, move_review
from quarterdeck.areas.policies.models import Acknowledgement, ApprovalStep, Policy, PolicySection, PolicyVersion
from quarterdeck.areas.policies.queries import audience_on, live_steps, still_to_ask
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Context, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import DateInput
from quarterdeck.kernel.permissions.sync import SHIPPED_ROLES

State, Asked = PolicyVersion.State, Acknowledgement.State
#: People asked in one action; a job asks the rest, so that publishing stays quick for twenty thousand readers.
BATCH = 200
EVERYBODY = tuple(f"own:{role}" for role in SHIPPED_ROLES if role not in ("vendor_guest", "external_assessor"))


class PublishForm(forms.Form):
    effective_from = forms.DateField(label=_("In force from"), widget=DateInput)


class Publish(Action[PolicyVersion]):
    """Put the approved version in force and ask its readers to acknowledge it."""

    name = "publish"
    label = _("Publish")
    model = PolicyVersion
    states = frozenset({State.APPROVED})
    over = frozenset({State.PUBLISHED})
    roles = KEEPERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return PublishForm

    def available(self, user: User, record: PolicyVersion) -> Text | None:
        steps = live_steps(record)
        fresh = record.content_hash()
        if fresh != record.sha256 or any(
            step.state != ApprovalStep.State.APPROVED or step.sha256 != fresh for step in steps
        ):
            return _("Not every step approved exactly these words.")
        return None

    def guard(self, ctx: Context, record: PolicyVersion | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        held(record.policy)
        assert record.approved_at is not None
        if data["effective_from"] < record.approved_at.date():
            raise Refused(
                _("It was approved on %(day)s and cannot be in force before.")
                % {"day": record.approved_at.date().isoformat()}
            )
        later = record.policy.versions.filter(state=State.PUBLISHED, effective_from__gte=data["effective_from"]).first()
        if later is not None and later.effective_from is not None:
            raise Refused(
                _("Version %(number)s is in force from %(day)s; choose a later day.")
                % {"number": later.number, "day": later.effective_from.isoformat()}
            )

    def mutate(self, ctx: Context, record: PolicyVersion | None, data: Mapping[str, Any]) -> PolicyVersion:
        assert record is not None
        policy = held(record.policy)
        record.policy = policy
        _supersede(ctx, record, data)
        record.state = State.PUBLISHED
        record.published_at = ctx.at
        record.published_by = ctx.user
        record.effective_from = data["effective_from"]
        ctx.save(record)
        _sections(ctx, record)
        policy.state = Policy.State.PUBLISHED
        ctx.save(policy)
        move_review(ctx, policy)
        ask(ctx, record)
        return record

    def enqueue(self, ctx: Context, record: PolicyVersion, data: Mapping[str, Any]) -> None:
        ask_the_rest(ctx, record)


def ask_the_rest(ctx: Context, record: PolicyVersion) -> None:
    """A job asks whoever is left."""
    from quarterdeck.areas.policies.jobs import ask_version

    if still_to_ask(record, ctx.at.date()).exists():
        ctx.after_commit(lambda: ask_version.enqueue(version=record.pk))


def _supersede(ctx: Context, record: PolicyVersion, data: Mapping[str, Any]) -> None:
    for former in record.policy.versions.filter(state=State.PUBLISHED).select_related("policy"):
        former.state = State.SUPERSEDED
        former.effective_until = data["effective_from"] - timedelta(days=1)
        ctx.save(former)
        for row in former.acknowledgements.filter(state=Asked.OPEN):
            row.state = Asked.LAPSED
            ctx.save(row)


def _sections(ctx: Context, record: PolicyVersion) -> None:
    """Sections of the published text as records of their own, by their anchors."""
    known = {row.code: row for row in PolicySection.objects.filter(policy=record.policy)}
    for place, section in enumerate(record.sections()):
        row = known.pop(section.anchor, None) or PolicySection(policy=record.policy, code=section.anchor)
        title = section.title[:300]
        if row.pk is None or (row.title, row.place, row.dropped_on) != (title, place, None):
            row.title, row.place, row.dropped_on = title, place, None
            ctx.save(row)
    for row in known.values():
        if row.dropped_on is None:
            row.dropped_on = record.effective_from
            ctx.save(row)


def ask(ctx: Context, version: PolicyVersion, most: int = BATCH) -> int:
    """Ask up to ``most`` people of the audience who were not asked yet. Returns how many."""
    today = ctx.at.date()
    due = max(today, version.effective_from or today) + timedelta(days=version.policy.acknowledge_days)
    people = list(still_to_ask(version, today)[:most])
    for person in people:
        ctx.save(Acknowledgement(version=version, person=person, asked_on=today, due_on=due))
    return len(people)


class AskReaders(Action[PolicyVersion]):
    """Ask whoever belongs to the audience and was not asked: people who joined since. The product does so every day."""

    name = "ask_readers"
    label = _("Ask new readers")
    model = PolicyVersion
    states = frozenset({State.PUBLISHED})
    roles = KEEPERS

    def available(self, user: User, record: PolicyVersion) -> Text | None:
        from quarterdeck.kernel import clock

        today = clock.today()
        if still_to_ask(record, today).exists() or _left(record, today).exists():
            return None
        return _("Everybody it is for was asked.")

    def mutate(self, ctx: Context, record: PolicyVersion | None, data: Mapping[str, Any]) -> PolicyVersion:
        assert record is not None
        ask(ctx, record)
        for row in _left(record, ctx.at.date())[:BATCH]:
            row.state = Asked.LAPSED
            ctx.save(row)
        return ctx.save(record)


def _left(version: PolicyVersion, day: Any) -> Any:
    """Those still asked who no longer belong to the audience: they left, or moved to another unit."""
    reached = audience_on(version.policy, day).values("pk")
    return version.acknowledgements.filter(state=Asked.OPEN).exclude(person__in=reached).order_by("pk")


class AcknowledgeForm(forms.Form):
    sha256 = forms.CharField(label=_("SHA-256 of what you read"), min_length=64, max_length=64)


class Acknowledge(Action[Acknowledgement]):
    """ "I have read this": only by the person asked, and for exactly these words."""

    name = "acknowledge"
    label = _("Acknowledge")
    help = _("You have read it and know what it asks of you.")
    model = Acknowledgement
    states = frozenset({Asked.OPEN})
    roles = EVERYBODY

    def form_class(self) -> type[forms.BaseForm] | None:
        return AcknowledgeForm

    def initial(self, record: Acknowledgement | None) -> dict[str, object]:
        return {} if record is None else {"sha256": record.version.sha256}

    def available(self, user: User, record: Acknowledgement) -> Text | None:
        if record.person.user_id != user.pk:
            return _("Only %(person)s can acknowledge this.") % {"person": record.person}
        if record.version.state != State.PUBLISHED:
            return _("This version is no longer in force.")
        return None

    def guard(self, ctx: Context, record: Acknowledgement | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if data["sha256"] != record.version.sha256:
            raise Refused(_("This is not the text that is in force. Open it again and read it."))

    def mutate(self, ctx: Context, record: Acknowledgement | None, data: Mapping[str, Any]) -> Acknowledgement:
        assert record is not None
        record.state = Asked.DONE
        record.acknowledged_at = ctx.at
        record.sha256 = data["sha256"]
        return ctx.save(record)


__all__ = ["BATCH", "EVERYBODY", "Acknowledge", "AskReaders", "Publish", "ask", "ask_the_rest"]
