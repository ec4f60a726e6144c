"""The rules of company B: twelve, each with its text, two approvals, and readers; one of them revised, one excepted from."""

from __future__ import annotations

from datetime import date
from functools import partial

from quarterdeck.demo import rulebook
from quarterdeck.demo.rulebook import HANDLING, Desk, Rules
from quarterdeck.demo.stage import Stage

DESK = Desk("sun.rui", "Sun Rui", (("he.lan", "He Lan"), ("chen.yu", "Chen Yu")))
ENTERED, IN_FORCE = date(2024, 12, 16), date(2024, 12, 17)
REVIEWED = date(2025, 11, 21)

_SECURE = (
    ("Purpose", "Whatever we release is designed, built and looked at so that a customer's data is safe in it."),
    (
        "Before the first line",
        "Each new service has a threat model: what could go wrong, who would want it, and what stops them. "
        "The team keeps it beside the code.",
    ),
    (
        "Before release",
        "- Somebody who did not write the change has read it.\n"
        "- Dependencies with a known, exploited weakness are not released.\n"
        "- Secrets are in the vault and nowhere else.",
    ),
    ("Test data", "Tests run on made-up data. A copy of real data is desensitized first."),
)

RULES = (
    Rules("threat_handling", "policy", "Rules for handling cybersecurity threats", "6", "security", (
        ("Purpose", "What the watch groups and the security team do when something may happen that has not happened yet."),
        ("Severity {#severity}", "The duty officer rates a threat by what it could reach and how soon: *low*, *moderate*, *high* or *critical*, and writes down why."),
        ("Source {#source}", "The watch group that saw it first traces where it comes from. What cannot be traced is said to be so."),
        ("Protective measures {#measures}", "Each measure is a task with one owner and a day. A critical threat has its first measure within four hours."),
        ("Whom we tell {#informing}", "High and critical threats go to the chief information security officer at once, to management on the same day and to the board committee with the next report, or before where it could be material."),
    ), HANDLING),
    Rules("incident_handling", "policy", "Rules for handling cybersecurity incidents", "6", "enterprise", (
        ("Purpose", "What everybody does when something has happened, and what the security team does from there."),
        ("If you notice something", "Call the duty officer. Do not switch off the device, do not try to mend it, and do not wait until you are sure."),
        ("Severity {#severity}", "The lead of the incident rates it within four hours and again whenever facts change."),
        ("Source {#source}", "Whether it came from inside, from outside or through a vendor is traced and written down with how we know."),
        ("Protective measures {#measures}", "1. Contain it.\n2. Keep what proves what happened.\n3. Restore from what is known to be clean.\n\nContaining comes before understanding."),
        ("Whom we tell {#informing}", "Management is told on the day. Whatever could be material goes to the board committee without delay, assessed or not."),
    ), HANDLING),
    Rules("internal_threats", "protocol", "Protocol on internal threats", "3", "security", (
        ("Scope", "Misuse by people who have access, by intent or by mistake."),
        ("Access", "Access follows the job, ends with it, and is looked at every quarter by the manager who asked for it."),
        ("Signs", "The platform watch looks for downloads, exports and grants that do not fit the job. Two people look at each case before anybody is spoken to."),
    )),
    Rules("external_threats", "protocol", "Protocol on external threats", "3", "security", (
        ("Scope", "Attackers, fraud rings, and weaknesses that become known in what we use."),
        ("Sources we follow", "Advisories of our vendors, the list of weaknesses known to be exploited, and the exchange of our industry."),
        ("What follows", "A weakness that is being exploited is mended or shut off within three days where it can be reached from outside."),
    )),
    Rules("data_classification", "protocol", "Data classification protocol", "4", "enterprise", (
        ("Four classes", "| Class | For example | Who may see it |\n| --- | --- | --- |\n| Public | Product pages | Everyone |\n| Internal | Plans, figures of a unit | Those who work here |\n| Confidential | Customers' orders and addresses | Those whose job needs it |\n| Restricted | Payment data, identity papers | Named people |"),
        ("Labels {#labels}", "Whoever makes a document or a table labels it. What has no label is confidential."),
        ("Once a year", "Each owner goes through the columns of their tables and says whether the class is right still."),
    )),
    Rules("data_desensitization", "protocol", "Data desensitization protocol", "2", "commerce", (
        ("When", "Before real data leaves the systems that it was collected for: for tests, for analysis, for a vendor."),
        ("How", "Names and numbers are replaced, dates moved, rare values grouped. The method stands in the register beside the copy."),
        ("Who says it is enough", "Somebody of the security team who did not make the copy."),
    )),
    Rules("secure_development", "protocol", "Secure development protocol", "4", "commerce", _SECURE),
    Rules("risk_assessment", "procedure", "Cybersecurity risk assessment procedure", "5", "security", (
        ("Twice a year", "In spring and autumn, and whenever something large changes."),
        ("How", "Scenarios with a range for how often and a range for how much, each with the people who gave it. The ranges are kept, not only their middle."),
        ("What follows", "The management committee accepts the result, or says what has to be done before it does."),
    )),
    Rules("incident_response", "plan", "Incident response plan", "4", "security", (
        ("Purpose", "Who does what from the first call to the last lesson."),
        ("Severity {#severity}", "By the rules for handling incidents. The lead may raise it at any time; lowering it takes two people."),
        ("Source {#source}", "The infrastructure watch keeps images and logs before anything is changed."),
        ("Measures {#measures}", "Containment within four hours; an assessment organised within two days by people of several units; opinions of experts and counsel where the case needs them."),
        ("Informing {#informing}", "Management on the day; the board committee without delay where it could be material; the exchange and authorities as counsel says."),
        ("Exercise", "Once a year, with the people who would really be called. Its lessons have owners and days."),
    ), HANDLING),
    Rules("vendor_procedures", "procedure", "Procedures for vendors", "3", "legal", (
        ("Before", "No vendor is engaged before its evaluation is approved. An exception is dated, reasoned and granted by the security officer."),
        ("While it works for us", "It accepts these procedures by version: tell us of incidents within a day, pass nothing on, take part in one review a year."),
        ("Afterwards", "Data comes back or is destroyed, with a statement that says which."),
    )),
    Rules("security_management", "policy", "Security management framework", "2", "security", (
        ("Who answers for what", "The board committee oversees, the management committee manages, the security team and the watch groups do the work."),
        ("How it hangs together", "Risks feed the enterprise register, rules and safeguards answer them, tests say whether they work, and reports say it upward."),
    )),
    Rules("disclosure", "procedure", "Procedure for cybersecurity disclosure", "2", "finance", (
        ("What we say", "Only what the record holds on the day of filing, each sentence with what proves it."),
        ("Who approves", "The board committee, for exactly the words that are filed."),
        ("What changes afterwards", "A changed fact voids the approval. What becomes known after filing goes into the next report or an amendment."),
    )),
)  # fmt: skip

DEVELOPMENT = Rules("secure_development", "protocol", "Secure development protocol", "5", "commerce", (
    *_SECURE[:2],
    (
        "Before release",
        "- Two people who did not write the change have read it where it touches payment.\n"
        "- Dependencies with a known, exploited weakness are not released.\n"
        "- Secrets are in the vault and nowhere else; a scan of each change looks for any that are not.",
    ),
    _SECURE[3],
))  # fmt: skip

WORK = (
    ("data_classification", "Yearly reclassification of the customer database: 1,204 columns looked at, 31 moved up"),
    ("data_desensitization", "Copies of production data for testing desensitized before release"),
    ("secure_development", "Threat model and code review of the new checkout before release"),
)


def scenes(stage: Stage) -> None:
    """Entered and approved in the first month, read until Christmas, worked under and reviewed in the year after."""
    for minute, rules in enumerate(RULES):
        stage.later(ENTERED, partial(rulebook.enact, stage, DESK, rules, IN_FORCE), minute=minute)
    stage.later(date(2024, 12, 20), partial(rulebook.read, stage))
    kinds = [rules.kind for rules in RULES]
    if "data_classification" in kinds:
        stage.later(date(2025, 3, 12), partial(_except, stage))
    for kind, what in (work for work in WORK if work[0] in kinds):
        for day in (date(2025, 4, 24), date(2025, 10, 30)):
            stage.later(day, partial(_work, stage, kind, what, day))
    note = "Read against the incidents and tests of the year."
    stage.later(REVIEWED, partial(rulebook.review, stage, DESK, kinds, note))
    more = "Two readers for payment, a scan for secrets."
    if DEVELOPMENT.kind in kinds:
        stage.later(date(2026, 1, 19), partial(rulebook.revise, stage, DESK, DEVELOPMENT, more, date(2026, 1, 20)))
    stage.later(date(2026, 1, 26), partial(rulebook.read, stage, but=("fu.an",)))


def _work(stage: Stage, kind: str, what: str, day: date) -> None:
    stage.do(
        "policies.policyactivity.record",
        "deng.hao",
        cast=f"work:{kind}:{day.isoformat()}",
        policy=stage.cast[f"policy:{kind}"],
        happened_on=day,
        what=what,
    )


def _except(stage: Stage) -> None:
    """Handheld scanners of two warehouses show no labels; the unit asks, the security officer grants it until summer."""
    from quarterdeck.areas.policies.models import PolicySection

    policy = stage.cast["policy:data_classification"]
    asked = stage.do(
        "policies.policyexception.ask",
        "wei.an",
        cast="exception:scanners",
        policy=policy,
        section=PolicySection.objects.get(policy=policy.pk, code="labels"),
        unit=stage.cast["fulfilment"],
        scope="Screens of the handheld scanners in two warehouses show addresses without a label",
        because="Their program has no room for it; the new ones come next summer.",
        instead="They stand in a network of their own, hold no address longer than an hour, and are counted every evening.",
        starts_on="2025-03-12",
        expires_on="2026-06-30",
    )
    stage.do("policies.policyexception.grant", "sun.rui", asked, reason="Until the new scanners are there, no longer.")
