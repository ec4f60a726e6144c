"""The company's own schema: members of the incident axis, joined to the taxonomy's domain.

Rules: XBRL Dimensions 1.0 section 2.5 (domain-member), EDGAR Filer Manual volume II 6.7 to 6.9 (names, roles and
labels of extension schemas). The linkbases are embedded in the schema, which keeps a filing to two files.
"""

from quarterdeck.engines.xbrl.concepts import (
    BY_NAME,
    CONCEPTS,
    INCIDENT_AXIS,
    INCIDENT_DOMAIN,
    INCIDENT_LINE_ITEMS,
    INCIDENT_TABLE,
    LINK,
    ROLE_TITLES,
    XBRLDT,
    XBRLI,
    XLINK,
    Disclosure,
    Kind,
    cyd_namespace,
    cyd_schema,
    dei_namespace,
    dei_schema,
)
from quarterdeck.engines.xbrl.content import Extension, FilingContent
from quarterdeck.engines.xbrl.markup import element, escape, opening

_DTR = "http://www.xbrl.org/dtr/type/2022-03-31"
_DTR_LOCATION = "https://www.xbrl.org/dtr/type/2022-03-31/types.xsd"
_DIMENSION_ARCROLE = "http://xbrl.org/int/dim/arcrole/"
_PARENT_CHILD = "http://www.xbrl.org/2003/arcrole/parent-child"
_CONCEPT_LABEL = "http://www.xbrl.org/2003/arcrole/concept-label"
_DIMENSION_SCHEMA = "http://www.xbrl.org/2005/xbrldt-2005.xsd"

_LABEL_ROLE = "http://www.xbrl.org/2003/role/label"

Arc = tuple[str, str, str]
"""(arcrole, from, to), both ends as qualified names."""


def extension_namespace(content: FilingContent, extension: Extension) -> str:
    """The target namespace, in the form EDGAR asks for: http://domain/date."""
    return f"http://{extension.domain}/{content.cover.period_end:%Y%m%d}"


def incident_axis(content: FilingContent) -> str:
    """The qualified name of the incident axis: the taxonomy's, or our own where a version is not known to have one."""
    return _name(content, INCIDENT_AXIS)


def _name(content: FilingContent, concept: str) -> str:
    if content.version in BY_NAME[concept].versions or content.extension is None:
        return f"cyd:{concept}"
    return f"{content.extension.prefix}:{concept}"


def extension_schema(content: FilingContent, extension: Extension) -> str:
    """The schema as text: a declaration for each member (and for the axis, where the taxonomy has none), their
    labels, and the arcs that put them under the incident domain."""
    prefix, version = extension.prefix, content.version
    declared = [(member.name, "member", f"{member.label} [Member]") for member in content.members]
    if declared and version not in BY_NAME[INCIDENT_AXIS].versions:
        declared = _own_structure() + declared
    role = f"{extension_namespace(content, extension)}/role/MaterialCybersecurityIncidentDisclosure"
    appinfo = _role_type(role) + _linkbase(content, extension, role, declared) if declared else ""
    imports = "".join(
        element("xs:import", {"namespace": namespace, "schemaLocation": location})
        for namespace, location in (
            (XBRLI, "http://www.xbrl.org/2003/xbrl-instance-2003-12-31.xsd"),
            (XBRLDT, _DIMENSION_SCHEMA),
            (_DTR, _DTR_LOCATION),
            (cyd_namespace(version), cyd_schema(version)),
            (dei_namespace(version), dei_schema(version)),
        )
    )
    elements = "".join(_declaration(prefix, name, kind) for name, kind, _ in declared)
    schema = {
        "xmlns:xs": "http://www.w3.org/2001/XMLSchema",
        "xmlns:xbrli": XBRLI,
        "xmlns:xbrldt": XBRLDT,
        "xmlns:link": LINK,
        "xmlns:xlink": XLINK,
        "xmlns:dtr-types": _DTR,
        f"xmlns:{prefix}": extension_namespace(content, extension),
        "targetNamespace": extension_namespace(content, extension),
        "elementFormDefault": "qualified",
        "attributeFormDefault": "unqualified",
    }
    annotation = element("xs:annotation", {}, element("xs:appinfo", {}, appinfo)) if declared else ""
    return (
        f'<?xml version="1.0" encoding="US-ASCII"?>\n{element("xs:schema", schema, annotation + imports + elements)}\n'
    )


def _own_structure() -> list[tuple[str, str, str]]:
    names = (INCIDENT_TABLE, INCIDENT_AXIS, INCIDENT_DOMAIN, INCIDENT_LINE_ITEMS)
    return [(name, BY_NAME[name].kind.value, BY_NAME[name].label) for name in names]


def _declaration(prefix: str, name: str, kind: str) -> str:
    groups = {"table": "xbrldt:hypercubeItem", "axis": "xbrldt:dimensionItem"}
    return element(
        "xs:element",
        {
            "id": f"{prefix}_{name}",
            "name": name,
            "type": "dtr-types:domainItemType" if kind in ("member", "domain") else "xbrli:stringItemType",
            "substitutionGroup": groups.get(kind, "xbrli:item"),
            "abstract": "true",
            "nillable": "true",
            "xbrli:periodType": "duration",
        },
    )


def _role_type(role: str) -> str:
    title = f"995472 - Disclosure - {ROLE_TITLES[Disclosure.INCIDENT]}"
    uses = element("link:usedOn", {}, "link:presentationLink") + element("link:usedOn", {}, "link:definitionLink")
    return element("link:roleType", {"id": "incident", "roleURI": role}, element("link:definition", {}, title) + uses)


def _linkbase(content: FilingContent, extension: Extension, role: str, declared: list[tuple[str, str, str]]) -> str:
    domain, axis = _name(content, INCIDENT_DOMAIN), _name(content, INCIDENT_AXIS)
    table, lines = _name(content, INCIDENT_TABLE), _name(content, INCIDENT_LINE_ITEMS)
    members = [f"{extension.prefix}:{member.name}" for member in content.members]
    facts = [
        f"cyd:{concept.name}"
        for concept in CONCEPTS
        if concept.disclosure is Disclosure.INCIDENT and concept.kind is Kind.TEXT
    ]
    # The whole hypercube is repeated in a role of our own, as filers do. A fact is valid when one role admits it, so
    # this holds whatever role the published taxonomy keeps its own hypercube in.
    definition: list[Arc] = [
        ("all", lines, table),
        ("hypercube-dimension", table, axis),
        ("dimension-domain", axis, domain),
        *(("domain-member", lines, fact) for fact in facts),
        *(("domain-member", domain, member) for member in members),
    ]
    definition = [(_DIMENSION_ARCROLE + arcrole, source, target) for arcrole, source, target in definition]
    tree = [(table, axis), (axis, domain), *((domain, member) for member in members), (table, lines)]
    tree += [(lines, fact) for fact in facts]
    presentation = [(_PARENT_CHILD, source, target) for source, target in tree]
    links = _extended(content, extension, "definition", role, definition)
    arcroles = list(dict.fromkeys(arcrole for arcrole, _, _ in definition))
    if axis != f"cyd:{INCIDENT_AXIS}":
        # A link of its own: one extended link may not hold two arcs between the same two concepts.
        arcroles.append(f"{_DIMENSION_ARCROLE}dimension-default")
        links += _extended(content, extension, "definition", role, [(arcroles[-1], axis, domain)])
    links += _extended(content, extension, "presentation", role, presentation)
    links += _labels(extension, declared)
    roles = element("link:roleRef", {"xlink:type": "simple", "xlink:href": "#incident", "roleURI": role})
    for arcrole in arcroles:
        href = f"{_DIMENSION_SCHEMA}#{arcrole.rsplit('/', 1)[1]}"
        roles += element("link:arcroleRef", {"xlink:type": "simple", "xlink:href": href, "arcroleURI": arcrole})
    return element("link:linkbase", {"id": "linkbase"}, roles + links)


def _extended(content: FilingContent, extension: Extension, kind: str, role: str, arcs: list[Arc]) -> str:
    names = dict.fromkeys(name for _, source, target in arcs for name in (source, target))
    inner = "".join(_locator(content.version, extension, name) for name in names)
    for order, (arcrole, source, target) in enumerate(arcs, start=1):
        extra = {"xbrldt:contextElement": "segment", "xbrldt:closed": "true"} if arcrole.endswith("/all") else {}
        inner += element(
            f"link:{kind}Arc",
            {
                "xlink:type": "arc",
                "xlink:arcrole": arcrole,
                "xlink:from": _label(source),
                "xlink:to": _label(target),
                "order": str(order),
                **extra,
            },
        )
    return element(f"link:{kind}Link", {"xlink:type": "extended", "xlink:role": role}, inner)


def _locator(version: str, extension: Extension, name: str) -> str:
    prefix, local = name.split(":")
    place = cyd_schema(version) if prefix == "cyd" else ""
    href = f"{place}#{prefix}_{local}"
    return element("link:loc", {"xlink:type": "locator", "xlink:href": href, "xlink:label": _label(name)})


def _label(name: str) -> str:
    return name.replace(":", "_")


def _labels(extension: Extension, declared: list[tuple[str, str, str]]) -> str:
    inner = ""
    for name, _, label in declared:
        locator = f"{extension.prefix}_{name}"
        inner += element("link:loc", {"xlink:type": "locator", "xlink:href": f"#{locator}", "xlink:label": locator})
        inner += opening(
            "link:label",
            {
                "xlink:type": "resource",
                "xlink:label": f"label_{locator}",
                "xlink:role": _LABEL_ROLE,
                "xml:lang": "en-US",
            },
        )
        inner += f"{escape(label)}</link:label>"
        inner += element(
            "link:labelArc",
            {
                "xlink:type": "arc",
                "xlink:arcrole": _CONCEPT_LABEL,
                "xlink:from": locator,
                "xlink:to": f"label_{locator}",
            },
        )
    attributes = {"xlink:type": "extended", "xlink:role": "http://www.xbrl.org/2003/role/link"}
    return element("link:labelLink", attributes, inner)
