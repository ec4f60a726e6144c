"""Who works here, since when, as what, and what they know: each fact with its evidence and somebody who checked it."""

from __future__ import annotations

from datetime import date

from quarterdeck.demo.a.company import REGISTRANT, START
from quarterdeck.demo.persons import Someone, check, record
from quarterdeck.demo.stage import Stage

MANAGING = "information_security_management"
EVALUATOR = "China Information Technology Security Evaluation Center"


PEOPLE = (
    Someone(
        "Jiang Suyin", "jiang.suyin", "enterprise", "Chief Executive Officer", "chief_executive", "executive", "2014-03-01"
    ),
    Someone("Qiu Heng", "qiu.heng", "engineering", "Chief Technology Officer", "chief_technology", "executive", "2015-09-01"),
    Someone("Tao Min", "tao.min", "finance", "Chief Financial Officer", "chief_financial", "executive", "2018-04-01"),
    Someone("Yan Shu", "yan.shu", "legal", "General Counsel", "general_counsel", "executive", "2017-02-01"),
    Someone("Cai Ping", "cai.ping", "people", "Chief People Officer", "chief_people", "executive", "2020-10-01"),
    Someone(
        "Hou Jian",
        "hou.jian",
        "security",
        "Head of Information Security",
        "head_security",
        "department_head",
        "2019-05-06",
        team=True,
        knows=(
            ("Coral Gate Securities", "Information security manager", MANAGING, "2011-08-01", "2019-04-30"),
            ("Brightferry", "Head of information security", MANAGING, "2019-05-06", ""),
        ),
        holds=((EVALUATOR, "CISP", "CISP-2013-04417", "2013-11-18", "2028-11-17"),),
    ),
    Someone(
        "Meng Qi",
        "meng.qi",
        "security",
        "Manager, Platform Security",
        "manager_platform_security",
        "manager",
        "2018-07-02",
        team=True,
        knows=(
            ("Palisade Payments", "Security engineer", "cybersecurity", "2012-03-01", "2018-06-29"),
            ("Brightferry", "Manager of platform security", MANAGING, "2018-07-02", ""),
        ),
        holds=((EVALUATOR, "CISP", "CISP-2017-20935", "2017-06-05", "2026-06-04"),),
    ),
    Someone(
        "Shi Lan",
        "shi.lan",
        "security",
        "Manager, Data Security",
        "manager_data_security",
        "manager",
        "2020-01-13",
        team=True,
        knows=(
            ("Southwind Insurance", "Information security manager", MANAGING, "2016-02-01", "2019-12-31"),
            ("Brightferry", "Manager of data security", MANAGING, "2020-01-13", ""),
        ),
    ),
    Someone(
        "Pei Zhou",
        "pei.zhou",
        "security",
        "Manager, Payment Security",
        "manager_payment_security",
        "manager",
        "2022-02-14",
        team=True,
        knows=(
            ("Umbra Labs", "Security researcher", "cybersecurity", "2016-09-01", "2022-01-31"),
            ("Brightferry", "Manager of payment security", MANAGING, "2022-02-14", ""),
        ),
        holds=((EVALUATOR, "CISP", "CISP-2022-51008", "2022-09-26", "2028-09-25"),),
    ),
    Someone(
        "Duan Rou",
        "duan.rou",
        "security",
        "Manager, Cloud Security",
        "manager_cloud_security",
        "manager",
        "2023-09-04",
        team=True,
        knows=(
            ("Hillside Hosting", "Cloud engineer", "it", "2015-07-01", "2019-03-31"),
            ("Hillside Hosting", "Cloud security engineer", "cybersecurity", "2019-04-01", "2023-08-31"),
            ("Brightferry", "Manager of cloud security", MANAGING, "2023-09-04", ""),
        ),
        holds=(("ISC2", "CCSP", "940116", "2021-04-12", "2027-04-30"),),
    ),
    Someone("Kong Yi", "kong.yi", "legal", "Company Secretary", "company_secretary", "manager", "2017-05-02"),
    Someone("An Bei", "an.bei", "finance", "Head of Reporting", "head_reporting", "manager", "2019-01-07"),
    Someone(
        "Gu Tian",
        "gu.tian",
        "security",
        "Security Analyst",
        "",
        "staff",
        "2021-03-01",
        team=True,
        holds=(("ISC2", "CISSP", "871230", "2023-08-21", "2026-08-31"),),
    ),
    Someone("Ji Rong", "ji.rong", "duty-mini", "Lead, Mini-program Duty", "", "manager", "2020-06-01", team=True),
    Someone("Lei Ming", "lei.ming", "duty-platform", "Lead, Platform Duty", "", "manager", "2019-11-04", team=True),
    Someone("Bao Qing", "bao.qing", "duty-infra", "Lead, Infrastructure Duty", "", "manager", "2018-10-08", team=True),
    Someone("Xia Yun", "xia.yun", "booking", "General Manager, Booking", "gm_booking", "manager", "2016-08-01"),
    Someone("Yu Fan", "yu.fan", "stays", "General Manager, Stays", "gm_stays", "manager", "2019-03-01"),
    Someone("Wan Jie", "wan.jie", "stays", "Host Support Adviser", "", "staff", "2022-05-09"),
    Someone("Sheng Hui", "sheng.hui", "enterprise", "Chair of the Board", "chair_board", "director", "2019-06-20"),
    Someone("Ruth Adeyemi", "ruth.adeyemi", "enterprise", "Independent Director", "", "director", "2019-06-20"),
    Someone("Paul Lindqvist", "paul.lindqvist", "enterprise", "Independent Director", "", "director", "2021-05-14"),
    Someone("Ling Zhao", "ling.zhao", "enterprise", "Director", "", "director", "2019-06-20"),
)  # fmt: skip


def scenes(stage: Stage) -> None:
    """Recorded in the first week; checked in the second by somebody else."""
    stage.later(START, lambda: record(stage, PEOPLE, REGISTRANT["web_domain"]), hour=2)
    stage.later(date(2024, 12, 9), lambda: check(stage, PEOPLE), hour=3)
