"""Erasing a person: what names or describes them is emptied in every row and in every earlier version of those rows.

A record type says with ``personal_fields`` what to empty; any area's rows that point to the person are found through
their foreign key. Offices held, votes cast and minutes approved stay: they are the company's record, and show the person
as erased. A verification goes with what was verified, so that an emptied row never counts for a disclosure.
"""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import models

from quarterdeck.areas.people.models import ERASED, Person, Verifiable
from quarterdeck.areas.people.queries import rows_about
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Context
from quarterdeck.kernel.records import Record


def emptied(record: Record, name: str) -> object:
    """The empty value of a field: nothing where nothing is allowed, else a blank text, else the marker."""
    field = record._meta.get_field(name)
    assert isinstance(field, models.Field)
    if field.null:
        return None
    if not isinstance(field, models.CharField | models.TextField):
        raise TypeError(
            f"{record.type_code()}.{name} is personal and can be neither null nor text; it could not be erased"
        )
    return "" if field.blank else ERASED


def empty(ctx: Context, record: Record) -> None:
    """Empty the personal fields of one row, now and in its earlier versions. Once for each row in an action."""
    if (record.type_code(), record.pk) in ctx.erased:
        return
    if isinstance(record, Verifiable) and record.evidence is not None:
        empty(ctx, record.evidence)
    for name in record.personal_fields:
        setattr(record, name, emptied(record, name))
    ctx.save(record)
    ctx.erase(record)


def empty_person(ctx: Context, person: Person) -> Person:
    """Empty ``person``, every row about them, and their login, which can no longer be used."""
    for model, via in rows_about(person):
        if model.personal_fields:
            for row in model._base_manager.filter(**{via: person}).order_by("pk"):
                empty(ctx, row)
    if person.user is not None:
        _close_login(person.user)
    person.erased_at = ctx.at
    empty(ctx, person)
    return person


def _close_login(user: User) -> None:
    """A login is no record and has no versions; the ledger names its number only, so the row stays, emptied."""
    user.login = f"erased-{user.pk}"
    user.full_name = ""
    user.email = ""
    user.is_active = False
    user.set_unusable_password()
    user.save()
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
