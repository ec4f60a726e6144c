"""Where everybody reports a mail that looks wrong: an exercise is recognised and praised, anything else goes to the analysts."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from quarterdeck.areas.phishing.actions import Report, ReportForm
from quarterdeck.areas.phishing.models import Delivery
from quarterdeck.areas.phishing.tokens import PATTERN, digest_of
from quarterdeck.engines.phishing import Kind
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Invalid, Refused, perform
from quarterdeck.kernel.files.fields import Upload
from quarterdeck.kernel.resource.sight import sight_of
from quarterdeck.web.phishing.landing import note
from quarterdeck.web.records.addresses import record_address

#: Bytes of an attached mail that are searched for the link of an exercise.
SEARCHED = 2_000_000


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Take a report. Whoever reports an exercise that was sent to them is told so at once."""
    user = request.user
    assert isinstance(user, User)
    if Report.code() not in sight_of(request).permissions:
        raise PermissionDenied
    form = ReportForm(request.POST if request.method == "POST" else None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            known = _exercise(form.cleaned_data, user)
            if known is not None:
                _count(request, known)
                context = {
                    "title": _("Well seen"),
                    "mail": known.campaign.template,
                    "cues": known.campaign.template.cues_in_words,
                }
                return render(request, "phishing/well_seen.html", context)
            try:
                made = perform(Report, user, None, request.POST, files=request.FILES).record
            except (Invalid, Refused) as error:
                form.add_error(None, str(error))
            else:
                return HttpResponseRedirect(record_address(made.type_code(), made.pk) or "/")
    context = {"title": _("Report a suspicious mail"), "form": form}
    return render(request, "phishing/report.html", context, status=status)


def _exercise(given: dict[str, object], user: User) -> Delivery | None:
    """The exercise whose link stands in what was given. One that went to somebody else by name is none of theirs."""
    text = str(given.get("text") or "")
    file = given.get("file")
    if isinstance(file, Upload):
        file.source.seek(0)
        # A mail as a file breaks long lines with "=" at their ends; the token is searched for without those.
        text += file.source.read(SEARCHED).decode("utf-8", "replace").replace("=\r\n", "").replace("=\n", "")
        file.source.seek(0)
    digests = {digest_of(token) for token in PATTERN.findall(text)}
    rows = Delivery.objects.select_related("campaign__template", "person").filter(digest__in=list(digests)[:20])
    return next((row for row in rows if row.person is None or row.person.user_id == user.pk), None)


def _count(request: HttpRequest, delivery: Delivery) -> None:
    if delivery.campaign.open:
        note(request, delivery, Kind.REPORT)
        Delivery.objects.filter(pk=delivery.pk).update(reported=True)
