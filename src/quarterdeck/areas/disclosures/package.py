"""Building the filing package: Inline XBRL, R page, extension schema, and a manifest that names every hash.

Everything is made and checked in memory first; the folder appears whole under its name or not at all.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from quarterdeck.areas.disclosures.evaluation import Checked, check_statements, content_of, digest_of, standing
from quarterdeck.areas.disclosures.filing import filing_content
from quarterdeck.areas.disclosures.models import Approval, Disclosure, Package
from quarterdeck.engines.xbrl.checks import Message, check_document
from quarterdeck.engines.xbrl.checks.dimensions import declared_names
from quarterdeck.engines.xbrl.content import FilingContent
from quarterdeck.engines.xbrl.read_ixbrl import read_inline
from quarterdeck.engines.xbrl.write_ixbrl import InlineFiling, OutputFile, write_inline
from quarterdeck.engines.xbrl.write_rpage import write_rpage
from quarterdeck.kernel.records import JSON
from quarterdeck.kernel.resource.walls import open_title

WATERMARK = "DRAFT"


class CannotBuild(Exception):
    """The package cannot be built; ``points`` say why, in words."""

    def __init__(self, points: list[str]) -> None:
        super().__init__(" ".join(points))
        self.points = points


@dataclass(frozen=True)
class Built:
    """A package in memory: its files and its manifest (JSON text is what is hashed)."""

    files: tuple[OutputFile, ...]
    manifest: dict[str, JSON]
    content_sha256: str

    @property
    def manifest_bytes(self) -> bytes:
        return (json.dumps(self.manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode("utf-8")


def check_messages(content: FilingContent) -> tuple[Message, ...]:
    """Write the filing and read it back: what our own checks find in it."""
    return _messages(write_inline(content))


def _messages(filing: InlineFiling) -> tuple[Message, ...]:
    inline = read_inline(filing.document.data, filing.document.name, with_text=True)
    declared = None if filing.schema is None else declared_names(filing.schema.data)
    return check_document(inline, declared=declared)


def build(disclosure: Disclosure, *, draft: bool = False) -> Built:
    """Make the package. Without a standing approval of exactly this content, or with a failing check: CannotBuild.

    A current report that was filed is made again as it was sealed: what became known since belongs in its amendment.
    """
    if disclosure.current and disclosure.state == Disclosure.State.RELEASED and not draft:
        return _as_sealed(disclosure)
    checked = check_statements(disclosure)
    content = content_of(disclosure, checked)
    digest = digest_of(content)
    approval = disclosure.approvals.filter(void_at=None).order_by("-pk").first()
    points: list[str] = []
    if not draft:
        if disclosure.state not in (Disclosure.State.APPROVED, Disclosure.State.RELEASED) or approval is None:
            points.append("It has no standing approval.")
        elif approval.content_sha256 != digest:
            points.append("What stands now is not what was approved.")
        points.extend(
            f"Sentence {item.statement.position} is {item.verdict}: {item.statement}"
            for item in checked
            if not item.holds
        )
    filing = filing_content(disclosure, checked, watermark=WATERMARK if draft else None)
    inline = write_inline(filing)
    messages = _messages(inline)
    if not draft:
        points.extend(f"{message.code}: {message.message}" for message in messages if message.severity == "error")
    if points:
        raise CannotBuild(points)
    page = write_rpage(filing)
    files = (*inline.files, OutputFile("R1.htm", page.data))
    return Built(files, _manifest(disclosure, checked, files, messages, None if draft else approval, digest), digest)


def _as_sealed(disclosure: Disclosure) -> Built:
    sealed = Package.objects.filter(disclosure=disclosure).select_related("approval").order_by("-pk").first()
    if sealed is None:
        raise CannotBuild(["It has no sealed package."])
    filing = filing_content(disclosure, [Checked(row, ()) for row in standing(disclosure)])
    files = (*write_inline(filing).files, OutputFile("R1.htm", write_rpage(filing).data))
    if _hashes(files) != sealed.manifest["files"]:
        raise CannotBuild(["What stands now is not what was sealed."])
    return Built(files, sealed.manifest, sealed.approval.content_sha256)


def _hashes(files: Iterable[OutputFile]) -> JSON:
    return [{"name": file.name, "sha256": sha256(file.data).hexdigest(), "bytes": len(file.data)} for file in files]


def _manifest(
    disclosure: Disclosure,
    checked: Iterable[Checked],
    files: Iterable[OutputFile],
    messages: Iterable[Message],
    approval: Approval | None,
    digest: str,
) -> dict[str, JSON]:
    return {
        "format": 1,
        "disclosure": disclosure.pk,
        "form": disclosure.form,
        "registrant": {"name": disclosure.registrant.name, "cik": disclosure.registrant.cik},
        "period": {"start": disclosure.period_start.isoformat(), "end": disclosure.period_end.isoformat()},
        "taxonomy": f"cyd/{disclosure.taxonomy}",
        "draft": approval is None,
        "content_sha256": digest,
        "approvals": [] if approval is None else [_approval(approval)],
        "statements": [_statement(item) for item in checked],
        "checks": [
            {"code": m.code, "severity": m.severity, "concept": m.concept, "message": m.message} for m in messages
        ],
        "files": _hashes(files),
    }


def _approval(approval: Approval) -> JSON:
    return {
        "id": approval.pk,
        "by": approval.approved_by.login,
        "at": approval.approved_at.isoformat(),
        "content_sha256": approval.content_sha256,
        "decision": _decision(approval),
    }


def _decision(approval: Approval) -> str | None:
    decision = approval.decision
    if decision is None:
        return None
    if approval.disclosure_id is not None and approval.disclosure.current:
        # The same words before and after the wall is lifted, and in every language: what was sealed stays what it is.
        return f"{decision.number}, {decision.decided_on}"
    return open_title(decision)


def _statement(item: Checked) -> JSON:
    return {
        "id": item.statement.pk,
        "kind": item.statement.kind,
        "verdict": None if item.verdict is None else item.verdict.value,
        "override": item.statement.override_reason if item.statement.overridden else None,
        "claims": [
            {
                "name": finding.claim.name,
                "params": dict(finding.claim.params),
                "basis": finding.claim.basis,
                "verdict": finding.outcome.verdict.value,
                "value": finding.outcome.value,
                "expected": finding.outcome.expected,
                "evidence": [{"type": row.type, "id": row.id} for row in finding.outcome.evidence],
            }
            for finding in item.findings
        ],
    }


@contextmanager
def staged(built: Built, out: Path) -> Iterator[Callable[[], None]]:
    """Write every file beside ``out`` and flush it; calling what this gives then puts the folder under its name.

    So all that can fail for want of space has happened before the seal. An existing package is replaced whole. Raises
    OSError (disk full, no permission); a folder that holds anything else is refused. Whatever is not put under its name is
    removed.
    """
    if out.exists() and not _replaceable(out):
        raise FileExistsError(f"{out} exists and is not a package; choose a folder that does not exist yet")
    out.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        for name, data in [*((file.name, file.data) for file in built.files), ("manifest.json", built.manifest_bytes)]:
            with (temporary / name).open("xb") as handle:
                handle.write(data)
                handle.flush()
                os.fsync(handle.fileno())
        temporary.chmod(0o755)
        yield lambda: _publish(temporary, out)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _publish(temporary: Path, out: Path) -> None:
    if not out.exists() or not _exchange(temporary, out):
        if out.exists():
            # A system without exchange: for a moment there is no package, never half of one.
            former = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
            out.rename(former / "package")
            temporary.rename(out)
            shutil.rmtree(former, ignore_errors=True)
        else:
            temporary.rename(out)
    handle = os.open(out.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _exchange(one: Path, other: Path) -> bool:
    """Two folders swap their names at once (Linux: renameat2 with RENAME_EXCHANGE); False where that is not to be had."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    here, exchange = -100, 2
    return rename is not None and rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0


def _replaceable(out: Path) -> bool:
    if not out.is_dir():
        return False
    names = {entry.name for entry in out.iterdir()}
    return not names or "manifest.json" in names
