"""Small Inline XBRL documents written for these tests, in the idioms that filers' agents use."""

from __future__ import annotations

PROCESSES = "CybersecurityRiskManagementProcessesForAssessingIdentifyingAndManagingThreatsTextBlock"
INTEGRATED = "CybersecurityRiskManagementProcessesIntegratedFlag"
INTEGRATED_TEXT = "CybersecurityRiskManagementProcessesIntegratedTextBlock"
ROLE = "CybersecurityRiskRoleOfManagementTextBlock"
AFFECTED = "CybersecurityRiskMateriallyAffectedOrReasonablyLikelyToMateriallyAffectRegistrantFlag"
NATURE = "MaterialCybersecurityIncidentNatureTextBlock"
SCOPE = "MaterialCybersecurityIncidentScopeTextBlock"
TIMING = "MaterialCybersecurityIncidentTimingTextBlock"
AXIS = "MaterialCybersecurityIncidentAxis"

NAMESPACES = {
    "": "http://www.w3.org/1999/xhtml",
    "ix": "http://www.xbrl.org/2013/inlineXBRL",
    "ixt": "http://www.xbrl.org/inlineXBRL/transformation/2020-02-12",
    "ixt-sec": "http://www.sec.gov/inlineXBRL/transformation/2015-08-31",
    "xbrli": "http://www.xbrl.org/2003/instance",
    "xbrldi": "http://xbrl.org/2006/xbrldi",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "link": "http://www.xbrl.org/2003/linkbase",
    "xlink": "http://www.w3.org/1999/xlink",
    "dei": "http://xbrl.sec.gov/dei/2024",
    "cyd": "http://xbrl.sec.gov/cyd/2024",
    "own": "http://www.example.com/20241231",
}

YEAR = "<xbrli:startDate>2024-01-01</xbrli:startDate><xbrli:endDate>2024-12-31</xbrli:endDate>"


def context(name: str, period: str = YEAR, segment: str = "", scenario: str = "", cik: str = "0001234567") -> str:
    """An xbrli:context."""
    inner = f"<xbrli:segment>{segment}</xbrli:segment>" if segment else ""
    outer = f"<xbrli:scenario>{scenario}</xbrli:scenario>" if scenario else ""
    return (
        f'<xbrli:context id="{name}"><xbrli:entity><xbrli:identifier scheme="http://www.sec.gov/CIK">{cik}'
        f"</xbrli:identifier>{inner}</xbrli:entity><xbrli:period>{period}</xbrli:period>{outer}</xbrli:context>"
    )


def text(
    concept: str, content: str, following: str = "", extra: str = "", context_id: str = "c-1", prefix: str = "cyd"
) -> str:
    """A text block fact; `following` is the id of its continuation."""
    extra += f' continuedAt="{following}"' if following else ""
    return (
        f'<ix:nonNumeric contextRef="{context_id}" name="{prefix}:{concept}" escape="true" {extra}>{content}'
        "</ix:nonNumeric>"
    )


def flag(concept: str, content: str, transformation: str | None = None, following: str = "", extra: str = "") -> str:
    """A flag fact around some words."""
    extra += f' continuedAt="{following}"' if following else ""
    form = f'format="{transformation}"' if transformation else ""
    return f'<ix:nonNumeric contextRef="c-1" name="cyd:{concept}" {form} {extra}>{content}</ix:nonNumeric>'


def continuation(name: str, content: str, following: str = "") -> str:
    """An ix:continuation."""
    at = f'continuedAt="{following}"' if following else ""
    return f'<ix:continuation id="{name}" {at}>{content}</ix:continuation>'


def cover(form: str = "10-K") -> str:
    """Visible cover-page facts."""
    return (
        f'<p>FORM <ix:nonNumeric contextRef="c-1" name="dei:DocumentType">{form}</ix:nonNumeric></p>'
        '<p><ix:nonNumeric contextRef="c-1" name="dei:EntityRegistrantName">Harbour &amp; Quay Ltd</ix:nonNumeric></p>'
    )


def filing(
    body: str,
    contexts: str | None = None,
    hidden: str = "",
    namespaces: dict[str, str] | None = None,
    declaration: str = "<?xml version='1.0' encoding='UTF-8'?>\n",
    front: str | None = None,
) -> str:
    """A whole document around some facts."""
    declared = {**NAMESPACES, **(namespaces or {})}
    root = " ".join(f'xmlns{":" if prefix else ""}{prefix}="{uri}"' for prefix, uri in declared.items())
    return (
        f"{declaration}<html {root}><head><title>a filing</title></head><body>"
        f'<div style="display:none"><ix:header><ix:hidden>'
        f'<ix:nonNumeric contextRef="c-1" name="dei:EntityCentralIndexKey">0001234567</ix:nonNumeric>{hidden}'
        f'</ix:hidden><ix:references><link:schemaRef xlink:type="simple" xlink:href="own-20241231.xsd"/>'
        f"</ix:references><ix:resources>{context('c-1') if contexts is None else contexts}</ix:resources></ix:header>"
        f"</div>\n{cover() if front is None else front}\n{body}\n</body></html>"
    )
