"""The shape of an Action, and the three that nearly every record needs: create, change, end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.records import Dated, Record

if TYPE_CHECKING:
    from quarterdeck.kernel.permissions.models import Unit

R = TypeVar("R", bound=Record)
Text = str | Promise


class ActionError(Exception):
    """Base of everything that stops an action before it changes anything."""

    code = "action_error"

    def __init__(self, message: Text) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class NotVisible(ActionError):
    """The record does not exist for this person: the doors answer 404."""

    code = "not_found"


class Denied(ActionError):
    """The person may see the record but not do this: 403."""

    code = "denied"


class Refused(ActionError):
    """A state or guard forbids it now; the message says why and what would have to happen first: 409."""

    code = "refused"


class Stale(ActionError):
    """Somebody else changed the record since it was read: 409."""

    code = "stale"


class Invalid(ActionError):
    """The data given is not valid; ``errors`` maps field → messages: 422."""

    code = "invalid"

    def __init__(self, errors: Mapping[str, list[str]], form: forms.BaseForm | None = None) -> None:
        super().__init__(_("The data given is not valid."))
        self.errors = dict(errors)
        self.form = form

    def __str__(self) -> str:
        return "; ".join(f"{name}: {' '.join(messages)}" for name, messages in self.errors.items())


@dataclass(frozen=True)
class Actor:
    """Who acts. ``system`` acts for the product itself (schedules, re-checks) and passes no permission of a person."""

    user: User
    system: bool = False


@dataclass
class Context:
    """What an action may use while it runs: who, when, and :meth:`save`, the only way to change a record."""

    actor: Actor
    at: datetime
    changed: list[Record] = field(default_factory=list)
    erased: list[tuple[str, int]] = field(default_factory=list)
    jobs: list[Callable[[], object]] = field(default_factory=list)

    @property
    def user(self) -> User:
        return self.actor.user

    def save(self, record: R) -> R:
        """Validate and write ``record``, with the next revision; its content goes to the ledger once the action is done."""
        if record not in self.changed:
            record.revision += 1
            self.changed.append(record)
        if record.recorded_at is None:
            record.recorded_at = self.at
        record.full_clean(validate_unique=True)
        record.save()
        return record

    def erase(self, record: Record) -> None:
        """After this action, empty every earlier version of ``record`` in the ledger; proofs stay whole."""
        self.erased.append((record.type_code(), record.pk))

    def after_commit(self, call: Callable[[], object]) -> None:
        """Enqueue: ``call`` runs inside the transaction's end, so that a job exists if and only if the change does."""
        self.jobs.append(call)


class Action(Generic[R]):
    """One change of one record.

    Subclasses say ``name`` (the last part of the permission), ``label``, ``model``, the source ``states``, a ``form`` for
    their data, and override :meth:`guard` and :meth:`mutate`.
    """

    name: ClassVar[str]
    label: ClassVar[Text]
    help: ClassVar[Text] = ""
    model: ClassVar[type[Record]]
    #: States from which the action may start (values of ``state_field``); None for any.
    states: ClassVar[frozenset[str] | None] = None
    state_field: ClassVar[str] = "state"
    #: States in which it lies behind the record for good, beside those that nothing leaves: left out there, not barred.
    over: ClassVar[frozenset[str]] = frozenset()
    #: States that another type's action leads out of, so that this one may become possible: barred there, not left out.
    awaits: ClassVar[frozenset[str]] = frozenset()
    #: True where the action makes a new record.
    creates: ClassVar[bool] = False
    #: Lookups on the record to users who may not be the actor (preparer ≠ approver).
    differs_from: ClassVar[tuple[str, ...]] = ()
    #: A change that cannot be taken back is asked for twice.
    confirm: ClassVar[Text] = ""
    #: Roles that may do it when shipped; companies change grants as data. "own:" before a role grants its own rows only.
    roles: ClassVar[tuple[str, ...]] = ()
    danger: ClassVar[bool] = False
    #: Who is about to do it; set by the runner before anything else is asked.
    actor: Actor | None = None

    @classmethod
    def code(cls) -> str:
        """``app.model.name``: the permission, the ledger's action and the API's path."""
        return f"{cls.model.type_code()}.{cls.name}"

    def form_class(self) -> type[forms.BaseForm] | None:
        """The form that reads this action's data, for page, API and command line alike."""
        return None

    def initial(self, record: R | None) -> dict[str, object]:
        """What the form shows at first."""
        return {}

    def narrow(self, form: forms.BaseForm, ctx_user: User, record: R | None) -> None:
        """Cut choices beyond the permission scope (already applied), for example to members of one body."""

    def prepare(self, key: int | None) -> None:
        """Read and compute before the write transaction, and keep the result with the length the ledger had.

        Whatever is kept counts only while the ledger is as long as it was then; inside, compare and otherwise ask again.
        """

    def read_ahead(self, data: Mapping[str, Any]) -> None:
        """Creating: work on the data, as the form read it, before the write transaction. May raise as :meth:`mutate`.

        The permission is asked for before it and again inside; the data is not read again.
        """

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        """Creating: the unit whose permission counts. None: the enterprise."""
        return None

    def guard(self, ctx: Context, record: R | None, data: Mapping[str, Any]) -> None:
        """Raise :class:`Refused` with the reason if the record as it is now forbids it."""

    def available(self, user: User, record: R) -> Text | None:
        """A reason why the button is drawn disabled, known before any data is given; None when it may be pressed."""
        return None

    def mutate(self, ctx: Context, record: R | None, data: Mapping[str, Any]) -> R:
        """Change the record through ``ctx.save`` and return it."""
        raise NotImplementedError

    def enqueue(self, ctx: Context, record: R, data: Mapping[str, Any]) -> None:
        """Ask for jobs (mail, re-evaluation) inside the same transaction."""


class _ModelAction(Action[R]):
    """Data comes from a form made of the model's own fields."""

    fields: ClassVar[tuple[str, ...]] = ()

    def form_class(self) -> type[forms.BaseForm] | None:
        if not self.fields:
            return None
        from quarterdeck.kernel.actions.forms import record_form

        return record_form(self.model, self.fields)

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        from quarterdeck.kernel.resource.registry import resource_of

        return resource_of(self.model).unit_from(data)

    def taken(self, ctx: Context, data: Mapping[str, Any]) -> dict[str, Any]:
        """The values of this action's fields; a file that was uploaded with them is kept first."""
        from quarterdeck.kernel.files.fields import Upload, keep

        values = {key: data[key] for key in self.fields if key in data}
        return {key: keep(ctx, value) if isinstance(value, Upload) else value for key, value in values.items()}


class Create(_ModelAction[R]):
    """Make a record from the named fields."""

    name = "create"
    label = _("Add")
    creates = True
    #: Values given to every new record, for example its first state.
    preset: ClassVar[Mapping[str, object]] = {}
    #: Name of a field that receives the acting user.
    author_field: ClassVar[str] = ""

    def build(self, ctx: Context, data: Mapping[str, Any]) -> R:
        """The unsaved record."""
        record = self.model(**self.taken(ctx, data))
        for key, value in self.preset.items():
            setattr(record, key, value)
        if self.author_field:
            setattr(record, self.author_field, ctx.user)
        return record  # type: ignore[return-value]

    def mutate(self, ctx: Context, record: R | None, data: Mapping[str, Any]) -> R:
        return ctx.save(self.build(ctx, data))


class Change(_ModelAction[R]):
    """Change the named fields. A form without a new file leaves the file as it is."""

    name = "change"
    label = _("Change")

    def initial(self, record: R | None) -> dict[str, object]:
        return {} if record is None else {name: getattr(record, name) for name in self.fields}

    def mutate(self, ctx: Context, record: R | None, data: Mapping[str, Any]) -> R:
        assert record is not None
        from quarterdeck.kernel.actions.forms import holds_file

        for key, value in self.taken(ctx, data).items():
            if value is not None or not holds_file(self.model, key):
                setattr(record, key, value)
        return ctx.save(record)


class End(Action[R]):
    """End a dated record: from the day after, it no longer holds. The past stays as it was."""

    name = "end"
    label = _("End")

    def form_class(self) -> type[forms.BaseForm] | None:
        from quarterdeck.kernel.actions.forms import EndForm

        return EndForm

    def available(self, user: User, record: R) -> Text | None:
        if isinstance(record, Dated) and record.effective_until is not None:
            return _("Already ended.")
        return None

    def guard(self, ctx: Context, record: R | None, data: Mapping[str, Any]) -> None:
        if isinstance(record, Dated) and record.effective_until is not None:
            raise Refused(_("This already ended on %(day)s.") % {"day": record.effective_until.isoformat()})

    def mutate(self, ctx: Context, record: R | None, data: Mapping[str, Any]) -> R:
        assert isinstance(record, Dated)
        record.effective_until = data["effective_until"]
        return ctx.save(record)
