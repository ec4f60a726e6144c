"""Six incidents and threats of the year: how each was found, contained, assessed, determined not to be material, and closed."""

from __future__ import annotations

from datetime import date, timedelta

from quarterdeck.demo.cases import Case, Counsel, Desk, at, run
from quarterdeck.demo.stage import Stage

FIRST_HALF, SECOND_HALF = date(2025, 7, 17), date(2025, 12, 30)


CASES = (
    Case(
        "stolen-token", "incident", "Vendor token used from an unknown address", "commerce", at(2025, 2, 27, 10, 10),
        "A courier's interface token read order addresses from an address never seen before.", "moderate",
        "Order addresses of 1,180 customers were read; no payment data.", "third_party",
        "The courier confirmed that a laptop with the token was stolen.",
        ("Token withdrawn and replaced", "Calls limited to the courier's own addresses"),
        ((0, "Unusual address on the order interface", "rule of the platform watch"), (21, "Token withdrawn", "duty officer"),
         (190, "Courier confirms a stolen laptop", "e-mail of the courier")),
        (("commerce", "Find the customers concerned", "bai.ling"), ("fulfilment", "Agree new token handling with the courier", "wei.an")),
        ("counsel", "He Lan", "The customers and the regulator were informed in time; no further duty follows."),
        "1,180 addresses, known extent, customers informed, no loss of business; cost below 0.1 million yuan.",
        "Interface tokens of vendors are bound to their addresses.", FIRST_HALF,
    ),
    Case(
        "phishing", "incident", "Two mailboxes opened after a phishing mail", "finance", at(2025, 4, 8, 1, 40),
        "Two colleagues in finance typed their passwords into a copied sign-in page.", "low",
        "Second factor stopped one sign-in; one mailbox was open for nine minutes.", "external",
        "Page hosted at a rented server; a wave that hit other companies on the same day.",
        ("Passwords and sessions reset", "Copied page reported and taken down"),
        ((0, "Colleague reports a strange sign-in page", "report button"), (9, "Sessions ended", "infrastructure watch")),
        (("security", "Search the mailbox for forwarding rules", "shen.tao"),), None,
        "No mail left the house; nothing of substance in the mailbox.", "Finance moves to passkeys first.", FIRST_HALF,
    ),
    Case(
        "exposed-bucket", "incident", "Test data reachable without sign-in for three hours", "commerce", at(2025, 6, 3, 7, 5),
        "A storage folder with desensitized test data was open to anyone who knew its name.", "low",
        "Desensitized data only; the log shows no outside reader.", "internal",
        "A change of configuration without a second pair of eyes.",
        ("Folder closed", "Policy refuses open folders from now on"),
        ((0, "Scheduled check finds an open folder", "configuration check"), (14, "Folder closed", "platform watch")),
        (("commerce", "Go through all folders of the unit", "bai.ling"), ("security", "Refuse open folders by policy", "shen.tao")), None,
        "No personal data, no reader; a near miss.", "Open folders are refused by policy, not found by checks.", FIRST_HALF,
    ),
    Case(
        "denial", "incident", "Mini programs slow under a flood of requests", "commerce", at(2025, 8, 19, 12, 25),
        "For fifty minutes most calls of the mini programs took longer than ten seconds.", "moderate",
        "Orders fell by a third for fifty minutes during a sale.", "external",
        "About 40,000 rented machines; a demand for money was sent and not answered.",
        ("Traffic filtered upstream", "Costly calls limited for each visitor"),
        ((0, "Response times leave their band", "mini-program watch"), (12, "Provider asked for the upstream filter", "mini-program watch"),
         (50, "Response times normal", "mini-program watch")),
        (("commerce", "Estimate the orders lost", "bai.ling"), ("watch-mini", "Rehearse the upstream filter each quarter", "luo.xin")),
        ("expert", "Stonebridge Advisory", "The estimate of lost orders is sound; about 1.9 million yuan of revenue were moved rather than lost."),
        "About 0.02 percent of the quarter's revenue, most of it caught up within two days.",
        "The upstream filter is rehearsed each quarter.", SECOND_HALF,
        Counsel(
            "Lanyard & Reed LLP", "Whether answering or paying the demand is lawful, and which authorities have to be told of it.",
            "He Lan, general counsel", "He Lan; Sun Rui; Chen Yu", "he.lan",
            "The demand is extortion; paying it is not advised and would need clearance against sanctions lists first. A report to the "
            "police is due and was made on the next day. No regulator has to be notified: no data was read and service was restored "
            "within the hour. Keep the message and the traffic records.",
        ),
    ),
    Case(
        "library", "threat", "Critical flaw in an image library in use", "security", at(2025, 9, 15, 2, 30),
        "A flaw under attack elsewhere sits in the library that resizes product pictures.", "high",
        "Reachable from outside; used by eleven services.", "external", "Published with an example; scans seen from the second day.",
        ("Uploads sent through an isolated converter", "Library replaced in all eleven services"),
        ((0, "Advisory matched with the inventory", "inventory of components"), (95, "Uploads isolated", "platform watch"),
         (1560, "Library replaced everywhere", "release log")),
        (("commerce", "Release the replaced library in nine services", "bai.ling"), ("fulfilment", "Release the replaced library in two services", "wei.an")),
        None, "No sign of use against us in the logs of ninety days.", "Converters run isolated from the start.", SECOND_HALF,
    ),
    Case(
        "leaver", "incident", "Leaver's account used after the last day", "fulfilment", at(2025, 11, 5, 3, 15),
        "An account of the warehouse system was used two days after its holder had left.", "low",
        "Stock levels were read; nothing was changed.", "internal", "The former colleague looked up a colleague's shift; admitted and documented.",
        ("Account closed", "Warehouse system joined to the leaver process"),
        ((0, "Sign-in after the last day", "daily comparison of leavers"), (35, "Account closed", "infrastructure watch")),
        (("fulfilment", "Compare all warehouse accounts with the list of employees", "wei.an"), ("people", "Send leavers to the warehouse system daily", "")),
        None, "No harm; a gap in the leaver process.", "Every system takes leavers from one list.", SECOND_HALF,
    ),
)  # fmt: skip


DESK = Desk("sun.rui", "Sun Rui", "Shen Tao", "Message to the management committee", "4")


def scenes(stage: Stage) -> None:
    """Each case from discovery to closing."""
    run(
        stage,
        ((case, case.determined + timedelta(days=1 if case.determined == SECOND_HALF else 5)) for case in CASES),
        DESK,
    )
