"""Keeping approvals honest: void as soon as what was approved is no longer what stands; sealing what is approved."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from quarterdeck.areas.disclosures.actions import Seal, Void, standing_approval
from quarterdeck.areas.disclosures.evaluation import check_statements, content_of, digest_of
from quarterdeck.areas.disclosures.models import Disclosure
from quarterdeck.areas.disclosures.package import Built, build, staged
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Actor, Refused, perform
from quarterdeck.kernel.setup import system_user


def void_if_changed(key: int) -> bool:
    """Ask every claim of an approved disclosure anew; True when its approval was marked void."""
    disclosure = Disclosure.objects.select_related("registrant").filter(pk=key, state=Disclosure.State.APPROVED).first()
    if disclosure is None:
        return False
    approval = standing_approval(disclosure)
    if approval is None or digest_of(content_of(disclosure, check_statements(disclosure))) == approval.content_sha256:
        return False
    try:
        perform(Void, Actor(system_user(), system=True), disclosure)
    except Refused:
        # Somebody else was first, or it changed back in between: either way there is nothing left to void.
        return False
    return True


def recheck_approved() -> int:
    """Every approved, unreleased disclosure; returns how many approvals became void."""
    keys = list(Disclosure.objects.filter(state=Disclosure.State.APPROVED).order_by("pk").values_list("pk", flat=True))
    return sum(void_if_changed(key) for key in keys)


def build_and_seal(disclosure: Disclosure, user: User, out: Path, *, draft: bool = False) -> Built:
    """Build in memory, write beside ``out``, seal by action, then give the folder its name.

    CannotBuild, or OSError for a full disk: nothing written, nothing sealed. Should the machine stop between seal and
    name, the seal stands and building again puts the same package there.
    """
    if not draft:
        void_if_changed(disclosure.pk)
        disclosure.refresh_from_db()
    built = build(disclosure, draft=draft)
    with staged(built, out) as publish:
        if not draft:
            digest = sha256(built.manifest_bytes).hexdigest()
            approval = standing_approval(disclosure)
            if approval is not None and not approval.packages.filter(manifest_sha256=digest).exists():
                data = {"manifest": built.manifest, "manifest_sha256": digest, "content_sha256": built.content_sha256}
                perform(Seal, user, disclosure, data)
        publish()
    return built
