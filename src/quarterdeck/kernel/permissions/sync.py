"""Shipped roles and their grants, from what the resources declare. Run at set-up and after an upgrade; safe to repeat."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_noop

from quarterdeck.kernel.ledger.sight import EXPORT, EXPORT_ROLES
from quarterdeck.kernel.permissions.models import Grant, Role
from quarterdeck.kernel.resource.registry import all_resources

SHIPPED_ROLES: Final[Mapping[str, str]] = {
    "administrator": gettext_noop("Administrator"),
    "analyst": gettext_noop("Security analyst"),
    "group_lead": gettext_noop("Specialist-group lead"),
    "ciso": gettext_noop("Chief information security officer"),
    "panel_member": gettext_noop("Panel member"),
    "unit_owner": gettext_noop("Business-unit owner"),
    "counsel": gettext_noop("Legal counsel"),
    "external_assessor": gettext_noop("External assessor"),
    "vendor_guest": gettext_noop("Vendor guest"),
    "committee_member": gettext_noop("Management-committee member"),
    "secretary": gettext_noop("Committee secretary"),
    "board_member": gettext_noop("Board-committee member"),
    "disclosure_officer": gettext_noop("Disclosure officer"),
    "auditor": gettext_noop("Auditor"),
    "people_officer": gettext_noop("People officer"),
    "employee": gettext_noop("Employee"),
}


def shipped_grants() -> set[tuple[str, str, str]]:
    """Every (role, permission, reach) that the declarations ask for."""
    wanted: set[tuple[str, str, str]] = set()
    for resource in all_resources():
        asked = {resource.view_permission: resource.view_roles} | {a.code(): a.roles for a in resource.actions}
        for permission, roles in asked.items():
            for role in roles:
                own, _colon, code = role.rpartition(":")
                if code not in SHIPPED_ROLES:
                    raise ValueError(f"{permission} names an unknown role “{role}”")
                wanted.add((code, permission, Grant.Reach.OWN if own else Grant.Reach.UNIT))
    wanted |= {(role, EXPORT, str(Grant.Reach.UNIT)) for role in EXPORT_ROLES}
    return wanted


def sync_shipped(kept: Path) -> int:
    """Add the grants that this version ships and none before it did. ``kept`` lists, as JSON, what was shipped so far.

    A grant that the company took away was shipped before, so it stays away. Returns the number of grants added.
    """
    shipped = {"/".join(grant) for grant in shipped_grants()}
    known = set(json.loads(kept.read_text(encoding="utf-8"))) if kept.exists() else set()
    new = shipped - known
    if not new:
        return 0
    with transaction.atomic():
        _ship_roles()
        present = {"/".join(grant) for grant in Grant.objects.values_list("role_id", "permission", "reach")}
        rows = [grant.split("/") for grant in sorted(new - present)]
        Grant.objects.bulk_create(
            Grant(role_id=role, permission=permission, reach=reach) for role, permission, reach in rows
        )
    kept.write_text(json.dumps(sorted(shipped | known), indent=0), encoding="utf-8")
    return len(rows)


def sync_roles() -> int:
    """Add shipped roles and missing shipped grants; what a company changed stays. Returns the number of grants added."""
    with transaction.atomic():
        _ship_roles()
        present = set(Grant.objects.values_list("role_id", "permission", "reach"))
        missing = sorted(shipped_grants() - present)
        Grant.objects.bulk_create(
            Grant(role_id=role, permission=permission, reach=reach) for role, permission, reach in missing
        )
    return len(missing)


def _ship_roles() -> None:
    as_shipped = Role.objects.filter(shipped=True).values_list("code", "name")
    for code, name in SHIPPED_ROLES.items() - set(as_shipped):
        Role.objects.update_or_create(code=code, defaults={"name": name, "shipped": True})
