"""Who does what when an incident is handled and when a vendor is engaged."""

from __future__ import annotations

from datetime import date
from functools import partial

from quarterdeck.demo.stage import Stage

SINCE = date(2024, 12, 18)

#: (code, name, purpose, steps); a step: (title, part → role or the name of a unit in the cast)
PROCESSES = (
    (
        "incident",
        "Handling an incident",
        "From the first sign to the lessons, so that nobody has to ask at night whose turn it is.",
        (
            ("Declare and rate the severity", {"responsible": "analyst", "accountable": "ciso", "informed": "unit_owner"}),
            ("Trace the source", {"responsible": "analyst", "accountable": "ciso", "consulted": "group_lead"}),
            ("Contain it", {"responsible": "group_lead", "accountable": "ciso", "informed": "unit_owner"}),
            ("Organise the assessment", {"responsible": "ciso", "accountable": "committee_member", "consulted": "counsel"}),
            ("Decide whether it is material", {"responsible": "committee_member", "accountable": "board_member", "consulted": "counsel", "informed": "disclosure_officer"}),
            ("Close the lessons", {"responsible": "unit_owner", "accountable": "ciso"}),
        ),
    ),
    (
        "vendor",
        "Engaging a vendor",
        "No vendor works for us before its security is evaluated, and none works on once its obligations are forgotten.",
        (
            ("Say what it will do and with which data", {"responsible": "unit_owner", "accountable": "unit_owner"}),
            ("Evaluate its security", {"responsible": "analyst", "accountable": "ciso", "consulted": "unit:security"}),
            ("Decide, with conditions", {"responsible": "ciso", "accountable": "ciso", "informed": "unit_owner"}),
            ("Sign the contract", {"responsible": "unit_owner", "accountable": "counsel"}),
            ("Follow its obligations", {"responsible": "unit_owner", "accountable": "ciso"}),
        ),
    ),
)  # fmt: skip


def scenes(stage: Stage) -> None:
    """Once the bodies stand."""
    stage.later(SINCE, partial(_write_down, stage))


def _write_down(stage: Stage) -> None:
    keeper = stage.hands.security
    for code, name, purpose, steps in PROCESSES:
        process = stage.do(
            "people.process.create", keeper, code=code, name=name, purpose=purpose, unit=stage.cast["enterprise"]
        )
        for number, (title, parts) in enumerate(steps, 1):
            step = stage.do("people.processstep.add", keeper, process=process, number=number, title=title)
            for part, holder in parts.items():
                of_unit = holder.startswith("unit:")
                held = {"unit": stage.cast[holder.removeprefix("unit:")]} if of_unit else {"role": holder}
                stage.do(
                    "people.responsibility.assign", keeper, step=step, part=part, effective_from=SINCE, **held
                )  # fmt: skip
