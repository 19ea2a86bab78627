"use strict";
(function (K) {
  // Steps, keys, levels: being built.
  K.level = "tasks";
  K.go = function (i) {
    const trace = K.trace;
    i = Math.max(Math.min(0, trace.last), Math.min(trace.last, i));
    K.i = i;
    K.tell("show", K.stateAt(i), trace.events[i] ?? null, i);
  };
  document.addEventListener("DOMContentLoaded", function () {
    K.read(document.getElementById("trace").textContent);
    K.visible = K.trace.events.map((e) => e.i);
    K.prepare();
    K.on("show", (state, event) => { document.getElementById("sentence").textContent = event ? event.say : ""; });
    K.tell("trace", K.trace);
    K.go(0);
  });
})(window.K = window.K || {});
