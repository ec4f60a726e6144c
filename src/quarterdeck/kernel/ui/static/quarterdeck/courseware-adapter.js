/* Runs inside the sandbox, before the package's own scripts: gives it the API it looks for, and tells the page around what
   it reports. Nothing here decides anything; the server judges every value again. */
(function () {
  "use strict";
  var given = self.quarterdeckCourse || {};
  var around = window.top;

  function tell(message) {
    if (around && around !== window) around.postMessage(message, given.origin);
  }

  /* Storage of the sandbox's own, gone with the page: many packages ask for one without expecting to be refused. */
  function memory() {
    var kept = {};
    return {
      getItem: function (name) { return Object.prototype.hasOwnProperty.call(kept, name) ? kept[name] : null; },
      setItem: function (name, value) { kept[name] = String(value); },
      removeItem: function (name) { delete kept[name]; },
      clear: function () { kept = {}; },
      key: function (place) { return Object.keys(kept)[place] || null; },
      get length() { return Object.keys(kept).length; }
    };
  }
  ["localStorage", "sessionStorage"].forEach(function (name) {
    try { Object.defineProperty(window, name, { value: memory(), configurable: true }); } catch (refused) { /* stays refused */ }
  });

  if (!given.elements) return;
  var newer = given.standard === "scorm2004";
  var code = newer
    ? { undefined: 401, readOnly: 404, writeOnly: 405, type: 406, range: 407, order: 351, argument: 201, early: 132, late: 133, getEarly: 122, getLate: 123, commitEarly: 142, commitLate: 143, again: 103, endEarly: 112, endLate: 113, empty: 403 }
    : { undefined: 201, readOnly: 403, writeOnly: 404, type: 405, range: 405, order: 201, argument: 201, early: 301, late: 301, getEarly: 301, getLate: 301, commitEarly: 301, commitLate: 301, again: 101, endEarly: 301, endLate: 101, empty: 0 };
  var words = {
    0: "No error", 101: "General exception", 103: "Already initialized", 112: "Termination before initialization", 113: "Termination after termination",
    122: "Retrieve data before initialization", 123: "Retrieve data after termination", 132: "Store data before initialization",
    133: "Store data after termination", 142: "Commit before initialization", 143: "Commit after termination", 201: "Invalid argument",
    301: "Not initialized", 351: "General set failure", 401: "Undefined data model element", 403: "Value not initialized or read only",
    404: "Read only or write only", 405: "Write only or wrong type", 406: "Type mismatch", 407: "Value out of range"
  };
  var values = given.values, changed = {}, last = 0, open = false, ended = false;

  function general(name) { return name.replace(/\.(\d{1,4})(?=\.)/g, ".n"); }
  function element(name) {
    var kind = general(name);
    return Object.prototype.hasOwnProperty.call(given.elements, kind) && !(kind === name && name.indexOf(".n.") >= 0) ? given.elements[kind] : null;
  }
  function has(name) { return Object.prototype.hasOwnProperty.call(values, name); }
  function count(stem) {
    var most = 0;
    Object.keys(values).forEach(function (name) {
      if (name.indexOf(stem + ".") !== 0) return;
      var place = parseInt(name.slice(stem.length + 1), 10);
      if (place >= most) most = place + 1;
    });
    return most;
  }
  function fail(number, answer) { last = number; return answer; }

  function begin(argument) {
    if (argument !== "" && argument !== undefined && argument !== null) return fail(code.argument, "false");
    if (open || ended) return fail(ended && newer ? 104 : code.again, "false");
    open = true; last = 0;
    return "true";
  }
  function get(name) {
    name = String(name);
    if (!open) return fail(ended ? code.getLate : code.getEarly, "");
    var found = element(name);
    if (!found) return fail(code.undefined, "");
    if (!found[0]) return fail(code.writeOnly, "");
    last = 0;
    if (/\._count$/.test(name)) return String(count(name.slice(0, -7)));
    if (/\.score\._children$/.test(name)) return newer ? "scaled,raw,min,max" : "raw,min,max";
    if (has(name)) return values[name];
    last = code.empty;
    return "";
  }
  function set(name, value) {
    name = String(name); value = String(value);
    if (!open) return fail(ended ? code.late : code.early, "false");
    var found = element(name);
    if (!found) return fail(code.undefined, "false");
    if (!found[1]) return fail(code.readOnly, "false");
    if (!new RegExp("^(?:" + found[2] + ")$").test(value)) return fail(code.type, "false");
    if (value !== "" && found[3] !== null && found[4] !== null && (Number(value) < found[3] || Number(value) > found[4])) return fail(code.range, "false");
    var index = /\.(\d{1,4})(?=\.)/g, match;
    while ((match = index.exec(name))) {
      if (Number(match[1]) > count(name.slice(0, match.index))) return fail(code.order, "false");
    }
    values[name] = value; changed[name] = value; last = 0;
    return "true";
  }
  function send() {
    if (!Object.keys(changed).length) return;
    tell({ quarterdeck: "report", values: changed });
    changed = {};
  }
  function commit() {
    if (!open) return fail(ended ? code.commitLate : code.commitEarly, "false");
    send(); last = 0;
    return "true";
  }
  function end() {
    if (!open) return fail(ended ? code.endLate : code.endEarly, "false");
    /* SCORM 1.2: whoever leaves without saying how far they came has completed it. */
    if (!newer && values["cmi.core.lesson_status"] === "not attempted") {
      values["cmi.core.lesson_status"] = changed["cmi.core.lesson_status"] = "completed";
    }
    send(); tell({ quarterdeck: "ended" });
    open = false; ended = true; last = 0;
    return "true";
  }
  function error() { return String(last); }
  function told(number) { return words[Number(number)] || ""; }

  if (newer) {
    window.API_1484_11 = { Initialize: begin, Terminate: end, GetValue: get, SetValue: set, Commit: commit, GetLastError: error, GetErrorString: told, GetDiagnostic: told, version: "1.0" };
  } else {
    window.API = { LMSInitialize: begin, LMSFinish: end, LMSGetValue: get, LMSSetValue: set, LMSCommit: commit, LMSGetLastError: error, LMSGetErrorString: told, LMSGetDiagnostic: told };
  }
  window.addEventListener("pagehide", function () { if (open) send(); });
})();
