// What do the doctor and the recorder say at this event?
//
// Verdicts and losses are told where they belong, until the next step.
//
// Interface: `K.banner(trace, i)`; `K.written(trace)`, `K.cutWords(trace)`: why and where the record
// ends; `K.lintsHere`.
// Not here: how a verdict is found (src/doctor).
"use strict";
(function (K) {
  const { byId: $, esc, plural } = K;
  K.lintsHere = [];

  // (In the second line, not in a box: it must not move the panes.)
  /** Why a flight recorder has written its file. */
  const WRITTEN = {
    verdict: "at a verdict of the doctor",
    panic: "because a task had panicked",
    call: "because the program asked for it",
  };
  K.written = (trace) => K.of(WRITTEN, trace.end);
  K.cutWords = (trace) =>
    K.written(trace)
      ? `The file was written at this moment, ${K.written(trace)}.${trace.unseen ? ` The loop was in a poll of ${K.nameHTML(trace.unseen)} then. What that poll has done after this event is not in the file: the loop hands its events over when a poll returns.` : ""}`
      : trace.full && !trace.lost.length
        ? "The trace had its size here; the program was killed before the tail of the run could be written."
        : "The record ends here: the program was killed, exited on its own, or still ran when the file was copied.";

  /** Verdicts of the doctor and losses: said where they belong, until the next step. */
  K.banner = function (trace, i) {
    const here = (o) => o.i > K.before && o.i <= i,
      parts = [];
    const words = (text) => K.prose(String(text ?? ""));
    const box = (name, html, mild) =>
      parts.push(`<div class="lint${mild ? " mild" : ""}"><h2>${esc(name)}</h2>${html}</div>`);
    K.lintsHere = trace.lints.filter((lint) => here(lint) || here({ i: lint.begin }));
    for (const { lint, say, why, help, spots, begin, i: sure } of K.lintsHere) {
      const spot = ({ at, say: label }) =>
        `<p class="spot" title="${esc(at.text)}">${esc(K.site(at.text))} <code>${esc(K.codeAt(at).trim())}</code>${label ? ` <span>${words(label)}</span>` : ""}</p>`;
      const moments =
        begin === sure
          ? ""
          : begin > K.before && begin <= i
            ? `It begins here, at ${K.clock(trace.t[begin])}; seen at ${K.when(sure)}.`
            : `It began at ${K.when(begin)}.`;
      box(
        String(lint ?? "verdict").replace(/_/g, " "),
        `<div><p><b>${words(say)}</b>${moments && !/[.!?]$/.test(say ?? "") ? "." : ""}${moments ? ` ${moments}` : ""}</p>${spots.map(spot).join("")}</div>` +
          `<div class="why">${why ? `<p>${i < sure ? "<b>When it was seen:</b> " : ""}${words(why)}</p>` : ""}${help ? `<p class="instead"><b>Instead:</b> ${words(help)}</p>` : ""}</div>`,
      );
    }
    for (const lost of trace.lost.filter(here))
      box(
        "a gap",
        `<p>${plural(lost.lost, "event")} ${lost.lost === 1 ? "is" : "are"} missing here: the trace had its size, and what follows is the tail of the run. What is counted is counted without them.</p>`,
      );
    $("banner").hidden = !parts.length;
    document.body.classList.toggle("warned", parts.length > 0);
    K.paint("banner", parts.join(""));
  };
})((window.K = window.K || {}));
