/* Quarterdeck: progressive enhancement only. Every page works without this file.
   Loaded from our own origin with defer; nothing here writes styles or evaluates text. */
(() => {
  "use strict";

  const root = document.documentElement;
  root.classList.add("has-script");

  const typing = (node) =>
    node instanceof HTMLElement && (node.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(node.tagName));
  const shortcutsOn = () => root.dataset.shortcuts !== "off";

  /* Rows: j and k move, Enter opens the row's own link. */
  const rows = () => Array.from(document.querySelectorAll("tr[data-row], [data-row]:not(tr)"));
  const step = (by) => {
    const all = rows();
    if (!all.length) return false;
    const here = document.activeElement ? document.activeElement.closest("[data-row]") : null;
    const at = here ? all.indexOf(here) + by : by > 0 ? 0 : all.length - 1;
    const next = all[Math.max(0, Math.min(all.length - 1, at))];
    next.setAttribute("tabindex", "-1");
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      const close = document.querySelector(".panel [data-close]");
      if (close && !typing(event.target)) {
        event.preventDefault();
        close.click();
      }
      return;
    }
    if (typing(event.target)) return;
    if (event.key === "Enter" && event.target instanceof HTMLElement && event.target.matches("[data-row]")) {
      const link = event.target.querySelector("a[href]");
      if (link) {
        event.preventDefault();
        link.click();
      }
      return;
    }
    if (!shortcutsOn()) return;
    if (event.key === "/") {
      const search = document.querySelector("input[data-search]");
      if (search) {
        event.preventDefault();
        search.focus();
        search.select();
      }
    } else if ((event.key === "j" && step(1)) || (event.key === "k" && step(-1))) {
      event.preventDefault();
    }
  });

  /* A grave action asks to be pressed twice; no form is sent twice by a double click. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter || form.querySelector("[type=submit]");
    if (form.dataset.sent === "yes") {
      event.preventDefault();
      return;
    }
    const again = form.dataset.confirm;
    if (again && form.dataset.armed !== "yes") {
      event.preventDefault();
      form.dataset.armed = "yes";
      if (button) {
        const first = button.textContent;
        button.textContent = again;
        button.classList.add("is-armed");
        button.addEventListener("blur", () => {
          form.dataset.armed = "no";
          button.textContent = first;
          button.classList.remove("is-armed");
        }, { once: true });
        button.focus();
      }
      return;
    }
    if ((form.method || "").toLowerCase() === "post" && !form.hasAttribute("hx-post")) {
      form.dataset.sent = "yes";
      form.setAttribute("aria-busy", "true");
      /* A form that answers with a file leaves the page standing: let it be sent again. */
      window.setTimeout(() => {
        form.removeAttribute("data-sent");
        form.removeAttribute("aria-busy");
      }, 5000);
    }
  });
  /* Coming back by the browser's own history must not find the form still barred. */
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      form.removeAttribute("data-sent");
      form.removeAttribute("aria-busy");
    });
  });

  /* Side panel: opened by htmx into .panel-slot; focus goes to its heading, back to its row when closed. */
  let opener = null;
  document.addEventListener("click", (event) => {
    const open = event.target.closest("a[data-panel]");
    if (open) opener = open;
    const close = event.target.closest("[data-close]");
    const slot = close ? close.closest(".panel-slot") : null;
    if (slot) {
      event.preventDefault();
      slot.replaceChildren();
      slot.parentElement.classList.add("is-closed");
      document.querySelectorAll("tr.is-current").forEach((row) => row.classList.remove("is-current"));
      if (opener) opener.focus();
    }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const slot = event.target.closest ? event.target.closest(".panel-slot") : null;
    if (!slot) return;
    slot.parentElement.classList.remove("is-closed");
    document.querySelectorAll("tr.is-current").forEach((row) => row.classList.remove("is-current"));
    const row = opener ? opener.closest("tr") : null;
    if (row) row.classList.add("is-current");
    const heading = slot.querySelector("h2");
    if (heading) {
      heading.setAttribute("tabindex", "-1");
      heading.focus();
    }
  });

  /* What htmx or a passkey could not do is said on the page, never swallowed. */
  const say = (text) => {
    const place = document.getElementById("live");
    if (!place || !text) return;
    place.textContent = text;
    place.hidden = false;
  };
  const place = () => document.getElementById("live");
  document.addEventListener("htmx:sendError", () => say(place() && place().dataset.offline));
  document.addEventListener("htmx:responseError", () => say(place() && place().dataset.refused));
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    say(place() && place().dataset.passkey);
  });

  /* A select marked data-go submits its own form at once; without script its button does. */
  document.addEventListener("change", (event) => {
    if (event.target.matches("select[data-go]")) event.target.form.requestSubmit();
  });
})();
