"""Who works for a company, since when, as what, and what they know: each fact recorded by one person and checked by another."""

from __future__ import annotations

from dataclasses import dataclass, field

from quarterdeck.demo.stage import Stage


@dataclass(frozen=True)
class Someone:
    """A person of the story. ``knows``: (organisation, role, field, from, until); ``holds``: (issuer, code, number, issued, expires)."""

    name: str
    login: str
    unit: str
    position: str
    code: str
    level: str
    since: str
    team: bool = False
    knows: tuple[tuple[str, str, str, str, str], ...] = field(default=())
    holds: tuple[tuple[str, str, str, str, str], ...] = field(default=())
    #: Of who has an address at work and no login.
    mailbox: str = ""


def key(name: str) -> str:
    """The cast's name of a person: "Sun Rui" is ``person:sun-rui``."""
    return "person:" + name.lower().replace(" ", "-")


def record(stage: Stage, people: tuple[Someone, ...], domain: str) -> None:
    """The people officer records everybody; the administrator connects the logins."""
    officer = stage.hands.people
    for person in people:
        mailbox = person.login or person.mailbox
        who = stage.do(
            "people.person.create",
            officer,
            cast=key(person.name),
            full_name=person.name,
            unit=stage.cast[person.unit],
            email=f"{mailbox}@{domain}" if mailbox else "",
        )
        if person.login:
            stage.do("people.person.connect_login", stage.hands.administrator, who, user=stage.users[person.login])
        stage.do(
            "people.position.create",
            officer,
            person=who,
            title=person.position,
            level=person.level,
            unit=stage.cast[person.unit],
            code=person.code,
            effective_from=person.since,
        )
        if person.team:
            stage.do("people.teammembership.join", officer, person=who, team="security", effective_from=person.since)
        for number, (organisation, role, subject, start, end) in enumerate(person.knows):
            stage.do(
                "people.experience.create",
                officer,
                cast=f"{key(person.name)}:knows:{number}",
                person=who,
                organisation=organisation,
                role=role,
                field=subject,
                relevant=True,
                effective_from=start,
                effective_until=end,
            )
        for number, (issuer, code, serial, issued, expires) in enumerate(person.holds):
            stage.do(
                "people.certification.create",
                officer,
                cast=f"{key(person.name)}:holds:{number}",
                person=who,
                issuer=issuer,
                code=code,
                number=serial,
                issued_on=issued,
                expires_on=expires,
            )


def check(stage: Stage, people: tuple[Someone, ...]) -> None:
    """The secretary verifies what the people officer typed in."""
    for person in people:
        for number, (organisation, *_rest) in enumerate(person.knows):
            stage.do(
                "people.experience.verify",
                stage.hands.secretary,
                f"{key(person.name)}:knows:{number}",
                how=f"Letter of employment from {organisation}, seen in the original.",
            )
        for number, (issuer, _code, serial, *_dates) in enumerate(person.holds):
            stage.do(
                "people.certification.verify",
                stage.hands.secretary,
                f"{key(person.name)}:holds:{number}",
                how=f"Looked up as number {serial} in the register of {issuer}.",
            )
