// How does the page show which line of the program runs, and which line of kettle?
//
// In two panes. The left one has the program: the line that the running task has reached is lit,
// and beside the lines are the chips of all tasks that haven't ended, each at its `.await`. The
// right one has kettle's own file, at the line that emitted the event, with its function
// highlighted; below, where tokio does the same.
//
// Interface: listens to "show"; `K.codeAt(place)`: the text of a line.
// Invariant: a pane is rebuilt only when its file changes; a step moves a class and the chips.
// Not here: what an event means (events.js).

const { byId, esc } = K;

// ----- lines of a file -----

const linesOf = (file) => K.trace.files.get(file)?.lines ?? [];
K.codeAt = (place) => linesOf(place?.file)[place?.line - 1] ?? "";
const ownPlace = (place) =>
  place && K.trace.files.get(place.file)?.whose !== "kettle" ? place : null;
const reachedPlace = (t) => ownPlace(t?.at) ?? ownPlace(t?.made);

const indentOf = (line) => /^ */.exec(line)[0].length;
const HEAD = /^\s*(pub(\([^)]*\))? )?(const |async |unsafe )*fn (\w+)/;
/** The function around a line: from its comments to its closing brace. */
function functionAround(lines, at) {
  const within = indentOf(lines[at - 1] ?? "");
  let top = at - 1;
  while (top >= 0 && !(HEAD.test(lines[top]) && (top === at - 1 || indentOf(lines[top]) < within)))
    top--;
  if (top < 0) return [1, lines.length];
  const close = `${" ".repeat(indentOf(lines[top]))}}`;
  const isOneLine = /\}\s*$/.test(lines[top]);
  let end = at - 1;
  while (!isOneLine && end < lines.length - 1 && !lines[end].startsWith(close)) end++;
  while (top > 0 && /^\s*(\/\/|#\[)/.test(lines[top - 1])) top--;
  return [top + 1, end + 1];
}
function nameOfFunction(lines, [first, last]) {
  const head = lines.slice(first - 1, last).find((line) => HEAD.test(line));
  return last - first < lines.length - 1 && head ? HEAD.exec(head)[4] : null;
}

// ----- a file in its pane: no colours, so that ember is the only one -----

const WORDS =
  "as async await break const continue else enum fn for if impl in let loop match mod move mut pub " +
  "ref return self Self static struct super trait type unsafe use where while";
const KEYWORD = new RegExp(`\\b(${WORDS.replaceAll(" ", "|")})\\b`, "g");
/** Where a long line may be broken: behind a bracket or a path's colons, and before a method. */
const BREAKS = /[(\[](?=[\w&"<])|::(?=[\w{])|[\w)\]?](?=\.[a-z_])|\w\/(?=\w)|(?<=\w{8})_(?=\w{8})/g;
function lineHTML(line, k) {
  const [, code, note] = /^(.*?)(\/\/.*)?$/.exec(line.trim()) ?? [null, line, ""],
    broken = (text) => esc(text.replace(BREAKS, "$&\u0001"));
  const html =
    broken(code).replace(KEYWORD, "<strong>$1</strong>") + (note ? `<em>${broken(note)}</em>` : "");
  return `<div style="--in:${indentOf(line)}"><u></u><i>${k + 1}</i><span>${html.replaceAll("\u0001", "<wbr>") || " "}</span></div>`;
}
function build(name) {
  const { text = null, lines } = K.trace.files.get(name) ?? {},
    words = name
      ? `The trace doesn’t have the text of <code>${esc(name)}</code>: when the program ran, the file wasn’t there, or wasn’t as it was built. With <code>cargo run</code> it is.`
      : "There is no line to show.";
  const html = text === null ? `<p class="none">${words}</p>` : lines.map(lineHTML).join("");
  return Object.assign(document.createElement("div"), { className: "file", innerHTML: html });
}
const built = new Map();
/** Shows a file in its pane, and returns the box with its lines. Each is built once. */
function open(pane, name) {
  const key = `${pane.id} ${name}`;
  if (!built.has(key)) built.set(key, build(name));
  if (pane.firstElementChild !== built.get(key)) pane.replaceChildren(built.get(key));
  return built.get(key);
}
const lineOf = (box, line) => box.querySelector(`:scope > div:nth-child(${line})`);
/** In pixels: how far a lit line is at most below the upper edge of its pane. */
const ABOVE = 100;
/** Lights a line, and scrolls its pane (not the page) to the beginning of its function, or near. */
function light(pane, box, { file, line }, tone) {
  const lines = linesOf(file),
    [first] = lines.length ? functionAround(lines, Math.min(line, lines.length)) : [1],
    on = lineOf(box, line);
  box.querySelector(":scope > :is(.on, .was)")?.classList.remove("on", "was");
  if (!on) return;
  if (tone) on.classList.add(tone);
  pane.scrollTop = Math.max(lineOf(box, first).offsetTop, on.offsetTop - ABOVE);
}

// ----- the program -----

/** The program's line for this event; whether it runs there `now`; and a `word` for the line if it
 * isn't the event's own. */
function placeNow(s, e) {
  if (!e) return { place: null, now: false };
  const panic = K.panicAt(e),
    own = ownPlace(K.lineOf(e)),
    place = own ?? reachedPlace(s.tasks.get(e.run));
  if (panic) return { place, now: true, word: panic.at ? "panicked at" : "panicked after" };
  if (e.ev === "PollEnd" && e.outcome !== "pending") return { place, now: false, word: "after" };
  if (e.run && (own || e.ev === "PollStart"))
    return { place, now: true, word: K.lineWord(e).trim() };
  if (e.run) return { place, now: true, word: e.line === "drop" ? "in a drop after" : "after" };
  if (own) return { place: own, now: true }; // an event of another thread, or a spawn
  // No task runs: where the event's task is, or else the first that hasn't ended.
  const other = s.tasks.get(e.task) ?? s.tasks.values().find((t) => t.where !== "done");
  return { place: reachedPlace(other), now: false };
}
/** The tasks that have not ended, by their places. */
function placed(tasks) {
  const all = new Map();
  for (const t of tasks) if (t.where !== "done") K.append(all, reachedPlace(t), t.name);
  return [...all];
}
/** Draws the tasks' chips. The running task is at the lit line, `here`. */
function gutter(box, s, file, here) {
  const lines = new Map(here ? [[here, [s.running]]] : []);
  for (const [place, names] of s.tasks.collect(placed))
    if (place?.file === file)
      for (const name of names) if (!here || name !== s.running) K.append(lines, place.line, name);
  for (const u of box.querySelectorAll("u:not(:empty)"))
    if (!lines.has(+u.nextSibling.textContent)) u.innerHTML = "";
  for (const [line, names] of lines) {
    const u = lineOf(box, line)?.firstChild,
      more = names.length > 1 ? `<small>+${Math.min(99, names.length - 1)}</small>` : "",
      html = `<span class="pile" title="${esc(K.namesOf(names))} is here">${K.chipHTML(names[0])}${more}</span>`;
    if (u && u.innerHTML !== html) u.innerHTML = html;
  }
}
/** The line where main begins, or else the first line that isn't a comment. */
function beginning(file) {
  const main = K.trace.state.tasks.values().find(({ kind }) => kind === "main")?.made,
    at = linesOf(file).findIndex((line) => line.trim() && !/^\s*(\/\/|#!)/.test(line));
  return main?.file === file ? main : { file, line: Math.max(0, at) + 1 };
}
function program(s, e) {
  const { place: known, now, word } = placeNow(s, e),
    wrong = K.lintsHere.map((lint) => lint.at).filter(Boolean),
    isHere = now || !!word,
    place = isHere || !wrong.length ? known : wrong[0]; // no task runs: the verdict's own line
  const file = place?.file ?? s.file ?? K.trace.main ?? "",
    box = open(byId("program"), file),
    tone = isHere && place && (now && !word ? "on" : "was");
  light(byId("program"), box, place ?? beginning(file), tone);
  for (const line of box.querySelectorAll(".wrong")) line.classList.remove("wrong");
  for (const at of wrong) if (at.file === file) lineOf(box, at.line)?.classList.add("wrong");
  // (The end of a poll in a local set is its host’s again.)
  gutter(box, s, file, now && place && s.running && e?.run === s.running ? place.line : 0);
  const before = word && place ? `<i>${word}</i> ` : "",
    line = place && isHere ? `:${place.line}` : "";
  byId("p-file").innerHTML = `<bdi dir="ltr">${before}${esc(file)}${line}</bdi>`;
}

// ----- kettle's source, and the same step in tokio -----

function engine(e) {
  const src = e?.src && K.trace.files.get(e.src.file)?.whose !== "program" ? e.src : null,
    lines = linesOf(src?.file),
    box = open(byId("engine"), src?.file ?? "");
  byId("e-file").textContent = "";
  if (!lines.length) return;
  const [first, last] = functionAround(lines, Math.min(src.line, lines.length)),
    name = esc(nameOfFunction(lines, [first, last]) ?? ""),
    isFar = (k) => k + 1 < first || k + 1 > last;
  byId("e-file").innerHTML = `<bdi dir="ltr">${esc(src.file)}:${src.line} <b>${name}</b></bdi>`;
  if (box.dataset.span !== `${first}-${last}`) {
    box.dataset.span = `${first}-${last}`;
    box.style.setProperty("--cut", indentOf(lines[first - 1])); // (the function's own depth is of no interest)
    [...box.children].forEach((div, k) => div.classList.toggle("far", isFar(k)));
  }
  light(byId("engine"), box, src, "on");
}
/** What the head of kettle's file says about tokio: a paragraph that begins with "tokio:". */
function ownWords(file) {
  const lines = linesOf(file),
    from = lines.findIndex((line) => line.startsWith("//! tokio:")),
    to = lines.findIndex((line, k) => k > from && !/^\/\/! \S/.test(line));
  const text = from < 0 ? "" : lines.slice(from, to).map((line) => line.slice(4).trim()).join(" "); // prettier-ignore
  return esc(text.replace(/^tokio:\s*/, ""))
    .replace(/`([^`]+)`/g, "<code>$1</code>")
    .replace(/\*(\w[^*]*)\*/g, "<em>$1</em>")
    .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1");
}
function tokio(s, e) {
  const files = K.fieldOfKind(e, "tokio", s) ?? [],
    words = ownWords(e.src?.file),
    path = (name) => `<code>${esc(name).replaceAll("/", "/<wbr>")}</code>`,
    same = `<b>The same step in tokio:</b> ${files.map(path).join(", ")}`,
    compared = words && `<p><b>Compared:</b> ${words}</p>`;
  return `<p>${files.length ? same : "Tokio doesn’t have this step."}</p>${compared}`;
}

// ----- what was printed -----

const PRINTED = 40;
function printed(s) {
  const { notes } = K.trace,
    shown = notes.filter(({ i }) => i <= s.i).slice(-PRINTED),
    line = ({ i, note }) => `<span class="${i > K.previous ? "new" : ""}">${esc(note)}</span>`,
    html = shown.map(line).join("\n") || `<span class="mute">nothing yet</span>`;
  byId("out").hidden = notes.length === 0;
  if (K.paint("out", html)) byId("out").scrollTop = 1e9;
}
K.on("show", function (s, e) {
  program(s, e);
  engine(e);
  K.paint("tokio", e ? tokio(s, e) : "");
  printed(s);
});
