"""What every page shows around its content: navigation cut to the reader's permissions, company, state of the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.core.cache import cache
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template import engines
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from markupsafe import Markup

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
    for name in (
        "Incidents",
        "Programme",
        "Risk",
        "Rules and safeguards",
        "Training",
        "Third parties",
        "Bodies",
        "People",
        "Disclosure",
        "Record",
        "Organisation",
        "Administration",
    )
)

#: With more places than this the groups of the navigation are folded.
UNFOLDED = 24


@dataclass(frozen=True)
class Entry:
    """A hand-built screen in the navigation. ``permission``: who sees it; empty for everyone who is signed in."""

    label: Text
    url_name: str
    permission: str = ""
    group: Text = ""
    arrive: bool = True


@dataclass(frozen=True)
class _Place:
    label: str
    url: str
    #: Whether only this very address is the place, and not what lies below it.
    alone: bool

    def holds(self, path: str) -> bool:
        return path == self.url if self.alone else path.startswith(self.url)


#: Labels of groups, each with its places.
Groups = tuple[tuple[str, tuple[_Place, ...]], ...]

_screens: list[Entry] = []
#: What a list is called in the navigation where a screen beside it has nearly its name.
_lists: dict[str, Text] = {}


def add_to_navigation(
    label: Text, url_name: str, *, permission: str = "", group: Text = "", arrive: bool = True
) -> None:
    """Put a hand-built screen into the navigation, in order of calling, before the lists of its group.

    ``arrive``: whether those to whom its permission opens it may find themselves there after signing in.
    """
    entry = Entry(label, url_name, permission, group, arrive)
    if entry not in _screens:
        _screens.append(entry)


def name_list(code: str, label: Text) -> None:
    """Call the list of a resource ``label`` in the navigation, so that it is not mistaken for the screen beside it."""
    _lists[code] = label


def first_screen(permissions: frozenset[str]) -> str | None:
    """The address of the first hand-built screen that a role opens to the person: where the home page leads.

    What everyone may see (the ledger) is no place to arrive at.
    """
    for entry in _screens:
        if entry.arrive and entry.permission in permissions:
            try:
                return reverse(entry.url_name)
            except NoReverseMatch:
                continue
    return None


def navigation(permissions: frozenset[str], path: str) -> list[dict[str, object]]:
    """Groups of links, from the screens and from what the resources declare. No query."""
    groups = _places(permissions, get_language() or "", len(_screens))
    return _marked(groups, _current(groups, path))


def _current(groups: Groups, path: str) -> frozenset[str]:
    """The place one is in: of one that lies below another, the lower."""
    found = {place.url for _label, places in groups for place in places if place.holds(path)}
    return frozenset({max(found, key=len)} if found else ())


def _marked(groups: Groups, current: frozenset[str]) -> list[dict[str, object]]:
    # Somebody to whom much is open sees the names of the groups, and the places of the one they are in.
    fold = sum(len(places) for _label, places in groups) > UNFOLDED
    marked: list[dict[str, object]] = []
    for label, places in groups:
        made: dict[str, object] = {
            "label": label,
            "items": [{"label": place.label, "url": place.url, "current": place.url in current} for place in places],
        }
        if fold and label:
            made["folded"] = not any(place.url in current for place in places)
        marked.append(made)
    return marked


@lru_cache(maxsize=256)
def _places(permissions: frozenset[str], language: str, screens: int) -> Groups:
    """The groups for one set of permissions in one language: the same for many people and every page."""
    groups: dict[str, list[_Place]] = {"": []}

    def add(group: Text, label: Text, url: str, alone: bool = False) -> None:
        groups.setdefault(str(group), []).append(_Place(str(label), url, alone))

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
            label = str(_lists.get(resource.code) or capfirst(str(resource.label_plural)))
            add(resource.group, label, f"{_prefix()}{resource.code}/")
    add("", _("Search"), reverse("search"))
    order = {"": -1} | {str(name): place for place, name in enumerate(GROUPS)}
    elsewhere = order[_("Record")] - 0.5
    named = sorted(groups.items(), key=lambda group: order.get(group[0], elsewhere))
    return tuple((label, tuple(items)) for label, items in named if items)


@lru_cache(maxsize=1024)
def _drawn(permissions: frozenset[str], language: str, screens: int, current: frozenset[str]) -> Markup:
    """The groups as markup: costly to write, and the same for many people and pages."""
    groups = _places(permissions, language, screens)
    shell = engines["jinja2"].env.get_template("ui/parts/shell.html").module  # type: ignore[attr-defined]
    return Markup(shell.places(_marked(groups, current)))  # noqa: S704 - a template's own markup


def _prefix() -> str:
    return reverse("records:list", args=["a.b"]).removesuffix("a.b/")


def context(request: HttpRequest) -> dict[str, object]:
    """Context processor of both template engines."""
    made = reading(request)
    # Masked once for the page, and not again for each form on it.
    token = get_token(request)
    made["csrf_token"] = token
    made["csrf_input"] = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return made
    if request.COOKIES.get(THEME_COOKIE) not in THEMES and user.theme in THEMES:
        made["theme"] = user.theme
    known = (sight_of(request).permissions, get_language() or "", len(_screens))
    groups = _places(*known)
    made["nav"] = groups
    made["nav_drawn"] = _drawn(*known, _current(groups, request.path))
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
