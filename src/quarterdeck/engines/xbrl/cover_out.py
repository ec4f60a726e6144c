"""The cover page of a filing: what is printed, what is tagged, and the few facts that have no place in print."""

from dataclasses import dataclass
from datetime import date

from quarterdeck.engines.xbrl.content import Cover, FilingContent
from quarterdeck.engines.xbrl.contexts_out import SHARES_UNIT, ContextTable
from quarterdeck.engines.xbrl.markup import element, escape
from quarterdeck.engines.xbrl.model import Period

_FONT = "font-family:'Times New Roman',Times,serif;color:#000000"
_LINE = f"{_FONT};font-size:10pt;line-height:1.4;text-align:center;margin:0 0 3pt 0"
_STRONG = f"{_FONT};font-size:14pt;font-weight:700;line-height:1.3;text-align:center;margin:6pt 0"
_NOTE = f"{_FONT};font-size:8.5pt;font-style:italic;text-align:center;margin:0 0 7pt 0"
_ROW = f"{_FONT};font-size:10pt;line-height:1.4;margin:0 0 3pt 0"

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_ACT = "of the Securities Exchange Act of 1934"
_YEAR_ENDED = "For the fiscal year ended"
_TITLES = {
    "10-K": (f"Annual report under Section 13 or 15(d) {_ACT}", _YEAR_ENDED),
    "20-F": (f"Annual report under Section 13 or 15(d) {_ACT}", _YEAR_ENDED),
    "40-F": (f"Annual report under Section 13(a) or 15(d) {_ACT}", _YEAR_ENDED),
    "8-K": (f"Current report under Section 13 or 15(d) {_ACT}", "Date of report (date of earliest event reported):"),
    "6-K": (f"Report of foreign private issuer under Rule 13a-16 or 15d-16 {_ACT}", "Date of report:"),
}
_CHECKED, _UNCHECKED = "\u2612", "\u2610"


def long_date(day: date) -> str:
    """ "December 31, 2026", the form that ixt:date-monthname-day-year-en reads."""
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year:04d}"


@dataclass(frozen=True, slots=True)
class CoverPage:
    """Markup of the `visible` page and of the `hidden` facts; how many `facts` it holds; whether one is in shares."""

    visible: str
    hidden: str
    facts: int
    uses_shares: bool


def cover_page(content: FilingContent, contexts: ContextTable) -> CoverPage:
    """The cover with its facts, ids f-1 onwards in order of the page, hidden facts last."""
    page = _Page(content, contexts)
    page.write()
    return CoverPage("".join(f"{line}\n" for line in page.visible), "".join(page.hidden), page.count, page.uses_shares)


class _Page:
    def __init__(self, content: FilingContent, contexts: ContextTable) -> None:
        self.cover: Cover = content.cover
        self.contexts = contexts
        self.context = contexts.id_of(content.period)
        self.visible: list[str] = []
        self.hidden: list[str] = []
        self.count = 0
        self.uses_shares = False

    def write(self) -> None:
        cover = self.cover
        title, date_label = _TITLES[cover.family]
        self.line("United States Securities and Exchange Commission", style=_STRONG)
        self.line("Washington, D.C. 20549")
        self.visible.append(element("div", {"style": _STRONG}, f"Form {self.fact('DocumentType', cover.form)}"))
        self.line(title)
        annual = cover.family in ("10-K", "20-F", "40-F")
        if annual:
            annual_report = self.flag("DocumentAnnualReport", True, "Annual report")
            transition = self.flag("DocumentTransitionReport", False, "Transition report")
            self.visible.append(element("div", {"style": _LINE}, f"{annual_report} &#160; {transition}"))
        day = self.fact("DocumentPeriodEndDate", long_date(cover.period_end), "ixt:date-monthname-day-year-en")
        self.visible.append(element("div", {"style": _LINE}, f"{escape(date_label)} {day}"))
        if cover.file_number:
            number = self.fact("EntityFileNumber", cover.file_number)
            self.visible.append(element("div", {"style": _LINE}, f"Commission file number {number}"))
        self.visible.append(element("div", {"style": _STRONG}, self.fact("EntityRegistrantName", cover.registrant)))
        self.line("(Exact name of registrant as specified in its charter)", style=_NOTE)
        self.identity()
        self.office()
        self.securities()
        self.status()
        if cover.amendment and cover.amendment_description:
            words = self.fact("AmendmentDescription", cover.amendment_description)
            self.visible.append(element("div", {"style": _ROW}, f"Explanatory note: {words}"))
        self.hide()

    def line(self, text: str, style: str = _LINE) -> None:
        self.visible.append(element("div", {"style": style}, escape(text)))

    def identity(self) -> None:
        cover = self.cover
        if cover.incorporation:
            place = self.fact("EntityIncorporationStateCountryCode", cover.incorporation.code)
            self.visible.append(element("div", {"style": _LINE}, f"{escape(cover.incorporation.name)} ({place})"))
            self.line("(Jurisdiction of incorporation, with EDGAR code)", style=_NOTE)
        if cover.tax_id:
            number = self.fact("EntityTaxIdentificationNumber", cover.tax_id)
            self.visible.append(element("div", {"style": _LINE}, f"I.R.S. employer identification no. {number}"))

    def office(self) -> None:
        address = self.cover.address
        if address is not None:
            parts = [self.fact("EntityAddressAddressLine1", address.line1)]
            if address.line2:
                parts.append(self.fact("EntityAddressAddressLine2", address.line2))
            parts.append(self.fact("EntityAddressCityOrTown", address.city))
            if address.state:
                parts.append(
                    f"{escape(address.state.name)} ({self.fact('EntityAddressStateOrProvince', address.state.code)})"
                )
            if address.postal_code:
                parts.append(self.fact("EntityAddressPostalZipCode", address.postal_code))
            if address.country:
                parts.append(
                    f"{escape(address.country.name)} ({self.fact('EntityAddressCountry', address.country.code)})"
                )
            self.visible.append(element("div", {"style": _LINE}, ", ".join(parts)))
            self.line("(Address of principal executive offices)", style=_NOTE)
        if self.cover.phone_local:
            area = f"({self.fact('CityAreaCode', self.cover.phone_area)}) " if self.cover.phone_area else ""
            number = self.fact("LocalPhoneNumber", self.cover.phone_local)
            self.visible.append(element("div", {"style": _LINE}, f"Telephone {area}{number}"))

    def securities(self) -> None:
        cover = self.cover
        if cover.securities:
            self.line("Securities registered under Section 12(b) of the Act:")
        only = len(cover.securities) == 1
        for security in cover.securities:
            parts = [self.fact("Security12bTitle", security.title) if only else escape(security.title)]
            if security.symbol:
                parts.append(self.fact("TradingSymbol", security.symbol) if only else escape(security.symbol))
            if security.exchange_code and only:
                code = self.fact("SecurityExchangeName", security.exchange_code)
                parts.append(f"{escape(security.exchange)} ({code})" if security.exchange else code)
            elif security.exchange:
                parts.append(escape(security.exchange))
            self.visible.append(element("div", {"style": _LINE}, " &#8211; ".join(parts)))
        if cover.shares_outstanding is not None:
            self.count += 1
            self.uses_shares = True
            number = element(
                "ix:nonFraction",
                {
                    "contextRef": self.contexts.id_of(Period(None, cover.period_end)),
                    "name": "dei:EntityCommonStockSharesOutstanding",
                    "format": "ixt:num-dot-decimal",
                    "id": f"f-{self.count}",
                    "unitRef": SHARES_UNIT,
                    "decimals": "INF",
                    "scale": "0",
                },
                f"{cover.shares_outstanding:,}",
            )
            self.visible.append(element("div", {"style": _LINE}, f"Shares outstanding: {number}"))

    def status(self) -> None:
        cover = self.cover
        if cover.family == "8-K":
            for concept, words in (
                ("WrittenCommunications", "Written communications under Rule 425 of the Securities Act"),
                ("SolicitingMaterial", "Soliciting material under Rule 14a-12 of the Exchange Act"),
                ("PreCommencementTenderOffer", "Pre-commencement communications under Rule 14d-2(b)"),
                ("PreCommencementIssuerTenderOffer", "Pre-commencement communications under Rule 13e-4(c)"),
            ):
                self.visible.append(element("div", {"style": _ROW}, self.flag(concept, False, words)))
        if cover.family == "6-K" and cover.annual_form is not None:
            boxes = [
                f"{_CHECKED if form == cover.annual_form else _UNCHECKED} Form {form}" for form in ("20-F", "40-F")
            ]
            self.line(f"Annual reports are filed under cover of: {' '.join(boxes)}", style=_ROW)
        if cover.filer_category:
            category = self.fact("EntityFilerCategory", cover.filer_category)
            self.visible.append(element("div", {"style": _ROW}, f"Filer category: {category}"))
        if cover.emerging_growth is not None:
            growth = self.flag("EntityEmergingGrowthCompany", cover.emerging_growth, "Emerging growth company")
            self.visible.append(element("div", {"style": _ROW}, growth))
        if cover.shell_company is not None:
            shell = self.flag("EntityShellCompany", cover.shell_company, "Shell company")
            self.visible.append(element("div", {"style": _ROW}, shell))

    def hide(self) -> None:
        cover = self.cover
        self.hidden.append(self.fact("EntityCentralIndexKey", cover.cik))
        self.hidden.append(self.fact("AmendmentFlag", str(cover.amendment).lower()))
        if cover.fiscal_year is not None:
            self.hidden.append(self.fact("DocumentFiscalYearFocus", f"{cover.fiscal_year:04d}"))
        if cover.fiscal_period is not None:
            self.hidden.append(self.fact("DocumentFiscalPeriodFocus", cover.fiscal_period))
        if cover.fiscal_year_end is not None:
            month, day = cover.fiscal_year_end
            self.hidden.append(self.fact("CurrentFiscalYearEndDate", f"--{month:02d}-{day:02d}"))

    def fact(self, concept: str, value: str, transform: str | None = None) -> str:
        self.count += 1
        attributes = {
            "contextRef": self.context,
            "name": f"dei:{concept}",
            "format": transform,
            "id": f"f-{self.count}",
        }
        # Names and codes are normalised strings: no line breaks, no runs of spaces.
        return element("ix:nonNumeric", attributes, escape(" ".join(value.split())))

    def flag(self, concept: str, value: bool, words: str) -> str:
        box = self.fact(concept, _CHECKED if value else _UNCHECKED, f"ixt:fixed-{str(value).lower()}")
        return f"{box} {escape(words)}"
