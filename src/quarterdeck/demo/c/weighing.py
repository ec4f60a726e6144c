"""What the two assessments of the plants say: in March with what was not known yet, in May with what it came to."""

from __future__ import annotations

from typing import Final

#: On the four points of Item 1.05, as the company's report says it.
MARCH: Final = {
    "nature": (
        "A stranger used the credentials of an outside maintenance firm to enter the network of our Rockford and Dubuque "
        "plants and ran software there that encrypts files, then asked for payment. We have not paid."
    ),
    "scope": (
        "It reached the scheduling and recording systems of both plants and a file store with drawings of three product "
        "lines. Controllers on the lines, our finance systems and the products that customers run were not reached."
    ),
    "timing": (
        "The stranger entered on March 14, 2026. We found the encryption in the morning of March 16, 2026, cut both plants "
        "off within the hour, and had contained it by noon. Rockford ran again from March 18; Dubuque runs in part."
    ),
    "impact": (
        "Both plants stood still for two days, and Dubuque ships about half of what it did. We expect shipments of the first "
        "quarter to be lower than planned and have costs for restoration and outside help. Backups are whole, and we "
        "expect to restore every system from them."
    ),
    "not_determined": (
        "What the interruption does to our results of operations for the first and second quarters of 2026, as orders may be "
        "shipped late or be cancelled."
    ),
    "known_by": "2026-05-20",
    "recommendation": "material",
    "because": (
        "Two plants that make most of our products stood still at the end of a quarter, drawings were copied, and together "
        "with the use of a support account on the same day this shows one stranger with a wider reach. An investor "
        "would want to know, whatever the sum turns out to be."
    ),
}

#: What is different two months later.
MAY: Final = {
    **MARCH,
    "impact": (
        "Both plants stood still for two days in March 2026, and Dubuque was at full output again on April 9. Of the orders "
        "held up, $11.3 million were shipped in the second quarter instead of the first and $2.6 million were cancelled. "
        "Restoration and outside help cost $4.1 million, of which insurance has confirmed $2.5 million. We expect no further "
        "material effect on our financial condition or results of operations."
    ),
    "not_determined": "",
    "known_by": "",
    "because": "The sums are known now; that two plants stood still, and why, is what it was.",
}

#: By factor: an amount, "unknown" or "not_applicable" or "" (answered in words), and the reason.
WEIGHED: Final = {
    "direct_cost": ("3200000", "Restoration, forensics and overtime as ordered so far; invoices to come."),
    "lost_revenue": ("unknown", "Which orders are late and which are lost is known when customers have answered."),
    "liability": ("unknown", "Contracts with two customers set charges for late delivery; notices have not come."),
    "downtime": ("48", "Hours from cutting off to the first line running again at Rockford."),
    "people_affected": ("0", "No personal data in the systems that were reached."),
    "share_of_users": ("not_applicable", "We sell machines; there are no user accounts."),
    "operations": ("", "Rockford runs as before; Dubuque schedules by hand."),
    "data_nature": ("", "Drawings of three product lines were copied; nothing was altered."),
    "reputation": ("", "Two customers asked how it could happen; none has left."),
    "customers": ("", "Forty-one orders are held up, nine of them for customers with one source."),
    "vendors": ("", "The maintenance firm's access has ended; its contract is being looked at."),
    "competitiveness": ("unknown", "Whether the drawings are of use to anybody without our tooling is not clear."),
    "strategy": ("", "No plan and no investment changes; how outside maintenance signs in does."),
    "safety": ("not_applicable", "The lines stood still before anybody was near them; nobody was in danger."),
    "litigation": ("", "Claims for late delivery are possible, within limits that the contracts set."),
    "regulators": ("", "No duty to notify other than to the Commission; law enforcement was told on March 16."),
    "aggregate": ("", "Weighed with the support account used from the same address on the same day."),
}

KNOWN_IN_MAY: Final = {
    "direct_cost": ("4100000", "All invoices are in; insurance has confirmed 2.5 million of it."),
    "lost_revenue": ("2600000", "Orders cancelled; 11.3 million more moved into the second quarter."),
    "liability": ("300000", "Charges for late delivery that two customers have invoiced."),
    "operations": ("", "Both plants run as before."),
    "competitiveness": ("", "The drawings do without the tooling data, which lie elsewhere."),
}

SETTLED: Final = (
    "Orders of $11.3 million were shipped in the second quarter of 2026 instead of the first, orders of $2.6 million were "
    "cancelled, and costs came to $4.1 million before insurance."
)
