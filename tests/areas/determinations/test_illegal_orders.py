"""Every order of steps, by everybody: what is not the next legal step is refused with its reason, and the ledger is as it was.

A model of the path says which steps may succeed. The machine tries any action on any record as anybody, at any time. What
is refused must say why and leave no leaf; what succeeds must be a step that the model allows; and after each step the laws
of the path hold on the record itself.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from quarterdeck.areas.bodies.models import Decision, Vote
from quarterdeck.areas.bodies.walls import inside
from quarterdeck.areas.determinations.models import (
    Assessment,
    Determination,
    Factor,
    FollowUp,
    LegalHold,
    TradingWindow,
)
from quarterdeck.areas.determinations.rules import digest
from quarterdeck.areas.disclosures.models import Disclosure
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Denied, Invalid, NotVisible, Refused
from quarterdeck.kernel.ledger.models import Leaf
from quarterdeck.kernel.permissions.sync import SHIPPED_ROLES
from quarterdeck.kernel.resource.registry import action_named, all_resources
from tests.areas.determinations.path import TEXTS
from tests.areas.determinations.people import Cast, after
from tests.support import act, user_with

pytestmark = [pytest.mark.django_db]

#: Data with which a step succeeds where it is legal; the machine leaves out nothing else.
WORDS: dict[str, dict[str, Any]] = {
    "incidents.incident.rate": {"severity": "high", "severity_why": "Many records"},
    "incidents.incident.trace": {"source": "external", "source_why": "Gateway log"},
    "incidents.incident.contain": {},
    "incidents.incident.ratify_containment": {"late_because": "Late"},
    "incidents.incident.raise_wall": {"why": "Could be material"},
    "incidents.incident.lift_wall": {},
    "incidents.incident.record_lessons": {"lessons": "Shorter token life"},
    "incidents.incident.change": {"plan_version": "4"},
    "incidents.incident.close": {},
    "incidents.incident.reopen": {"why": "A copy was found"},
    "determinations.assessment.write": {**TEXTS, "recommendation": "material"},
    "bodies.decision.put": {},
    "bodies.decision.declare": {},
    "bodies.decision.withdraw": {},
    "bodies.decision.change": {"text": "Not material."},
    "bodies.meeting.call": {},
    "bodies.meeting.open": {},
    "bodies.meeting.close": {},
    "bodies.meeting.cancel": {"because": "No quorum"},
    "determinations.legalhold.release": {"because": "x"},
    "determinations.tradingwindow.open": {"because": "x"},
    "determinations.followup.settle": {"answer": "Known"},
}
EVERYBODY = (
    "analyst", "head of unit", "secretary", "counsel", "committee member", "director", "officer", "auditor", "administrator",
    "ciso", *(f"another {role}" for role in SHIPPED_ROLES),
)  # fmt: skip
WHO = st.one_of(st.just("whoever may"), st.sampled_from(EVERYBODY))
#: Areas whose every action is tried, with whatever record is newest and with no data that fits.
AREAS = ("incidents.", "determinations.", "bodies.", "disclosures.")
EVERY_ACTION = tuple(
    sorted(
        action.code() for resource in all_resources() if resource.code.startswith(AREAS) for action in resource.actions
    )
)

#: Who may, where the machine asks for somebody who may.
RIGHT = {
    "incidents.incident.ratify_containment": "committee member",
    "incidents.incident.raise_wall": "counsel",
    "incidents.incident.lift_wall": "counsel",
    "incidents.incident.organise_assessment": "committee member",
    "incidents.incident.record_assessment": "committee member",
    "incidents.incident.escalate": "secretary",
    "incidents.incident.record_lessons": "analyst",
    "incidents.incident.change": "analyst",
    "incidents.task.give": "analyst",
    "determinations.assessment.open": "committee member",
    "determinations.assessment.write": "analyst",
    "determinations.assessment.submit": "committee member",
    "determinations.assessment.bring": "secretary",
    "determinations.factor.answer": "analyst",
    "determinations.followup.settle": "committee member",
    "determinations.legalhold.release": "counsel",
    "determinations.tradingwindow.open": "counsel",
    **dict.fromkeys(
        ("bodies.decision.put", "bodies.decision.declare", "bodies.decision.withdraw", "bodies.decision.change",
         "bodies.meeting.call", "bodies.meeting.open", "bodies.meeting.close", "bodies.meeting.cancel"), "secretary"
    ),
}  # fmt: skip
ANSWERS = st.sampled_from(["material", "not_material", "undetermined"])


STARTS = ("declared", "assessing", "assessed", "brought", "opened", "undetermined", "decided", "done")
#: Runs from each start; more when asked for, to look for what the usual number does not find.
EXAMPLES = int(os.environ.get("QUARTERDECK_ORDERS", "5"))


class Path(RuleBasedStateMachine):
    """One incident, everybody, every action."""

    start = "declared"

    @initialize()
    def begin(self) -> None:
        """At one of the points of the path: an illegal step is most interesting where the legal ones are many."""
        start = self.start
        self.cast = cast = Cast()
        self.hours = 30.0
        rows: list[Determination] = []
        if start in ("declared", "assessing"):
            self.incident = cast.declared() if start == "declared" else cast.assessing()
        elif start == "assessed":
            self.incident = cast.assessed().incident
        elif start in ("brought", "opened"):
            rows = cast.brought()
            self.incident = rows[0].incident
            if start == "opened":
                cast.opened(rows)
        else:
            answer = {"undetermined": "undetermined", "decided": "material", "done": "not_material"}[start]
            self.incident = cast.decided(answer)
        self.logins: dict[str, User] = dict(cast.logins)
        self.logins["ciso"] = user_with("ciso", login="ci.so")
        for role in SHIPPED_ROLES:
            self.logins[f"another {role}"] = user_with(role, login=f"another.{role}")
        if self.again().wall is not None:
            act("incidents.incident.let_in", cast.counsel, self.incident, user=self.logins["ciso"], why="Closes it")
        if start == "done":
            for step in ("record_lessons", "change"):
                act(f"incidents.incident.{step}", cast.analyst, self.incident, **WORDS[f"incidents.incident.{step}"])
        self.succeeded: list[str] = []
        self.refused = 0

    def again(self) -> Incident:
        return Incident.objects.get(pk=self.incident.pk)

    def attempt(self, code: str, who: str, record: Any, **data: Any) -> bool:
        """Do it; when it is refused there is a reason and nothing changed. Whether it was done."""
        who = RIGHT.get(code, "ciso") if who == "whoever may" else who
        self.hours += 0.25
        size = Leaf.objects.count()
        kept = Incident.objects.filter(pk=self.incident.pk).values().get()
        with clock.fixed(after(self.hours)):
            reason = self.reason(code, who, record, data)
        if reason is not None:
            assert reason.strip(), f"{code} was refused without a reason"
            assert Leaf.objects.count() == size, f"{code} was refused and left a leaf"
            assert Incident.objects.filter(pk=self.incident.pk).values().get() == kept
            self.refused += 1
            return False
        assert Leaf.objects.count() == size + 1, f"{code} left not one leaf"
        self.succeeded.append(code)
        return True

    def reason(self, code: str, who: str, record: Any, data: dict[str, Any]) -> str | None:
        """Why it was refused; None when it was done. Any other error is a fault of the product."""
        try:
            act(code, self.logins[who], record, **data)
        except (Refused, Denied, NotVisible, Invalid) as refusal:
            return str(refusal)
        return None

    @rule(who=WHO, step=st.sampled_from([code for code in WORDS if code.startswith("incidents.")]))
    def on_the_incident(self, who: str, step: str) -> None:
        before = self.again()
        done = self.attempt(step, who, before, **WORDS[step])
        if done and step.endswith("close"):
            self.assert_complete(before)
        if done and step.endswith("lift_wall"):
            assert not before.potentially_material or before.materiality in ("material", "not_material")

    @rule(who=WHO, wall=st.booleans(), all_in=st.booleans())
    def organise(self, who: str, wall: bool, all_in: bool) -> None:
        named = [login.pk for name, login in self.logins.items() if name not in ("auditor", "administrator")]
        data = {"inside": named if all_in else []} if wall else {"open_because": "Known to all"}
        if self.attempt(
            "incidents.incident.organise_assessment", who, self.incident, assessor=self.cast.member, **data
        ):
            assert (self.again().wall is not None) is wall

    @rule(who=WHO, could=st.sampled_from(["yes", "no"]))
    def record_at_once(self, who: str, could: str) -> None:
        done = self.attempt(
            "incidents.incident.record_assessment", who, self.incident, assessment="x", potentially_material=could
        )
        assert not (done and could == "yes"), "what could be material was recorded without an assessment"

    @rule(who=WHO, unit=st.integers(0, 1))
    def take_part(self, who: str, unit: int) -> None:
        made = self.attempt(
            "incidents.task.give",
            who,
            None,
            incident=self.incident,
            unit=self.cast.units[unit],
            title="Look",
            due="2026-03-09",
        )
        if made:
            task = self.again().tasks.order_by("-pk")[0]
            self.logins["head"] = self.cast.owners[unit]
            self.attempt("incidents.task.accept", "head", task)

    @rule(who=WHO)
    def open(self, who: str) -> None:
        self.attempt("determinations.assessment.open", who, None, incident=self.incident, lead=self.cast.member)

    @rule(who=WHO, answer=ANSWERS)
    def write(self, who: str, answer: str) -> None:
        for one in self.latest():
            data = {**WORDS["determinations.assessment.write"], "recommendation": answer}
            self.attempt("determinations.assessment.write", who, one, **data)

    @rule(who=WHO)
    def answer(self, who: str) -> None:
        for one in self.latest():
            for row in Factor.objects.filter(assessment=one):
                given = {} if row.kind == "in_words" else {"amount": "3"}
                if not self.attempt(
                    "determinations.factor.answer", who, row, answer="answered", reason="Seen", **given
                ):
                    break

    @rule(who=WHO, could=st.sampled_from(["yes", "no"]))
    def submit(self, who: str, could: str) -> None:
        for one in self.latest():
            unanswered = Factor.objects.filter(assessment=one, answer=None).count()
            if self.attempt("determinations.assessment.submit", who, one, potentially_material=could):
                assert unanswered == 0

    def latest(self) -> list[Assessment]:
        return list(Assessment.objects.order_by("-pk")[:1])

    @rule(who=WHO, board=st.booleans())
    def escalate(self, who: str, board: bool) -> None:
        body = self.cast.board if board else self.cast.committee
        if self.attempt("incidents.incident.escalate", who, self.incident, escalated_to=body):
            assert board, "escalated to a body that no charter charges with it"

    @rule(who=WHO, answer=ANSWERS, disclose=st.booleans(), kind=st.sampled_from(["meeting", "written_resolution"]))
    def bring(self, who: str, answer: str, disclose: bool, kind: str) -> None:
        for one in self.latest():
            disclosure = "necessary" if disclose else "not_necessary"
            done = self.attempt(
                "determinations.assessment.bring", who, one, kind=kind, planned_at=after(self.hours),
                materiality=answer, materiality_because="x", measures="y", disclosure=disclosure,
                disclosure_because="z", follow_up_on="2026-04-01" if answer == "undetermined" else "",
            )  # fmt: skip
            assert not (done and answer == "material" and not disclose), "kept to itself what is material"

    @rule(who=WHO, step=st.sampled_from(["call", "open", "close", "cancel"]))
    def meet(self, who: str, step: str) -> None:
        for row in Determination.objects.filter(state="proposed").select_related("decision__meeting")[:1]:
            done = self.attempt(f"bodies.meeting.{step}", who, row.decision.meeting, **WORDS[f"bodies.meeting.{step}"])
            if done and step == "open" and not row.decision.meeting.written:
                self.attempt(
                    "bodies.meeting.record_attendance", "secretary", row.decision.meeting,
                    present=[director.pk for director in self.cast.directors],
                )  # fmt: skip

    @rule(who=WHO, place=st.integers(0, 2), step=st.sampled_from(["put", "declare", "withdraw", "change"]))
    def decide(self, who: str, place: int, step: str) -> None:
        for row in Determination.objects.filter(state="proposed").order_by("pk")[place : place + 1]:
            done = self.attempt(f"bodies.decision.{step}", who, row.decision, **WORDS[f"bodies.decision.{step}"])
            assert not (done and step == "change"), "the words of a proposal were changed"
            if done and step == "put" and row.question != "materiality":
                assert Determination.objects.filter(
                    assessment=row.assessment, question="materiality", state="decided"
                ).exists()

    @rule(choice=st.sampled_from(["for", "against"]), which=st.integers(0, 1))
    def vote(self, choice: str, which: int) -> None:
        self.logins["voter"] = self.cast.directors[which].user
        for row in Determination.objects.filter(state="proposed", decision__put_at__isnull=False):
            self.attempt("bodies.vote.cast", "voter", None, decision=row.decision, choice=choice)

    @rule(who=WHO)
    def afterwards(self, who: str) -> None:
        for model, code in (
            (FollowUp, "determinations.followup.settle"),
            (LegalHold, "determinations.legalhold.release"),
            (TradingWindow, "determinations.tradingwindow.open"),
        ):
            for row in model.objects.order_by("-pk")[:1]:  # type: ignore[attr-defined]
                done = self.attempt(code, who, row, **WORDS[code])
                if done and model is LegalHold:
                    assert self.again().state == "closed"

    @rule(who=WHO, code=st.sampled_from(EVERY_ACTION))
    def anything(self, who: str, code: str) -> None:
        """Any action there is, on the newest record of its type."""
        action = action_named(code)
        record = None if action.creates else action.model._base_manager.order_by("-pk").first()
        if action.creates or record is not None:
            self.attempt(code, who, record, **WORDS.get(code, {}))

    @rule(
        who=WHO,
        step=st.sampled_from(["submit", "bring", "approve", "release", "revise", "rewrite", "withdraw", "seal"]),
    )
    def report(self, who: str, step: str) -> None:
        """The report on it, drafted if there is none; each of its steps by anybody."""
        newest = Disclosure.objects.filter(incident=self.incident).order_by("-pk").first()
        if newest is None or newest.state == "withdrawn":
            drafted = {"form": "8-K", "filing_date": "2026-03-10", "incident_label": "Payroll incident, March 2026"}
            self.attempt("disclosures.disclosure.draft_current", who, None, incident=self.incident, **drafted)
            return
        data: dict[str, object] = (
            {"kind": "written_resolution", "planned_at": after(self.hours)} if step == "bring" else {}
        )
        if step == "seal":
            data = {"manifest": "{}", "manifest_sha256": "0" * 64, "content_sha256": "0" * 64}
        done = self.attempt(f"disclosures.disclosure.{step}", who, newest, **data)
        assert not (done and step in ("seal", "release")), f"{step} without a package of what was approved"
        if done and step == "approve":
            now = Disclosure.objects.get(pk=newest.pk)
            assert now.brought is not None
            assert now.brought.outcome == Decision.Outcome.CARRIED
            assert now.approvals.latest("pk").approved_by not in (now.prepared_by, now.submitted_by)

    @rule()
    def straight_on(self) -> None:
        """The next legal step by whoever may take it: so that the machine comes far, not only wide."""
        one = self.again()
        if one.state in ("declared", "contained"):
            for step in ("rate", "trace"):
                self.attempt(f"incidents.incident.{step}", "analyst", one, **WORDS[f"incidents.incident.{step}"])
            self.organise("committee member", True, True)
            return
        accepted = one.tasks.exclude(state="open").values("unit").distinct().count()
        if accepted < 2 and one.state != "closed":
            self.take_part("analyst", accepted)
        latest = next(iter(self.latest()), None)
        if latest is None:
            self.open("committee member")
        elif latest.state == "draft":
            self.write("committee member", "material")
            self.answer("committee member")
            self.submit("committee member", "yes")
        elif one.escalated_at is None:
            self.escalate("secretary", True)
        elif not Determination.objects.filter(state__in=["proposed", "decided"]).exists():
            self.bring("secretary", "material", True, "meeting")
        else:
            self.meet("secretary", "call")
            self.meet("secretary", "open")
            for place in range(3):
                self.decide("secretary", 0 if place else place, "put")
                self.vote("for", 0)
                self.vote("for", 1)
                self.decide("secretary", 0, "declare")

    @rule()
    def straight_on_again(self) -> None:
        self.straight_on()

    @rule()
    def to_the_end(self) -> None:
        """Learn and close; take down the wall; open it again."""
        for row in FollowUp.objects.filter(state="open"):
            self.attempt("determinations.followup.settle", "whoever may", row, answer="Known")
        for step in ("record_lessons", "change", "close", "lift_wall", "reopen"):
            self.on_the_incident("whoever may", f"incidents.incident.{step}")

    def assert_complete(self, incident: Incident) -> None:
        """What was closed lacked nothing."""
        assert incident.severity is not None
        assert incident.source is not None
        assert incident.materiality in ("material", "not_material")
        assert incident.lessons
        assert incident.plan_version
        assert incident.contained_at is None or incident.containment_ratified_at is not None
        if incident.potentially_material:
            decided = set(Determination.objects.filter(state="decided").values_list("question", flat=True))
            assert decided == {"materiality", "response", "disclosure"}
            assert not FollowUp.objects.filter(state="open").exists()

    @invariant()
    def materiality_is_what_was_voted(self) -> None:
        if not hasattr(self, "incident"):
            return
        one = self.again()
        if one.potentially_material and one.materiality != "unassessed":
            taken = Determination.objects.filter(question="materiality", state="decided").latest("decided_at", "pk")
            assert one.materiality == taken.answer
            assert taken.decision.outcome == Decision.Outcome.CARRIED
            votes = Vote.objects.filter(decision=taken.decision)
            assert votes.filter(choice="for").count() > votes.filter(choice="against").count()

    @invariant()
    def whoever_contained_did_not_ratify(self) -> None:
        if hasattr(self, "incident"):
            one = self.again()
            assert one.containment_ratified_by is None or one.containment_ratified_by != one.contained_by

    @invariant()
    def those_before_a_proposal_stand_inside(self) -> None:
        if hasattr(self, "incident") and Determination.objects.filter(state="proposed").exists():
            one = self.again()
            assert one.wall is not None
            assert {director.user.pk for director in self.cast.directors} <= inside(one.wall)

    @invariant()
    def what_is_submitted_is_as_it_was(self) -> None:
        if hasattr(self, "incident"):
            for one in Assessment.objects.exclude(state="draft"):
                assert digest(one.frozen) == one.sha256


def test_no_order_of_steps_by_anybody_goes_round_the_path() -> None:
    reached: set[str] = set()
    refused: list[int] = []

    class InATransaction(Path):
        """Each run is rolled back."""

        def __init__(self) -> None:
            super().__init__()
            self.atomic = transaction.atomic()
            self.atomic.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True, using=connection.alias)
            self.atomic.__exit__(None, None, None)
            reached.update(self.succeeded)
            refused.append(self.refused)

    for start in STARTS:
        run_state_machine_as_test(
            type(f"From{start.title()}", (InATransaction,), {"start": start}),
            settings=settings(
                max_examples=EXAMPLES, stateful_step_count=35, deadline=None, derandomize=True,
                suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip
    # A machine that never came far would have proved nothing.
    assert {
        "bodies.decision.declare", "bodies.vote.cast", "determinations.assessment.submit", "determinations.assessment.bring",
        "incidents.incident.escalate", "incidents.incident.close", "incidents.incident.reopen", "incidents.incident.lift_wall",
    } <= reached  # fmt: skip
    assert sum(refused) > 200
