"""What the suite has to be told about vendors: what must come before, and days that lie ahead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from quarterdeck.kernel import clock

if TYPE_CHECKING:
    from tests.conformance.factory import World


def _ahead(days: int) -> Callable[[World], str]:
    return lambda world: (clock.today() + timedelta(days=days)).isoformat()


def _open(world: World) -> Any:
    return world.do("vendors.evaluation.open")


def _asked(world: World) -> Any:
    """A published questionnaire with one question."""
    template = world.do("vendors.questionnairetemplate.create")
    version = template.versions.get()
    world.do("vendors.questionnaireversion.add_section", version, title="Section")
    world.do(
        "vendors.questionnaireversion.add_question",
        version,
        section="Section",
        text="Is it safe?",
        kind="yes_no",
        choices="",
    )
    return world.do("vendors.questionnaireversion.publish", version)


def _answered(world: World) -> Any:
    evaluation = _open(world)
    world.do("vendors.evaluation.answer", evaluation, answers={"q1": {"values": ["yes"]}})
    return evaluation


def _decided(world: World) -> Any:
    evaluation = _answered(world)
    world.do("vendors.evaluation.submit", evaluation)
    world.do("vendors.evaluation.propose", evaluation)
    given = {"decision": "conditions", "conditions": "Encrypt", "conditions_due": _ahead(30)(world)}
    return world.do("vendors.evaluation.decide", evaluation, valid_until=_ahead(90)(world), **given)


def _evidence(world: World) -> Any:
    from quarterdeck.areas.vendors.models import AnswerEvidence

    evaluation = world.do("vendors.evaluation.attach", _answered(world), question="q1")
    return AnswerEvidence.objects.get(answer__evaluation=evaluation)


def _ended(world: World) -> Any:
    engagement = world.do("vendors.vendorengagement.plan")
    exception = world.do("vendors.vendorexception.request", vendor=engagement.vendor_id)
    world.do("vendors.vendorexception.grant", exception)
    today = clock.today().isoformat()
    world.do("vendors.vendorengagement.engage", engagement, engaged_on=today)
    return world.do("vendors.vendorengagement.end", engagement, day=today)


def _period(world: World) -> Any:
    return world.do("vendors.obligation.follow_up", world.do("vendors.obligation.add")).periods.first()


DATA: dict[str, dict[str, Any]] = {
    "vendors.acceptance.record": {"version": "3"},
    "vendors.vendor.create": {"unit": lambda world: world.inside},
    "vendors.subcontractor.add": {"country": "CN"},
    "vendors.vendorexception.request": {"expires_on": _ahead(30)},
    "vendors.evaluation.open": {"questionnaire": lambda world: world.sample("vendors.questionnaireversion")},
    "vendors.evaluation.attach": {"question": "q1"},
    "vendors.vendorincident.connect": {"incident": lambda world: world.another("incidents.incident")},
    "vendors.guestlink.send": {"evaluation": _open, "expires_on": _ahead(30)},
    "vendors.guestlink.ask_code": {"browser": "0" * 64},
    "vendors.guestlink.open": {"browser": "0" * 64},
    "vendors.finding.add": {"evaluation": _open},
    "vendors.questionnaireversion.draft": {"template": lambda world: _asked(world).template},
}

SAMPLES: dict[str, Callable[[World], Any]] = {
    "vendors.questionnaireversion": _asked,
    "vendors.evaluationanswer": lambda world: _answered(world).answers.get(),
    "vendors.answerevidence": _evidence,
    "vendors.condition": lambda world: _decided(world).conditions.get(),
    "vendors.offboardingitem": lambda world: _ended(world).offboarding.first(),
    "vendors.obligationperiod": _period,
}
