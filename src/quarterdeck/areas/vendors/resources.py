"""How vendors and all that hangs on them show in pages, API and command line."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.vendors.actions import contract, engagement, evaluation, guest, questionnaire, vendor
from quarterdeck.areas.vendors.models import (
    Acceptance,
    AnswerEvidence,
    Assurance,
    Condition,
    Contract,
    Evaluation,
    EvaluationAnswer,
    Finding,
    GuestLink,
    GuestRefusal,
    MonitoringNote,
    Obligation,
    ObligationPeriod,
    OffboardingItem,
    QuestionnaireTemplate,
    QuestionnaireVersion,
    Subcontractor,
    Vendor,
    VendorEngagement,
    VendorException,
    VendorIncident,
)
from quarterdeck.kernel.permissions.scope import Scope
from quarterdeck.kernel.resource import Column, Panel, Resource, register

INSIDE = (
    "analyst", "group_lead", "ciso", "panel_member", "unit_owner", "counsel", "committee_member", "secretary", "board_member",
    "disclosure_officer", "auditor",
)  # fmt: skip
GUEST = "own:vendor_guest"
_GROUP = _("Third parties")
_OF_VENDOR = Scope(unit="vendor__unit")
_OF_EVALUATION = Scope(unit="evaluation__vendor__unit", own=("evaluation__guest",))

register(
    Resource(
        model=Vendor,
        named_by=("name",),
        scope=Scope(unit="unit"),
        group=_GROUP,
        columns=(
            Column("name"), Column("tier", numeric=True), Column("criticality"), Column("service"), Column("country"), Column("unit"),
            Column("owner"), Column("state"),
        ),
        filters=("tier", "criticality", "state", "unit", "country"),
        search=("name", "legal_name", "service"),
        order=("name", "pk"),
        details=(
            "name", "legal_name", "lei", "identifier", "country", "address", "website", "parent_name", "parent_lei", "kind", "category",
            "unit", "owner", "contact_name", "contact_email", "service", "function", "data_categories", "sensitivity", "volume", "access",
            "criticality", "regulated", "tier", "provided_from", "stored_in", "processed_in", "ict_service", "substitutable", "exit_plan",
            "alternatives", "state",
        ),
        select=("unit", "owner"),
        panels=(
            Panel(VendorEngagement, "vendor"), Panel(Evaluation, "vendor"), Panel(Obligation, "vendor"), Panel(Contract, "vendor"),
            Panel(Assurance, "vendor"),
        ),
        actions=vendor.VENDOR_ACTIONS,
        view_roles=INSIDE,
        screen="vendor",
        state_field="state",

    )
)  # fmt: skip
register(
    Resource(
        model=VendorEngagement,
        scope=_OF_VENDOR,
        group=_GROUP,
        columns=(
            Column("vendor"), Column("service"), Column("state"), Column("planned_for", sortable=True), Column("engaged_on"),
            Column("ended_on"), Column("exception"),
        ),
        filters=("state", "planned_for", "engaged_on"),
        search=("service", "vendor__name"),
        order=("-planned_for", "-pk"),
        details=(
            "vendor", "service", "state", "planned_for", "engaged_on", "engaged_by", "evaluation", "exception", "ended_on",
            "ended_because",
        ),
        select=("vendor", "evaluation__vendor", "exception__vendor"),
        panels=(Panel(OffboardingItem, "engagement"),),
        actions=engagement.ENGAGEMENT_ACTIONS,
        view_roles=INSIDE,
        state_field="state",
    )
)  # fmt: skip
register(
    Resource(
        model=Evaluation,
        scope=Scope(unit="vendor__unit", own=("guest",)),
        group=_GROUP,
        columns=(
            Column("vendor"), Column("tier", numeric=True), Column("state"), Column("rating"), Column("decision"),
            Column("opened_on", sortable=True), Column("decided_on"), Column("valid_until"),
        ),
        filters=("state", "decision", "rating", "valid_until"),
        search=("vendor__name", "scope"),
        order=("-opened_on", "-pk"),
        details=(
            "vendor", "scope", "questionnaire", "tier", "assessor", "state", "opened_on", "submitted_at", "score", "rating", "summary",
            "proposed_at", "sha256", "decision", "decided_on", "decided_by", "because", "valid_until", "withdrawn_on", "withdrawn_because",
        ),
        select=("vendor", "questionnaire__template"),
        panels=(Panel(Condition, "evaluation"), Panel(Finding, "evaluation"), Panel(GuestLink, "evaluation")),
        actions=evaluation.EVALUATION_ACTIONS,
        view_roles=(*INSIDE, GUEST),
        screen="vendor_evaluation",
        state_field="state",

    )
)  # fmt: skip
register(
    Resource(
        model=EvaluationAnswer,
        scope=_OF_EVALUATION,
        columns=(Column("question"), Column("values"), Column("comment"), Column("source"), Column("verdict")),
        details=("evaluation", "question", "values", "comment", "source", "verdict", "verdict_note", "judged_by"),
        order=("pk",),
        select=("evaluation__vendor",),
        actions=(evaluation.JudgeAnswer,),
        view_roles=(*INSIDE, GUEST),
    )
)
register(
    Resource(
        model=AnswerEvidence,
        scope=Scope(unit="answer__evaluation__vendor__unit", own=("answer__evaluation__guest",)),
        columns=(Column("file"), Column("answer"), Column("removed")),
        details=("answer", "file", "removed", "recorded_at"),
        order=("pk",),
        select=("file", "answer"),
        actions=(evaluation.RemoveEvidence,),
        view_roles=(*INSIDE, GUEST),
    )
)
register(
    Resource(
        model=Finding,
        scope=Scope(unit="evaluation__vendor__unit"),
        columns=(Column("title"), Column("severity"), Column("text")),
        search=("title", "evaluation__vendor__name"),
        details=("evaluation", "title", "severity", "text"),
        order=("pk",),
        select=("evaluation__vendor",),
        actions=(evaluation.AddFinding,),
        view_roles=INSIDE,
    )
)
register(
    Resource(
        model=Condition,
        scope=Scope(unit="evaluation__vendor__unit"),
        columns=(Column("text"), Column("due_on"), Column("met_on"), Column("note")),
        details=("evaluation", "text", "due_on", "met_on", "note", "file"),
        order=("pk",),
        select=("evaluation__vendor",),
        actions=(evaluation.MeetCondition,),
        view_roles=INSIDE,
    )
)
register(
    Resource(
        model=VendorException,
        scope=_OF_VENDOR,
        group=_GROUP,
        columns=(
            Column("vendor"), Column("state"), Column("reason"), Column("requested_on"), Column("decided_on"), Column("expires_on"),
        ),
        filters=("state", "expires_on"),
        search=("vendor__name", "reason"),
        order=("-pk",),
        details=(
            "vendor", "reason", "compensating", "expires_on", "state", "requested_by", "requested_on", "decided_by", "decided_on",
            "decided_because",
        ),
        select=("vendor",),
        actions=engagement.EXCEPTION_ACTIONS,
        view_roles=INSIDE,
        state_field="state",
    )
)  # fmt: skip
register(
    Resource(
        model=OffboardingItem,
        scope=Scope(unit="engagement__vendor__unit"),
        columns=(
            Column("what"),
            Column("engagement"),
            Column("state"),
            Column("due_on"),
            Column("done_on"),
            Column("note"),
        ),
        details=("engagement", "what", "due_on", "state", "done_on", "note", "file"),
        order=("pk",),
        select=("engagement__vendor",),
        actions=(engagement.SettleOffboarding,),
        view_roles=INSIDE,
        state_field="state",
    )
)
register(
    Resource(
        model=Contract,
        scope=_OF_VENDOR,
        group=_GROUP,
        columns=(
            Column("reference"), Column("title"), Column("vendor"), Column("starts_on"), Column("ends_on"), Column("audit_right"),
            Column("data_return"), Column("terminated_on"),
        ),
        filters=("ends_on", "audit_right", "data_return"),
        search=("reference", "title", "vendor__name"),
        order=("-starts_on", "-pk"),
        details=(
            "vendor", "reference", "title", "signed_on", "starts_on", "ends_on", "notice_days", "vendor_notice_days", "governing_law",
            "audit_right", "security_clause", "incident_hours", "subcontracting", "termination", "data_return", "reliance", "annual_cost",
            "currency", "file", "terminated_on", "terminated_because",
        ),
        select=("vendor",),
        panels=(Panel(Obligation, "contract"),),
        actions=contract.CONTRACT_ACTIONS,
        view_roles=INSIDE,
    )
)  # fmt: skip
register(
    Resource(
        model=Obligation,
        scope=Scope(unit="vendor__unit", own=("owner__user",)),
        group=_GROUP,
        columns=(
            Column("title"), Column("vendor"), Column("recurrence"), Column("next_due", sortable=True), Column("owner"), Column("state"),
        ),
        filters=("state", "recurrence", "next_due"),
        search=("title", "vendor__name"),
        order=("state", "next_due", "pk"),
        details=("vendor", "contract", "title", "evidence_wanted", "recurrence", "first_due", "next_due", "owner", "state", "ended_on"),
        select=("vendor", "owner"),
        panels=(Panel(ObligationPeriod, "obligation"),),
        actions=contract.OBLIGATION_ACTIONS,
        view_roles=INSIDE,
        state_field="state",
    )
)  # fmt: skip
register(
    Resource(
        model=ObligationPeriod,
        scope=Scope(unit="obligation__vendor__unit", own=("task_owner__user",)),
        columns=(Column("due_on"), Column("state"), Column("done_on"), Column("note"), Column("task"), Column("task_due"), Column("task_done_on")),
        details=(
            "obligation", "due_on", "state", "done_on", "done_by", "note", "file", "task", "task_owner", "task_due", "task_done_on",
        ),
        order=("-pk",),
        select=("obligation__vendor", "task_owner"),
        actions=(contract.FinishTask,),
        view_roles=INSIDE,
        state_field="state",
    )
)  # fmt: skip
register(
    Resource(
        model=Assurance,
        scope=_OF_VENDOR,
        group=_GROUP,
        columns=(
            Column("kind"), Column("vendor"), Column("issuer"), Column("period_until"), Column("expires_on", sortable=True), Column("qualified"),
            Column("state"),
        ),
        filters=("kind", "state", "expires_on", "qualified"),
        search=("vendor__name", "issuer", "number"),
        order=("-issued_on", "-pk"),
        details=(
            "vendor", "kind", "issuer", "number", "scope", "period_from", "period_until", "issued_on", "expires_on", "qualified", "bridges",
            "reviewed", "file", "state",
        ),
        select=("vendor", "bridges__vendor"),
        actions=(contract.RecordAssurance, contract.WithdrawAssurance),
        view_roles=INSIDE,
        state_field="state",
    )
)  # fmt: skip
register(
    Resource(
        model=Subcontractor,
        scope=_OF_VENDOR,
        columns=(
            Column("name"), Column("vendor"), Column("rank", numeric=True), Column("country"), Column("service"), Column("sees_data"),
            Column("essential"),
        ),
        details=(
            "vendor", "behind", "known_as", "name", "identifier", "country", "service", "rank", "sees_data", "essential", "since", "until",
        ),
        order=("pk",),
        select=("vendor", "behind", "known_as"),
        actions=(vendor.AddSubcontractor, vendor.EndSubcontractor),
        view_roles=INSIDE,
    )
)  # fmt: skip
register(
    Resource(
        model=Acceptance,
        scope=_OF_VENDOR,
        columns=(
            Column("vendor"),
            Column("version"),
            Column("policy_version"),
            Column("accepted_on"),
            Column("accepted_by"),
            Column("withdrawn_on"),
        ),
        details=(
            "vendor",
            "policy_version",
            "version",
            "accepted_on",
            "accepted_by",
            "file",
            "withdrawn_on",
            "withdrawn_because",
        ),
        order=("-accepted_on", "-pk"),
        select=("vendor", "policy_version", "policy_version__policy"),
        actions=(vendor.AcceptProcedures, vendor.WithdrawAcceptance),
        view_roles=INSIDE,
    )
)
register(
    Resource(
        model=MonitoringNote,
        scope=_OF_VENDOR,
        columns=(Column("day"), Column("vendor"), Column("source"), Column("what"), Column("weight")),
        details=("vendor", "day", "source", "what", "weight", "action", "noted_by"),
        order=("-day", "-pk"),
        select=("vendor",),
        actions=(vendor.Note,),
        view_roles=INSIDE,
    )
)
register(
    Resource(
        model=VendorIncident,
        # It hangs in the incident: whoever may not see that learns nothing of the connection.
        scope=Scope(unit="incident__unit", wall="incident__wall"),
        columns=(Column("vendor"), Column("incident"), Column("how"), Column("told_at")),
        details=("vendor", "incident", "told_at", "how"),
        order=("-pk",),
        select=("vendor", "incident"),
        actions=(vendor.ConnectIncident,),
        view_roles=INSIDE,
    )
)
register(
    Resource(
        model=QuestionnaireTemplate,
        scope=Scope(),
        group=_GROUP,
        columns=(Column("title"), Column("purpose")),
        search=("title",),
        order=("title", "pk"),
        details=("title", "purpose"),
        panels=(Panel(QuestionnaireVersion, "template"),),
        actions=(questionnaire.NewQuestionnaire, questionnaire.ChangeQuestionnaire),
        view_roles=INSIDE,
    )
)
register(
    Resource(
        model=QuestionnaireVersion,
        scope=Scope(),
        columns=(
            Column("template"), Column("number", numeric=True), Column("state"), Column("questions", numeric=True), Column("sections", numeric=True),
            Column("published_at"),
        ),
        filters=("state",),
        details=("template", "number", "state", "questions", "sections", "source", "sha256", "published_at"),
        order=("-pk",),
        select=("template",),
        actions=questionnaire.VERSION_ACTIONS,
        view_roles=INSIDE,
        screen="questionnaire",
        state_field="state",

    )
)  # fmt: skip
register(
    Resource(
        model=GuestLink,
        scope=Scope(unit="evaluation__vendor__unit"),
        columns=(
            Column("name"),
            Column("email"),
            Column("expires_on"),
            Column("bound_at"),
            Column("used_at"),
            Column("revoked_at"),
        ),
        details=(
            "evaluation",
            "name",
            "email",
            "language",
            "expires_on",
            "sent_by",
            "sent_at",
            "bound_at",
            "used_at",
            "revoked_at",
        ),
        order=("-pk",),
        select=("evaluation__vendor", "sent_by"),
        panels=(Panel(GuestRefusal, "link"),),
        actions=(guest.SendLink, guest.RevokeLink, guest.AskCode, guest.OpenLink),
        view_roles=("analyst", "ciso", "auditor"),
    )
)
register(
    Resource(
        model=GuestRefusal,
        scope=Scope(unit="link__evaluation__vendor__unit"),
        columns=(Column("at"), Column("why"), Column("link"), Column("detail"), Column("address")),
        details=("link", "why", "at", "detail", "address"),
        order=("-at", "-pk"),
        select=("link",),
        actions=(guest.NoteRefusal,),
        view_roles=("analyst", "ciso", "auditor"),
    )
)
