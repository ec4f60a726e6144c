"""The registrant, its units and specialist groups, its logins, and what its words mean."""

from __future__ import annotations

from datetime import date

from quarterdeck.demo.house import Group, House, furnish
from quarterdeck.demo.stage import Hands, Stage

START = date(2024, 12, 2)

UNITS = (
    ("commerce", "Commerce platform", "business"),
    ("fulfilment", "Fulfilment and logistics", "business"),
    ("security", "Information security", "function"),
    ("legal", "Legal and compliance", "function"),
    ("finance", "Finance", "function"),
    ("people", "People and organisation", "function"),
)

GROUPS = (
    Group(
        "watch-mini",
        "Mini-program watch",
        "commerce",
        "mini_programs",
        "Watches releases, permissions and abnormal calls of the mini programs; calls the duty officer within a quarter of an hour.",
    ),
    Group(
        "watch-platform",
        "Platform watch",
        "security",
        "platforms",
        "Watches sign-ins, payments and administration of the trading platforms around the clock.",
    ),
    Group(
        "watch-infra",
        "Infrastructure watch",
        "security",
        "infrastructure",
        "Watches networks, clusters, identity systems and backups around the clock.",
    ),
)

LOGINS = (
    ("admin", "Ren Fang", (("administrator", "enterprise"),)),
    ("chen.yu", "Chen Yu", (("committee_member", "enterprise"), ("employee", "enterprise"))),
    ("gao.wei", "Gao Wei", (("committee_member", "enterprise"), ("employee", "enterprise"))),
    ("lin.qiao", "Lin Qiao", (("committee_member", "enterprise"), ("employee", "enterprise"))),
    ("ma.ning", "Ma Ning", (("committee_member", "enterprise"), ("employee", "enterprise"))),
    ("sun.rui", "Sun Rui", (("ciso", "enterprise"), ("committee_member", "enterprise"), ("employee", "enterprise"))),
    ("he.lan", "He Lan", (("counsel", "enterprise"), ("committee_member", "enterprise"), ("employee", "enterprise"))),
    ("tang.jia", "Tang Jia", (("people_officer", "enterprise"), ("committee_member", "enterprise"))),
    ("qian.shu", "Qian Shu", (("secretary", "enterprise"), ("employee", "enterprise"))),
    ("ye.lin", "Ye Lin", (("disclosure_officer", "enterprise"), ("employee", "enterprise"))),
    ("deng.hao", "Deng Hao", (("analyst", "enterprise"), ("employee", "enterprise"))),
    ("luo.xin", "Luo Xin", (("group_lead", "commerce"), ("employee", "enterprise"))),
    ("shen.tao", "Shen Tao", (("group_lead", "security"), ("employee", "enterprise"))),
    ("bai.ling", "Bai Ling", (("unit_owner", "commerce"), ("employee", "enterprise"))),
    ("wei.an", "Wei An", (("unit_owner", "fulfilment"), ("employee", "enterprise"))),
    ("ho.meiling", "Ho Mei-ling", (("board_member", "enterprise"),)),
    ("feng.da", "Feng Da", (("board_member", "enterprise"),)),
    ("alice.tan", "Alice Tan", (("board_member", "enterprise"),)),
    ("rong.yi", "Rong Yi", (("auditor", "enterprise"),)),
    ("fu.an", "Fu An", (("employee", "commerce"),)),
)

PARAMETERS = (
    ("regularly.times_a_year", "4", "Once a quarter is what we call regularly."),
    ("periodically.times_a_year", "4", "The committee's charter asks for a report each quarter."),
    (
        "generally.share",
        "0.9",
        "At least nine in ten; each exception is dated, reasoned and granted by the security officer.",
    ),
    ("most.share", "0.5", "More than half."),
    ("promptly.hours", "48", "The response plan asks for an organised assessment within two days."),
    ("containment.hours", "4", "What the specialist groups rehearse for."),
    ("training.completion", "0.95", "Of the people to whom a course was assigned."),
    ("continuous.tests_a_year", "4", "In-house tests each month, an outside test each quarter."),
    ("bring_down.days", "14", "A review of open matters counts for two weeks before filing."),
    ("monitoring.minimum_groups", "3", "Mini programs, platforms and infrastructure each have a group of their own."),
)


REGISTRANT = {
    "name": "Cloudreef Holdings Limited",
    "short_name": "Cloudreef",
    "cik": "0009990017",
    "file_number": "001-99917",
    "incorporated_in": "E9",
    "incorporation_name": "Cayman Islands",
    "fiscal_year_end": "12-31",
    "currency": "CNY",
    "time_zone": "Asia/Shanghai",
    "address_line": "18 Tidewater Road",
    "address_city": "Hangzhou",
    "address_country": "China",
    "address_country_code": "F4",
    "address_postal_code": "310000",
    "security_title": "American depositary shares, each representing four Class A ordinary shares",
    "symbol": "CLRF",
    "exchange": "The Nasdaq Stock Market LLC",
    "exchange_code": "NASDAQ",
    "web_domain": "cloudreef.example",
}

HANDS = Hands(
    administrator="admin",
    security="sun.rui",
    analyst="deng.hao",
    secretary="qian.shu",
    people="tang.jia",
    disclosure="ye.lin",
)


def house() -> House:
    """The company as its first day finds it."""
    return House(
        founded=START,
        registrant=REGISTRANT,
        listed=date(2021, 9, 15),
        category="accelerated",
        units=UNITS,
        groups=GROUPS,
        logins=LOGINS,
        parameters=PARAMETERS,
    )


def scenes(stage: Stage) -> None:
    """The first day: company, units, groups, logins, parameters."""
    stage.later(START, lambda: furnish(stage, house()), hour=1)
