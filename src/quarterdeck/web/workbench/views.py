"""The workbench and the pages around it. Asking the record is done before anything is changed, never inside a change."""

from __future__ import annotations

import io
import zipfile
from hashlib import sha256

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from quarterdeck.areas.disclosures.actions import Approve, Seal, Submit
from quarterdeck.areas.disclosures.evaluation import content_of
from quarterdeck.areas.disclosures.filing import filing_content
from quarterdeck.areas.disclosures.models import Approval, Disclosure, Package, Statement
from quarterdeck.areas.disclosures.package import Built, CannotBuild, build
from quarterdeck.areas.disclosures.redrafting import WriteDrafted
from quarterdeck.areas.disclosures.standing import void_if_changed
from quarterdeck.engines.xbrl.content import ContentError
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Denied, Invalid, NotVisible, Refused, perform
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight, sight_of
from quarterdeck.kernel.ui import formats
from quarterdeck.web.records.addresses import list_address, record_address
from quarterdeck.web.workbench import compare as comparing
from quarterdeck.web.workbench import rows, steps
from quarterdeck.web.workbench.proof import seen_rows
from quarterdeck.web.workbench.reading import Reading, open_words, reading_of
from quarterdeck.web.workbench.seen import visible
from quarterdeck.web.workbench.tagged import short_name, tagged_page

MISSING_SHOWN = 6
BARRING_SHOWN = 5


def found(request: HttpRequest, pk: int) -> tuple[Disclosure, Sight]:
    """The disclosure, if it exists for this person, and their sight."""
    sight = sight_of(request)
    record = sight.find(resource_of(Disclosure), pk)
    if not isinstance(record, Disclosure):
        raise Http404
    if not sight.may_view(resource_of(Statement)):
        raise PermissionDenied
    return record, sight


def heading(disclosure: Disclosure) -> str:
    """The page's title: the item and the year it describes, or the current report and what it calls its incident."""
    if disclosure.current:
        return _("Form %(form)s: %(incident)s") % {"form": disclosure.form, "incident": disclosure.incident_label}
    item = disclosure.item_heading.partition(".")[0]
    words = {
        "20-F": _("Item 16K, annual report %(year)s"),
        "10-K": _("Item 1C, annual report %(year)s"),
    }.get(disclosure.form, f"{item}, %(year)s")
    return words % {"year": disclosure.period_end.year}


def revision_of(disclosure: Disclosure) -> int:
    """How often the page has changed: the disclosure's own revisions and those of its sentences after the draft."""
    rows_ = Statement.objects.filter(disclosure=disclosure)
    asked = rows_.aggregate(all=Sum("revision"), drafted=Count("pk", filter=Q(recorded_at=disclosure.recorded_at)))
    return disclosure.revision + int(asked["all"] or 0) - int(asked["drafted"])


def head(disclosure: Disclosure, here: str = "") -> dict[str, object]:
    """What every page of one disclosure shows at its top."""
    resource = resource_of(Disclosure)
    crumbs: list[dict[str, object]] = [
        {"label": capfirst(str(resource.label_plural)), "url": list_address(resource)},
        {"label": heading(disclosure), "url": reverse("workbench", args=[disclosure.pk])},
    ]
    if here:
        crumbs.append({"label": here, "url": None})
    return {
        "title": heading(disclosure),
        "crumbs": crumbs if here else [],
        "disclosure": disclosure,
        "state_tone": {"in_review": "accent", "approved": "supported", "released": "supported"}.get(
            disclosure.state, "unevidenced"
        ),
    }


def about_of(disclosure: Disclosure, sight: Sight) -> list[tuple[str, str, str | None]]:
    """What a current report is about and where it stands before the body: label, words, address. Nothing of an annual item."""
    if not disclosure.current:
        return []
    linked: list[tuple[str, Record | None]] = [
        (_("Incident"), disclosure.incident),
        (_("Assessment"), disclosure.assessment),
        (_("Amends"), disclosure.amends),
        (_("Before the body as"), disclosure.brought),
    ]
    sight.prime(record for _label, record in linked)
    made: list[tuple[str, str, str | None]] = []
    for label, record in linked:
        if record is not None and sight.shows(record):
            made.append((label, str(record), record_address(record.type_code(), record.pk)))
    if disclosure.trigger:
        day = "" if disclosure.published_on is None else f" · {formats.day(disclosure.published_on)}"
        made.append((_("Furnished because it is"), f"{disclosure.get_trigger_display()}{day}", None))
    made.append((_("Planned filing date"), str(formats.day(disclosure.filing_date)), None))
    return made


@login_required
@require_safe
def current(request: HttpRequest) -> HttpResponse:
    """The newest annual disclosure, or the list where there is none."""
    sight = sight_of(request)
    resource = resource_of(Disclosure)
    if not sight.may_view(resource):
        raise PermissionDenied
    newest = (
        visible(sight, Disclosure)
        .filter(form__in=("20-F", "10-K"))
        .exclude(state=Disclosure.State.WITHDRAWN)
        .order_by("-period_end", "-pk")
        .values_list("pk", flat=True)
        .first()
    )
    if newest is None:
        return HttpResponseRedirect(list_address(resource))
    return HttpResponseRedirect(reverse("workbench", args=[newest]))


@login_required
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Statement | what proves it; then what the page could also say, the steps, the checks, the approvals."""
    disclosure, sight = found(request, pk)
    reading = reading_of(disclosure)
    only = request.GET.get("verdict", "")
    at = _number(request.GET.get("at", ""))
    here = reverse("workbench", args=[pk])
    findings = [finding for item in reading.checked for finding in item.findings]
    findings += [finding for item in reading.could_say for finding in item.failing]
    seen = seen_rows(findings, sight)
    approvals = _approvals(disclosure, sight)
    standing = next((row for row in approvals if row.void_at is None), None)
    sealed = [] if standing is None else list(standing.packages.select_related("sealed_by").order_by("-pk"))
    taken = steps.steps_of(disclosure, reading, approvals, bool(sealed), sight)
    chosen = next((item.statement for item in reading.checked if item.statement.pk == at), None)
    possible = rows.possible_rows(reading, disclosure, seen, sight)
    context = head(disclosure) | {
        "here": here,
        "about": about_of(disclosure, sight),
        "revision": revision_of(disclosure),
        "reading": reading,
        "only": only,
        "chips": rows.tally_chips(reading, here, only),
        "rows": rows.bench_rows(disclosure, reading, seen, sight, only=only, current=at),
        "chosen": chosen,
        "chosen_buttons": [] if chosen is None else rows.statement_buttons(chosen, disclosure, sight),
        "add_address": rows.add_address(disclosure, sight),
        "possible": possible[:MISSING_SHOWN],
        "possible_more": possible[MISSING_SHOWN:],
        "unnamed": _unnamed(reading),
        "steps": taken,
        "open_words": open_words(reading),
        "approvals": [
            (row, comparing.told(row.void_because, comparing.texts_of(reading.checked))) for row in approvals
        ],
        "voided": approvals[0] if approvals and approvals[0].void_at is not None else None,
        "barring_shown": BARRING_SHOWN,
        "sealed": sealed,
        "may_download": sight.may(Submit) or sight.may(Approve) or sight.may(Seal),
        "previous": comparing.previous_of(disclosure, sight),
        "short_name": short_name,
        "ledger_link": record_address(Disclosure.type_code(), pk),
    }
    return render(request, "web/workbench/page.html", context)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _approvals(disclosure: Disclosure, sight: Sight) -> list[Approval]:
    """Newest first, as far as the person may see them."""
    rows_ = visible(sight, Approval).filter(disclosure=disclosure).select_related("approved_by", "decision")
    return list(rows_.defer("approved_content").order_by("-pk"))


def _unnamed(reading: Reading) -> list[str]:
    words = {
        "board_committee": _("Sentences about the board's oversight appear once a board committee is on record."),
        "committee": _("Sentences about management's role appear once a management committee is on record."),
    }
    return [words[name] for name in reading.unnamed]


@login_required
@require_safe
def tagged(request: HttpRequest, pk: int) -> HttpResponse:
    """The page as it would be filed, tags shown or not."""
    disclosure, _sight = found(request, pk)
    reading = reading_of(disclosure)
    problem = ""
    sections: object = ()
    try:
        sections = tagged_page(filing_content(disclosure, reading.checked))
    except ContentError as error:
        problem = str(error)
    here = reverse("workbench-tagged", args=[pk])
    context = head(disclosure, _("As filed")) | {
        "reading": reading,
        "sections": sections,
        "problem": problem,
        "tags": request.GET.get("tags") != "off",
        "here": here,
        "short_name": short_name,
        "draft": disclosure.state not in (Disclosure.State.APPROVED, Disclosure.State.RELEASED),
    }
    return render(request, "web/workbench/tagged.html", context)


@login_required
@require_safe
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Beside what was approved, or beside last year's disclosure."""
    disclosure, sight = found(request, pk)
    reading = reading_of(disclosure)
    approvals = _approvals(disclosure, sight)
    previous = comparing.previous_of(disclosure, sight)
    against = request.GET.get("with", "")
    if against not in ("approval", "year") or disclosure.current:
        against = "approval" if approvals or previous is None else "year"
    changes: tuple[comparing.Changed, ...] = ()
    if against == "approval" and approvals:
        before = Approval.objects.values_list("approved_content", flat=True).get(pk=approvals[0].pk)
        changes = comparing.against_approval(before, content_of(disclosure, reading.checked))
    elif against == "year" and previous is not None:
        former = Statement.objects.filter(disclosure=previous, removed=False).order_by("paragraph", "position", "pk")
        changes = comparing.against_year([item.statement for item in reading.checked], former)
    here = reverse("workbench-compare", args=[pk])
    context = head(disclosure, _("Compare")) | {
        "against": against,
        "approval": approvals[0] if approvals else None,
        "previous": previous,
        "previous_heading": None if previous is None else heading(previous),
        "changes": changes,
        "workbench": reverse("workbench", args=[pk]),
        "tabs": [
            {"label": _("Last approval"), "url": f"{here}?with=approval", "current": against == "approval"},
            {"label": _("Last year"), "url": f"{here}?with=year", "current": against == "year"},
        ][: 1 if disclosure.current else 2],
    }
    return render(request, "web/workbench/compare.html", context)


@login_required
@require_POST
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a sentence on the page that the record bears."""
    disclosure, _sight = found(request, pk)
    data = {"disclosure": disclosure.pk, "key": request.POST.get("key", "")}
    try:
        made = perform(WriteDrafted, _user(request), data=data).record
    except (Refused, Invalid) as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("workbench", args=[pk]) + "#possible")
    except Denied as error:
        raise PermissionDenied from error
    messages.success(request, _("The sentence is on the page."))
    return HttpResponseRedirect(f"{reverse('workbench', args=[pk])}?at={made.pk}#s{made.pk}")


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@login_required
@require_POST
def seal(request: HttpRequest, pk: int) -> HttpResponse:
    """Build the package in memory, then record its seal. Nothing is computed inside the change but the check that it is still so."""
    disclosure, sight = found(request, pk)
    if not sight.may(Seal):
        raise PermissionDenied
    here = reverse("workbench", args=[pk])
    void_if_changed(disclosure.pk)
    disclosure.refresh_from_db()
    try:
        built = build(disclosure)
        digest = sha256(built.manifest_bytes).hexdigest()
        data = {"manifest": built.manifest, "manifest_sha256": digest, "content_sha256": built.content_sha256}
        perform(Seal, _user(request), disclosure, data)
    except CannotBuild as error:
        for point in error.points[:5]:
            messages.error(request, point)
        return HttpResponseRedirect(f"{here}#steps")
    except (Refused, Invalid) as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(f"{here}#steps")
    except Denied as error:
        raise PermissionDenied from error
    except NotVisible:
        raise Http404 from None
    messages.success(request, _("The package is sealed. Download it below."))
    return HttpResponseRedirect(f"{here}#approvals")


@login_required
@require_safe
def draft_package(request: HttpRequest, pk: int) -> HttpResponse:
    """The package of the page as it stands, marked as a draft on every page."""
    disclosure, sight = found(request, pk)
    if not (sight.may(Submit) or sight.may(Approve) or sight.may(Seal)):
        raise PermissionDenied
    try:
        built = build(disclosure, draft=True)
    except (CannotBuild, ContentError) as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("workbench", args=[pk]))
    return _zip(built, f"{_stem(disclosure)}-draft.zip")


@login_required
@require_safe
def sealed_package(request: HttpRequest, pk: int, package: int) -> HttpResponse:
    """A sealed package, built again and handed out only if every byte of its manifest is the one that was sealed."""
    disclosure, sight = found(request, pk)
    row = visible(sight, Package).filter(pk=package, disclosure=pk).first()
    if row is None:
        raise Http404
    here = reverse("workbench", args=[pk])
    try:
        built = build(disclosure)
    except CannotBuild as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(f"{here}#approvals")
    if sha256(built.manifest_bytes).hexdigest() != row.manifest_sha256:
        messages.error(request, _("What stands now is not what was sealed, so the sealed package is not handed out."))
        return HttpResponseRedirect(f"{here}#approvals")
    return _zip(built, f"{_stem(disclosure)}.zip")


def _stem(disclosure: Disclosure) -> str:
    form = disclosure.form.lower().replace("-", "")
    return f"{disclosure.registrant.cik}-{form}-{disclosure.period_end:%Y%m%d}"


def _zip(built: Built, name: str) -> HttpResponse:
    """All files of a package, with one date, so that the same package is the same archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, data in [*((item.name, item.data) for item in built.files), ("manifest.json", built.manifest_bytes)]:
            archive.writestr(zipfile.ZipInfo(file, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    response = HttpResponse(buffer.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
