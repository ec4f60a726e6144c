"""A company's house: the registrant, its units and specialist groups, its logins, and what its words mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from quarterdeck.demo.stage import Stage


@dataclass(frozen=True)
class Group:
    """A specialist group: its parent unit by code, what it watches, and its responsibilities in words."""

    code: str
    name: str
    parent: str
    target: str
    responsibilities: str


@dataclass(frozen=True)
class House:
    """``units``: (code, name, kind); ``logins``: (login, name, roles, each in a unit); ``parameters``: (code, value, why)."""

    founded: date
    registrant: Mapping[str, str]
    listed: date
    category: str
    units: tuple[tuple[str, str, str], ...]
    groups: tuple[Group, ...]
    logins: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]
    parameters: tuple[tuple[str, str, str], ...]
    filer: str = "fpi"

    @property
    def name(self) -> str:
        return self.registrant["name"]

    @property
    def domain(self) -> str:
        return self.registrant["web_domain"]


def furnish(stage: Stage, house: House) -> None:
    """The first day's scene: company, units, groups, logins, parameters."""
    stage.do("organisation.registrant.create", None, cast="registrant", **house.registrant)
    stage.do(
        "organisation.filerstatus.create",
        None,
        registrant=stage.cast["registrant"],
        filer=house.filer,
        category=house.category,
        shell_company=False,
        effective_from=house.listed.isoformat(),
    )
    for code, name, kind in house.units:
        stage.do(
            "permissions.unit.create", None, cast=code, code=code, name=name, kind=kind, parent=stage.cast["enterprise"]
        )
    for group in house.groups:
        unit = stage.do(
            "permissions.unit.create",
            None,
            cast=group.code,
            code=group.code,
            name=group.name,
            kind="specialist",
            parent=stage.cast[group.parent],
        )
        stage.do(
            "organisation.designation.create",
            None,
            unit=unit,
            target=group.target,
            responsibilities=group.responsibilities,
            effective_from=house.founded.isoformat(),
        )
    for login, full_name, roles in house.logins:
        stage.login(login, full_name, f"{login}@{house.domain}", roles)
    for code, value, why in house.parameters:
        stage.do(
            "claims.parameter.set", None, code=code, value=value, why=why, effective_from=house.founded.isoformat()
        )
