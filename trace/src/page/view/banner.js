// What does the doctor say at this event?
//
// A verdict (`lint`) is shown where the doctor gave it, at event `i`, and where the mistake began,
// at event `begin`. Its `spots` are lines of the program, each with what there is to see.
//
// Interface (all scripts share `K`): `K.paintBanner(i)`; `K.lintsHere`; `K.nameOfLint(lint)`.
// Not here: how a verdict is found (trace/src/doctor).

const { byId, esc } = K;
K.lintsHere = []; // the verdicts at the event that is shown

K.paintBanner = function (i) {
  const isHere = (at) => at > K.previous && at <= i;
  K.lintsHere = K.trace.lints.filter((lint) => isHere(lint.i) || isHere(lint.begin));
  byId("banner").hidden = !K.lintsHere.length;
  document.body.classList.toggle("warned", K.lintsHere.length > 0);
  K.paint("banner", K.lintsHere.map(lintHTML).join(""));
};
K.nameOfLint = ({ lint }) => String(lint ?? "verdict").replace(/_/g, " ");

function lintHTML({ lint, say, why, help, spots, begin, i: seen }) {
  const moment = ` It began at ${K.timeHTML(begin)}, and was seen at ${K.timeHTML(seen)}.`,
    period = /[.!?]$/.test(say ?? "") ? "" : ".",
    reason = why ? `<p>${prose(why)}</p>` : "",
    instead = help ? `<p class="instead"><b>Instead:</b> ${prose(help)}</p>` : "";
  return (
    `<div class="lint"><h2>${esc(K.nameOfLint({ lint }))}</h2>` +
    `<div><p><b>${prose(say)}</b>${begin === seen ? "" : period + moment}</p>${spots.map(spotHTML).join("")}</div>` +
    `<div class="why">${reason}${instead}</div></div>`
  );
}
const prose = (text) => K.prose(String(text ?? ""));
const spotHTML = ({ at, say }) =>
  `<p class="spot" title="${esc(at.text)}">${esc(K.shortPlace(at.text))} <code>${esc(K.codeAt(at).trim())}</code> <span>${prose(say)}</span></p>`;
