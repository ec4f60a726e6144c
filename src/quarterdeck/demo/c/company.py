"""The registrant, its units, its logins, and what its words mean."""

from __future__ import annotations

from datetime import date

from quarterdeck.demo.house import House
from quarterdeck.demo.stage import Hands

START = date(2026, 1, 5)


def _login(
    login: str, name: str, role: str, unit: str = "enterprise", *more: str
) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """Somebody with a role in a unit, with ``more`` in the whole enterprise; everybody is an employee too."""
    return login, name, ((role, unit), *((held, "enterprise") for held in (*more, "employee")))


def house() -> House:
    """The company as its first day finds it."""
    return House(
        founded=START,
        registrant={
            "name": "Ironquill Controls, Inc.", "short_name": "Ironquill", "cik": "0009990031", "file_number": "001-99931",
            "incorporated_in": "DE", "incorporation_name": "Delaware", "fiscal_year_end": "12-31", "currency": "USD",
            "time_zone": "America/Chicago", "address_line": "2200 Foundry Row", "address_city": "Rockford, Illinois",
            "address_country": "United States", "address_country_code": "US", "address_postal_code": "61101",
            "security_title": "Common Stock, par value $0.01 per share", "symbol": "IRNQ",
            "exchange": "New York Stock Exchange LLC", "exchange_code": "NYSE", "web_domain": "ironquill.example",
        },
        listed=date(2014, 6, 2),
        category="accelerated",
        filer="domestic",
        units=(
            ("rockford", "Rockford plant", "business"),
            ("dubuque", "Dubuque plant", "business"),
            ("security", "Information security", "function"),
            ("finance", "Finance and legal", "function"),
        ),
        groups=(),
        logins=(
            ("admin", "Walt Nyberg", (("administrator", "enterprise"),)),
            _login("margaret.oakes", "Margaret Oakes", "committee_member"),
            _login("daniel.whitlock", "Daniel Whitlock", "committee_member"),
            _login("priya.raman", "Priya Raman", "ciso", "enterprise", "committee_member"),
            _login("thomas.egan", "Thomas Egan", "counsel", "enterprise", "committee_member"),
            _login("ellen.sather", "Ellen Sather", "secretary", "enterprise", "people_officer"),
            _login("marcus.bell", "Marcus Bell", "disclosure_officer"),
            _login("jo.lindgren", "Jo Lindgren", "analyst"),
            _login("ray.kowalski", "Ray Kowalski", "unit_owner", "rockford"),
            _login("dana.pruitt", "Dana Pruitt", "unit_owner", "dubuque"),
            ("helen.marsh", "Helen Marsh", (("board_member", "enterprise"),)),
            ("victor.alvarez", "Victor Alvarez", (("board_member", "enterprise"),)),
            ("ruth.calloway", "Ruth Calloway", (("board_member", "enterprise"),)),
            ("neil.foster", "Neil Foster", (("auditor", "enterprise"),)),
            ("kim.rowe", "Kim Rowe", (("employee", "rockford"),)),
        ),
        parameters=(
            ("promptly.hours", "24", "The response plan asks for an organised assessment within a day."),
            ("containment.hours", "4", "What both plants rehearse for."),
            ("containment.ratified_within_hours", "24", "Whoever stops a line answers for it within a day."),
            ("assessment.units_at_least", "3", "Both plants and finance: what one plant loses the other may make up for."),
        ),
    )  # fmt: skip


HANDS = Hands(
    administrator="admin",
    security="priya.raman",
    analyst="jo.lindgren",
    secretary="ellen.sather",
    people="ellen.sather",
    disclosure="marcus.bell",
)
