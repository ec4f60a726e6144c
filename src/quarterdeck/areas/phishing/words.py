"""What cues and elements of premise alignment are called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel.actions.base import Text

CUE_WORDS: Final[Mapping[str, Text]] = {
    "spelling_grammar": _("Mistakes in spelling or grammar"),
    "inconsistency": _("Details that do not agree with each other"),
    "attachment": _("An attachment of a risky kind"),
    "sender_mismatch": _("A sender's name that does not fit the address"),
    "hidden_link": _("A link whose words hide where it leads"),
    "domain_spoofing": _("An address that resembles a real one"),
    "no_branding": _("No logo or branding where one would expect it"),
    "imitated_branding": _("A logo that is imitated or outdated"),
    "unprofessional_design": _("A look that is not professional"),
    "security_icons": _("Icons that promise security"),
    "legal_language": _("Legal language that should impress"),
    "distracting_detail": _("Detail that distracts from what is asked"),
    "sensitive_request": _("A request for passwords or personal data"),
    "urgency": _("Pressure of time"),
    "threat": _("A threat"),
    "generic_greeting": _("A greeting that could be anybody's, or none"),
    "no_signer_details": _("A signature without details"),
    "humanitarian_appeal": _("An appeal to help"),
    "too_good": _("An offer that is too good to be true"),
    "you_are_special": _("An offer for you alone"),
    "limited_time": _("An offer for a short time"),
    "mimics_business": _("Something that looks like a process at work"),
    "poses_as_known": _("Somebody who poses as a colleague or an authority"),
}
ALIGNMENT_WORDS: Final[Mapping[str, Text]] = {
    "mimics_process": _("Looks like a process of this company"),
    "relevance": _("Concerns the work of those who get it"),
    "timely": _("Fits what happens around them just now"),
    "consequences": _("Makes them fear what happens if they do nothing"),
    "trained": _("They were trained for just this (counts against)"),
}

#: Where the link goes in a mail: ``{link}`` or ``{link|words that hide it}``.
LINK: Final = re.compile(r"\{link(?:\|([^{}]{1,200}))?\}")
