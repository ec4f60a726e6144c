"""Company B: a fictional e-commerce group in the Cayman Islands, listed in New York, that files Form 20-F.

Its year is told by subject; the stage performs all of it in order of time.
"""

from __future__ import annotations

from datetime import date

from quarterdeck.demo.b import bodies, company, evidence, incidents, people, reports
from quarterdeck.demo.stage import Stage

NAME = "Cloudreef Holdings Limited"
FOUNDED = date(2024, 12, 2)
YEAR = 2025


def stage() -> Stage:
    """Found the home and set every scene of the story; nothing but the founding has happened yet."""
    made = Stage()
    made.found(NAME, FOUNDED)
    company.scenes(made)
    people.scenes(made)
    bodies.scenes(made)
    evidence.scenes(made)
    reports.scenes(made)
    incidents.scenes(made)
    return made


def stage_logins() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Everyone who can sign in, with their roles."""
    return tuple((login, tuple(role for role, _unit in roles)) for login, _name, roles in company.LOGINS)
