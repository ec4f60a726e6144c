"""Reading a page as its reader hears it, and pressing its buttons as a browser without script would."""

from __future__ import annotations

import html
import re
from typing import Any

from django.test import Client


def words(page: str) -> str:
    """The page's main part: tags gone, one space between words, none before punctuation."""
    main = page[page.index("<main") : page.index("</main>")]
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())
    return re.sub(r" ([;.:,])", r"\1", text)


def press(client: Client, page: str, button: str, **typed: str) -> Any:
    """Send the form that has ``button``, with what was typed into it, and follow it."""
    for form in re.findall(r"<form[^>]*>.*?</form>", page, re.S):
        if re.search(rf">\s*{re.escape(button)}\s*</button>", form):
            action = html.unescape(re.search(r'action="([^"]*)"', form)[1])  # type: ignore[index]
            hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
            data = {name: html.unescape(value) for name, value in hidden.items()}
            return client.post(action, data | typed, follow=True)
    raise AssertionError(f"no form with the button {button}")
