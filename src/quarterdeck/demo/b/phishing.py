"""Two phishing exercises of the year, the second with fewer clicks and more reports, and the mails that people reported."""

from __future__ import annotations

from quarterdeck.demo.cases import at
from quarterdeck.demo.lures import Came, Lure, Noticed, cast_out, notice
from quarterdeck.demo.stage import Stage

#: Where its people would reach the home.
ADDRESS = "https://quarterdeck.cloudreef.example"

LURES = (
    Lure(
        "parcel",
        "A parcel at the reception",
        (
            "Parcel desk",
            "A parcel for you could not be handed over",
            "Hello,\n\na parcel addressed to you lies at the reception. It goes back on Friday unless you say when you will fetch it:\n\n"
            "{link|Choose a time}\n\nThe parcel desk",
            "The reception writes to nobody. The sender's name says “Parcel desk”, the address behind it is another company's; the words of "
            "the link hide where it leads; and a day is named so that you hurry. Report such a mail: one press is enough.",
        ),
        {"urgency": 2, "hidden_link": 1, "sender_mismatch": 1, "generic_greeting": 2, "no_signer_details": 2, "limited_time": 1},
        {"mimics_process": 6, "relevance": 4, "timely": 2, "consequences": 2, "trained": 0},
        at(2025, 6, 16, 1, 0),
        at(2025, 6, 20, 8, 0),
        "Where we stand three months after the course on phishing.",
        {
            "commerce": Came(4, 6, 2),
            "fulfilment": Came(3, 4),
            "security": Came(1, 6, 1),
            "finance": Came(1, 2),
            "enterprise": Came(1, 3),
        },
    ),
    Lure(
        "shift",
        "The changed shift list",
        (
            "People and organisation",
            "Changed shifts for the week of the big sale",
            "Hello {name},\n\nfor the week of the sale some shifts had to be moved. Please look whether yours is among them and confirm by "
            "tonight:\n\n{link|Shift list}\n\nPeople and organisation",
            "Shift lists hang in the planning tool and are never sent. The address is not ours, though the name of the sender is; the link hides "
            "where it leads; and tonight is too soon for anything true. Report such a mail: one press is enough.",
        ),
        {"urgency": 2, "hidden_link": 1, "sender_mismatch": 1, "inconsistency": 1, "no_signer_details": 2, "no_branding": 1, "poses_as_known": 1},
        {"mimics_process": 6, "relevance": 6, "timely": 4, "consequences": 2, "trained": 4},
        at(2025, 11, 3, 1, 0),
        at(2025, 11, 7, 8, 0),
        "The same difficulty as in June, before the busiest weeks of the year.",
        {
            "commerce": Came(2, 10, 1),
            "fulfilment": Came(1, 8),
            "security": Came(0, 9, 1),
            "finance": Came(0, 3),
            "enterprise": Came(1, 4),
        },
    ),
)  # fmt: skip

MAILS = (
    Noticed(
        at(2025, 4, 8, 1, 41),
        "ye.lin",
        "Mail service <service@mail-renewal.example>",
        "Your mailbox is almost full",
        "Your mailbox has reached 98 % of its size. Sign in to keep your messages: https://mail-renewal.example/sign-in",
        "phishing",
        "A copy of our sign-in page at a rented server. Two colleagues had typed their passwords; treated as an incident.",
    ),
    Noticed(
        at(2025, 9, 24, 6, 12),
        "fu.an",
        "Juniper Lane Studio <studio@juniper-lane-studio.example>",
        "Pictures of the autumn collection",
        "Dear Fu An, the pictures are ready. You find them in the usual shared folder. Best regards, the studio",
        "harmless",
        "From the studio's own address and about an order of ours. Thank you for asking.",
    ),
    Noticed(
        at(2026, 1, 15, 3, 27),
        "bai.ling",
        "Chen Yu <chen.yu@cloudreef-office.example>",
        "Are you at your desk?",
        "I am in a meeting and cannot talk. I need you to buy gift cards for a client, quickly and quietly. I pay you back tonight.",
        "phishing",
        "Somebody posing as the chief executive. The address is blocked; nine colleagues had the same mail and nobody answered.",
    ),
    Noticed(
        at(2026, 4, 20, 7, 5),
        "fu.an",
        "Courier notices <notice@parcel-info.example>",
        "Customs duty is due",
        "A duty of 12.40 is due before your parcel is released: https://parcel-info.example/pay",
    ),
)


def scenes(stage: Stage) -> None:
    """Exercises in June and November; mails as they came."""
    for lure in LURES:
        cast_out(stage, lure, ADDRESS)
    for mail in MAILS:
        notice(stage, mail)
