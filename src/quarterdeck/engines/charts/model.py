"""What a drawn picture is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """The picture's figures as text, for those who do not see it and those who want the numbers."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: `wide` for a page, `narrow` for a phone or a side panel (None where one size serves both).

    `summary` says in sentences what it shows. `svg` is what a page takes; it is escaped and well-formed XML.
    """

    wide: str
    narrow: str | None
    summary: str
    table: Table

    @property
    def svg(self) -> str:
        """Both sizes, of which the stylesheet shows the one that fits the place; the other is hidden from everybody."""
        if self.narrow is None:
            return self.wide
        return f'<div class="chart-fit">{self.wide}{self.narrow}</div>'
