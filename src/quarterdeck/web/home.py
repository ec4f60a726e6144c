"""Where one arrives."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quarterdeck.areas.organisation.actions import RecordFilerStatus
from quarterdeck.areas.organisation.models import FilerStatus, Registrant
from quarterdeck.areas.people.models import Person
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.models import Assignment, Unit
from quarterdeck.kernel.records import in_effect_on
from quarterdeck.kernel.resource.sight import sight_of
from quarterdeck.web.shell import first_screen, navigation

#: Without these nobody can set parameters, establish bodies, keep people's experience, or draft.
NEEDED_ROLES = frozenset({"ciso", "secretary", "people_officer", "disclosure_officer"})


@dataclass(frozen=True)
class Step:
    """One thing to do before a new home can be worked in."""

    label: str
    why: str
    url: str
    done: bool


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first screen the person may see; without one their own tasks, and to whoever gives roles the first steps."""
    permissions = sight_of(request).permissions
    address = first_screen(permissions)
    if address is not None:
        return HttpResponseRedirect(address)
    if permissions and "permissions.assignment.create" not in permissions:
        return HttpResponseRedirect(reverse("my-tasks"))
    user = request.user
    assert isinstance(user, User)
    steps = first_steps(user) if "permissions.assignment.create" in permissions else []
    context = {
        "title": _("Start"),
        # The ledger is everyone's; alone it is not a place to work in.
        "places": [group for group in navigation(permissions, request.path) if group["label"]] if permissions else [],
        "steps": steps if not all(step.done for step in steps) else [],
    }
    return render(request, "records/start.html", context)


def first_steps(user: User) -> list[Step]:
    """What an administrator does in a new home, in this order, and how far it is done. A handful of queries."""

    def listed(code: str) -> str:
        return reverse("records:list", args=[code])

    registrant = Registrant.objects.values_list("pk", flat=True).first()
    filer_status = listed("organisation.registrant")
    if registrant is not None:
        filer_status = reverse("records:create", args=[FilerStatus.type_code(), RecordFilerStatus.name])
        filer_status += f"?registrant={registrant}"
    held = set(Assignment.objects.filter(in_effect_on(clock.today())).values_list("role", flat=True))
    return [
        Step(
            _("Add a second factor to your login"),
            _("An authenticator app or a passkey."),
            reverse("mfa_index"),
            is_mfa_enabled(user),
        ),
        Step(
            _("Register the company"),
            _("Its name, its number at the SEC, its fiscal year and its time zone."),
            listed("organisation.registrant"),
            Registrant.objects.exists(),
        ),
        Step(
            _("Say which filer the company is"),
            _(
                "A foreign private issuer on Form 20-F or a domestic filer on Form 10-K, and since when: the annual item and the clocks of an incident follow from it."
            ),
            filer_status,
            FilerStatus.objects.exists(),
        ),
        Step(
            _("Add its units"),
            _("Business units, functions and specialist groups; roles are held in them."),
            listed("permissions.unit"),
            Unit.objects.count() > 1,
        ),
        Step(
            _("Add people and open a login for those who work here"),
            _("Open the person, then “Open a login”: you get a link to hand over, once."),
            listed("people.person"),
            Person.objects.filter(user__is_active=True).exclude(user=user).exists(),
        ),
        Step(
            _("Give the roles"),
            _(
                "The security officer and the disclosure officer set the company parameters, the committee secretary "
                "establishes the bodies, the people officer keeps positions and experience. Nobody gives a role to "
                "themselves."
            ),
            listed("permissions.assignment"),
            held >= NEEDED_ROLES,
        ),
    ]
