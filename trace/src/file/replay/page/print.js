// What is on paper? The picture first, the sentences behind it.
//
// Section #print, filled while the browser prints.
// Not here: the sentences (find.js).
"use strict";
(function (K) {
  const PRINTED = 3000;

  function print() {
    const paper = document.getElementById("print");
    if (!paper || !K.visible) return;
    const list = K.find.all(),
      at = list.findIndex((code) => K.find.entry(code).i >= K.i);
    const from =
      list.length <= PRINTED
        ? 0
        : Math.max(0, Math.min(list.length - PRINTED, (at < 0 ? list.length : at) - PRINTED / 2));
    const shown = list.slice(from, from + PRINTED);
    const gap =
      list.length > PRINTED
        ? ` Printed are ${K.number(PRINTED)} of ${K.number(list.length)}, around the event above.`
        : "";
    paper.innerHTML =
      `<h2>The run as text</h2><p>${K.esc(K.trace.program)}, kettle ${K.esc(K.trace.header.kettle ?? "")}, level “${K.level}”.${gap}</p><table>` +
      shown
        .map((code) => {
          const { i, text, event } = K.find.entry(code);
          return `<tr${event && i === K.i ? ' class="here"' : ""}><td>${event ? event.n : ""}</td><td>${K.clock(K.trace.t[i])}</td><td>${K.esc(text)}</td></tr>`;
        })
        .join("") +
      "</table>";
  }
  addEventListener("beforeprint", print);
  addEventListener("afterprint", () => document.getElementById("print")?.replaceChildren());
})((window.K = window.K || {}));
