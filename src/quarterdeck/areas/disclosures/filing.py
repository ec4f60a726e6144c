"""From approved sentences to the content that the Inline XBRL writer takes."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from quarterdeck.areas.disclosures.current import member_of
from quarterdeck.areas.disclosures.evaluation import Checked
from quarterdeck.areas.disclosures.models import Disclosure, Statement
from quarterdeck.areas.organisation.models import FilerStatus, Registrant
from quarterdeck.engines.xbrl.content import (
    Address,
    Cover,
    Extension,
    FilingContent,
    Paragraph,
    Place,
    Range,
    Section,
    Security,
    Span,
    Tag,
)
from quarterdeck.engines.xbrl.cover_out import long_date
from quarterdeck.engines.xbrl.model import Period

CATEGORIES = {
    FilerStatus.Category.LARGE_ACCELERATED: "Large Accelerated Filer",
    FilerStatus.Category.ACCELERATED: "Accelerated Filer",
    FilerStatus.Category.NON_ACCELERATED: "Non-accelerated Filer",
}


def span_id(statement: Statement) -> str:
    """The id a sentence carries into the filing."""
    return f"s{statement.pk}"


def filing_content(
    disclosure: Disclosure, checked: Iterable[Checked], *, watermark: str | None = None
) -> FilingContent:
    """Sentences as sections, paragraphs and tags."""
    rows = [item.statement for item in checked]
    member = member_of(disclosure)
    paragraphs: list[Paragraph] = []
    for part, members in groupby(rows, key=lambda row: row.part):
        sentences = list(members)
        # A current report has one part, and its item's heading says what it is.
        if part != Statement.Part.INCIDENT:
            paragraphs.append(Paragraph((Span(Statement.Part(part).label, f"h-{part}"),), style="subheading"))
        for _number, same in groupby(sentences, key=lambda row: row.paragraph):
            paragraphs.append(Paragraph(tuple(Span(row.text, span_id(row)) for row in same)))
    return FilingContent(
        cover=cover_of(disclosure),
        version=disclosure.taxonomy,
        period=Period(disclosure.period_start, disclosure.period_end),
        sections=(Section(disclosure.item_heading, tuple(paragraphs)),),
        tags=tuple(_tags(rows, None if member is None else member.name)),
        members=() if member is None else (member,),
        extension=_extension(disclosure.registrant),
        watermark=watermark,
    )


def _tags(rows: list[Statement], member: str | None) -> list[Tag]:
    covered: dict[str, list[Range]] = {}
    tags: list[Tag] = []
    for row in rows:
        for concept in row.blocks:
            covered.setdefault(concept, []).append(Range(span_id(row)))
    for row in rows:
        for item in row.phrases:
            start = row.text.find(item["phrase"])
            # A phrase that editing took out of the sentence leaves its tag on the whole sentence.
            place = Range(span_id(row)) if start < 0 else Range(span_id(row), start, start + len(item["phrase"]))
            if item["value"] is None:
                covered.setdefault(item["concept"], []).append(place)
            else:
                tags.append(Tag(item["concept"], (place,), item["value"]))
    blocks = [Tag(concept, tuple(ranges), member=member) for concept, ranges in covered.items()]
    return [*blocks, *tags]


def cover_of(disclosure: Disclosure) -> Cover:
    """Cover facts from the registrant's record as of the filing date; what is not recorded is left out."""
    company = disclosure.registrant
    status = FilerStatus.objects.on(disclosure.filing_date).order_by("-effective_from").first()
    month, day = (int(part) for part in company.fiscal_year_end.split("-"))
    country = Place(company.address_country, company.address_country_code) if company.address_country_code else None
    address = None
    if company.address_line and company.address_city:
        address = Address(
            line1=company.address_line,
            city=company.address_city,
            country=country,
            postal_code=company.address_postal_code or None,
        )
    securities: tuple[Security, ...] = ()
    if company.security_title:
        securities = (
            Security(
                company.security_title, company.symbol or None, company.exchange or None, company.exchange_code or None
            ),
        )
    annual = not disclosure.current
    return Cover(
        form=disclosure.form,
        registrant=company.name,
        cik=company.cik,
        period_end=disclosure.period_end,
        fiscal_year=disclosure.period_end.year if annual else None,
        fiscal_period="FY" if annual else None,
        fiscal_year_end=(month, day) if annual else None,
        amendment_description=_amendment(disclosure),
        annual_form="20-F" if disclosure.family == "6-K" else None,
        file_number=company.file_number or None,
        incorporation=Place(company.incorporation_name, company.incorporated_in),
        address=address,
        securities=securities,
        filer_category=CATEGORIES[FilerStatus.Category(status.category)] if annual and status is not None else None,
        shell_company=status.shell_company if annual and status is not None else None,
    )


def _amendment(disclosure: Disclosure) -> str | None:
    """What an amendment says of itself on its cover."""
    former = disclosure.amends
    if former is None:
        return None
    return (
        f"Amends the report on Form {former.form} of {long_date(former.filing_date)}: adds what was not determined or not "
        "available then, and replaces what no longer is so."
    )


def _extension(company: Registrant) -> Extension | None:
    if not (company.symbol and company.web_domain):
        return None
    return Extension(company.symbol.lower(), company.web_domain)
