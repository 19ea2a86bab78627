// What is on paper? The picture first, the sentences behind it.
//
// Section #print, filled while the browser prints.
// Not here: the sentences (find.js).

const MOST = 3000;

function print() {
  const all = K.find.all().map(K.find.entry),
    at = Math.max(0, all.findIndex(({ i }) => i >= K.i) - MOST / 2),
    shown = all.slice(at, at + MOST);
  const row = ({ i, text, event }) =>
    `<tr${i === K.i ? ' class="here"' : ""}><td>${event?.n ?? ""}</td><td>${K.clock(K.trace.t[i])}</td><td>${K.esc(text)}</td></tr>`;
  const of = `${K.number(shown.length)} of ${K.number(all.length)} sentences at the level “${K.level}”`;
  K.byId("print").innerHTML =
    `<h2>The run as text</h2><p>${K.esc(K.trace.program)}, kettle ${K.esc(K.trace.header.kettle ?? "")}: ${of}.</p>` +
    `<table>${shown.map(row).join("")}</table>`;
}
addEventListener("beforeprint", print);
addEventListener("afterprint", () => K.byId("print").replaceChildren());
