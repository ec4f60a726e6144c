/* The page around a course package: takes what the sandbox reports and hands it to the server, one report after the other. */
(function () {
  "use strict";
  var box = document.querySelector("[data-courseware]");
  if (!box) return;
  var frame = box.querySelector("iframe");
  var line = box.querySelector("[data-courseware-state]");
  var queue = Promise.resolve();

  function inside(source) {
    /* The package's own window, or one that it opened in itself. */
    for (var depth = 0; source && depth < 10; depth += 1) {
      if (source === frame.contentWindow) return true;
      if (source === source.parent) return false;
      source = source.parent;
    }
    return false;
  }

  function report(values) {
    return fetch(box.getAttribute("data-courseware"), {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": box.getAttribute("data-token") },
      body: JSON.stringify({ values: values })
    }).then(function (answer) {
      return answer.json().then(function (told) {
        line.textContent = answer.ok ? box.getAttribute(told.done ? "data-done" : "data-kept") : told.error || box.getAttribute("data-lost");
        if (told.done) {
          box.querySelector("[data-courseware-next]").hidden = false;
        }
      });
    }).catch(function () {
      line.textContent = box.getAttribute("data-lost");
    });
  }

  window.addEventListener("message", function (event) {
    if (event.origin !== "null" || !inside(event.source) || !event.data) return;
    if (event.data.quarterdeck === "report" && event.data.values && typeof event.data.values === "object") {
      var values = {};
      Object.keys(event.data.values).slice(0, 2000).forEach(function (name) { values[name] = String(event.data.values[name]); });
      queue = queue.then(function () { return report(values); });
    }
  });
})();
