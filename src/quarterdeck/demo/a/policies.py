"""The rules of company A: six, each with its text, two approvals, and the people who have to know them."""

from __future__ import annotations

from datetime import date
from functools import partial

from quarterdeck.demo import rulebook
from quarterdeck.demo.rulebook import HANDLING, Desk, Rules
from quarterdeck.demo.stage import Stage

DESK = Desk("hou.jian", "Hou Jian", (("yan.shu", "Yan Shu"), ("qiu.heng", "Qiu Heng")))
ENTERED, IN_FORCE = date(2024, 12, 16), date(2024, 12, 17)
REVIEWED = date(2025, 11, 18)

RULES = (
    Rules("threat_handling", "policy", "Rules for handling threats", "4", "security", (
        ("What a threat is", "Something that may harm travellers, hosts or us and has not done so yet."),
        ("Severity {#severity}", "The duty that noticed it says in one hour how many accounts it could reach and how soon."),
        ("Source {#source}", "Where it comes from is followed to the last address, device or account that we can see."),
        ("Measures {#measures}", "A feature may be switched off without asking first. Each further measure has an owner and a day."),
        ("Whom we tell {#informing}", "The panel hears of every threat in its next meeting, the executives the same day of a critical one, the board of whatever could be material."),
    ), HANDLING),
    Rules("incident_handling", "policy", "Rules for handling incidents", "6", "enterprise", (
        ("For everyone", "Call the duty number. Leave things as they are. Tell what you saw, not what you think it means."),
        ("Severity {#severity}", "One person leads, rates it, and rates it anew whenever somebody learns more."),
        ("Source {#source}", "Inside, outside, or through a supplier: said with how we know, or said to be unknown."),
        ("Measures {#measures}", "- Stop it first.\n- Keep what shows what happened.\n- Give travellers and hosts a way to reach us."),
        ("Whom we tell {#informing}", "Executives on the day. The board without delay where it could be material."),
    ), HANDLING),
    Rules("incident_response", "plan", "Response plan", "7", "security", (
        ("Who is called", "The list of duties, with a deputy for each, kept on paper as well."),
        ("Severity {#severity}", "As the rules for handling incidents say; two people to lower it."),
        ("Source {#source}", "Infrastructure duty keeps sessions and logs before anything restarts."),
        ("Measures {#measures}", "Containment, an assessment by several units within two days, opinions where the case needs them."),
        ("Informing {#informing}", "Executives, board, travellers, hosts and authorities: who decides, who writes, who signs."),
        ("Rehearsal", "Each June, with the people who would really be called."),
    ), HANDLING),
    Rules("risk_assessment", "procedure", "Method of assessing cybersecurity risks", "3", "security", (
        ("Who is asked", "The owner of each platform and of each kind of data, one by one."),
        ("What is written down", "How often and how much, each as a range, and what the owner thought of when giving it."),
    )),
    Rules("security_management", "policy", "Security management framework", "5", "security", (
        ("Who", "The panel works, the executives over it answer, the board oversees."),
        ("What", "Cybersecurity is one chapter among physical security, continuity and fraud, by the same yearly plan."),
    )),
    Rules("disclosure", "procedure", "How cybersecurity is disclosed", "1", "finance", (
        ("Before filing", "Every sentence rests on the record. The board approves these words and no others."),
        ("Between filings", "What could be material goes to the board at once, assessed as far as it is."),
    )),
)  # fmt: skip


def scenes(stage: Stage) -> None:
    """Entered and approved in the first month, read until Christmas, reviewed a year later."""
    for minute, rules in enumerate(RULES):
        stage.later(ENTERED, partial(rulebook.enact, stage, DESK, rules, IN_FORCE), minute=minute)
    stage.later(date(2024, 12, 20), partial(rulebook.read, stage))
    kinds = [rules.kind for rules in RULES]
    note = "Gone through by the panel with the incidents of the year at hand."
    stage.later(REVIEWED, partial(rulebook.review, stage, DESK, kinds, note))
