"""The rules of company C: four adopted in its first weeks, a fifth in April, after the committee had seen how the stranger came in."""

from __future__ import annotations

from datetime import date
from functools import partial

from quarterdeck.demo import rulebook
from quarterdeck.demo.rulebook import HANDLING, Desk, Rules
from quarterdeck.demo.stage import Stage

DESK = Desk("priya.raman", "Priya Raman", (("thomas.egan", "Thomas Egan"), ("margaret.oakes", "Margaret Oakes")))

RULES = (
    Rules("incident_handling", "policy", "Handling cybersecurity incidents", "2", "enterprise", (
        ("For everyone", "Call the duty analyst. Leave the machine as it is, and keep people away from it."),
        ("Severity {#severity}", "Rated within an hour: what stands still, who could be hurt, what was copied."),
        ("Source {#source}", "Own people, a supplier, or a stranger: written down with how we know, or as unknown."),
        ("Measures {#measures}", "A plant may be cut off by its shift leader. Nothing is restarted before the security office says so."),
        ("Whom we tell {#informing}", "The plant manager at once, the steering committee on the day, the Audit and Risk Committee without delay of whatever may be material."),
    ), HANDLING),
    Rules("incident_response", "plan", "Incident response plan of plants and offices", "3", "enterprise", (
        ("First hour", "Duty analyst, plant manager and security officer on one call. People and machines first, data second."),
        ("Severity {#severity}", "As the policy says; lowering it takes the security officer and the plant manager."),
        ("Source {#source}", "Switch logs and images of two machines are kept before anything is cleaned."),
        ("Measures {#measures}", "Containment within four hours; an assessment by both plants and finance within a day; counsel and outside help where the case needs them."),
        ("Informing {#informing}", "Committee, directors, customers with open orders, law enforcement, insurer: who calls whom is on the last page."),
        ("Exercise", "Each January, with the shift leaders."),
    ), HANDLING),
    Rules("disclosure", "procedure", "How incidents are reported on Form 8-K", "2", "finance", (
        ("Who decides", "The Audit and Risk Committee, without unreasonable delay after discovery, by itself and not by its staff."),
        ("Four business days", "Counted from that determination. What is not known then is said to be so, and amended when it is."),
        ("Words", "The directors approve the very words that are filed, before anybody outside hears them."),
        ("Trading", "The window is closed for everybody inside until the report is public."),
    )),
    Rules("external_threats", "protocol", "Protocol on threats from outside", "1", "security", (
        ("What we follow", "Warnings of the makers of our controllers, of the industry's exchange, and the list of weaknesses known to be exploited."),
        ("Plants", "A weakness that can be reached from outside is closed off at the firewall the same day; the line is mended at its next stop."),
    )),
)  # fmt: skip

SUPPORT = Rules("internal_threats", "protocol", "Protocol on access of our own people and of maintenance firms", "1", "enterprise", (
    ("No standing accounts", "Nobody from outside keeps an account in a plant. One is opened for a visit, watched, and closed with it."),
    ("Own people", "Access follows the job and ends with it; each quarter the plant managers confirm who may reach a controller."),
    ("Signs", "A sign-in at an hour at which nobody works is called about, not only logged."),
))  # fmt: skip

#: The day of the meeting that adopted the plan, and the first day in force.
ADOPTED, IN_FORCE = date(2026, 1, 20), date(2026, 1, 21)


def scenes(stage: Stage) -> None:
    """Approved after the meeting, read until the end of the month; the fifth after the meeting of April."""
    for minute, rules in enumerate(RULES):
        stage.later(ADOPTED, partial(rulebook.enact, stage, DESK, rules, IN_FORCE), hour=21, minute=minute)
    stage.later(date(2026, 1, 30), partial(rulebook.read, stage), hour=15)
    stage.later(date(2026, 4, 14), partial(rulebook.enact, stage, DESK, SUPPORT, date(2026, 4, 15)), hour=21)
    stage.later(date(2026, 4, 24), partial(rulebook.read, stage, but=("kim.rowe",)), hour=15)
