// What do the doctor and the recorder say at this event?
//
// Verdicts are shown where they belong, until the next step.
//
// Interface: `K.banner(trace, i)`; `K.written(trace)`: why a flight recorder has written its file;
// `K.lintsHere`; `K.nameOfLint(lint)`.
// Not here: how a verdict is found (src/doctor).

const { byId, esc } = K;
K.lintsHere = [];

/** Why a flight recorder has written its file. */
const WRITTEN = {
  verdict: "at a verdict of the doctor",
  panic: "because a task had panicked",
  call: "because the program asked for it",
};
K.nameOfLint = ({ lint }) => String(lint ?? "verdict").replace(/_/g, " ");
K.written = (trace) => K.of(WRITTEN, trace.end);

const words = (text) => K.prose(String(text ?? ""));
const spot = ({ at, say }) =>
  `<p class="spot" title="${esc(at.text)}">${esc(K.site(at.text))} <code>${esc(K.codeAt(at).trim())}</code> <span>${words(say)}</span></p>`;
function verdict({ lint, say, why, help, spots, begin, i: sure }) {
  const moment =
      begin === sure ? "" : ` It began at ${K.when(begin)}, and was seen at ${K.when(sure)}.`,
    instead = help ? `<p class="instead"><b>Instead:</b> ${words(help)}</p>` : "";
  return (
    `<div class="lint"><h2>${esc(K.nameOfLint({ lint }))}</h2>` +
    `<div><p><b>${words(say)}</b>${moment && !/[.!?]$/.test(say ?? "") ? "." : ""}${moment}</p>${spots.map(spot).join("")}</div>` +
    `<div class="why">${why ? `<p>${words(why)}</p>` : ""}${instead}</div></div>`
  );
}

K.banner = function (trace, i) {
  const isHere = (at) => at > K.before && at <= i;
  K.lintsHere = trace.lints.filter((lint) => isHere(lint.i) || isHere(lint.begin));
  byId("banner").hidden = !K.lintsHere.length;
  document.body.classList.toggle("warned", K.lintsHere.length > 0);
  K.paint("banner", K.lintsHere.map(verdict).join(""));
};
