"""What the conformance suite needs to know of exercises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quarterdeck.kernel.records import Record

if TYPE_CHECKING:
    from tests.conformance.factory import World


def _result(world: World) -> Record:
    from quarterdeck.areas.phishing.models import Result
    from tests.conformance.hints import _written

    campaign = world.another("phishing.campaign")
    return _written(
        Result(campaign=campaign, unit=world.inside, sent=8, clicked=1, reported=2, machines=1, uncertain=0)
    )


DATA: dict[str, dict[str, Any]] = {
    "phishing.template.create": {"body": "Dear {name}, look: {link}"},
    "phishing.template.change": {"body": "Dear {name}, look: {link}"},
    "phishing.suspiciousmail.report": {"text": "Pay at once."},
}
SAMPLES = {"phishing.result": _result}
