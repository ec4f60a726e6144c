"""The page of an action: its form, what stands in its way, and what happened while one was typing."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.accounts.submissions import once
from quarterdeck.kernel.actions import Action, Actor, Denied, Invalid, NotVisible, Outcome, Performance, Refused, Stale
from quarterdeck.kernel.actions.run import bound_form
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.offers import on_record
from quarterdeck.kernel.resource.past import as_of_revision, changed_since
from quarterdeck.kernel.resource.registry import Resource, resource_of
from quarterdeck.kernel.resource.sight import Sight, sight_of
from quarterdeck.web.records.addresses import list_address, record_address, safe_next
from quarterdeck.web.records.detail import head, record_or_404
from quarterdeck.web.records.lists import resource_or_404
from quarterdeck.web.records.show import shown


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """An action that makes a new record."""
    sight = sight_of(request)
    try:
        resource = resource_of(code)
    except KeyError:
        raise Http404 from None
    action = action_named(resource, name, creates=True)
    if not sight.may(action):
        # Whoever may neither see nor make such records learns nothing of them.
        if sight.may_view(resource):
            raise PermissionDenied
        raise Http404
    return _ActionPage(request, sight, resource, action, None).answer()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, code: str, pk: int, name: str) -> HttpResponse:
    """An action on a record."""
    sight = sight_of(request)
    resource = resource_or_404(code, sight)
    record = record_or_404(resource, pk, sight)
    sight.note([record])
    action = action_named(resource, name, creates=False)
    return _ActionPage(request, sight, resource, action, record).answer()


def action_named(resource: Resource, name: str, *, creates: bool) -> type[Action[Any]]:
    try:
        action = resource.action(name)
    except KeyError:
        raise Http404 from None
    if action.creates != creates:
        raise Http404
    return action


class _ActionPage:
    """One request to an action's page. GET shows the form, POST does the action and goes on to the record."""

    def __init__(
        self,
        request: HttpRequest,
        sight: Sight,
        resource: Resource,
        action: type[Action[Any]],
        record: Record | None,
    ) -> None:
        self.request, self.sight, self.resource, self.action, self.record = request, sight, resource, action, record
        assert isinstance(request.user, User)
        self.user = request.user
        self.stale: list[tuple[str, str, str]] = []
        self.stale_words = ""

    def answer(self) -> HttpResponse:
        reason: str | None = None
        if self.record is not None:
            offer = next(
                (o for o in on_record(self.resource, self.record, self.sight) if o.action is self.action), None
            )
            if offer is None:
                raise PermissionDenied
            reason = None if offer.reason is None else str(offer.reason)
        if self.request.method == "POST":
            return self._do()
        return self._page(self._form(None), reason, 409 if reason else 200)

    def _do(self) -> HttpResponse:
        post = self.request.POST
        revision = post.get("_revision", "")
        token = post.get("_token", "")
        try:
            doing = Performance(
                self.action,
                self.user,
                self.record,
                post,
                files=self.request.FILES,
                revision=int(revision) if revision.isdecimal() and len(revision) < 10 else None,
            )
            outcome, done_before = once(
                self.user,
                f"{self.action.code()} {self.request.path} {token}" if token else "",
                doing.do,
                ready=doing.ready,
            )
        except NotVisible:
            raise Http404 from None
        except Denied as error:
            if self.record is not None:
                raise PermissionDenied from error
            return self._page(self._form(post, refused=error), None, 403)
        except Stale as error:
            return self._stale(error)
        except Invalid as error:
            return self._page(self._form(post, error=error), None, 422)
        except Refused as error:
            return self._page(self._form(post, refused=error), None, 409)
        if isinstance(outcome, Outcome):
            once_shown = getattr(outcome.record, "shown_once", None)
            if once_shown:
                return self._show_once(outcome.record, str(once_shown))
        if done_before:
            messages.info(self.request, _("This was already done a moment ago; it was not done twice."))
        else:
            messages.success(self.request, _("Done: %(action)s.") % {"action": self.action.label})
        key = outcome.record.pk if isinstance(outcome, Outcome) else outcome
        return HttpResponseRedirect(safe_next(self.request, self._landing(key)))

    def _landing(self, key: int) -> str:
        """The record's page, or the list where the change took the record out of the person's sight."""
        fresh = Sight(self.user)
        if fresh.find(self.resource, key) is not None:
            return record_address(self.resource.code, key) or "/"
        return list_address(self.resource) if fresh.may_view(self.resource) else "/"

    def _show_once(self, record: Record, secret: str) -> HttpResponse:
        context = head(self.resource, record, record, self.sight)
        link = secret.startswith(("/", "http"))
        context |= {
            "secret": self.request.build_absolute_uri(secret) if link else secret,
            "link": link,
            "onward": self._landing(record.pk),
            "words": getattr(record, "shown_once_words", ""),
        }
        response = render(self.request, "records/shown_once.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def _stale(self, error: Stale) -> HttpResponse:
        """Keep what was typed, show what the other person changed, and let the next save count from there.

        A field that was left as it was found takes what the other person wrote, so that saving again does not undo it.
        """
        assert self.record is not None
        seen = int(self.request.POST.get("_revision", "0"))
        self.record = record_or_404(self.resource, self.record.pk, self.sight)
        self.stale_words = str(error)
        former = as_of_revision(self.resource, self.record, seen)
        self.stale = [
            (change.label, shown(change.before, link=False), shown(change.after, link=False))
            for change in changed_since(self.resource, self.record, former, self.sight)
        ]
        return self._page(self._form(self._typed(former)), None, 409)

    def _typed(self, former: Record | None) -> QueryDict:
        """What was sent, with the present value in each field that still had its `former` one."""
        sent = self.request.POST.copy()
        doing = self.action()
        form_class = doing.form_class()
        if former is None or form_class is None:
            return sent
        before, now = doing.initial(former), doing.initial(self.record)
        for name, field in form_class().fields.items():
            if name not in before or name not in sent or before[name] == now.get(name):
                continue
            given = field.widget.value_from_datadict(sent, self.request.FILES, name)
            if not field.has_changed(before[name], given):
                shown = field.widget.format_value(field.prepare_value(now.get(name)))
                sent.setlist(name, [str(one) for one in (shown if isinstance(shown, list | tuple) else [shown or ""])])
        return sent

    def _form(
        self, data: Any, *, error: Invalid | None = None, refused: Denied | Refused | None = None
    ) -> forms.BaseForm | None:
        form = bound_form(
            self.action(), Actor(self.user), self.record, data, None if data is None else self.request.FILES
        )
        if form is None:
            return None
        if data is None:
            for name in form.fields:
                if name in self.request.GET and self.record is None:
                    form.initial[name] = self.request.GET[name]
        if error is not None:
            form.full_clean()
            for name, texts in error.errors.items():
                known = {str(told) for told in form.errors.get(name if name in form.fields else "__all__", ())}
                for text in texts:
                    if text not in known:
                        form.add_error(name if name in form.fields else None, text)
        if refused is not None:
            form.add_error(None, str(refused))
        return form

    def _page(self, form: forms.BaseForm | None, reason: str | None, status: int) -> HttpResponse:
        if self.record is None:
            context: dict[str, object] = {
                "crumbs": [
                    {"label": capfirst(str(self.resource.label_plural)), "url": list_address(self.resource)},
                    {"label": self.action.label, "url": self.request.path},
                ],
            }
            cancel = list_address(self.resource)
            href = reverse("records:create", args=[self.resource.code, self.action.name])
        else:
            context = head(self.resource, self.record, self.record, self.sight)
            crumbs = context["crumbs"]
            assert isinstance(crumbs, list)
            crumbs.append({"label": self.action.label, "url": self.request.path})
            cancel = record_address(self.resource.code, self.record.pk) or "/"
            href = reverse("records:act", args=[self.resource.code, self.record.pk, self.action.name])
        context |= {
            "title": self.action.label,
            "action": self.action,
            "form": form if form is not None else forms.Form(),
            "reason": reason,
            "href": href,
            "cancel": safe_next(self.request, cancel),
            "hidden": {
                "_token": self.request.POST.get("_token") or secrets.token_urlsafe(18),
                "_revision": "" if self.record is None else self.record.revision,
                "_next": safe_next(self.request, ""),
            },
            "about": None if self.record is None else str(self.record),
            "stale": self.stale,
            "stale_words": self.stale_words,
        }
        return render(self.request, "records/form.html", context, status=status)
