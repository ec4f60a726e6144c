"""Builds valid data for any action from its form, and a sample record of any resource from what makes one.

What a form cannot tell (a number with check digits, a step that must come first) is said in ``hints.py``.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.datastructures import MultiValueDict

from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Actor, perform
from quarterdeck.kernel.actions.run import bound_form
from quarterdeck.kernel.files.fields import UploadField
from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.permissions.models import Role, Unit
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.registry import Resource, action_named, all_resources, resource_of
from tests.conformance import hints
from tests.support import system

_number = itertools.count(1)
Data = dict[str, Any]


class NoSample(AssertionError):
    """A sample could not be made; the message says which hint is missing."""


class World:
    """A company in which every type has a record. ``inside``: the unit the samples hang in; ``elsewhere``: another one."""

    def __init__(self, enterprise: Unit) -> None:
        self.enterprise = enterprise
        self.samples: dict[str, int] = {}
        self.making: list[str] = []
        self.missing: dict[str, str] = {}
        self.inside: Unit = self.do(
            "permissions.unit.create", code="inside", name="Inside", kind="specialist", parent=enterprise
        )
        self.elsewhere: Unit = self.do(
            "permissions.unit.create", code="elsewhere", name="Elsewhere", kind="business", parent=enterprise
        )
        self.samples["permissions.unit"] = self.inside.pk

    def do(self, code: str, record: Record | None = None, /, **data: Any) -> Any:
        """Perform an action as the product itself; what it needs beyond ``data`` is made up."""
        action = action_named(code)
        full = self.data(action, record, data)
        upload = full.pop("_files", None)
        try:
            if upload is not None:
                files: MultiValueDict[str, Any] = MultiValueDict({name: [value] for name, value in upload.items()})
                many: MultiValueDict[str, Any] = MultiValueDict({name: [value] for name, value in full.items()})
                made = perform(action, system(), record, many, files=files).record
            else:
                made = perform(action, system(), record, full).record
        except Exception as error:
            raise NoSample(
                f"{code} with {full} failed: {type(error).__name__}: {error}. Say in tests/conformance/hints.py what it needs."
            ) from error
        return type(made)._base_manager.get(pk=made.pk)

    def furnish(self) -> None:
        """Make a sample of every type, before any test: what a test makes goes when it ends."""
        for resource in all_resources():
            try:
                with transaction.atomic():
                    self.sample(resource.code)
            except NoSample as error:
                self.making.clear()
                self.missing[resource.code] = str(error)

    def sample(self, code: str) -> Record:
        """The record of a type; made when it is first asked for."""
        resource = resource_of(code)
        if code in self.missing:
            raise NoSample(self.missing[code])
        if code not in self.samples:
            if code in self.making:
                raise NoSample(f"{' → '.join([*self.making, code])}: a circle; break it in tests/conformance/hints.py")
            self.making.append(code)
            self.samples[code] = self._make(resource).pk
            self.making.pop()
        return resource.model._base_manager.get(pk=self.samples[code])

    def another(self, code: str) -> Record:
        """One more record of a type, for tests that need several."""
        return self._make(resource_of(code))

    def _make(self, resource: Resource) -> Record:
        maker: Callable[[World], Record] | None = hints.SAMPLES.get(resource.code)
        if maker is not None:
            return maker(self)
        for action in resource.actions:
            if action.creates:
                made: Record = self.do(action.code())
                return made
        raise NoSample(f"no action makes a {resource.code}; say in tests/conformance/hints.py how one comes about")

    def data(self, action: type[Action[Any]], record: Record | None = None, given: Data | None = None) -> Data:
        """Valid data for the action, as JSON would give it. ``_files`` holds uploads."""
        form = bound_form(action(), Actor(system().user, system=True), record, None)
        if form is None:
            return {}
        made: Data = {}
        given = given or {}
        told = {name: value for name, value in hints.DATA.get(action.code(), {}).items() if name not in given}
        told = {name: value(self) if callable(value) else value for name, value in told.items()}
        for name, value in (told | given).items():
            made[name] = getattr(value, "pk", value)
        for name, field in form.fields.items():
            initial = form.get_initial_for_field(field, name)
            if name in made or (record is not None and initial not in (None, "")):
                continue
            if not field.required and name not in hints.ALSO:
                continue
            if isinstance(field, UploadField) and field.queryset is not None and field.queryset.query.is_empty():
                made.setdefault("_files", {})[name] = text_file()
                continue
            made[name] = self.value(name, field)
        return made

    def value(self, name: str, field: forms.Field) -> Any:
        """A valid value for one field."""
        if isinstance(field, forms.ModelMultipleChoiceField):
            return [self.key(name, field)]
        if isinstance(field, forms.ModelChoiceField):
            return self.key(name, field)
        if isinstance(field, forms.MultipleChoiceField):
            return [first_choice(field)]
        if isinstance(field, forms.ChoiceField):
            return first_choice(field)
        if isinstance(field, forms.BooleanField):
            return True
        if isinstance(field, forms.DateTimeField):
            return (clock.now() - timedelta(hours=1)).isoformat(timespec="seconds")
        if isinstance(field, forms.DateField):
            return (clock.today() if name.endswith("until") else date(2024, 1, 15)).isoformat()
        if isinstance(field, forms.IntegerField):
            return max(1, int(field.min_value or 1))
        if isinstance(field, forms.DecimalField | forms.FloatField):
            return "1"
        if isinstance(field, forms.EmailField):
            return f"someone{next(_number)}@example.org"
        if isinstance(field, forms.JSONField):
            return {}
        limit = getattr(field, "max_length", None) or 40
        return f"sample{next(_number)}"[-limit:]

    def key(self, name: str, field: forms.ModelChoiceField) -> Any:  # type: ignore[type-arg]
        """The key of a record the field takes, made if there is none."""
        assert field.queryset is not None
        model = field.queryset.model
        if model is Unit:
            return self.inside.pk
        if model is User:
            return User.objects.create(login=f"person{next(_number)}", full_name="Some Person").pk
        if model is Role:
            return "employee"
        if model is StoredFile and isinstance(field, UploadField):
            return self.sample("files.storedfile").pk
        wanted = self.sample(model.type_code())
        found = field.queryset.filter(pk=wanted.pk).first() or field.queryset.first()
        if found is None:
            raise NoSample(
                f"“{name}” takes no {model.type_code()} that there is; say in tests/conformance/hints.py which"
            )
        return found.pk


def first_choice(field: forms.ChoiceField) -> Any:
    for value, label in field.choices:
        if isinstance(label, list | tuple):
            return label[0][0]
        if value not in ("", None):
            return value
    raise NoSample("a choice without choices")


def text_file(name: str = "sample.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, f"Sample {next(_number)}\n".encode(), content_type="text/plain")
