"""Company C: a fictional maker of industrial controls in Illinois, listed in New York, that files Forms 10-K and 8-K.

In spring 2026 ransomware stops two of its plants. Its story is that incident: from the first call to the Form 8-K, and to
the amendment two months later, when it is known what it cost.
"""

from __future__ import annotations

from datetime import date

from quarterdeck.demo.c import company, earlier, material, people, policies, seats
from quarterdeck.demo.house import furnish
from quarterdeck.demo.stage import Stage
from quarterdeck.demo.story import Current, Report, Story


def stage() -> Stage:
    """Found the home and set every scene up to the reports."""
    house = company.house()
    made = Stage(company.HANDS, time_zone=house.registrant["time_zone"])
    made.found(house.name, company.START)
    made.later(company.START, lambda: furnish(made, house), hour=14)
    seats.scenes(made)
    policies.scenes(made)
    earlier.scenes(made)
    material.scenes(made)
    return made


STORY = Story(
    letter="c",
    house=company.house(),
    stage=stage,
    files=Current(
        form="8-K",
        incident="incident:plants",
        preparer="marcus.bell",
        approver="helen.marsh",
        room=people.ROOMS["board"],
        reports=(
            Report(
                "8-k", date(2026, 3, 20), date(2026, 3, 23), date(2026, 3, 24), label="Plant Ransomware, March 2026"
            ),
            Report("8-k-a", date(2026, 5, 18), date(2026, 5, 20), date(2026, 5, 21), amends="8-k", concerns="impact"),
        ),
    ),
)
