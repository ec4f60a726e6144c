"""The registrant, its units and specialist groups, its logins, and what its words mean."""

from __future__ import annotations

from datetime import date

from quarterdeck.demo.house import Group, House, furnish
from quarterdeck.demo.stage import Hands, Stage

START = date(2024, 12, 2)

UNITS = (
    ("booking", "Ticket booking", "business"),
    ("stays", "Stays and hosts", "business"),
    ("engineering", "Engineering", "function"),
    ("security", "Information security", "function"),
    ("legal", "Legal and data protection", "function"),
    ("finance", "Finance", "function"),
    ("people", "People", "function"),
)

GROUPS = (
    Group(
        "duty-mini",
        "Mini-program duty",
        "booking",
        "mini_programs",
        "Follows sign-ins, searches and payments in the mini programs; may switch off a feature without asking first.",
    ),
    Group(
        "duty-platform",
        "Platform duty",
        "security",
        "platforms",
        "Follows the accounts of travellers and hosts on the booking and stays platforms, day and night.",
    ),
    Group(
        "duty-infra",
        "Infrastructure duty",
        "security",
        "infrastructure",
        "Follows clusters, networks, administrators' sessions and backups, day and night.",
    ),
)

_STAFF = ("employee", "enterprise")
LOGINS = (
    ("admin", "Nie Fang", (("administrator", "enterprise"),)),
    ("jiang.suyin", "Jiang Suyin", (("committee_member", "enterprise"), ("board_member", "enterprise"), _STAFF)),
    ("qiu.heng", "Qiu Heng", (("committee_member", "enterprise"), _STAFF)),
    ("tao.min", "Tao Min", (("committee_member", "enterprise"), _STAFF)),
    ("yan.shu", "Yan Shu", (("counsel", "enterprise"), ("committee_member", "enterprise"), _STAFF)),
    ("cai.ping", "Cai Ping", (("people_officer", "enterprise"), _STAFF)),
    ("hou.jian", "Hou Jian", (("ciso", "enterprise"), ("panel_member", "enterprise"), _STAFF)),
    ("meng.qi", "Meng Qi", (("panel_member", "enterprise"), _STAFF)),
    ("shi.lan", "Shi Lan", (("panel_member", "enterprise"), _STAFF)),
    ("pei.zhou", "Pei Zhou", (("panel_member", "enterprise"), _STAFF)),
    ("duan.rou", "Duan Rou", (("panel_member", "enterprise"), _STAFF)),
    ("kong.yi", "Kong Yi", (("secretary", "enterprise"), _STAFF)),
    ("an.bei", "An Bei", (("disclosure_officer", "enterprise"), _STAFF)),
    ("gu.tian", "Gu Tian", (("analyst", "enterprise"), _STAFF)),
    ("ji.rong", "Ji Rong", (("group_lead", "booking"), _STAFF)),
    ("lei.ming", "Lei Ming", (("group_lead", "security"), _STAFF)),
    ("bao.qing", "Bao Qing", (("group_lead", "security"), _STAFF)),
    ("xia.yun", "Xia Yun", (("unit_owner", "booking"), _STAFF)),
    ("yu.fan", "Yu Fan", (("unit_owner", "stays"), _STAFF)),
    ("sheng.hui", "Sheng Hui", (("board_member", "enterprise"),)),
    ("ruth.adeyemi", "Ruth Adeyemi", (("board_member", "enterprise"),)),
    ("paul.lindqvist", "Paul Lindqvist", (("board_member", "enterprise"),)),
    ("ling.zhao", "Ling Zhao", (("board_member", "enterprise"),)),
    ("zhan.li", "Zhan Li", (("auditor", "enterprise"),)),
    ("wan.jie", "Wan Jie", (("employee", "stays"),)),
)

PARAMETERS = (
    ("regularly.times_a_year", "4", "What is done each quarter is done regularly."),
    ("periodically.times_a_year", "4", "The same as regularly."),
    ("generally.share", "0.95", "One exception in twenty, if it is written down."),
    ("most.share", "0.5", "More than half of the members."),
    ("promptly.hours", "36", "The handling rules leave a day and a half to organise an assessment."),
    ("containment.hours", "6", "What the groups on duty rehearse for."),
    ("training.completion", "0.9", "Of the people who were told to take a course."),
    ("continuous.tests_a_year", "12", "The testing team takes one area each month."),
    ("bring_down.days", "14", "The board looks at open matters within two weeks before filing."),
    ("monitoring.minimum_groups", "3", "Each of the three areas has people of its own."),
)

REGISTRANT = {
    "name": "Brightferry Group Limited",
    "short_name": "Brightferry",
    "cik": "0009990023",
    "file_number": "001-99923",
    "incorporated_in": "E9",
    "incorporation_name": "Cayman Islands",
    "fiscal_year_end": "12-31",
    "currency": "CNY",
    "time_zone": "Asia/Shanghai",
    "address_line": "6 Lighthouse Lane",
    "address_city": "Xiamen",
    "address_country": "China",
    "address_country_code": "F4",
    "address_postal_code": "361000",
    "security_title": "American depositary shares, each representing two ordinary shares",
    "symbol": "BRFY",
    "exchange": "New York Stock Exchange",
    "exchange_code": "NYSE",
    "web_domain": "brightferry.example",
}

HANDS = Hands(
    administrator="admin",
    security="hou.jian",
    analyst="gu.tian",
    secretary="kong.yi",
    people="cai.ping",
    disclosure="an.bei",
)


def house() -> House:
    """The company as its first day finds it."""
    return House(
        founded=START,
        registrant=REGISTRANT,
        listed=date(2019, 6, 20),
        category="large_accelerated",
        units=UNITS,
        groups=GROUPS,
        logins=LOGINS,
        parameters=PARAMETERS,
    )


def scenes(stage: Stage) -> None:
    """The first day: company, units, groups, logins, parameters."""
    stage.later(START, lambda: furnish(stage, house()), hour=1)
