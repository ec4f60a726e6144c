"""Writing XHTML safely: escaping, attributes, and text that any XML parser and EDGAR accept."""

from collections.abc import Mapping


def clean(text: str) -> str:
    """Text without what XML 1.0 forbids (section 2.2, Char): control characters are dropped, except that the white
    space among them becomes a space; lone surrogates and non-characters become U+FFFD."""
    return "".join(_clean_character(character) for character in text)


def _clean_character(character: str) -> str:
    code = ord(character)
    if code in (0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029):
        return " "
    if code < 0x20 or 0x7F <= code <= 0x9F:
        return ""
    if 0xD800 <= code <= 0xDFFF or 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE:
        return "\ufffd"
    return character


def escape(text: str) -> str:
    """Cleaned text as character data or attribute value, in ASCII: EDGAR takes no other bytes, so the rest become
    numeric references."""
    cleaned = clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return cleaned.encode("ascii", "xmlcharrefreplace").decode("ascii")


def opening(name: str, attributes: Mapping[str, str | None]) -> str:
    """A start tag; attributes that are None are left out."""
    written = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items() if value is not None)
    return f"<{name}{written}>"


def element(name: str, attributes: Mapping[str, str | None], inner: str = "") -> str:
    """An element around markup that is already escaped; written as an empty-element tag when there is none."""
    start = opening(name, attributes)
    return f"{start}{inner}</{name}>" if inner else f"{start[:-1]}/>"
