"""What the checks find, and what they leave alone, in filings changed in one place."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from quarterdeck.engines.xbrl.checks import Message, check_document, check_json, declared_names, has_errors
from quarterdeck.engines.xbrl.checks.messages import TEMPLATES
from quarterdeck.engines.xbrl.content import FilingContent, Paragraph, Section, Span, Tag, covering
from quarterdeck.engines.xbrl.model import Period
from quarterdeck.engines.xbrl.read import read_inline_bytes
from quarterdeck.engines.xbrl.read_rpage import read_html_page
from quarterdeck.engines.xbrl.write_ixbrl import write_inline
from quarterdeck.engines.xbrl.write_rpage import write_rpage

from .sample_filings import (
    AFFECTED,
    AFFECTED_FLAG,
    ENGAGED_FLAG,
    INTEGRATED,
    INTEGRATED_FLAG,
    NATURE,
    OVERSIGHT_FLAG,
    PROCESSES,
    REPORTS_FLAG,
    RESPONSIBLE,
    RESPONSIBLE_FLAG,
    ROLE,
    annual_filing,
    incident_filing,
)

Change = Callable[[str], str]


def messages(
    content: FilingContent, change: Change | None = None, declared: frozenset[str] | None = None
) -> list[Message]:
    data = write_inline(content).document.data.decode()
    if change is not None:
        assert change(data) != data, "the change found nothing to change"
        data = change(data)
    return list(check_document(read_inline_bytes(data.encode(), "filing.htm"), declared=declared))


def codes(found: list[Message], severity: str | None = None) -> set[str]:
    return {message.code for message in found if severity in (None, message.severity)}


def without(content: FilingContent, *concepts: str) -> FilingContent:
    return replace(content, tags=tuple(tag for tag in content.tags if tag.concept not in concepts))


def with_value(content: FilingContent, concept: str, value: bool) -> FilingContent:
    return replace(
        content, tags=tuple(replace(tag, value=value) if tag.concept == concept else tag for tag in content.tags)
    )


def only(*sentences: str, form: str = "20-F", tags: tuple[Tag, ...] = ()) -> FilingContent:
    """A filing whose disclosure consists of these sentences, all under the text block on processes."""
    spans = tuple(Span(sentence, f"x{number}") for number, sentence in enumerate(sentences))
    sections = (Section("Item 16K. Cybersecurity", (Paragraph(spans),)),)
    base = annual_filing(form)
    return replace(base, sections=sections, tags=(Tag(PROCESSES, covering(*(span.id for span in spans))), *tags))


@pytest.mark.parametrize("version", ["2024", "2025", "2026"])
@pytest.mark.parametrize("form", ["20-F", "10-K", "10-K/A"])
def test_a_sound_annual_report_gives_no_message(form: str, version: str) -> None:
    assert messages(annual_filing(form, version)) == []


@pytest.mark.parametrize("form", ["8-K", "8-K/A"])
@pytest.mark.parametrize("members", [True, False])
def test_a_sound_current_report_gives_no_message(form: str, members: bool) -> None:
    assert messages(incident_filing(form, members=members)) == []


# --- structure ---------------------------------------------------------------------------------------------------


def test_a_lost_context_is_an_error_at_its_concept_and_line() -> None:
    found = messages(
        annual_filing(),
        lambda text: text.replace(f'contextRef="c-1" name="cyd:{ROLE}"', f'contextRef="c-9" name="cyd:{ROLE}"'),
    )
    missing = [message for message in found if message.code == "structure.context-missing"]
    assert [(message.concept, message.severity) for message in missing] == [(ROLE, "error")]
    assert missing[0].line is not None
    assert "c-9" in missing[0].message


def test_a_concept_of_no_version_is_an_error() -> None:
    assert "structure.concept-unknown" in codes(
        messages(annual_filing(), lambda text: text.replace(ROLE, "CybersecurityRiskMoodTextBlock"))
    )


def test_the_incident_axis_is_not_known_to_2026_but_our_own_is_accepted() -> None:
    assert messages(incident_filing(version="2026")) == []
    found = messages(
        incident_filing(version="2026"),
        lambda text: text.replace(
            '"hltn:MaterialCybersecurityIncidentAxis"', '"cyd:MaterialCybersecurityIncidentAxis"'
        ),
    )
    assert codes(found) == {"dimension.axis-not-seen"}


def test_an_abstract_concept_cannot_be_a_fact() -> None:
    found = messages(
        annual_filing(), lambda text: text.replace(ROLE, "CybersecurityRiskManagementStrategyAndGovernanceLineItems")
    )
    assert "structure.concept-abstract" in codes(found, "error")


def test_a_continuation_that_leads_nowhere_is_an_error() -> None:
    overlapping = replace(annual_filing(), tags=(*annual_filing().tags[1:], Tag(PROCESSES, covering("s1", "s4"))))
    found = messages(
        overlapping, lambda text: re.sub(r'<ix:continuation id="f-[^"]*"', '<ix:continuation id="lost"', text, count=1)
    )
    assert codes(found, "error") == {"structure.markup"}


def test_a_text_block_without_escape_is_a_warning() -> None:
    found = messages(annual_filing(), lambda text: text.replace(' escape="true"', "", 1))
    assert codes(found, "warning") == {"structure.escape-missing"}


def test_an_empty_text_block_is_an_error() -> None:
    def emptied(text: str) -> str:
        return re.sub(rf'(name="cyd:{RESPONSIBLE}"[^>]*>)[^<]*', r"\1", text)

    assert "structure.text-empty" in codes(messages(annual_filing(), emptied), "error")


def test_a_flag_that_is_neither_true_nor_false_is_an_error() -> None:
    found = messages(
        annual_filing(), lambda text: re.sub(rf'(name="cyd:{ENGAGED_FLAG}") format="ixt:fixed-true"', r"\1", text)
    )
    assert "structure.flag-unreadable" in codes(found, "error")


def test_a_text_marked_as_a_number_is_an_error() -> None:
    def numbered(text: str) -> str:
        element = re.search(rf'<ix:nonNumeric [^>]*name="cyd:{RESPONSIBLE}"[^>]*>.*?</ix:nonNumeric>', text)
        assert element is not None
        number = f'<ix:nonFraction contextRef="c-1" name="cyd:{RESPONSIBLE}" unitRef="u-shares" decimals="0" format="ixt:num-dot-decimal">3</ix:nonFraction>'
        return text.replace(element.group(0), number)

    assert "structure.number" in codes(messages(annual_filing(), numbered), "error")


def test_a_hidden_fact_is_a_warning() -> None:
    def hide(text: str) -> str:
        element = re.search(rf'<ix:nonNumeric [^>]*name="cyd:{ENGAGED_FLAG}"[^>]*>[^<]*</ix:nonNumeric>', text)
        assert element is not None
        return text.replace(element.group(0), "We engage.").replace("</ix:hidden>", element.group(0) + "</ix:hidden>")

    found = messages(annual_filing(), hide)
    assert [(message.code, message.concept) for message in found if message.severity == "warning"] == [
        ("structure.hidden", ENGAGED_FLAG)
    ]


def test_two_taxonomy_years_in_one_document() -> None:
    found = messages(
        annual_filing(), lambda text: text.replace("http://xbrl.sec.gov/dei/2025", "http://xbrl.sec.gov/dei/2024")
    )
    assert codes(found) == {"structure.version-dei"}


# --- dimensions --------------------------------------------------------------------------------------------------


def test_the_incident_axis_has_no_place_in_the_annual_disclosure() -> None:
    member = '<xbrli:segment><xbrldi:explicitMember dimension="cyd:MaterialCybersecurityIncidentAxis">hltn:XMember</xbrldi:explicitMember></xbrli:segment></xbrli:entity>'
    found = messages(annual_filing(), lambda text: text.replace("</xbrli:entity>", member, 1))
    assert "dimension.annual" in codes(found, "error")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('dimension="cyd:MaterialCybersecurityIncidentAxis"', 'dimension="cyd:OtherAxis"', "dimension.axis-unknown"),
        ("hltn:CopiedFilesMember", "cyd:MaterialCybersecurityIncidentDomain", "dimension.default"),
        ("hltn:CopiedFilesMember", "cyd:SomethingMember", "dimension.member-standard"),
        ("hltn:CopiedFilesMember", "nobody:CopiedFilesMember", "dimension.member-undeclared"),
        (
            'href="hltn-20250514.xsd"',
            'href="https://xbrl.sec.gov/cyd/2025/cyd-2025.xsd"',
            "dimension.member-undeclared",
        ),
    ],
)
def test_members_must_be_declared_under_the_incident_domain(old: str, new: str, code: str) -> None:
    assert code in codes(messages(incident_filing(), lambda text: text.replace(old, new)), "error")


def test_with_the_schema_at_hand_every_member_is_looked_up() -> None:
    schema = write_inline(incident_filing()).schema
    assert schema is not None
    declared = declared_names(schema.data)
    assert messages(incident_filing(), declared=declared) == []
    found = messages(incident_filing(), declared=declared - {"PayrollOutageMember"})
    assert codes(found, "error") == {"dimension.member-undeclared"}
    assert declared_names(b"not a schema") == frozenset()


# --- duplicates --------------------------------------------------------------------------------------------------


def test_a_fact_said_twice_with_one_value_is_information_and_with_two_an_error() -> None:
    def again(word: str) -> Change:
        extra = f'<ix:nonNumeric contextRef="c-1" name="cyd:{ENGAGED_FLAG}" format="ixt:fixed-{word}" id="f-99">We do.</ix:nonNumeric>'
        return lambda text: text.replace("\n</div>\n</body>", f"{extra}</div></body>").replace(
            "</div></div>\n</body>", f"</div>{extra}</div></body>"
        )

    assert codes(messages(annual_filing(), again("true"))) == {"duplicate.consistent"}
    assert "duplicate.inconsistent" in codes(messages(annual_filing(), again("false")), "error")


# --- flags against text ------------------------------------------------------------------------------------------


def test_silence_is_not_false() -> None:
    content = only("We lock our doors.", form="20-F")
    found = messages(content)
    assert codes(found) == {"flag.omitted"}
    assert {message.concept for message in found} == {
        ENGAGED_FLAG,
        OVERSIGHT_FLAG,
        INTEGRATED_FLAG,
        AFFECTED_FLAG,
        RESPONSIBLE_FLAG,
        REPORTS_FLAG,
    }
    assert all("not the same as false" in message.message for message in found)


@pytest.mark.parametrize(
    ("flag", "sentence"),
    [
        (ENGAGED_FLAG, "From time to time we work with outside security consultants to test our systems."),
        (INTEGRATED_FLAG, "This work is integrated into our overall risk management process."),
        (AFFECTED_FLAG, "We are not aware of any threats that have materially affected us."),
        (AFFECTED_FLAG, "The April attack has materially affected our results."),
        (REPORTS_FLAG, "The security officer updates our board twice a year."),
    ],
)
def test_an_omitted_flag_that_the_text_speaks_to_is_a_warning(flag: str, sentence: str) -> None:
    found = [message for message in messages(only(sentence)) if message.code == "flag.omitted-asserted"]
    assert [message.concept for message in found] == [flag]
    assert sentence in found[0].message


@pytest.mark.parametrize(
    "sentence",
    [
        "We may engage outside consultants if we must.",
        "We are not engaging external auditors.",
        "A breach could have materially affected us.",
        "We cannot assure you that threats have not materially affected us.",
        "Our audit committee regularly reports to our board.",
    ],
)
def test_doubtful_and_negated_sentences_assert_nothing(sentence: str) -> None:
    assert codes(messages(only(sentence))) == {"flag.omitted"}


def test_a_true_flag_without_its_text_block_is_a_warning() -> None:
    for flag, block in ((INTEGRATED_FLAG, INTEGRATED), (RESPONSIBLE_FLAG, RESPONSIBLE)):
        found = messages(without(annual_filing(), block))
        assert [(message.code, message.concept) for message in found] == [("flag.text-missing", flag)]
    affected = with_value(annual_filing(), AFFECTED_FLAG, True)
    assert {"flag.text-missing", "flag.true-denied"} <= codes(messages(affected), "warning")


def test_a_false_flag_against_the_text_is_a_warning() -> None:
    found = messages(with_value(annual_filing(), ENGAGED_FLAG, False))
    assert [(message.code, message.concept) for message in found] == [("flag.false-asserted", ENGAGED_FLAG)]
    found = messages(with_value(annual_filing(), RESPONSIBLE_FLAG, False))
    assert [(message.code, message.concept) for message in found] == [("flag.false-text", RESPONSIBLE_FLAG)]
    attack = only(
        "The April attack has materially affected our results.", tags=(Tag(AFFECTED_FLAG, covering("x0"), False),)
    )
    assert ("flag.false-asserted", AFFECTED_FLAG) in {(message.code, message.concept) for message in messages(attack)}


def test_an_omitted_flag_whose_text_block_is_there_is_a_warning() -> None:
    found = messages(without(annual_filing(), RESPONSIBLE_FLAG))
    assert [(message.code, message.concept) for message in found] == [("flag.omitted-text", RESPONSIBLE_FLAG)]


def test_a_false_flag_with_its_text_on_effects_is_in_order() -> None:
    content = annual_filing()
    content = replace(content, tags=(*content.tags, Tag(AFFECTED, covering("s5"))))
    assert messages(content) == []


# --- forms -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["10-K", "20-F"])
def test_an_annual_report_without_any_fact_is_an_error(form: str) -> None:
    found = messages(replace(annual_filing(form), tags=()))
    assert codes(found) == {"form.no-facts"}
    assert has_errors(found)


def test_before_tagging_began_and_in_amendments_silence_is_no_error() -> None:
    assert codes(messages(replace(annual_filing("10-K", "2024", 2023), tags=()))) == {"form.no-facts-early"}
    assert messages(replace(annual_filing("10-K/A"), tags=())) == []


def test_each_disclosure_keeps_to_its_form() -> None:
    annual = annual_filing()
    mixed = replace(annual, tags=(*annual.tags, Tag(NATURE, covering("s1"))))
    assert codes(messages(mixed), "error") == {"form.incident-in-annual"}
    current = incident_filing(members=False)
    mixed = replace(current, tags=(*current.tags, Tag(PROCESSES, covering("c"))))
    assert codes(messages(mixed), "error") == {"form.annual-in-current"}


def test_incident_facts_belong_under_item_1_05() -> None:
    content = incident_filing(members=False)
    outside = Section("Item 8.01. Other Events", (Paragraph((Span("An outage was reported.", "z"),)),))
    tags = (*content.tags[1:], Tag(NATURE, covering("z")))
    found = messages(replace(content, sections=(*content.sections, outside), tags=tags))
    assert [(message.code, message.concept) for message in found] == [("form.item", NATURE)]
    assert "8.01" in found[0].message


def test_an_item_1_05_without_facts_is_a_warning() -> None:
    assert codes(messages(replace(incident_filing(members=False), tags=()))) == {"form.incident-untagged"}


# --- cover -------------------------------------------------------------------------------------------------------


def test_the_period_of_the_facts_is_that_of_the_report() -> None:
    last_year = replace(annual_filing(), period=Period(date(2024, 1, 1), date(2024, 12, 31)))
    assert "cover.period" in codes(messages(last_year), "error")
    near = replace(annual_filing(), period=Period(date(2025, 1, 1), date(2025, 12, 27)))
    assert codes(messages(near), "warning") == {"cover.period-close"}


def test_a_context_of_another_company_is_an_error() -> None:
    found = messages(annual_filing(), lambda text: text.replace('CIK">0001234567<', 'CIK">0007654321<'))
    assert codes(found, "error") == {"cover.cik"}


def test_a_taxonomy_far_from_the_period_is_a_warning() -> None:
    assert codes(messages(annual_filing(version="2024", year=2026))) == {"cover.version"}
    assert messages(annual_filing(version="2026", year=2025)) == []


# --- references --------------------------------------------------------------------------------------------------


def whole_report(sentence: str) -> FilingContent:
    base = annual_filing("10-K")
    sections = [
        Section(f"Item {number}", (Paragraph((Span(text, f"item-{number}"),)),))
        for number, text in (
            ("1. Business", "We light harbours."),
            ("1A. Risk Factors", "A breach of our systems could harm us. It could cost money."),
            ("1B. Unresolved Staff Comments", "None."),
            ("2. Properties", "One pier."),
            ("3. Legal Proceedings", "None."),
            ("7. Discussion and Analysis", "It went well."),
        )
    ]
    cyber = Section("Item 1C. Cybersecurity", (Paragraph((Span(sentence, "c"),)),))
    return replace(base, sections=(*sections[:3], cyber, *sections[3:]), tags=(Tag(PROCESSES, covering("c")),))


@pytest.mark.parametrize(
    "sentence",
    [
        "For risks see Item 1A, Risk Factors.",
        "See “Item 1A. Risk Factors—A breach of our systems could harm us.”",
        "These risks are described in Item 407 of our proxy statement.",
    ],
)
def test_references_that_lead_somewhere_give_no_message(sentence: str) -> None:
    assert codes(messages(whole_report(sentence))) == {"flag.omitted"}


@pytest.mark.parametrize(
    ("sentence", "target"),
    [
        ("For risks see Item 9Z, Oddities.", "Item 9Z"),
        ("See “Item 1A. Risk Factors—Lanterns may go out in storms” on page 12.", "Lanterns may go out in storms"),
        ("See the section entitled “Our sinking piers” for more.", "Our sinking piers"),
    ],
)
def test_references_that_lead_nowhere_are_warnings_that_name_them(sentence: str, target: str) -> None:
    found = [message for message in messages(whole_report(sentence)) if message.code == "reference.nowhere"]
    assert len(found) == 1
    assert target in found[0].message


def test_a_section_alone_cannot_resolve_its_references() -> None:
    found = [
        m
        for m in messages(only("For risks see “Item 3.D. Risk Factors” on page 43."))
        if m.code.startswith("reference")
    ]
    assert [(message.code, message.severity) for message in found] == [("reference.unresolved", "info")]
    assert "page 43" in found[0].message


# --- names of bodies ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentences", "code"),
    [
        (("Our audit and risk committee meets.", "The risk and audit committee decides."), "body.order"),
        (
            (
                "We have established a cyber steering committee.",
                "Two members of our data steering committee know the field.",
            ),
            "body.near",
        ),
    ],
)
def test_one_body_under_two_names_is_a_warning(sentences: tuple[str, str], code: str) -> None:
    assert code in codes(messages(only(*sentences)), "warning")


@pytest.mark.parametrize(
    "sentences",
    [
        ("Our audit committee meets.", "Our risk committee meets.", "The disclosure committee too."),
        ("The crisis management committee acts.", "Our risk management committee plans."),
        ("We set up a data governance committee.", "We set up a technology governance committee."),
        ("The Audit & Risk Committee meets.", "Our Audit and Risk Committee decides."),
    ],
)
def test_different_bodies_may_have_different_names(sentences: tuple[str, ...]) -> None:
    assert not {code for code in codes(messages(only(*sentences))) if code.startswith("body.")}


# --- pages and output --------------------------------------------------------------------------------------------


def test_a_page_gets_the_checks_that_its_facts_allow() -> None:
    content = without(with_value(annual_filing(), ENGAGED_FLAG, False), INTEGRATED)
    found = check_document(read_html_page(write_rpage(content).data, "R1.htm"))
    assert {message.code for message in found} == {"flag.false-asserted", "flag.text-missing"}


def test_the_json_has_the_promised_fields_and_nothing_else() -> None:
    found = messages(with_value(annual_filing(), ENGAGED_FLAG, False))
    shown = json.loads(json.dumps(check_json("a.htm", found)))
    assert shown["source"] == "a.htm"
    assert [set(message) for message in shown["messages"]] == [{"code", "severity", "concept", "message", "line"}]


def test_every_wording_can_be_filled_and_severities_sort_first() -> None:
    for severity, wording in TEMPLATES.values():
        assert severity in ("error", "warning", "info")
        assert wording.format_map(dict.fromkeys(re.findall(r"{(\w+)}", wording), "x"))
    found = messages(replace(annual_filing(), tags=(*annual_filing().tags[3:], Tag(NATURE, covering("s1")))))
    order = [["error", "warning", "info"].index(message.severity) for message in found]
    assert order == sorted(order)


# --- hostile text ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["and ", "conducts assess our vendors ", "see “Item 3. ", "A. ", "risk and audit committee "]
)
def test_endless_text_is_looked_at_within_bounds(word: str) -> None:
    content = only((word * 400_000)[:1_600_000])
    assert not has_errors(messages(content))
