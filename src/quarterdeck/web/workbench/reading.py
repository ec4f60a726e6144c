"""What the record says of a whole disclosure, asked once for each state of the record.

A page may be looked at a hundred times between two changes. Every change of a record appends a leaf, so the frontier of
the ledger names the state of the record exactly: a reading is kept under it and is never out of date. What is kept is
what the record says, before it is cut to what one person may see (``proof``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import cache
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from quarterdeck.areas.disclosures.drafting import draft_sentences
from quarterdeck.areas.disclosures.evaluation import Asked, Checked, Finding, bases_of, claims_of, standing
from quarterdeck.areas.disclosures.facts import facts_of
from quarterdeck.areas.disclosures.filing import filing_content
from quarterdeck.areas.disclosures.models import Disclosure, Statement
from quarterdeck.areas.disclosures.package import check_messages
from quarterdeck.engines.xbrl.checks import Message
from quarterdeck.engines.xbrl.content import ContentError
from quarterdeck.kernel.claims.models import Parameter
from quarterdeck.kernel.claims.registry import PERIOD, Claim, ClaimError, Outcome, Question, TimeBasis, Verdict, check
from quarterdeck.kernel.ledger.models import Head

#: Long enough that a morning's work finds it again; the frontier sees to it that it is right.
KEPT_SECONDS = 3600

ClaimKey = tuple[str, str, tuple[tuple[str, object], ...]]


def key_of(claim: Claim) -> ClaimKey:
    """A claim as a dictionary key."""
    return claim.name, claim.basis, tuple(sorted(claim.params.items()))


@dataclass(frozen=True)
class Setting:
    """A company parameter that a claim read: ``value`` and ``pk`` are None while the company has not set it."""

    code: str
    value: str | None = None
    pk: int | None = None
    why: str = ""


@dataclass(frozen=True)
class CouldSay:
    """A sentence that is not on the page. ``failing``: what keeps it out; empty and not ``ready``: another sentence it rests on."""

    key: str
    text: str
    ready: bool
    failing: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Reading:
    """Everything the workbench says of one disclosure, as the record stands."""

    checked: tuple[Checked, ...]
    settings: Mapping[ClaimKey, tuple[Setting, ...]]
    could_say: tuple[CouldSay, ...]
    #: What the record bears for a sentence that is on the page in other words: statement id → text.
    fresh: Mapping[int, str]
    messages: tuple[Message, ...]
    #: Why it cannot be written as a filing at all, or empty.
    unwritable: str
    #: Names the record lacks before sentences about them can be drafted: ``board_committee``, ``committee``.
    unnamed: tuple[str, ...]

    @property
    def facts(self) -> tuple[Checked, ...]:
        """The sentences that state a fact."""
        return tuple(item for item in self.checked if item.verdict is not None)

    @property
    def holding(self) -> int:
        """How many factual sentences are proven."""
        return sum(1 for item in self.facts if item.verdict is not None and item.verdict.holds)

    @property
    def tally(self) -> Mapping[str, int]:
        """How many sentences bear each verdict, or are of a kind that no record proves."""
        return Counter(verdict_key(item) for item in self.checked)

    @property
    def open_sentences(self) -> tuple[Checked, ...]:
        """Those that may not be filed as they stand."""
        return tuple(item for item in self.checked if not item.holds)

    @property
    def errors(self) -> tuple[Message, ...]:
        """What the checks of the filing refuse."""
        return tuple(message for message in self.messages if message.severity == "error")

    @property
    def clean(self) -> bool:
        """Whether nothing stands between it and approval: the same question as ``disclosures.gate`` asks."""
        return bool(self.facts) and not self.open_sentences and not self.errors and not self.unwritable


def verdict_key(item: Checked) -> str:
    """The word of a sentence: its verdict, or what kind of sentence it is."""
    return str(item.statement.kind) if item.verdict is None else item.verdict.value


def reading_of(disclosure: Disclosure) -> Reading:
    """The reading of ``disclosure`` for the present state of the record; from memory where nothing has changed."""
    head = Head.objects.values_list("frontier", flat=True).get(pk=1)
    state = sha256(bytes(head)).hexdigest()
    name = f"workbench:{disclosure.pk}:{state}:{get_language()}"
    kept = cache.get(name)
    if isinstance(kept, Reading):
        return kept
    made = read(disclosure)
    cache.set(name, made, KEPT_SECONDS)
    return made


@dataclass(frozen=True)
class _Noting(Question):
    """A question that writes down which company parameters the predicate asks for."""

    noted: list[str] | None = None

    def company(self, code: str):  # type: ignore[no-untyped-def]  # as the parent
        if self.noted is not None and code not in self.noted:
            self.noted.append(code)
        return super().company(code)


class _Asked(Asked):
    """Asks each claim once, notes the parameters it read, and answers for a claim that no longer exists."""

    def __init__(self, bases: dict[str, TimeBasis]) -> None:
        super().__init__(bases)
        self.read: dict[ClaimKey, tuple[str, ...]] = {}

    def __call__(self, claim: Claim) -> Outcome:
        key = key_of(claim)
        if key not in self._known:
            noted: list[str] = []
            try:
                found = check(claim)
                self._known[key] = found.ask(_Noting(claim, self.bases[claim.basis], self.bases[PERIOD], noted))
            except ClaimError as error:
                self._known[key] = Outcome(Verdict.UNEVIDENCED, because=str(error))
            self.read[key] = tuple(noted)
        return self._known[key]

    def finding(self, claim: Claim) -> Finding:
        return Finding(claim, self.bases[claim.basis], self(claim))


def read(disclosure: Disclosure) -> Reading:
    """Ask the record about every sentence. Some hundred queries; never call it inside a transaction that writes."""
    asked = _Asked(bases_of(disclosure))
    rows = standing(disclosure)
    for row in rows:
        row.disclosure = disclosure
    checked = tuple(Checked(row, tuple(asked.finding(claim) for claim in claims_of(row))) for row in rows)
    could_say, fresh, unnamed = _drafted(asked, checked) if disclosure.form in ("20-F", "10-K") else ((), {}, ())
    messages: tuple[Message, ...] = ()
    unwritable = ""
    if checked:
        try:
            messages = check_messages(filing_content(disclosure, checked))
        except ContentError as error:
            unwritable = str(error)
    return Reading(checked, _settings(asked), could_say, fresh, messages, unwritable, unnamed)


def _drafted(
    asked: _Asked, checked: tuple[Checked, ...]
) -> tuple[tuple[CouldSay, ...], dict[int, str], tuple[str, ...]]:
    facts = facts_of(asked)
    written, missing = draft_sentences(facts, asked)
    present = {item.statement.key: item for item in checked if item.statement.key}
    could = [
        *(
            CouldSay(item.template.key, item.sentence.text, True)
            for item in written
            if item.template.key not in present
        ),
        *(
            CouldSay(
                item.template.key, item.text, False, tuple(asked.finding(claim) for claim, _outcome in item.failing)
            )
            for item in missing
            if item.template.key not in present
        ),
    ]
    fresh: dict[int, str] = {}
    for item in written:
        here = present.get(item.template.key)
        if here is not None and here.verdict is not None and not here.verdict.holds:
            fresh[here.statement.pk] = item.sentence.text
    names = {"board_committee": facts.board_committee, "committee": facts.committee}
    return tuple(could), fresh, tuple(name for name, value in names.items() if value is None)


def _settings(asked: _Asked) -> dict[ClaimKey, tuple[Setting, ...]]:
    codes = {code for noted in asked.read.values() for code in noted}
    rows = list(Parameter.objects.filter(code__in=codes).order_by("-effective_from", "-pk")) if codes else []
    made: dict[ClaimKey, tuple[Setting, ...]] = {}
    for key, noted in asked.read.items():
        if not noted:
            continue
        day = asked.bases[key[1]].day
        found = []
        for code in noted:
            row = next((row for row in rows if row.code == code and row.in_effect(day)), None)
            found.append(Setting(code) if row is None else Setting(code, row.value, row.pk, row.why))
        made[key] = tuple(found)
    return made


def open_words(reading: Reading) -> str:
    """Why approval cannot be requested yet, in one sentence for the button; empty when it can."""
    if reading.clean:
        return ""
    if reading.unwritable:
        return _("It cannot be written as a filing yet.")
    if not reading.facts:
        return _("It states no fact that the record bears.")
    if reading.open_sentences:
        places = ", ".join(str(item.statement.position) for item in reading.open_sentences[:5])
        more = "…" if len(reading.open_sentences) > 5 else ""
        return _("Not yet: mend sentence %(numbers)s first.") % {"numbers": places + more}
    return _("Not yet: the checks of the filing found errors.")


__all__ = ["CouldSay", "Reading", "Setting", "Statement", "key_of", "open_words", "read", "reading_of", "verdict_key"]
