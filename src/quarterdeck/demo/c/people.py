"""Who works here and who sits where: the management committee under the chief executive, and the board's audit and risk
committee, whose charter decides on disclosure."""

from __future__ import annotations

from datetime import date

from quarterdeck.demo.persons import Someone
from quarterdeck.demo.sittings import Duty, Point, Room, Sitting

COMMITTEE, BOARD = "Cybersecurity Steering Committee", "Audit and Risk Committee"


def _one(name: str, unit: str, position: str, level: str, since: str, code: str = "", *, team: bool = False) -> Someone:
    """Somebody whose login is their name."""
    return Someone(name, name.lower().replace(" ", "."), unit, position, code, level, since, team)


PEOPLE = (
    _one("Margaret Oakes", "enterprise", "Chief Executive Officer", "executive", "2017-09-01", "chief_executive"),
    _one("Daniel Whitlock", "finance", "Chief Financial Officer", "executive", "2019-02-04", "chief_financial"),
    Someone(
        "Priya Raman", "priya.raman", "security", "Chief Information Security Officer", "chief_information_security",
        "executive", "2021-05-17", team=True,
        knows=(("Calder Turbines", "Head of plant network security", "cybersecurity", "2011-03-01", "2021-04-30"),),
        holds=(("ISC2", "CISSP", "655018", "2013-10-08", "2028-10-31"),),
    ),
    _one("Thomas Egan", "finance", "General Counsel", "executive", "2018-11-05", "general_counsel"),
    _one("Ellen Sather", "finance", "Corporate Secretary", "manager", "2016-04-11"),
    _one("Marcus Bell", "finance", "Director of External Reporting", "manager", "2020-08-03"),
    _one("Jo Lindgren", "security", "Security Analyst", "staff", "2022-01-10", team=True),
    _one("Ray Kowalski", "rockford", "Plant Manager, Rockford", "department_head", "2015-06-01"),
    _one("Dana Pruitt", "dubuque", "Plant Manager, Dubuque", "department_head", "2020-02-17"),
    _one("Kim Rowe", "rockford", "Production Planner", "staff", "2023-05-08"),
    _one("Helen Marsh", "enterprise", "Independent Director", "director", "2016-05-19"),
    _one("Victor Alvarez", "enterprise", "Independent Director", "director", "2019-05-16"),
    _one("Ruth Calloway", "enterprise", "Independent Director", "director", "2021-05-20"),
)  # fmt: skip

LOGIN_OF = {person.name: person.login for person in PEOPLE}


def _room(place: str, *names: str) -> Room:
    return Room(place, names, {name: LOGIN_OF[name] for name in names})


ROOMS = {
    "committee": _room("Rockford, front office", "Margaret Oakes", "Daniel Whitlock", "Priya Raman", "Thomas Egan"),
    "board": _room("By video", "Helen Marsh", "Victor Alvarez", "Ruth Calloway"),
}
#: The charter of each body: (name, kind, its duties).
CHARTERS: dict[str, tuple[str, str, tuple[Duty, ...]]] = {
    "committee": (COMMITTEE, "management_committee", (
        ("manage_cybersecurity", "2", "Run the cybersecurity program of plants and offices."),
        ("organise_assessment", "4", "Put people of the plants, finance and legal to work on an incident without delay."),
        ("escalate", "5", "Bring what may be material to the Audit and Risk Committee at once."),
        ("prepare_disclosure", "6", "Have the report ready while the directors decide."),
    )),
    "board": (BOARD, "board_committee", (
        ("oversee_cybersecurity", "3(a)", "Oversee risks from cybersecurity threats for the board of directors."),
        ("decide_measures", "3(c)", "Decide how to respond to an incident that may be material."),
        ("decide_disclosure", "3(d)", "Determine whether an incident is material and has to be reported."),
        ("approve_current_report", "3(e)", "Approve each report on Form 8-K about an incident."),
        ("approve_before_dissemination", "3(f)", "Nothing on an incident is made public before it is approved."),
    )),
}  # fmt: skip

#: The regular meetings; what stands behind a wall has meetings of its own.
SITTINGS: dict[str, tuple[Point, ...]] = {
    "committee 2026-01-20": (Point("policy", "Incident response plan, version 3", "Adopt version 3 of the plan."),),
    "board 2026-02-24": (
        Point(
            "materiality_review", "Incidents of the year to date",
            "No incident declared from January 1 to February 24, 2026 was material; none of them has affected the company.",
            covers=("2026-01-01", "2026-02-24"),
        ),
    ),
    "committee 2026-04-14": (Point("risk", "Remote support of machines", "End standing accounts for remote support."),),
}  # fmt: skip


def sitting(said: str, points: tuple[Point, ...]) -> Sitting:
    """ "board 2026-02-24" with its points."""
    body, day = said.split()
    return Sitting(body, date.fromisoformat(day), points)
