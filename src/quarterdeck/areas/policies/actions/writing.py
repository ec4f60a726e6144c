"""Writing a version: by hand or from a file, changing it, and what a change does to approvals given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.policies import rules
from quarterdeck.areas.policies.actions.keeping import KEEPERS, held
from quarterdeck.areas.policies.models import ApprovalStep, Policy, PolicyVersion
from quarterdeck.areas.policies.models.version import LONGEST
from quarterdeck.areas.policies.queries import live_steps
from quarterdeck.engines.prose import BadDocument, compare, read_docx, read_markdown, write_markdown
from quarterdeck.kernel.actions import Action, Change, Context, Create, Refused
from quarterdeck.kernel.files.fields import Upload, UploadField
from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.permissions.models import Unit

State, Step = PolicyVersion.State, ApprovalStep.State
WRITERS = (*KEEPERS, "own:unit_owner", "own:group_lead", "own:panel_member", "own:committee_member", "own:employee")
COVERS = tuple(f"covers_{duty}" for duty in rules.DUTIES)
#: Bytes of a file from which a version is read.
MOST_BYTES = 5 << 20
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def one_draft(policy: Policy) -> None:
    """Refused while another version is being written: two drafts at once would not know of each other."""
    other = policy.versions.filter(state__in=(State.DRAFT, State.IN_REVIEW, State.APPROVED)).first()
    if other is not None:
        raise Refused(
            _("Version %(number)s is being written already; change that one, or withdraw it first.")
            % {"number": other.number}
        )


def newest_of(policy: Policy) -> PolicyVersion | None:
    """The version made last."""
    return policy.versions.order_by("-pk").first()


def begin(ctx: Context, version: PolicyVersion) -> PolicyVersion:
    """Save a new draft; who approved the last version is asked to approve this one."""
    former = newest_of(version.policy)
    version.prepared_by = ctx.user
    version.writers = [ctx.user.pk]
    version.text = rules.settled(version.text)
    version.sha256 = version.content_hash()
    ctx.save(version)
    for step in live_steps(former) if former is not None else ():
        copied = ApprovalStep(
            version=version, position=step.position, person=step.person, role=step.role, body=step.body
        )
        ctx.save(copied)
    return version


class DraftVersion(Create[PolicyVersion]):
    name = "draft"
    model = PolicyVersion
    label = _("Write a version")
    fields = ("policy", "number", "text", "summary", *COVERS)
    roles = KEEPERS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["policy"].unit  # type: ignore[no-any-return]

    def guard(self, ctx: Context, record: PolicyVersion | None, data: Mapping[str, Any]) -> None:
        one_draft(held(data["policy"]))

    def mutate(self, ctx: Context, record: PolicyVersion | None, data: Mapping[str, Any]) -> PolicyVersion:
        return begin(ctx, self.build(ctx, data))

    def build(self, ctx: Context, data: Mapping[str, Any]) -> PolicyVersion:
        return PolicyVersion(**self.taken(ctx, data))


class ImportForm(forms.Form):
    policy = forms.ModelChoiceField(Policy.objects.all(), label=_("Policy"))
    number = forms.CharField(label=_("Version"), max_length=40)
    summary = forms.CharField(label=_("What changed"), max_length=500, required=False)
    file = UploadField(label=_("File"), help_text=_("Word (.docx) or Markdown (.md, .txt), at most 5 MB."))

    def clean(self) -> None:
        super().clean()
        given = self.cleaned_data.get("file")
        if given is not None and "text" not in self.cleaned_data:
            try:
                self.cleaned_data["text"] = text_of(given)
            except Refused as error:
                self.add_error("file", str(error))


def text_of(given: Upload | StoredFile) -> str:
    """The Markdown of an uploaded document. Refused where it is none or too large."""
    kind, size = (
        (given.found.media_type, given.found.size) if isinstance(given, Upload) else (given.media_type, given.size)
    )
    if size > MOST_BYTES:
        raise Refused(
            _("The file is larger than %(limit)s MB. Leave out its pictures and send it again.") % {"limit": 5}
        )
    source = given.source if isinstance(given, Upload) else given.open()
    source.seek(0)
    if kind == _DOCX:
        try:
            text = write_markdown(read_docx(source))
        except BadDocument as error:
            raise Refused(_("The document cannot be read: %(why)s.") % {"why": error}) from error
    else:
        try:
            text = write_markdown(read_markdown(source.read().decode("utf-8-sig")))
        except UnicodeDecodeError as error:
            raise Refused(
                _("This is neither a Word document nor a text in UTF-8 (byte %(place)s).") % {"place": error.start}
            ) from error
    if not text.strip():
        raise Refused(_("The file holds no text that could be read."))
    if len(text) > LONGEST:
        raise Refused(_("The text is longer than %(most)s characters; part it.") % {"most": LONGEST})
    return text


class ImportVersion(Action[PolicyVersion]):
    """A version from a Word or Markdown file. The file itself is not kept: its text is, for people to check."""

    name = "import_file"
    label = _("Read a version from a file")
    help = _("Headings, paragraphs, lists and tables are read; pictures and macros are not.")
    model = PolicyVersion
    creates = True
    roles = KEEPERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return ImportForm

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["policy"].unit  # type: ignore[no-any-return]

    def guard(self, ctx: Context, record: PolicyVersion | None, data: Mapping[str, Any]) -> None:
        one_draft(held(data["policy"]))

    def mutate(self, ctx: Context, record: PolicyVersion | None, data: Mapping[str, Any]) -> PolicyVersion:
        made = PolicyVersion(policy=data["policy"], number=data["number"], text=data["text"], summary=data["summary"])
        return begin(ctx, made)


class ChangeVersion(Change[PolicyVersion]):
    """Change the words. Approvals that were given to other words are void, and say what changed."""

    model = PolicyVersion
    label = _("Change the text")
    fields = ("number", "text", "summary", *COVERS)
    states = frozenset({State.DRAFT, State.IN_REVIEW, State.APPROVED})
    over = frozenset({State.PUBLISHED})
    roles = WRITERS

    def mutate(self, ctx: Context, record: PolicyVersion | None, data: Mapping[str, Any]) -> PolicyVersion:
        assert record is not None
        before, covered, number = record.text, record.covers, record.number
        for name in self.fields:
            setattr(record, name, data[name])
        record.text = rules.settled(record.text)
        if ctx.user.pk not in record.writers:
            record.writers = [*record.writers, ctx.user.pk]
        sha256 = record.content_hash()
        if sha256 != record.sha256:
            record.sha256 = sha256
            void_approvals(ctx, record, what_changed(before, record, covered, number))
        return ctx.save(record)


def what_changed(before: str, record: PolicyVersion, covered: Mapping[str, str], number: str) -> str:
    """In words, for whoever approved something else."""
    parts = [rules.told(compare(before, record.text))] if before != record.text else []
    if covered != record.covers:
        parts.append(gettext("sections that are mapped to duties"))
    if number != record.number:
        parts.append(gettext("version %(before)s → %(after)s") % {"before": number, "after": record.number})
    return gettext("Changed since: %(what)s") % {"what": "; ".join(part for part in parts if part)}


def void_approvals(ctx: Context, record: PolicyVersion, why: str) -> None:
    """What was said of other words no longer counts; the same people are asked again, for the new ones."""
    for step in live_steps(record):
        if step.state not in (Step.APPROVED, Step.REJECTED):
            continue
        if step.state == Step.APPROVED:
            step.reason = why[:500]
        step.state = Step.VOID
        ctx.save(step)
        again = ApprovalStep(version=record, position=step.position, person=step.person, role=step.role, body=step.body)
        ctx.save(again)
    if record.state == State.APPROVED:
        record.state = State.IN_REVIEW
        record.approved_at = None


__all__ = [
    "COVERS", "WRITERS", "ChangeVersion", "DraftVersion", "ImportVersion", "begin", "newest_of", "one_draft", "text_of",
    "void_approvals",
]  # fmt: skip
