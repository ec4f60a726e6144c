"""Taking a file of the register in: read and compare it, look at what it would change, then take it in as a whole."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.people.models import Person
from quarterdeck.areas.risks.actions.register import WRITERS
from quarterdeck.areas.risks.files import applying
from quarterdeck.areas.risks.files.planning import Plan, Terms, plan
from quarterdeck.areas.risks.files.reading import MOST_PASTED, Faulty, Read, read_file, read_pasted
from quarterdeck.areas.risks.models import Estimate, RegisterImport, RiskCategory
from quarterdeck.areas.risks.queries import currency
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Actor, Context, Invalid, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.files.fields import Upload, UploadField, keep
from quarterdeck.kernel.files.inspection import inspect
from quarterdeck.kernel.files.store import Missing
from quarterdeck.kernel.ledger.unchanged import Mark, look
from quarterdeck.kernel.permissions.models import Unit

#: Lines of the preview that are kept, and faults that are told at once.
SHOWN: Final = 500
TOLD: Final = 30
#: More rows that are new or change than this are said to keep others waiting when they are taken in.
MANY: Final = 20_000
PASTED: Final = "pasted.tsv"


class UploadForm(forms.Form):
    file = UploadField(
        required=False,
        stored=False,
        help_text=_("The register as XLSX, CSV or JSON, as it is exported or with columns of your own."),
    )
    pasted = forms.CharField(
        label=_("Pasted rows"),
        required=False,
        max_length=MOST_PASTED,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Instead of a file: rows copied from a spreadsheet, with their headings."),
    )
    unit = forms.ModelChoiceField(
        Unit.objects.all(),
        label=_("Unit"),
        help_text=_("Rows that name no unit belong to it; none may lie outside it."),
    )
    kind = forms.ChoiceField(
        label=_("Which state"),
        choices=Estimate.Kind.choices,
        initial=Estimate.Kind.CURRENT,
        help_text=_("What estimates describe in rows that do not say it."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        required=False,
        help_text=_("Why estimates differ, in rows that do not say it."),
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=300,
        required=False,
        help_text=_("Where intervals come from, in rows that do not say it."),
    )
    category = forms.ModelChoiceField(
        RiskCategory.objects.all(),
        label=_("Category of new risks"),
        required=False,
        help_text=_("In rows that name none."),
    )
    owner = forms.ModelChoiceField(
        Person.objects.all(), label=_("Owner of new risks"), required=False, help_text=_("In rows that name none.")
    )

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or {}
        given = [name for name in ("file", "pasted") if data.get(name) and str(data[name]).strip()]
        if len(given) != 1 and "file" not in self.errors:
            self.add_error("file", _("Give either a file or pasted rows."))
        return data


def read_kept(record: RegisterImport) -> Read:
    """The rows of a file that was taken in for reading. Raises `Faulty`."""
    with record.file.open() as source:
        return _read(source.read(), record.file.name)


def _read(content: bytes, name: str) -> Read:
    return read_pasted(content.decode()) if name == PASTED else read_file(content, name, currency())


def terms_of(record: RegisterImport) -> Terms:
    """What holds for rows that do not say it themselves."""
    return Terms(record.unit, record.kind, record.reason, record.source, record.category, record.owner)


def told(fault: Faulty) -> list[str]:
    """The faults of a file as a form shows them, the first of them in full."""
    lines = [str(one) for one in fault.faults[:TOLD]]
    more = len(fault.faults) - TOLD
    if more > 0:
        lines.append(ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more})
    return lines


class ReadRegister(Action[RegisterImport]):
    """Read a file or pasted rows, check every row, and show what would change. The register stays as it is."""

    name = "read"
    label = _("Import risks")
    help = _("Nothing changes yet: you see what would be new and what would change, and then take it in.")
    model = RegisterImport
    creates = True
    roles = WRITERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return UploadForm

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["unit"]  # type: ignore[no-any-return]

    def __init__(self) -> None:
        self._made: RegisterImport | None = None

    def read_ahead(self, data: Mapping[str, Any]) -> None:
        """Read the file and hold it against the register before the transaction: others save meanwhile."""
        self._made = self._look(data)

    def _look(self, data: Mapping[str, Any]) -> RegisterImport:
        assert self.actor is not None
        field = "file" if data["file"] else "pasted"
        given = _given(data)
        given.source.seek(0)
        content = given.source.read()
        made = RegisterImport(
            **{name: data[name] for name in ("unit", "kind", "reason", "source", "category", "owner")},
            title=gettext("Pasted rows") if field == "pasted" else given.found.name[:200],
        )
        try:
            read = _read(content, given.found.name)
            if read.kind in Estimate.Kind.values and data["kind"] == Estimate.Kind.CURRENT:
                made.kind = read.kind
            planned = plan(read, terms_of(made), self.actor)
            if planned.faults:
                raise Faulty(planned.faults)
        except Faulty as fault:
            raise Invalid({field: told(fault)}) from fault
        if not planned.changes:
            raise Invalid({field: [gettext("There is no row under the headings.")]})
        show(made, planned)
        return made

    def mutate(self, ctx: Context, record: RegisterImport | None, data: Mapping[str, Any]) -> RegisterImport:
        made = self._made if self._made is not None else self._look(data)
        kept = keep(ctx, _given(data))
        assert kept is not None
        made.file, made.made_by, made.made_on = kept, ctx.user, ctx.at.date()
        return ctx.save(made)


def _given(data: Mapping[str, Any]) -> Upload:
    given: Upload = data["file"] or _pasted(data["pasted"])
    return given


def show(record: RegisterImport, planned: Plan) -> None:
    """Keep what a plan would change beside the file."""
    lines = planned.lines()
    more = len(lines) - SHOWN
    shown = lines[:SHOWN]
    if len(lines) > MANY:
        shown.insert(
            0,
            gettext(
                "While so many rows are taken in, nobody else can save, for up to a minute: do it when nobody works, "
                "or in several files."
            ),
        )
    if more > 0:
        shown.append(ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more})
    record.new, record.changed, record.unchanged = len(planned.new), len(planned.changed), planned.unchanged
    record.preview, record.passed_over = "\n".join(shown), ", ".join(planned.passed_over)[:2000]
    record.sha256 = planned.sha256


def _pasted(text: str) -> Upload:
    source = io.BytesIO(text.encode("utf-8", "replace"))
    return Upload(source, inspect(source, PASTED))


#: Kinds of records that a file is held against; the person's own rights are among them.
COMPARED: Final = ("risks.", "permissions.", "organisation.", "people.")
_TO_LOOK_AT = frozenset({RegisterImport.State.READ.value})


class TakeIn(Action[RegisterImport]):
    """Everything that was shown enters the register, or nothing does. Each risk keeps a history of its own."""

    name = "take_in"
    label = _("Take in")
    model = RegisterImport
    states = _TO_LOOK_AT
    confirm = _("The changes shown enter the register. Former estimates stay on record.")
    roles = WRITERS

    def __init__(self) -> None:
        self._mark: Mark | None = None
        self._plan: Plan | None = None
        self._figures: applying.Figures | None = None

    def prepare(self, key: int | None) -> None:
        """Read, compare and compute before the transaction; it stands as long as nothing of the register changes meanwhile."""
        if key is None or self.actor is None:
            return
        record: RegisterImport | None = RegisterImport._base_manager.filter(pk=key).first()
        if record is None or record.state not in _TO_LOOK_AT:
            return
        self._figures = applying.Figures()
        mark, _same = look(None, COMPARED)
        try:
            self._plan = _compared(record, self.actor, self._figures)
        except (Faulty, Refused, Missing):
            # Told inside, where the person's own sight and the register of that moment decide.
            return
        self._mark = mark

    def available(self, user: User, record: RegisterImport) -> Text | None:
        return _("It changes nothing.") if record.new + record.changed == 0 else None

    def mutate(self, ctx: Context, record: RegisterImport | None, data: Mapping[str, Any]) -> RegisterImport:
        assert record is not None
        figures = self._figures or applying.Figures()
        planned = self._plan if self._mark is not None and look(self._mark, COMPARED)[1] else None
        if planned is None:
            try:
                planned = _compared(record, ctx.actor, figures)
            except Faulty as fault:
                raise Refused(" ".join(told(fault))) from fault
            except Missing as fault:
                raise Refused(_("The file is no longer in the store; send it again.")) from fault
        applying.write(ctx, planned, figures)
        record.state = RegisterImport.State.TAKEN_IN
        record.taken_in_by, record.taken_in_on = ctx.user, ctx.at.date()
        return ctx.save(record)


def _compared(record: RegisterImport, actor: Actor, figures: applying.Figures) -> Plan:
    """The kept file held against the register and computed. Raises Faulty, Missing, or Refused where it is no longer what was shown."""
    planned = plan(read_kept(record), terms_of(record), actor)
    if planned.faults:
        raise Faulty(planned.faults)
    if planned.sha256 != record.sha256:
        raise Refused(
            _("The register has changed since the file was read: read it again and look at what it changes now.")
        )
    applying.compute(planned, figures, clock.today())
    return planned


class Discard(Action[RegisterImport]):
    """It is not taken in. The register stays as it is."""

    name = "discard"
    label = _("Discard")
    model = RegisterImport
    states = _TO_LOOK_AT
    roles = WRITERS

    def mutate(self, ctx: Context, record: RegisterImport | None, data: Mapping[str, Any]) -> RegisterImport:
        assert record is not None
        record.state = RegisterImport.State.DISCARDED
        return ctx.save(record)
