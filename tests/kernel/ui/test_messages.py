"""Catalogues: found by the languages' own parsers, complete for every page, compiled as Python's gettext reads them."""

from __future__ import annotations

import gettext
import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.kernel.ui import messages
from quarterdeck.kernel.ui.messages import Entry, Key

texts = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\x00\x04\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), min_size=1
)
catalogues = st.dictionaries(
    st.builds(Key, texts, st.none() | texts), st.tuples(st.none() | texts, texts | st.just("")), max_size=6
)


def entries(drawn: dict[Key, tuple[str | None, str]]) -> messages.Catalogue:
    return {key: Entry(key, plural, translation) for key, (plural, translation) in drawn.items()}


@settings(max_examples=50, deadline=None)
@given(catalogues)
def test_a_catalogue_is_read_back_as_it_was_written(drawn: dict[Key, tuple[str | None, str]]) -> None:
    catalogue = entries(drawn)
    assert messages.read_po(messages.write_po(catalogue, "zh_Hans")) == catalogue


@settings(max_examples=50, deadline=None)
@given(catalogues)
def test_the_binary_is_what_gettext_reads(drawn: dict[Key, tuple[str | None, str]]) -> None:
    plain = {key: ("", value) for key, (_, value) in drawn.items() if value}
    catalogue = {key: Entry(key, None, value) for key, (_, value) in plain.items()}
    reader = gettext.GNUTranslations(io.BytesIO(messages.compile_mo(catalogue, "zh_Hans")))
    for key, entry in catalogue.items():
        found = reader.gettext(key.words) if key.context is None else reader.pgettext(key.context, key.words)
        assert found == entry.translation


def test_plurals_are_read_by_gettext() -> None:
    key = Key("%(num)s person")
    binary = messages.compile_mo({key: Entry(key, "%(num)s people", "%(num)s 人")}, "zh_Hans")
    assert gettext.GNUTranslations(io.BytesIO(binary)).ngettext(key.words, "%(num)s people", 5) == "%(num)s 人"


def test_words_are_found_in_python() -> None:
    source = 'a = _("One")\nb = pgettext("date", "Two")\nc = ngettext("%d x", "%d y", n)\nd = _(name)\ne = "Not"'
    found = {entry.key: entry.plural for entry in messages.from_python(source)}
    assert found == {Key("One"): None, Key("Two", "date"): None, Key("%d x"): "%d y"}


def test_words_are_found_in_both_kinds_of_template() -> None:
    jinja = '{{ _("One") }}{% trans n=3 %}\n  Two {{ n }}\n{% endtrans %}{{ pgettext("c", "Three") }}'
    assert {e.key for e in messages.from_jinja(jinja)} == {Key("One"), Key("Two %(n)s"), Key("Three", "c")}
    django = "{% load i18n %}{% trans 'One' %}{% translate \"It's two\" %}{% blocktranslate %}Three {{ n }}{% endblocktranslate %}"
    assert {e.key for e in messages.from_django(django)} == {Key("One"), Key("It's two"), Key("Three %(n)s")}


def test_a_missing_translation_and_a_lost_placeholder_are_faults() -> None:
    found = {k: Entry(k) for k in (Key("Plain"), Key("Size %(size)s"))}
    catalogue = {Key("Size %(size)s"): Entry(Key("Size %(size)s"), None, "大小 %(grosse)s")}
    assert [line.split(":")[0] for line in messages.faults(catalogue, found)] == [
        "no translation",
        "other placeholders",
    ]
    with pytest.raises(ValueError, match="line 1"):
        messages.read_po("nonsense")


def on_a_page(entry: Entry) -> bool:
    return any(place.endswith(".html") or place.startswith("kernel/ui/") for place in entry.places)


@pytest.mark.parametrize("locale", messages.LOCALES)
def test_every_word_of_every_page_is_translated(locale: str) -> None:
    catalogue = messages.read_po(messages.catalogue_path(locale).read_text(encoding="utf-8"))
    shown = {key: entry for key, entry in messages.extract().items() if on_a_page(entry)}
    assert len(shown) > 200
    assert messages.faults(catalogue, shown) == []


@pytest.mark.parametrize("locale", messages.LOCALES)
def test_the_compiled_catalogue_is_the_written_one(locale: str) -> None:
    path = messages.catalogue_path(locale)
    catalogue = messages.read_po(path.read_text(encoding="utf-8"))
    assert path.with_suffix(".mo").read_bytes() == messages.compile_mo(catalogue, locale)


def test_chinese_words_are_chinese() -> None:
    catalogue = messages.read_po(messages.catalogue_path("zh_Hans").read_text(encoding="utf-8"))
    # Names, and what is typed as it stands.
    same = {"CIK", "CSV", "SHA-256", "1 in 20"}
    untouched = [
        key.words
        for key, entry in catalogue.items()
        if entry.translation and not re.search(r"[\u3001-\u9fff]", entry.translation) and key.words not in same
    ]
    # A pattern of placeholders only has no word to translate.
    assert [words for words in untouched if re.sub(r"%\(\w+\)s|\{\w+\}|[\W_]|of", "", words)] == []


HAN = "[\u4e00-\u9fff”》）]"


@pytest.mark.parametrize("locale", messages.LOCALES)
def test_chinese_is_punctuated_as_chinese(locale: str) -> None:
    catalogue = messages.read_po(messages.catalogue_path(locale).read_text(encoding="utf-8"))
    wrong = re.compile(
        rf"{HAN}\s*(?:%\(\w+\)[sd])?\s*(?:[,;:?!](?=\s|$|{HAN})|\.(?=\s*$|\s+{HAN}))|%\(\w+\)[sd]\s*\.\s*$"
    )
    found = [entry.translation for entry in catalogue.values() if wrong.search(entry.translation)]
    # A way of writing, not a sentence: formats of dates and numbers have no Chinese in them.
    assert [words for words in found if re.search(HAN, words) or words.endswith(".")] == []


@pytest.mark.parametrize("locale", messages.LOCALES)
def test_a_number_of_a_number_is_counted_in_something(locale: str) -> None:
    catalogue = messages.read_po(messages.catalogue_path(locale).read_text(encoding="utf-8"))
    bare = re.compile(r"%\(\w+\)[sd]\s*[中之的]+\s*%\(\w+\)[sd](?=\s*(?:$|[，。；]))")
    assert [entry.translation for entry in catalogue.values() if bare.search(entry.translation)] == []
