"""How reports show in pages, API and command line."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.reports import actions
from quarterdeck.areas.reports.models import Recipient, Report, ReportTopic
from quarterdeck.areas.reports.visibility import own_receipts, own_reports, own_topics
from quarterdeck.kernel.permissions.scope import Scope
from quarterdeck.kernel.resource import Column, Panel, Resource, register

#: Who sees every report of a unit; everybody else sees those sent to them.
WITHIN = ("ciso", "panel_member", "secretary", "committee_member", "disclosure_officer", "auditor")
VIEW = (*WITHIN, *(f"own:{role}" for role in actions.READERS if role not in WITHIN))

register(
    Resource(
        model=Report,
        scope=Scope(unit="unit", own=("author__user",), also=own_reports),
        group=_("Programme"),
        columns=(
            Column("title", sortable=True), Column("author"), Column("prepared_on"), Column("period_from"),
            Column("period_until"), Column("state"),
        ),
        filters=("state", "unit", "prepared_on"),
        search=("title",),
        order=("-prepared_on", "-pk"),
        details=("title", "author", "prepared_on", "period_from", "period_until", "text", "file", "unit", "state"),
        select=("author", "unit", "file"),
        panels=(Panel(ReportTopic, "report", _("Topics")), Panel(Recipient, "report", _("Recipients"))),
        actions=(actions.PrepareReport, actions.ChangeReport, actions.SendReport, actions.CloseReport),
        view_roles=VIEW,
        state_field="state",
    )
)  # fmt: skip
register(
    Resource(
        model=ReportTopic,
        scope=Scope(unit="report__unit", own=("report__author__user",), also=own_topics),
        columns=(Column("topic"), Column("dropped")),
        details=("report", "topic", "dropped"),
        select=("report",),
        order=("pk",),
        view_roles=VIEW,
    )
)
register(
    Resource(
        model=Recipient,
        scope=Scope(unit="report__unit", also=own_receipts),
        columns=(
            Column("report"), Column("body"), Column("person"), Column("delivered_on"), Column("received_on"),
            Column("received_by"),
        ),
        filters=("body", "received_on"),
        details=("report", "body", "person", "delivered_on", "received_on", "received_by"),
        select=("report", "body", "person", "received_by"),
        order=("-pk",),
        actions=(actions.AddRecipient, actions.Acknowledge),
        view_roles=VIEW,
    )
)  # fmt: skip
