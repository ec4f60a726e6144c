"""How exercises and reported mails show in pages, API and command line."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.phishing import actions
from quarterdeck.areas.phishing.models import Campaign, Exemption, Result, SuspiciousMail, Template
from quarterdeck.kernel.permissions.scope import Scope
from quarterdeck.kernel.resource import Column, Panel, Resource, register

#: Who prepares, approves and reads exercises.
WITHIN = ("analyst", "ciso", "people_officer", "counsel", "auditor")
READERS = (*WITHIN, "group_lead", "panel_member", "committee_member", "unit_owner", "disclosure_officer")

register(
    Resource(
        model=Campaign,
        scope=Scope(unit="unit"),
        group=_("Training"),
        columns=(
            Column("title"), Column("template"), Column("unit"), Column("starts_at", sortable=True), Column("anonymous"), Column("state"),
        ),
        filters=("state", "anonymous", "unit"),
        search=("title",),
        order=("-starts_at", "-pk"),
        details=(
            "title", "template", "unit", "starts_at", "ends_at", "anonymous", "course", "purpose", "state", "content_sha256", "drafted_by",
            "approved_by", "approved_at", "audience", "stopped_because", "closed_at",
        ),
        select=("template", "unit", "course", "drafted_by", "approved_by"),
        panels=(Panel(Result, "campaign"),),
        actions=actions.CAMPAIGN_ACTIONS,
        view_roles=READERS,
        state_field="state",
        screen="phishing",
    )
)  # fmt: skip
register(
    Resource(
        model=Template,
        scope=Scope(unit="unit"),
        group=_("Training"),
        columns=(Column("title", sortable=True), Column("subject"), Column("difficulty"), Column("state")),
        filters=("state", "difficulty", "unit"),
        search=("title", "subject"),
        order=("title", "pk"),
        details=(
            "title", "unit", "sender_name", "subject", "body", "difficulty", Column("cues_in_words", _("cues")),
            Column("alignment_in_words", _("premise alignment")), "cues", "alignment", "lesson", "state",
        ),
        select=("unit",),
        panels=(Panel(Campaign, "template"),),
        actions=actions.TEMPLATE_ACTIONS,
        view_roles=WITHIN,
        state_field="state",
    )
)  # fmt: skip
register(
    Resource(
        model=Result,
        scope=Scope(unit="unit"),
        columns=(
            Column("unit"), Column("sent", numeric=True), Column("clicked", numeric=True), Column("reported", numeric=True),
            Column("machines", numeric=True), Column("uncertain", numeric=True),
        ),
        order=("-pk",),
        details=("campaign", "unit", "sent", "clicked", "reported", "machines", "uncertain"),
        select=("campaign", "unit"),
        view_roles=READERS,
    )
)  # fmt: skip
register(
    Resource(
        model=Exemption,
        scope=Scope(unit="person__unit"),
        group=_("Training"),
        columns=(
            Column("person"),
            Column("reason"),
            Column("effective_from", sortable=True),
            Column("effective_until"),
        ),
        order=("-effective_from", "-pk"),
        details=("person", "reason", "effective_from", "effective_until"),
        select=("person",),
        actions=actions.EXEMPTION_ACTIONS,
        view_roles=WITHIN,
    )
)
register(
    Resource(
        model=SuspiciousMail,
        scope=Scope(own=("reported_by",)),
        group=_("Incidents"),
        columns=(
            Column("subject"), Column("sender"), Column("reported_by"), Column("reported_at", sortable=True), Column("state"),
        ),
        filters=("state", "unit"),
        search=("subject", "sender"),
        order=("-reported_at", "-pk"),
        details=(
            "subject", "sender", "text", "file", "unit", "reported_by", "reported_at", "state", "finding", "judged_by", "judged_at",
        ),
        select=("reported_by", "unit", "judged_by", "file"),
        actions=actions.MAIL_ACTIONS,
        view_roles=("analyst", "group_lead", "ciso", "auditor", *(f"own:{role}" for role in actions.EVERYBODY if role not in ("analyst", "group_lead", "ciso", "auditor"))),
        state_field="state",
    )
)  # fmt: skip
