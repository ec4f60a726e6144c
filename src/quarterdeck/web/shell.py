"""What every page shows around its content: navigation cut to the reader's permissions, company, state of the ledger."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.ledger import standing
from quarterdeck.kernel.ledger.models import Head
from quarterdeck.kernel.resource.registry import Text, all_resources
from quarterdeck.kernel.resource.sight import sight_of
from quarterdeck.kernel.ui.context import THEME_COOKIE, THEMES
from quarterdeck.kernel.ui.context import shell as reading

#: Names and sizes around the page may be this old, so that they cost no query on each one.
FRESH_SECONDS = 30

#: The day's work first, upkeep last. A group that is not named here stands before the record.
GROUPS = tuple(
    gettext_lazy(name)
    for name in ("Incidents", "Programme", "Bodies", "People", "Disclosure", "Record", "Organisation", "Administration")
)


@dataclass(frozen=True)
class Entry:
    """A hand-built screen in the navigation. ``permission``: who sees it; empty for everyone who is signed in."""

    label: Text
    url_name: str
    permission: str = ""
    group: Text = ""


_screens: list[Entry] = []


def add_to_navigation(label: Text, url_name: str, *, permission: str = "", group: Text = "") -> None:
    """Put a hand-built screen into the navigation, in order of calling, before the lists of its group."""
    entry = Entry(label, url_name, permission, group)
    if entry not in _screens:
        _screens.append(entry)


def first_screen(permissions: frozenset[str]) -> str | None:
    """The address of the first hand-built screen that a role opens to the person: where the home page leads.

    What everyone may see (the ledger) is no place to arrive at.
    """
    for entry in _screens:
        if entry.permission in permissions:
            try:
                return reverse(entry.url_name)
            except NoReverseMatch:
                continue
    return None


def navigation(permissions: frozenset[str], path: str) -> list[dict[str, object]]:
    """Groups of links, from the screens and from what the resources declare. No query."""
    groups: dict[str, list[dict[str, object]]] = {"": []}

    def add(group: Text, label: Text, url: str, alone: bool = False) -> None:
        current = path == url if alone else path.startswith(url)
        groups.setdefault(str(group), []).append({"label": str(label), "url": url, "current": current})

    for entry in _screens:
        if entry.permission and entry.permission not in permissions:
            continue
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        add(entry.group, entry.label, url)
    if first_screen(permissions) is None:
        add("", _("Start"), reverse("home"), alone=True)
    for resource in all_resources():
        if resource.group and resource.view_permission in permissions:
            add(resource.group, capfirst(str(resource.label_plural)), f"{_prefix()}{resource.code}/")
    add("", _("Search"), reverse("search"))
    order = {"": -1} | {str(name): place for place, name in enumerate(GROUPS)}
    elsewhere = order[_("Record")] - 0.5
    named = sorted(groups.items(), key=lambda group: order.get(group[0], elsewhere))
    return [{"label": label, "items": items} for label, items in named if items]


def _prefix() -> str:
    return reverse("records:list", args=["a.b"]).removesuffix("a.b/")


def context(request: HttpRequest) -> dict[str, object]:
    """Context processor of both template engines."""
    made = reading(request)
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return made
    if request.COOKIES.get(THEME_COOKIE) not in THEMES and user.theme in THEMES:
        made["theme"] = user.theme
    made["nav"] = navigation(sight_of(request).permissions, request.path)
    made["company"] = _company()
    made["ledger"] = cache.get_or_set("shell-ledger", _ledger, FRESH_SECONDS)
    return made


def _company() -> str:
    """The registrant's name, or the product's before there is one."""
    return str(cache.get_or_set("shell-company", _read_company, FRESH_SECONDS))


def _read_company() -> str:
    from quarterdeck.areas.organisation.models import Registrant

    return Registrant.objects.values_list("short_name", flat=True).first() or "Quarterdeck"


def _ledger() -> dict[str, object]:
    """How far the ledger was verified last, or how long it is before it ever was."""
    last = standing.latest()
    if last is not None:
        return {"verified": last.ok, "size": max(last.size - 1, 0), "url": reverse("ledger")}
    return {
        "verified": None,
        "size": Head.objects.values_list("size", flat=True).first() or 0,
        "url": reverse("ledger"),
    }
