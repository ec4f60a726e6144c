"""The Jinja2 environment of the product's pages.

In settings::

    {"BACKEND": "django.template.backends.jinja2.Jinja2", "APP_DIRS": True,
     "OPTIONS": {"environment": "quarterdeck.kernel.ui.jinja.environment",
                 "context_processors": ["quarterdeck.kernel.ui.context.shell", ...]}}
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.forms.boundfield import BoundField
from django.forms.widgets import CheckboxInput
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext, npgettext, pgettext
from django_htmx.jinja import htmx_script
from jinja2 import Environment, StrictUndefined, pass_context
from jinja2.runtime import Context

from quarterdeck.kernel.ui import formats, pictures, words


class Missing(StrictUndefined):
    """A name that the view did not give: false when asked, an error when written.

    A page about proof must never show a blank where a number belongs, but optional parts may be tested with ``if``.
    """

    def __bool__(self) -> bool:  # type: ignore[override]  # the parent refuses; here asking is allowed
        return False


def url(name: str, *args: object, **kwargs: object) -> str:
    """Address of a named route."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def url_if(name: str, *args: object, **kwargs: object) -> str | None:
    """Address of a named route, or None where this installation has no such route."""
    try:
        return url(name, *args, **kwargs)
    except NoReverseMatch:
        return None


def widget(field: BoundField, autofocus: bool = False) -> SafeString:
    """The control of a form field. Django ties help and errors to it by the ids that the ``field`` macro writes."""
    attrs: dict[str, Any] = {"autofocus": True} if autofocus else {}
    return field.as_widget(attrs=attrs)


def is_tick(field: BoundField) -> bool:
    """True for a single tick box, whose label stands after it."""
    return isinstance(field.field.widget, CheckboxInput)


def for_each_reader(write: Callable[..., str]) -> Callable[..., str]:
    """A filter whose result depends on who reads. Jinja computes filters of constants once, when it compiles the
    template, and would keep the first reader's language and zone; one that asks for the context is left alone."""

    @pass_context
    @wraps(write)
    def fresh(context: Context, *args: Any, **kwargs: Any) -> str:
        return write(*args, **kwargs)

    return fresh


def hash_id(text: str) -> str:
    """A short id from words, for tying a reason to its button where the caller named none."""
    return f"{zlib.crc32(text.encode()):08x}"


def page_language() -> str:
    """The language for ``<html lang>``, as a BCP 47 tag: Django's zh-hans is zh-Hans."""
    code = get_language() or "en"
    base, _, rest = code.partition("-")
    return f"{base}-{rest.title() if len(rest) == 4 else rest.upper()}" if rest else base


def environment(**options: Any) -> Environment:  # Any: Django hands over whatever OPTIONS holds
    """Build the environment: gettext, routes, static files, formats, words of verdicts."""
    options["undefined"] = Missing
    options.setdefault("trim_blocks", True)
    options.setdefault("lstrip_blocks", True)
    env = Environment(**options)  # noqa: S701 - Django's backend passes autoescape=True
    env.policies["ext.i18n.trimmed"] = True
    env.add_extension("jinja2.ext.i18n")
    env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    env.globals.update(
        static=static,
        url=url,
        url_if=url_if,
        widget=widget,
        is_tick=is_tick,
        page_language=page_language,
        htmx_script=htmx_script,
        verdict_word=words.verdict_word,
        verdict_means=words.verdict_means,
        spark_line=pictures.spark,
        trend_lines=pictures.trend,
        zone_name=formats.zone_name,
        offset_name=formats.offset_name,
        language_choices=words.language_choices,
    )
    env.filters["hash_id"] = hash_id
    for write in (
        formats.number,
        formats.percent,
        formats.money,
        formats.day,
        formats.moment,
        formats.duration,
        formats.since,
    ):
        env.filters[write.__name__] = for_each_reader(write)
    return env
