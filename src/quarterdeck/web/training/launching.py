"""Running a package: its files are a stranger's pages and scripts.

They are served under a random key that one person's session was given, each with a policy that puts it into a sandbox: an
origin of its own, no cookies, no access to the page around it, nothing loaded or sent but below that key. A script of ours
is put into each of its pages and speaks for it with the page around, which hands what it reports to the product.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
import re
import secrets
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from quarterdeck.areas.training import content
from quarterdeck.areas.training.actions import taking
from quarterdeck.areas.training.models import Assignment, Launch, Lesson, LessonProgress
from quarterdeck.engines.courseware import datamodel, statements
from quarterdeck.engines.courseware.datamodel import Learner
from quarterdeck.engines.courseware.packages import Standard, safe_path
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Invalid, perform
from quarterdeck.kernel.actions.base import ActionError
from quarterdeck.kernel.files.store import Missing
from quarterdeck.kernel.resource.sight import sight_of
from quarterdeck.web.middleware import POLICY
from quarterdeck.web.training.reading import taken

#: How long the files of a package open may be read.
OPEN_FOR: Final = timedelta(hours=8)
#: What of a package is ours: nothing of its own lies below this folder.
OURS: Final = "__quarterdeck__"
MAX_PAGE: Final = 5 * 1024 * 1024
MAX_REPORT: Final = 512 * 1024
_SANDBOX: Final = "allow-scripts allow-forms"
_HEAD: Final = re.compile(rb"<head(\s[^>]*)?>", re.I)
_HTML: Final = re.compile(rb"<html(\s[^>]*)?>", re.I)
_PAGES: Final = frozenset({"html", "htm", "xhtml", "xht"})


@dataclass(frozen=True)
class Frame:
    """The sandbox as the page around draws it, and that page's own policy."""

    src: str
    sandbox: str
    policy: str
    report: str


def _origin(request: HttpRequest) -> str:
    scheme = "https" if settings.HOME.settings.https or request.is_secure() else "http"
    return f"{scheme}://{request.get_host()}"


def _folder(key: str) -> str:
    return reverse("training_content", args=[key, "x"]).removesuffix("x")


def _base(request: HttpRequest, key: str) -> str:
    return _origin(request) + _folder(key)


def begin(request: HttpRequest, row: Assignment, lesson: Lesson) -> None:
    """Give the session a key to the package of a lesson that was opened."""
    assert isinstance(request.user, User)
    progress = LessonProgress.objects.get(assignment=row, lesson=lesson)
    key = secrets.token_urlsafe(32)
    Launch.objects.create(
        key_sha256=_hashed(key), progress=progress, user=request.user, expires_at=clock.now() + OPEN_FOR
    )
    request.session[f"launch-{progress.pk}"] = key


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def frame(request: HttpRequest, row: Assignment, lesson: Lesson) -> Frame | None:
    """The package as this session has it open; None where it has not."""
    progress = LessonProgress.objects.filter(assignment=row, lesson=lesson).first()
    key = request.session.get(f"launch-{progress.pk}") if progress is not None else None
    if key is None or progress is None or _launch(key) is None:
        return None
    standard, item = content.item_of(lesson)
    base = _base(request, key)
    query = item.query
    if standard in (Standard.TIN_CAN, Standard.CMI5):
        given = _launch_parameters(request, standard, base, row, item.identifier)
        query = f"{query}{'&' if query else '?'}{urlencode(given)}"
    path = reverse("training_content", args=[key, item.path])
    return Frame(
        src=f"{path}{query}",
        sandbox=_SANDBOX,
        policy=f"{POLICY}; frame-src {base}",
        report=reverse("training_report", args=[row.pk, lesson.pk]),
    )


def _pseudonym(row: Assignment) -> str:
    """A word that stands for the person in what a stranger's script is told: the same each time, and no name."""
    return salted_hmac("quarterdeck.training.learner", str(row.person_id)).hexdigest()[:16]


def _agent(request: HttpRequest, row: Assignment) -> dict[str, object]:
    return {"objectType": "Agent", "account": {"homePage": _origin(request), "name": _pseudonym(row)}}


def _launch_parameters(
    request: HttpRequest, standard: Standard, base: str, row: Assignment, activity: str
) -> dict[str, str]:
    """What a Tin Can or cmi5 package is launched with. The key in its endpoint is all that it needs to be heard."""
    actor = json.dumps(_agent(request, row), separators=(",", ":"))
    given = {"endpoint": f"{base}{OURS}/xapi/", "actor": actor, "registration": _registration(row)}
    if standard is Standard.CMI5:
        return given | {"fetch": f"{base}{OURS}/fetch", "activityId": activity}
    return given | {"auth": "Basic bGF1bmNoOg==", "activity_id": activity}


def _registration(row: Assignment) -> str:
    digits = salted_hmac("quarterdeck.training.registration", str(row.pk)).hexdigest()[:32]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:32]}"


def _launch(key: str) -> Launch | None:
    found = Launch.objects.filter(key_sha256=_hashed(key), expires_at__gt=clock.now())
    return found.select_related("user", "progress__lesson__file", "progress__assignment").first()


# ---------------------------------------------------------------- the page around


@login_required
@require_POST
def report(request: HttpRequest, pk: int, lesson: int) -> JsonResponse:
    """What a package in the frame reports, handed on by the page around it."""
    assert isinstance(request.user, User)
    found = taken(sight_of(request), pk).step(lesson)
    try:
        sent = json.loads(request.body) if len(request.body) <= MAX_REPORT else None
    except (ValueError, RecursionError):
        sent = None
    values = sent.get("values") if isinstance(sent, dict) else None
    if not isinstance(values, dict):
        return JsonResponse({"error": _("Not a report of a package.")}, status=400)
    return _reported(request.user, pk, found.lesson, {"values": values})


def _reported(user: User, assignment: int, lesson: Lesson, data: dict[str, object]) -> JsonResponse:
    try:
        perform(taking.Report, user, assignment, {"lesson": lesson.pk, **data})
    except Invalid as error:
        return JsonResponse({"error": str(error)}, status=422)
    except ActionError as error:
        return JsonResponse({"error": str(error)}, status=409)
    done = LessonProgress.objects.filter(assignment=assignment, lesson=lesson).exclude(done_at=None).exists()
    return JsonResponse({"done": done})


# ---------------------------------------------------------------- what lies below the key


@csrf_exempt
def below(request: HttpRequest, key: str, path: str) -> HttpResponseBase:
    """A file of a package, or what the package says to its endpoint. The key is all that is asked for: from inside the
    sandbox no cookie comes along."""
    launch = _launch(key)
    if launch is None:
        raise Http404
    if path.startswith(f"{OURS}/"):
        response = _ours(request, launch, key, path.removeprefix(f"{OURS}/"))
    elif request.method in ("GET", "HEAD"):
        response = _file(launch, path, f"{_folder(key)}{OURS}/")
    else:
        response = HttpResponse(status=405)
    base = _base(request, key)
    response["Content-Security-Policy"] = (
        f"sandbox {_SANDBOX}; default-src {base} data: blob: 'unsafe-inline' 'unsafe-eval'; frame-src {base}; "
        f"connect-src {base} data: blob:; form-action {base}; base-uri {base}; object-src 'none'"
    )
    # From the sandbox's own origin every file of the package is another origin's; without these it could not load itself.
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Headers"] = (
        "Authorization, Content-Type, X-Experience-API-Version, If-Match, If-None-Match"
    )
    response["Access-Control-Allow-Methods"] = "GET, HEAD, POST, PUT, DELETE, OPTIONS"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Referrer-Policy"] = "no-referrer"
    response.xframe_options_exempt = True  # type: ignore[attr-defined]
    return response


def _file(launch: Launch, path: str, ours: str) -> HttpResponseBase:
    lesson = launch.progress.lesson
    clean = safe_path(path)
    if clean is None or lesson.file is None:
        raise Http404
    try:
        source = lesson.file.open()
        archive = zipfile.ZipFile(source)
        entry = archive.getinfo(clean)
    except (KeyError, Missing, zipfile.BadZipFile):
        raise Http404 from None
    extension = clean.rpartition(".")[2].lower()
    if extension in _PAGES:
        try:
            with source, archive, archive.open(entry) as member:
                page = member.read(MAX_PAGE + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError):
            raise Http404 from None
        if len(page) > MAX_PAGE:
            return HttpResponse(_("A page of this package is too large to be shown."), status=413)
        return HttpResponse(_with_adapter(page, ours), content_type="text/html")
    kind = mimetypes.guess_type(clean)[0] or "application/octet-stream"

    def pieces() -> Iterator[bytes]:
        with source, archive, archive.open(entry) as member:
            while piece := member.read(256 * 1024):
                yield piece

    response = StreamingHttpResponse(pieces(), content_type=kind)
    response["Content-Length"] = str(entry.file_size)
    return response


def _with_adapter(page: bytes, folder: str) -> bytes:
    """The page with our two scripts before any of its own. Named from the host's root, so that no ``<base>`` of the page
    leads them elsewhere."""
    ours = f'<script src="{folder}state.js"></script><script src="{folder}adapter.js"></script>'
    place = _HEAD.search(page) or _HTML.search(page)
    at = place.end() if place else 0
    return page[:at] + ours.encode("ascii") + page[at:]


def _ours(request: HttpRequest, launch: Launch, key: str, path: str) -> HttpResponseBase:
    if request.method == "OPTIONS":
        return HttpResponse(status=204)
    if path == "state.js" and request.method == "GET":
        return HttpResponse(_state(request, launch), content_type="text/javascript; charset=utf-8")
    if path == "adapter.js" and request.method == "GET":
        found = finders.find("quarterdeck/courseware-adapter.js")
        assert isinstance(found, str)
        with open(found, "rb") as source:
            return HttpResponse(source.read(), content_type="text/javascript; charset=utf-8")
    if path == "fetch" and request.method == "POST":
        # cmi5, section 8.2: a token for the endpoint, which needs none beside its own address.
        return JsonResponse({"auth-token": "bGF1bmNoOg=="})
    if path.startswith("xapi/"):
        return _xapi(request, launch, path.removeprefix("xapi/"))
    raise Http404


def _state(request: HttpRequest, launch: Launch) -> str:
    """What the adapter has to know before the package's own scripts run."""
    progress = launch.progress
    standard, item = content.item_of(progress.lesson)
    told: dict[str, object] = {"standard": standard.value, "origin": _origin(request)}
    if standard.is_scorm and item.reports:
        row = progress.assignment
        learner = Learner(_pseudonym(row), "Learner")
        told |= {
            "values": datamodel.opening(standard, progress.runtime or {}, learner, item.mastery, item.data),
            "elements": {
                name: [one.reads, one.writes, one.pattern, one.low, one.high]
                for name, one in datamodel.TABLES[standard].items()
            },
        }
    # As JSON inside a script file, with what would end a script element or a line written as an escape.
    text = json.dumps(told, ensure_ascii=True).replace("<", "\\u003c")
    return f"self.quarterdeckCourse = {text};\n"


def _xapi(request: HttpRequest, launch: Launch, path: str) -> HttpResponseBase:
    """As much of an endpoint as one launch needs: statements go in, nothing of anybody comes out."""
    lesson = launch.progress.lesson
    _standard, item = content.item_of(lesson)
    if path == "about" and request.method == "GET":
        return JsonResponse({"version": ["1.0.3"]})
    if path == "statements" and request.method in ("POST", "PUT"):
        if len(request.body) > statements.MAX_BYTES:
            return JsonResponse({"error": _("More than a package may report.")}, status=413)
        try:
            said = statements.read_statements(request.body, item.identifier)
        except statements.StatementError as error:
            return JsonResponse({"error": f"{error.where}: {error.reason}"}, status=400)
        text = request.body.decode("utf-8", "replace")
        answer = _reported(launch.user, launch.progress.assignment_id, lesson, {"values": {}, "statements": text})
        if answer.status_code == 422:
            return answer
        return (
            HttpResponse(status=204)
            if request.method == "PUT"
            else JsonResponse([one.identifier for one in said], safe=False)
        )
    if path == "activities/state" and request.method == "GET" and request.GET.get("stateId") == "LMS.LaunchData":
        master = None if item.mastery is None else item.mastery / 100
        launched = {
            "contextTemplate": {},
            "launchMode": "Normal",
            "moveOn": item.move_on,
            "launchParameters": item.data,
        }
        return JsonResponse(launched | ({} if master is None else {"masteryScore": master}))
    if path in ("activities/state", "agents/profile", "activities/profile"):
        # A bookmark is not kept: a package that asks for one begins at its beginning.
        return HttpResponse(status=404 if request.method == "GET" else 204)
    raise Http404
