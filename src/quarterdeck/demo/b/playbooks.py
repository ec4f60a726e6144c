"""Two playbooks: one against a flood of requests, gone through on the evening of the flood, and one for a lost or stolen token."""

from __future__ import annotations

from quarterdeck.demo.cases import at
from quarterdeck.demo.stage import Stage
from quarterdeck.demo.steps import Do, Fork, Went, go_through, take_in, write

QUESTION = "Are response times back in their band after a quarter of an hour?"

FLOOD = Fork(
    name="flood",
    title="Flood of requests on the mini programs",
    when="When most calls of the mini programs take longer than five seconds and the number of requests has more than doubled.",
    made=at(2025, 3, 6, 2, 0),
    at_once=(
        Do(
            "Have the upstream filter switched on",
            "Call the provider on the emergency number; name the addresses and the service. Keep the ticket number.",
            "Infrastructure watch",
            15,
        ),
        Do(
            "Limit costly calls for each visitor",
            "Search and recommendations first, then the cart. Payment is never limited.",
            "Mini-program watch",
            15,
        ),
    ),
    question=QUESTION,
    yes=(
        Do(
            "Lift the limits step by step",
            "One group of calls every ten minutes, watching the response times; the filter stays for a day.",
            "Mini-program watch",
            120,
        ),
    ),
    no=(
        Do(
            "Show the waiting page",
            "To one visitor in two at first. Tell customer service before it is shown.",
            "Mini-program watch",
            15,
        ),
    ),
    afterwards=(
        Do(
            "Keep traffic records and any demand for money",
            "Records of the first ten minutes and of the peak, and the message as it came. Nobody answers it.",
            "Information security",
            240,
        ),
    ),
)

TOKEN = (
    Do("Withdraw the token", "In the gateway, by its name. What stops working is the vendor's to tell us.", "watch-platform", 15),
    Do("Look what was called with it", "Thirty days back: addresses, calls, rows read.", "watch-platform", 240),
    Do("Ask the vendor", "When it was lost, who had it, what else lay beside it; in writing.", "commerce", 480),
    Do("Give out a new one", "Bound to the vendor's addresses, with a last day.", "watch-infra", 480),
)  # fmt: skip

#: Minutes after the run began, which was three quarters of an hour after the first slow answers.
EVENING = (
    Went("Have the upstream filter switched on", 2, "shen.tao"),
    Went("Limit costly calls for each visitor", 3, "luo.xin"),
    Went(
        QUESTION,
        22,
        "deng.hao",
        "true",
        "Median at 0.8 seconds on the board of the mini-program watch since a quarter past nine in the evening.",
    ),
    Went("Lift the limits step by step", 95, "luo.xin"),
    Went("Keep traffic records and any demand for money", 160, "shen.tao"),
)


def scenes(stage: Stage) -> None:
    """Written in spring, needed in August."""
    take_in(stage, FLOOD, "security")
    write(
        stage,
        "token",
        "Vendor token lost or stolen",
        "When a token of a vendor is used from an unknown address, or the vendor reports it lost.",
        TOKEN,
        "security",
        at(2025, 3, 20, 2, 0),
    )
    go_through(stage, "flood", "incident:denial", "commerce", at(2025, 8, 19, 13, 11), EVENING)
