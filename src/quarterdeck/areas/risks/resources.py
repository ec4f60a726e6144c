"""How the register shows in pages, API and command line."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.risks.actions import (
    analysis,
    enterprise,
    estimate,
    findings,
    importing,
    measures,
    register,
    treatment,
)
from quarterdeck.areas.risks.findings import KINDS
from quarterdeck.areas.risks.held_to import held_to
from quarterdeck.areas.risks.joints import join
from quarterdeck.areas.risks.models import (
    Acceptance,
    Analysis,
    Appetite,
    Calibration,
    Estimate,
    FinancialBaseline,
    Forecast,
    FrameworkAcceptance,
    FrameworkOwner,
    IncidentLoss,
    LearntFrom,
    MaterialityThreshold,
    Rating,
    RegisterImport,
    Risk,
    RiskAssessment,
    RiskCategory,
    RiskIncident,
    RiskRecommendation,
    RiskSafeguard,
    RiskSafeguardTest,
    RiskVendor,
    RiskVendorFinding,
    ThreatReview,
    Treatment,
)
from quarterdeck.kernel.permissions.scope import Scope
from quarterdeck.kernel.resource import Column, Panel, Resource, show_on
from quarterdeck.kernel.resource import register as declare

join()

GROUP = _("Risk")
READERS = register.READERS
WITH_OWN = (*READERS, "own:employee")
_OF_RISK = Scope(unit="risk__unit", own=("risk__owner__user",))

declare(
    Resource(
        model=Risk,
        scope=Scope(unit="unit", own=("owner__user",)),
        group=GROUP,
        columns=(
            Column("number"),
            Column("title", sortable=True),
            Column("category"),
            Column("unit"),
            Column("owner"),
            Column("expected", sortable=True, numeric=True),
            Column("bad_year", sortable=True, numeric=True),
            Column("response"),
            Column("next_review", sortable=True),
            Column("state"),
        ),
        filters=("state", "category", "unit", "origin", "effect", "response"),
        search=("number", "title", "threat", "asset"),
        order=("-exposure", "-pk"),
        details=(
            "number", "title", "threat", "origin", "asset", "effect", "description", "category", "owner", "unit", "response",
            "inherent_expected", "expected", "bad_year", "residual_expected", "chance", "event_low", "event_high", "review_every",
            "next_review", "reviewed_because", "state", "opened_on", "closed_on", "closed_because",
        ),
        select=("category", "owner", "unit"),
        panels=(
            Panel(Estimate, "risk"),
            Panel(Treatment, "risk"),
            Panel(Acceptance, "risk"),
            Panel(RiskSafeguard, "risk", _("Safeguards"), until="ended_on"),
            Panel(RiskVendor, "risk", _("Vendors"), until="ended_on"),
            Panel(RiskIncident, "risk", _("Incidents"), until="ended_on"),
            Panel(RiskVendorFinding, "risk", _("Findings at vendors"), until="ended_on"),
            Panel(RiskRecommendation, "risk", _("Recommendations"), until="ended_on"),
            Panel(RiskSafeguardTest, "risk", _("Failed tests of safeguards"), until="ended_on"),
        ),
        actions=(
            register.AddRisk, register.ChangeRisk, register.ReviewRisk, treatment.AcceptRisk, estimate.Learn, register.LinkSafeguard,
            register.LinkVendor, register.LinkIncident, register.CloseRisk, register.ReopenRisk,
        ),
        view_roles=WITH_OWN,
        state_field="state",
        screen="risk",
    )
)  # fmt: skip
declare(
    Resource(
        model=RegisterImport,
        scope=Scope(unit="unit"),
        group=GROUP,
        columns=(
            Column("title"), Column("unit"), Column("made_by"), Column("made_on"), Column("new", numeric=True),
            Column("changed", numeric=True), Column("unchanged", numeric=True), Column("state"),
        ),
        filters=("state", "unit"),
        order=("-made_on", "-pk"),
        details=(
            "title", "state", "new", "changed", "unchanged", "preview", "passed_over", "file", "unit", "kind", "reason", "source",
            "category", "owner", "made_by", "made_on", "taken_in_by", "taken_in_on", "sha256",
        ),
        select=("unit", "file", "made_by", "taken_in_by", "category", "owner"),
        actions=(importing.ReadRegister, importing.TakeIn, importing.Discard),
        view_roles=READERS,
        state_field="state",
    )
)  # fmt: skip
declare(
    Resource(
        model=RiskCategory,
        scope=Scope(),
        group=GROUP,
        columns=(Column("name"), Column("code"), Column("place", numeric=True)),
        search=("name",),
        order=("place", "name", "pk"),
        details=("code", "name", "description", "place"),
        panels=(Panel(Risk, "category"),),
        actions=(register.AddCategory, register.ChangeCategory),
        view_roles=WITH_OWN,
    )
)
declare(
    Resource(
        model=RiskSafeguard,
        scope=_OF_RISK,
        columns=(
            Column("safeguard"), Column("acts"), Column("effectiveness", numeric=True), Column("coverage", numeric=True), Column("ended_on"),
        ),
        order=("-pk",),
        details=("risk", "safeguard", "acts", "effectiveness", "coverage", "lapses", "lapse_days", "cost", "because", "ended_on"),
        select=("risk", "risk__unit", "risk__owner", "safeguard"),
        actions=(register.EndSafeguardLink,),
        view_roles=WITH_OWN,
    )
)  # fmt: skip
declare(
    Resource(
        model=RiskVendor,
        scope=_OF_RISK,
        columns=(Column("vendor"), Column("how"), Column("ended_on")),
        order=("-pk",),
        details=("risk", "vendor", "how", "ended_on"),
        select=("risk", "risk__unit", "risk__owner", "vendor"),
        actions=(register.EndVendorLink,),
        view_roles=WITH_OWN,
    )
)
declare(
    Resource(
        model=RiskIncident,
        # It hangs in the incident: whoever may not see that learns nothing of the connection.
        scope=Scope(unit="incident__unit", wall="incident__wall"),
        columns=(Column("risk"), Column("incident"), Column("how"), Column("ended_on")),
        order=("-pk",),
        details=("risk", "incident", "how", "ended_on"),
        select=("risk", "incident"),
        actions=(register.EndIncidentLink,),
        view_roles=READERS,
    )
)
# A finding's connection hangs where the finding hangs: whoever may not see that learns nothing of it through the risk. A guest
# sees the recommendations of an engagement, and no risk.
for model, scope, readers, actions, named in (
    (
        RiskVendorFinding, Scope(unit="finding__evaluation__vendor__unit"), READERS,
        (findings.LinkVendorFinding, findings.EndVendorFinding), "finding__evaluation__vendor",
    ),
    (
        RiskRecommendation, Scope(unit="finding__engagement__unit"), READERS,
        (findings.LinkRecommendation, findings.EndRecommendation), "finding__engagement",
    ),
    (
        RiskSafeguardTest, Scope(unit="finding__safeguard__unit", own=("finding__safeguard__owner__user",)), WITH_OWN,
        (findings.LinkSafeguardTest, findings.EndSafeguardTest), "finding__safeguard",
    ),
):  # fmt: skip
    declare(
        Resource(
            model=model,
            scope=scope,
            columns=(Column("risk"), Column("finding"), Column("how"), Column("ended_on")),
            order=("-pk",),
            details=("risk", "finding", "how", "ended_on"),
            select=("risk", named),
            actions=actions,
            view_roles=readers,
        )
    )
for kind in KINDS:
    show_on(kind.finding, Panel(kind.model, "finding", _("Risks it bears on"), until="ended_on"))
declare(
    Resource(
        model=Estimate,
        scope=_OF_RISK,
        columns=(
            Column("made_on"), Column("kind"), Column("expected", numeric=True), Column("bad_year", numeric=True), Column("estimator"),
            Column("source"), Column("replaced_on"),
        ),
        filters=("kind",),
        order=("-made_on", "-pk"),
        details=(
            "risk", "kind", "often", "rate_low", "rate_high", "vulnerability", "chance", "much", "low", "likely", "high", "cap", "forms",
            "estimator", "source", "because", "changed_because", "made_on", "made_by", "replaced_on", "prior", "learnt_since", "learnt_until",
            "learnt_events", "learnt_years", "learnt_losses", "learnt_floor", "losses_worth", "expected", "bad_year", "worst_year",
            "any_loss", "engine",
        ),
        select=("risk", "risk__unit", "risk__owner", "estimator", "made_by", "prior", "prior__risk"),
        panels=(Panel(LearntFrom, "estimate", _("Learnt from")),),
        actions=(estimate.MakeEstimate,),
        view_roles=WITH_OWN,
    )
)  # fmt: skip
declare(
    Resource(
        model=LearntFrom,
        scope=Scope(unit="incident__unit", wall="incident__wall"),
        columns=(Column("incident"), Column("amount", numeric=True)),
        order=("-pk",),
        details=("estimate", "incident", "amount"),
        select=("estimate", "estimate__risk", "incident"),
        view_roles=READERS,
    )
)
declare(
    Resource(
        model=Treatment,
        scope=Scope(unit="risk__unit", own=("risk__owner__user", "owner__user")),
        group=GROUP,
        columns=(
            Column("title", sortable=True), Column("risk"), Column("owner"), Column("cost", numeric=True), Column("due", sortable=True),
            Column("state"),
        ),
        filters=("state", "response"),
        search=("title",),
        order=("due", "pk"),
        details=(
            "risk", "title", "description", "response", "owner", "cost", "due", "safeguard", "project", "frequency_left", "severity_left",
            "state", "done_on", "because",
        ),
        select=("risk", "risk__unit", "risk__owner", "owner", "safeguard", "project"),
        actions=(
            treatment.PlanTreatment, treatment.BeginTreatment, treatment.ChangeTreatment, treatment.FinishTreatment,
            treatment.CancelTreatment,
        ),
        view_roles=WITH_OWN,
        state_field="state",
    )
)  # fmt: skip
declare(
    Resource(
        model=Acceptance,
        scope=_OF_RISK,
        columns=(
            Column("risk"), Column("accepted_by"), Column("expected", numeric=True), Column("effective_from"), Column("effective_until"),
        ),
        order=("-effective_from", "-pk"),
        details=(
            "risk", "accepted_by", "because", "expected", "bad_year", "effective_from", "effective_until", "withdrawn_because",
        ),
        select=("risk", "risk__unit", "risk__owner", "accepted_by"),
        actions=(treatment.WithdrawAcceptance,),
        view_roles=WITH_OWN,
    )
)  # fmt: skip
declare(
    Resource(
        model=Analysis,
        scope=Scope(unit="unit"),
        group=GROUP,
        columns=(
            Column("title"), Column("unit"), Column("kind"), Column("made_on"), Column("expected", numeric=True),
            Column("bad_year", numeric=True), Column("worst_year", numeric=True),
        ),
        filters=("kind", "unit"),
        search=("title",),
        order=("-made_on", "-pk"),
        details=(
            "title", "unit", "kind", "made_on", "made_by", "risks", "left_out", "currency", "expected", "bad_year", "worst_year",
            "worst_mean", "inputs_sha256", "engine", "repeated_on", "repeated_same",
        ),
        select=("unit", "made_by"),
        actions=(analysis.RunAnalysis, analysis.RepeatAnalysis),
        view_roles=READERS,
        screen="risk_analysis",
    )
)  # fmt: skip
declare(
    Resource(
        model=RiskAssessment,
        scope=Scope(unit="unit", own=("lead__user",)),
        group=GROUP,
        columns=(
            Column("title"), Column("unit"), Column("performer"), Column("performer_name"), Column("performed_on"), Column("state"),
        ),
        filters=("state", "performer", "unit"),
        search=("title", "performer_name"),
        order=("-performed_on", "-pk"),
        details=(
            "title", "unit", "procedure", "scope", "method", "performer", "performer_name", "engagement", "lead", "performed_on", "result",
            "analysis", "file", "state", "prepared_by", "approved_by", "approved_on", "returned_because",
        ),
        select=("unit", "procedure", "procedure__policy", "engagement", "lead", "analysis", "file", "prepared_by", "approved_by"),
        actions=(
            analysis.PrepareAssessment, analysis.ChangeAssessment, analysis.SubmitAssessment, analysis.ApproveAssessment,
            analysis.ReturnAssessment,
        ),
        view_roles=WITH_OWN,
        state_field="state",
    )
)  # fmt: skip
declare(
    Resource(
        model=Appetite,
        # What bars the acceptance of a risk is read by those whom it bars.
        scope=Scope(unit="unit", also=held_to),
        group=GROUP,
        columns=(
            Column("unit"), Column("expected_limit", numeric=True), Column("owner_may_accept", numeric=True),
            Column("ciso_may_accept", numeric=True), Column("effective_from"), Column("effective_until"),
        ),
        filters=("unit",),
        order=("-effective_from", "-pk"),
        details=(
            "unit", "statement", "expected_limit", "curve", "owner_may_accept", "ciso_may_accept", "decision", "effective_from",
            "effective_until",
        ),
        select=("unit", "decision"),
        actions=(measures.SetAppetite, measures.EndAppetite),
        view_roles=READERS,
    )
)  # fmt: skip
declare(
    Resource(
        model=Rating,
        scope=Scope(),
        group=GROUP,
        columns=(Column("label"), Column("from_amount", numeric=True), Column("ended_on")),
        order=("from_amount", "pk"),
        details=("label", "from_amount", "ended_on"),
        actions=(measures.AddRating, measures.EndRating),
        view_roles=WITH_OWN,
    )
)
declare(
    Resource(
        model=Calibration,
        scope=Scope(own=("person__user",)),
        group=GROUP,
        columns=(
            Column("question"), Column("person"), Column("low", numeric=True), Column("high", numeric=True), Column("truth", numeric=True),
            Column("answered_on"),
        ),
        search=("question",),
        order=("-answered_on", "-pk"),
        details=("person", "question", "low", "high", "answered_on", "truth", "known_on"),
        select=("person",),
        actions=(estimate.AskCalibration, estimate.TellTruth),
        view_roles=("ciso", "group_lead", "analyst", "committee_member", "board_member", "auditor", "own:employee"),
    )
)  # fmt: skip
declare(
    Resource(
        model=Forecast,
        scope=Scope(own=("person__user",)),
        group=GROUP,
        columns=(
            Column("statement"), Column("person"), Column("chance", numeric=True), Column("due", sortable=True), Column("came_true"),
        ),
        search=("statement",),
        order=("-made_on", "-pk"),
        details=("person", "statement", "chance", "due", "made_on", "came_true", "known_on"),
        select=("person",),
        actions=(estimate.MakeForecast, estimate.TellOutcome),
        view_roles=("ciso", "group_lead", "analyst", "committee_member", "board_member", "auditor", "own:employee"),
    )
)  # fmt: skip
declare(
    Resource(
        model=FinancialBaseline,
        scope=Scope(),
        group=GROUP,
        columns=(
            Column("period_from"), Column("period_until"), Column("revenue", numeric=True), Column("pretax_income", numeric=True),
            Column("state"),
        ),
        filters=("state",),
        order=("-period_until", "-pk"),
        details=(
            "period_from", "period_until", "revenue", "pretax_income", "total_assets", "equity", "source", "state", "recorded_by",
            "confirmed_by",
        ),
        select=("recorded_by", "confirmed_by"),
        actions=(measures.RecordBaseline, measures.ConfirmBaseline, measures.WithdrawBaseline),
        view_roles=READERS,
        state_field="state",
    )
)  # fmt: skip
declare(
    Resource(
        model=MaterialityThreshold,
        scope=Scope(),
        group=GROUP,
        columns=(Column("name"), Column("base"), Column("percent", numeric=True), Column("ended_on")),
        order=("pk",),
        details=("name", "base", "percent", "because", "ended_on"),
        actions=(measures.AddThreshold, measures.EndThreshold),
        view_roles=READERS,
    )
)
declare(
    Resource(
        model=IncidentLoss,
        scope=Scope(unit="incident__unit", wall="incident__wall"),
        columns=(
            Column("incident"), Column("form"), Column("so_far", numeric=True), Column("low", numeric=True), Column("high", numeric=True),
            Column("as_of"), Column("replaced_on"),
        ),
        order=("-pk",),
        details=("incident", "form", "so_far", "low", "high", "because", "as_of", "recorded_by", "replaced_on"),
        select=("incident", "recorded_by"),
        actions=(measures.RecordLoss,),
        view_roles=READERS,
    )
)  # fmt: skip
declare(
    Resource(
        model=FrameworkOwner,
        scope=Scope(own=("person__user",)),
        group=GROUP,
        columns=(
            Column("framework"),
            Column("person"),
            Column("document"),
            Column("effective_from"),
            Column("effective_until"),
        ),
        order=("-effective_from", "-pk"),
        details=("framework", "person", "document", "effective_from", "effective_until"),
        select=("person",),
        panels=(Panel(FrameworkAcceptance, "owner"),),
        actions=(enterprise.NameFrameworkOwner, enterprise.AcceptIntoFramework, enterprise.EndFrameworkOwner),
        view_roles=WITH_OWN,
    )
)
declare(
    Resource(
        model=FrameworkAcceptance,
        scope=Scope(own=("owner__person__user",)),
        columns=(
            Column("owner"), Column("accepted_on"), Column("accepted_by"), Column("risks", numeric=True), Column("withdrawn_on"),
        ),
        order=("-accepted_on", "-pk"),
        details=(
            "owner", "accepted_by", "accepted_on", "because", "risks", "listed", "sha256", "withdrawn_on", "withdrawn_because",
        ),
        select=("owner", "owner__person", "accepted_by"),
        actions=(enterprise.WithdrawFromFramework,),
        view_roles=WITH_OWN,
    )
)  # fmt: skip
declare(
    Resource(
        model=ThreatReview,
        scope=Scope(),
        group=GROUP,
        columns=(
            Column("title"), Column("period_from"), Column("period_until"), Column("answer"), Column("state"), Column("decided_on"),
        ),
        filters=("state", "answer"),
        search=("title",),
        order=("-period_until", "-pk"),
        details=(
            "title", "period_from", "period_until", "threats", "incidents", "aggregate", "likely", "answer", "because", "listed",
            "sha256", "state", "prepared_by", "decision", "decided_on",
        ),
        select=("prepared_by", "decision"),
        actions=(enterprise.PrepareReview, enterprise.ChangeReview, enterprise.BringReview),
        view_roles=("ciso", "counsel", "panel_member", "committee_member", "secretary", "board_member", "disclosure_officer", "auditor"),
        state_field="state",
    )
)  # fmt: skip
