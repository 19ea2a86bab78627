// What does the doctor say at this event?
//
// A verdict is shown at the event where the doctor gave it and at the one where its cause began,
// until the next step.
//
// Interface: `K.paintBanner(i)`; `K.lintsHere`: the verdicts shown; `K.nameOfLint(lint)`.
// Not here: how a verdict is found (trace/src/doctor).

const { byId, esc } = K;
K.lintsHere = [];

K.nameOfLint = ({ lint }) => String(lint ?? "verdict").replace(/_/g, " ");

const words = (text) => K.prose(String(text ?? ""));
const spot = ({ at, say }) =>
  `<p class="spot" title="${esc(at.text)}">${esc(K.shortPlace(at.text))} <code>${esc(K.codeAt(at).trim())}</code> <span>${words(say)}</span></p>`;
function verdict({ lint, say, why, help, spots, begin, i: seen }) {
  const moment =
      begin === seen
        ? ""
        : ` It began at ${K.timeHTML(begin)}, and was seen at ${K.timeHTML(seen)}.`,
    instead = help ? `<p class="instead"><b>Instead:</b> ${words(help)}</p>` : "";
  return (
    `<div class="lint"><h2>${esc(K.nameOfLint({ lint }))}</h2>` +
    `<div><p><b>${words(say)}</b>${moment && !/[.!?]$/.test(say ?? "") ? "." : ""}${moment}</p>${spots.map(spot).join("")}</div>` +
    `<div class="why">${why ? `<p>${words(why)}</p>` : ""}${instead}</div></div>`
  );
}

K.paintBanner = function (i) {
  const isHere = (at) => at > K.previous && at <= i;
  K.lintsHere = K.trace.lints.filter((lint) => isHere(lint.i) || isHere(lint.begin));
  byId("banner").hidden = !K.lintsHere.length;
  document.body.classList.toggle("warned", K.lintsHere.length > 0);
  K.paint("banner", K.lintsHere.map(verdict).join(""));
};
