"""A version as a file to take along: Markdown or Word, with version, hash and approvals on its title block."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quarterdeck.areas.policies.models import PolicyVersion
from quarterdeck.areas.policies.queries import live_steps
from quarterdeck.engines.prose import Front, write_docx, write_markdown
from quarterdeck.kernel.resource.sight import sight_of

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@login_required
@require_safe
def as_markdown(request: HttpRequest, pk: int) -> HttpResponse:
    """Front matter and text, in UTF-8."""
    version = _version(request, pk)
    lines = ["---", f"title: {_quoted(version.policy.title)}"]
    lines += [f"{_quoted(term)}: {_quoted(value)}" for term, value in title_block(version)]
    text = "\n".join(lines) + "\n---\n\n" + write_markdown(version.document())
    return _handed_out(text.encode("utf-8"), version, "md", "text/markdown; charset=utf-8")


@login_required
@require_safe
def as_word(request: HttpRequest, pk: int) -> HttpResponse:
    """A .docx whose styles say what each paragraph is."""
    version = _version(request, pk)
    front = Front(version.policy.title, tuple(title_block(version)), version.published_at or version.recorded_at)
    return _handed_out(write_docx(version.document(), front), version, "docx", _WORD)


def title_block(version: PolicyVersion) -> list[tuple[str, str]]:
    """What stands under the title: version, state, days in force, hash of the content, every approval."""
    lines = [(_("Version"), version.number), (_("State"), str(version.get_state_display()))]
    if version.effective_from is not None:
        lines.append((_("In force from"), version.effective_from.isoformat()))
    if version.effective_until is not None:
        lines.append((_("In force until"), version.effective_until.isoformat()))
    lines.append((_("SHA-256 of the content"), version.sha256))
    for step in live_steps(version):
        if step.decided_at is not None and step.decided_by is not None:
            said = f"{step.get_state_display()}: {step.who} ({step.decided_by}), {step.decided_at.date().isoformat()}"
            lines.append((_("Step %(number)s") % {"number": step.position}, said))
    return lines


def _version(request: HttpRequest, pk: int) -> PolicyVersion:
    found = sight_of(request).each(PolicyVersion).select_related("policy").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _quoted(text: str) -> str:
    """A text as one YAML scalar."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def _handed_out(data: bytes, version: PolicyVersion, ending: str, kind: str) -> HttpResponse:
    name = slugify(f"{version.policy.title} {version.number}") or f"policy-{version.pk}"
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
