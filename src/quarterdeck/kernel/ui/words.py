"""The product's fixed words: verdicts and what they mean."""

from __future__ import annotations

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERDICTS: dict[str, tuple[str | Promise, str | Promise]] = {
    "supported": (_("supported"), _("The record proves it.")),
    "attested": (_("attested"), _("It rests on an upload whose fields somebody typed.")),
    "stale": (_("stale"), _("It was true, but the proof is too old.")),
    "contradicted": (_("contradicted"), _("The record says otherwise.")),
    "unresolved": (_("unresolved"), _("Not yet decided.")),
    "unevidenced": (_("unevidenced"), _("Nothing in the record proves it.")),
    "judgement": (_("judgement"), _("An opinion; no record can prove it.")),
    "caution": (_("caution"), _("A warning to the reader; it states no fact.")),
    "reference": (_("reference"), _("Points to another place in the filing.")),
}


def verdict_word(verdict: str) -> str:
    """The word shown for a verdict key. An unknown key is a programming error."""
    return str(VERDICTS[verdict][0])


def verdict_means(verdict: str) -> str:
    """One sentence for the reader who hovers or asks what a verdict means."""
    return str(VERDICTS[verdict][1])


def language_choices() -> list[tuple[str, str]]:
    """Languages offered, each in its own name."""
    own = {"en": "English", "zh-hans": "简体中文"}
    return [(code, own.get(code, str(name))) for code, name in settings.LANGUAGES]
