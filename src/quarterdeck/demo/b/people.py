"""Who works here, since when, as what, and what they know: each fact with its evidence and somebody who checked it."""

from __future__ import annotations

from datetime import date

from quarterdeck.demo.b.company import REGISTRANT
from quarterdeck.demo.persons import Someone, check, record
from quarterdeck.demo.stage import Stage

START = date(2024, 12, 3)


PEOPLE = (
    Someone(
        "Chen Yu", "chen.yu", "enterprise", "Chief Executive Officer", "chief_executive", "executive", "2016-03-01"
    ),
    Someone("Gao Wei", "gao.wei", "finance", "Chief Financial Officer", "chief_financial", "executive", "2019-06-01"),
    Someone(
        "Lin Qiao",
        "lin.qiao",
        "fulfilment",
        "Chief Operating Officer",
        "chief_operating",
        "executive",
        "2018-01-15",
        knows=(("Northgate Bank", "Head of operational risk", "cybersecurity", "2010-04-01", "2017-12-31"),),
    ),
    Someone(
        "Ma Ning",
        "ma.ning",
        "commerce",
        "Chief Technology Officer",
        "chief_technology",
        "executive",
        "2017-05-01",
        knows=(
            ("Brightwater Networks", "Security architect", "cybersecurity", "2008-07-01", "2013-06-30"),
            ("Cloudreef", "Head of platform security", "cybersecurity", "2013-01-01", "2017-04-30"),
        ),
    ),
    Someone(
        "Sun Rui",
        "sun.rui",
        "security",
        "Chief Information Security Officer",
        "chief_information_security",
        "executive",
        "2020-02-01",
        team=True,
        knows=(
            (
                "Kestrel Consulting",
                "Security consultant",
                "information_security_management",
                "2007-09-01",
                "2012-08-31",
            ),
            (
                "Longshore Insurance",
                "Information security manager",
                "information_security_management",
                "2012-09-01",
                "2020-01-31",
            ),
        ),
        holds=(
            ("ISC2", "CISSP", "771204", "2014-05-20", "2027-05-31"),
            ("ISACA", "CISM", "1520093", "2016-03-01", "2028-01-31"),
        ),
    ),
    Someone("He Lan", "he.lan", "legal", "General Counsel", "general_counsel", "executive", "2018-09-01"),
    Someone("Tang Jia", "tang.jia", "people", "Chief People Officer", "chief_people", "executive", "2021-04-01"),
    Someone(
        "Zhao Min",
        "",
        "commerce",
        "Chief Product Officer",
        "chief_product",
        "executive",
        "2019-11-01",
        mailbox="zhao.min",
    ),
    Someone(
        "Xu Bo",
        "",
        "commerce",
        "Chief Data Officer",
        "chief_data",
        "executive",
        "2020-07-01",
        knows=(("Meridian Telecom", "Data protection lead", "cybersecurity", "2011-02-01", "2020-06-30"),),
        mailbox="xu.bo",
    ),
    Someone(
        "Wu Kai",
        "",
        "security",
        "Head of Infrastructure Security",
        "head_infrastructure_security",
        "department_head",
        "2019-03-01",
        team=True,
        knows=(("Anchor Hosting", "Network security engineer", "cybersecurity", "2009-06-01", "2019-02-28"),),
        holds=(("ISC2", "CISSP", "688310", "2015-11-02", "2026-11-30"),),
        mailbox="wu.kai",
    ),
    Someone("Qian Shu", "qian.shu", "legal", "Company Secretary", "company_secretary", "manager", "2018-10-01"),
    Someone("Ye Lin", "ye.lin", "finance", "Head of Disclosure", "head_disclosure", "manager", "2020-01-06"),
    Someone(
        "Deng Hao",
        "deng.hao",
        "security",
        "Security Analyst",
        "security_analyst",
        "staff",
        "2021-08-01",
        team=True,
        holds=(("ISC2", "CISSP", "902577", "2022-06-14", "2028-06-30"),),
    ),
    Someone(
        "Luo Xin", "luo.xin", "watch-mini", "Lead, Mini-program Watch", "lead_mini", "manager", "2020-05-01", team=True
    ),
    Someone(
        "Pan Yue",
        "",
        "watch-platform",
        "Lead, Platform Watch",
        "lead_platform",
        "manager",
        "2020-09-01",
        team=True,
        mailbox="pan.yue",
    ),
    Someone(
        "Shen Tao",
        "shen.tao",
        "watch-infra",
        "Lead, Infrastructure Watch",
        "lead_infra",
        "manager",
        "2019-07-01",
        team=True,
    ),
    Someone("Bai Ling", "bai.ling", "commerce", "General Manager, Commerce", "gm_commerce", "manager", "2018-02-01"),
    Someone("Wei An", "wei.an", "fulfilment", "General Manager, Fulfilment", "gm_fulfilment", "manager", "2019-02-01"),
    Someone("Fu An", "fu.an", "commerce", "Merchandiser", "merchandiser", "staff", "2023-03-01"),
    Someone("Ho Mei-ling", "ho.meiling", "enterprise", "Independent Director", "director_ho", "director", "2021-09-15"),
    Someone("Feng Da", "feng.da", "enterprise", "Independent Director", "director_feng", "director", "2021-09-15"),
    Someone("Alice Tan", "alice.tan", "enterprise", "Independent Director", "director_tan", "director", "2022-04-01"),
)


def scenes(stage: Stage) -> None:
    """Recorded in the first week; checked in the second by somebody else."""
    stage.later(START, lambda: record(stage, PEOPLE, REGISTRANT["web_domain"]), hour=2)
    stage.later(date(2024, 12, 10), lambda: check(stage, PEOPLE), hour=3)
