"""What is read off a page in the browser: its structure, its buttons and forms, and what the keyboard finds."""

from __future__ import annotations

from playwright.sync_api import Page

#: Functions that the readings below share. A control is shown if it takes room and is not in a folded part.
_SHARED = """
const shown = e => e.checkVisibility({checkOpacity: false, checkVisibilityCSS: true}) && e.getClientRects().length > 0;
const told = e => e.outerHTML.slice(0, 160);
const controls = () => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
  .filter(e => e.type !== 'hidden' && shown(e) && !e.matches(':disabled'));
"""

_SHELL = """() => {
  const found = [];
  const heads = document.querySelectorAll('h1').length;
  if (heads !== 1) found.push(`${heads} h1`);
  const main = document.querySelectorAll('main');
  if (main.length !== 1 || main[0].id !== 'main' || !main[0].innerText.trim()) found.push('no content in main#main');
  const first = document.querySelector('a[href]');
  if (!first || first.getAttribute('href') !== '#main') found.push('the first link does not skip to the content');
  if (!document.documentElement.lang) found.push('no language');
  return found;
}"""

#: A button does something if it sends a form, says why it is barred, or is worked by one of the named scripts.
_DEAD = (
    "script => {"
    + _SHARED
    + """
  const found = [];
  for (const b of document.querySelectorAll('button, input[type=submit], [role=button]')) {
    if (!shown(b) || b.matches(':disabled') || b.getAttribute('aria-disabled') === 'true') continue;
    if (b.type === 'submit' && b.form && b.form.getAttribute('method')) continue;
    const named = [...document.querySelectorAll('script[data-allauth-onload]')];
    if (script && b.id && named.some(s => s.textContent.includes(`"${b.id}"`))) continue;
    if (script && [...b.attributes].some(a => /^hx-(get|post)$/.test(a.name))) continue;
    found.push(told(b));
  }
  return found;
}"""
)

_FORMS = (
    "() => {"
    + _SHARED
    + """
  const found = [];
  for (const f of document.forms) {
    const method = (f.getAttribute('method') || '').toLowerCase();
    if (!['get', 'post'].includes(method)) found.push('no method: ' + told(f));
    if (!f.hasAttribute('action')) found.push('no action: ' + told(f));
    else if (new URL(f.getAttribute('action'), location.href).origin !== location.origin) found.push('sends elsewhere: ' + told(f));
    if (method === 'post' && !f.querySelector('input[name=csrfmiddlewaretoken]')) found.push('no token: ' + told(f));
    const fields = [...f.elements].filter(e => e.type !== 'hidden' && shown(e));
    const sends = [...f.elements].some(e => e.type === 'submit' && (shown(e) || e.closest('details')));
    const barred = f.querySelector('[aria-disabled=true]');
    if (fields.length && !sends && !barred) found.push('nothing sends it: ' + told(f));
  }
  for (const e of document.querySelectorAll('[hx-get], [hx-post], [data-panel]')) {
    const way = e.matches('a[href], form[action], button[type=submit]') || e.querySelector('noscript')
      || e.closest('form[action]');
    if (!way) found.push('only with script: ' + told(e));
  }
  for (const e of document.querySelectorAll('a[href="#"], a[href^="javascript:"]')) found.push('leads nowhere: ' + told(e));
  return found;
}"""
)

#: Run after a real key was pressed, so that what script focuses is focused as by the keyboard.
_KEYS = (
    "() => {"
    + _SHARED
    + """
  const found = [];
  const look = e => { const s = getComputedStyle(e);
    return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow].join(' '); };
  for (const e of document.querySelectorAll('[tabindex]')) if (e.tabIndex > 0) found.push('order of its own: ' + told(e));
  for (const e of document.querySelectorAll('[onclick], [role=button], [role=link], [role=tab], [hx-get], [hx-post]'))
    if (shown(e) && e.tabIndex < 0 && !e.matches('form') && !/every|load|from:/.test(e.getAttribute('hx-trigger') || ''))
      found.push('clicked only: ' + told(e));
  for (const e of controls()) {
    if (e.tabIndex < 0) { found.push('not reached by Tab: ' + told(e)); continue; }
    if (document.activeElement === e) e.blur();
    const before = look(e);
    e.focus();
    if (document.activeElement !== e) { found.push('takes no focus: ' + told(e)); continue; }
    if (look(e) === before) found.push('focus not seen: ' + told(e));
    for (const shift of [false, true])
      if (!e.dispatchEvent(new KeyboardEvent('keydown', {key: 'Tab', shiftKey: shift, bubbles: true, cancelable: true})))
        found.push('keeps the Tab key: ' + told(e));
  }
  document.activeElement.blur();
  window.getSelection().removeAllRanges();
  return found;
}"""
)

_BEFORE_TOUR = (
    "() => {"
    + _SHARED
    + """
  window.toured = [];
  document.addEventListener('focusin', event => window.toured.push(event.target));
  // A field for a day or a file is several stops of its own.
  const inner = document.querySelectorAll('input[type=date], input[type=time], input[type=datetime-local]').length;
  return controls().length + document.querySelectorAll('[tabindex="0"]').length + 5 * inner + 4;
}"""
)

_AFTER_TOUR = (
    "() => {"
    + _SHARED
    + """
  const met = new Set(window.toured), skip = document.querySelector('a.skip');
  const groups = new Set([...met].filter(e => e.type === 'radio').map(e => e.name));
  const missed = controls().filter(e => !met.has(e) && !(e.type === 'radio' && groups.has(e.name)));
  const found = missed.map(e => 'Tab never came to: ' + told(e));
  if (window.toured[0] !== skip) found.push('Tab does not begin with the skip link');
  if (window.toured.lastIndexOf(skip) === 0) found.push('Tab does not come round');
  return found;
}"""
)


def _read(page: Page, reading: str, *given: bool) -> list[str]:
    return [str(fault) for fault in page.evaluate(reading, *given)]


def shell_faults(page: Page, *, script: bool) -> list[str]:
    """What is wrong with heading, content, skip link and buttons."""
    return _read(page, _SHELL) + [f"dead button: {button}" for button in _read(page, _DEAD, script)]


def form_faults(page: Page) -> list[str]:
    """What on the page would need script to be sent or followed."""
    return _read(page, _FORMS)


def key_faults(page: Page) -> list[str]:
    """What the keyboard does not reach or cannot see. The page must have just been opened; the focus is moved."""
    page.keyboard.press("Tab")
    found = []
    if page.evaluate("document.activeElement.getAttribute('href')") != "#main":
        found.append("the first Tab does not come to the skip link")
    page.keyboard.press("Enter")
    if page.evaluate("document.activeElement.id") != "main":
        found.append("Enter on the skip link does not lead into the content")
    return found + _read(page, _KEYS)


def tour_faults(page: Page) -> list[str]:
    """What real presses of Tab do not come to, from the start of a page just opened and round to its start again."""
    for _press in range(int(page.evaluate(_BEFORE_TOUR))):
        page.keyboard.press("Tab")
    return _read(page, _AFTER_TOUR)
