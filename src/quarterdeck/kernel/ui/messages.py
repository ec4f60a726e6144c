"""Message catalogues without outside tools: ``python -m quarterdeck.kernel.ui.messages extract|compile|check``.

A user's machine need not have GNU gettext. Strings are found by the languages' own parsers (Python's ``ast``, Jinja's
extractor, Django's ``templatize``), kept in a plain ``django.po`` and compiled to the ``.mo`` that Django reads.
References name files, not lines, so that moving code does not change the catalogue.

Formats: GNU gettext manual, "The Format of PO Files" and "The Format of GNU MO Files".
"""

from __future__ import annotations

import ast
import re
import struct
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment

ROOT = Path(__file__).resolve().parents[2]
LOCALES = ("zh_Hans",)
HEADER = (
    "Project-Id-Version: quarterdeck\nLanguage: {language}\nMIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\nPlural-Forms: nplurals=1; plural=0;\n"
)
# Positions of (context, singular, plural) among the arguments of each gettext function.
CALLS: dict[str, tuple[int | None, int, int | None]] = {}
for _suffix in ("", "_lazy"):
    CALLS[f"gettext{_suffix}"] = (None, 0, None)
    CALLS[f"pgettext{_suffix}"] = (0, 1, None)
    CALLS[f"ngettext{_suffix}"] = (None, 0, 1)
    CALLS[f"npgettext{_suffix}"] = (0, 1, 2)
CALLS["_"] = CALLS["gettext"]
CALLS["gettext_noop"] = CALLS["gettext"]


@dataclass(frozen=True, order=True)
class Key:
    """What a translation belongs to: the words, in their context if they have one."""

    words: str
    context: str | None = None


@dataclass
class Entry:
    """One message of a catalogue. ``translation`` is '' while nobody has translated it."""

    key: Key
    plural: str | None = None
    translation: str = ""
    places: set[str] = field(default_factory=set)


Catalogue = dict[Key, Entry]


def _entry(function: str, arguments: list[str | None]) -> Entry | None:
    """An entry from a gettext call, or None where the words are not literal."""
    where = CALLS.get(function)
    if where is None:
        return None
    context_at, words_at, plural_at = where
    needed = max(at for at in where if at is not None)
    if len(arguments) <= needed or arguments[words_at] is None:
        return None
    words = arguments[words_at] or ""
    context = None if context_at is None else arguments[context_at]
    plural = None if plural_at is None else arguments[plural_at]
    return Entry(Key(words, context), plural) if words else None


def from_python(source: str, place: str = "<text>") -> Iterator[Entry]:
    """Messages of a Python module: calls of gettext functions with literal words. Raises SyntaxError."""
    for node in ast.walk(ast.parse(source, place)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        literal = [a.value if isinstance(a, ast.Constant) and isinstance(a.value, str) else None for a in node.args]
        found = _entry(name, literal)
        if found:
            yield found


def from_jinja(source: str) -> Iterator[Entry]:
    """Messages of a Jinja2 template, read as the product's environment reads it."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    environment.policies["ext.i18n.trimmed"] = True
    for _line, function, words in environment.extract_translations(source):  # type: ignore[attr-defined]
        arguments = [words] if isinstance(words, str) else list(words)
        found = _entry(function, arguments)
        if found:
            yield found


_TEMPLATIZED = re.compile(
    r"\b(n?p?gettext)\(((?:\s*u?(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")\s*,?)+)|(?<![\w.])_\(\s*(u?'(?:\\.|[^'\\])*'|u?\"(?:\\.|[^\"\\])*\")"
)
_LITERAL = re.compile(r"u?('(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")")


def from_django(source: str) -> Iterator[Entry]:
    """Messages of a template of Django's own engine."""
    from django.utils.translation.template import templatize

    for match in _TEMPLATIZED.finditer(templatize(source)):
        literals: list[str | None] = [ast.literal_eval(m) for m in _LITERAL.findall(match[2] or match[3] or "")]
        found = _entry(match[1] or "gettext", literals)
        if found:
            yield found


def extract(root: Path = ROOT) -> Catalogue:
    """Every message of the source tree under ``root``, with the files that use it."""
    found: Catalogue = {}
    for path in sorted(root.rglob("*")):
        if path.suffix not in (".py", ".html", ".txt") or not path.is_file() or "static" in path.parts:
            continue
        place = path.relative_to(root).as_posix()
        parts = path.relative_to(root).parts
        source = path.read_text(encoding="utf-8")
        entries: Iterable[Entry]
        if path.suffix == ".py":
            entries = from_python(source, place)
        elif "jinja2" in parts:
            entries = from_jinja(source)
        elif "templates" in parts:
            entries = from_django(source)
        else:
            continue
        for entry in entries:
            kept = found.setdefault(entry.key, entry)
            kept.plural = kept.plural or entry.plural
            kept.places.add(place)
    return found


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


def _unquote(line: str) -> str:
    return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), line.strip()[1:-1])


def read_po(text: str) -> Catalogue:
    """Read a catalogue. Raises ValueError with the line for anything that is not a PO line."""
    found: Catalogue = {}
    fields: dict[str, str] = {}
    places: set[str] = set()
    at = ""

    def close() -> None:
        if fields.get("msgid"):
            key = Key(fields["msgid"], fields.get("msgctxt"))
            translation = fields.get("msgstr", fields.get("msgstr[0]", ""))
            found[key] = Entry(key, fields.get("msgid_plural"), translation, set(places))
        fields.clear()
        places.clear()

    for number, line in enumerate([*text.splitlines(), ""], 1):
        if not line.strip():
            close()
        elif line.startswith("#: "):
            places.update(line[3:].split())
        elif line.startswith("#"):
            continue
        elif line.startswith('"'):
            fields[at] += _unquote(line)
        elif match := re.fullmatch(r'(msgctxt|msgid|msgid_plural|msgstr(?:\[0\])?) (".*")', line):
            at = match[1]
            fields[at] = _unquote(match[2])
        else:
            raise ValueError(f"line {number} is not a line of a message catalogue: {line!r}")
    return found


def write_po(catalogue: Catalogue, language: str) -> str:
    """The catalogue as text, ordered by words, so that two people's additions rarely meet."""
    lines = ['msgid ""', 'msgstr ""', *(_quote(part) for part in HEADER.format(language=language).splitlines(True)), ""]
    for key in sorted(catalogue, key=lambda k: (k.words, k.context or "")):
        entry = catalogue[key]
        lines += [f"#: {place}" for place in sorted(entry.places)]
        if key.context is not None:
            lines.append(f"msgctxt {_quote(key.context)}")
        lines.append(f"msgid {_quote(key.words)}")
        if entry.plural is not None:
            lines.append(f"msgid_plural {_quote(entry.plural)}")
        lines += [f"{'msgstr' if entry.plural is None else 'msgstr[0]'} {_quote(entry.translation)}", ""]
    return "\n".join(lines)


def compile_mo(catalogue: Catalogue, language: str) -> bytes:
    """The binary catalogue: the same bytes for the same translations, whatever the order they came in."""
    pairs = {b"": HEADER.format(language=language).encode()}
    for key, entry in catalogue.items():
        if not entry.translation:
            continue
        source = key.words if key.context is None else f"{key.context}\x04{key.words}"
        if entry.plural is not None:
            source = f"{source}\x00{entry.plural}"
        pairs[source.encode()] = entry.translation.encode()
    ordered = sorted(pairs.items())
    start = 28 + 16 * len(ordered)
    sources: list[int] = []
    targets: list[int] = []
    data = b""
    for table, column in ((sources, 0), (targets, 1)):
        for pair in ordered:
            table += [len(pair[column]), start + len(data)]
            data += pair[column] + b"\x00"
    head = struct.pack("<7I", 0x950412DE, 0, len(ordered), 28, 28 + 8 * len(ordered), 0, start)
    return head + struct.pack(f"<{len(sources) * 2}I", *sources, *targets) + data


def placeholders(text: str) -> set[str]:
    """Names that a translation must carry over: ``%(size)s``."""
    return set(re.findall(r"%\((\w+)\)", text))


def faults(catalogue: Catalogue, found: Catalogue) -> list[str]:
    """What is wrong between the source and its translations, one line each."""
    lines: list[str] = []
    for key in sorted(found, key=lambda k: (k.words, k.context or "")):
        entry = catalogue.get(key)
        if entry is None or not entry.translation:
            lines.append(f"no translation: {key.words!r} ({', '.join(sorted(found[key].places))})")
        elif placeholders(entry.translation) != placeholders(key.words) | placeholders(found[key].plural or ""):
            lines.append(f"other placeholders: {key.words!r}")
    return lines


def catalogue_path(locale: str, root: Path = ROOT) -> Path:
    """Where the catalogue of a locale stands."""
    return root / "locale" / locale / "LC_MESSAGES" / "django.po"


def _extract_to(path: Path, locale: str) -> None:
    found = extract()
    known = read_po(path.read_text(encoding="utf-8")) if path.exists() else {}
    for key, entry in found.items():
        if key in known:
            entry.translation = known[key].translation
    gone = sum(1 for key, entry in known.items() if key not in found and entry.translation)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(write_po(found, locale), encoding="utf-8")
    waiting = sum(1 for entry in found.values() if not entry.translation)
    print(f"{path}: {len(found)} messages, {waiting} without translation, {gone} no longer used and dropped")


def main(arguments: list[str]) -> int:
    """``extract``, ``compile`` or ``check``; 1 if the check finds anything, 2 for an unknown word."""
    if len(arguments) != 1 or arguments[0] not in ("extract", "compile", "check"):
        print("usage: python -m quarterdeck.kernel.ui.messages extract|compile|check", file=sys.stderr)
        return 2
    status = 0
    for locale in LOCALES:
        path = catalogue_path(locale)
        if arguments[0] == "extract":
            _extract_to(path, locale)
            continue
        catalogue = read_po(path.read_text(encoding="utf-8"))
        binary = compile_mo(catalogue, locale)
        target = path.with_suffix(".mo")
        if arguments[0] == "compile":
            target.write_bytes(binary)
            print(f"{target}: {sum(1 for e in catalogue.values() if e.translation)} translations")
            continue
        lines = faults(catalogue, extract())
        if not target.exists() or target.read_bytes() != binary:
            lines.append(f"{target} is not what its .po says: run compile")
        print("\n".join(lines) or f"{locale}: complete")
        status = status or int(bool(lines))
    return status


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
