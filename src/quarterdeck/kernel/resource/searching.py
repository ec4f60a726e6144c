"""What a search looks for, the same in lists and in forms."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

#: Further words are not looked for.
WORDS = 8


def every_word(names: Sequence[str], text: str) -> Q:
    """Rows in which every word of ``text`` stands in one of the fields ``names``, whatever its case; all, where there is
    no word, and none, where there is no field to look into."""
    every = Q()
    for word in text.split()[:WORDS]:
        anywhere = Q(pk__in=())
        for name in names:
            anywhere |= Q(**{f"{name}__icontains": word})
        every &= anywhere
    return every
