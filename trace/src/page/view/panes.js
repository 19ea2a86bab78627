// Which line of the program runs now, and which line of kettle?
//
// Two panes. Left, the program: the line that the running task has reached is lit, and the gutter
// has the tokens of all tasks that haven't ended, each where its `.await` is. Right, kettle's own
// file at the line that emitted the event, with its function brought out; below, where tokio does
// the same. So a replay is a guided reading of both.
//
// Interface: listens to "show"; `K.codeAt(place)`: the text of a line.
// Invariant: a pane is rebuilt only when its file changes; a step moves a class and the tokens.
// Not here: what an event means (events.js).

const { byId, esc } = K;

// ----- lines of a file -----

K.codeAt = (place) => (place && K.trace.files.get(place.file)?.lines[place.line - 1]) ?? "";
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
/** Pixels: a lit line is at most so far below the upper edge of its pane. */
const ABOVE = 100;
/** Lights a line, and scrolls its pane (not the page) to the beginning of its function, or near. */
function light(pane, box, { file, line }, tone) {
  const lines = K.trace.files.get(file)?.lines ?? [],
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
    return { place, now: true, word: e.line === "made" ? "made at" : "" };
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
/** Draws the tokens. The running task is at the lit line, `here`. */
function gutter(box, s, file, here) {
  const lines = new Map(here ? [[here, [s.running]]] : []);
  for (const [place, names] of s.tasks.each(placed))
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
/** Where main begins, or else the first line that is no comment. */
function beginning(file) {
  const main = K.trace.state.tasks.values().find(({ kind }) => kind === "main")?.made,
    at = (K.trace.files.get(file)?.lines ?? []).findIndex(
      (line) => line.trim() && !/^\s*(\/\/|#!)/.test(line),
    );
  return main?.file === file ? main : { file, line: Math.max(0, at) + 1 };
}
function program(s, e) {
  const { place: known, now, word } = placeNow(s, e),
    wrong = K.lintsHere.map((lint) => lint.at).filter(Boolean),
    isHere = now || !!word,
    place = isHere || !wrong.length ? known : wrong[0]; // no task runs: the verdict's own line
  const file = place?.file ?? s.file ?? K.trace.main ?? "",
    box = open(byId("program"), file);
  light(
    byId("program"),
    box,
    place ?? beginning(file),
    isHere && place && (now && !word ? "on" : "was"),
  );
  for (const line of box.querySelectorAll(".wrong")) line.classList.remove("wrong");
  for (const at of wrong) if (at.file === file) lineOf(box, at.line)?.classList.add("wrong");
  // (The end of a poll in a local set is its host’s again.)
  gutter(box, s, file, now && place && s.running && e?.run === s.running ? place.line : 0);
  const line = place && isHere ? `:${place.line}` : "";
  byId("p-file").innerHTML =
    `<bdi dir="ltr">${word && place ? `<i>${word}</i> ` : ""}${esc(file)}${line}</bdi>`;
  return place && isHere ? { ...place, word } : null;
}

// ----- kettle's source, and the same step in tokio -----

function engine(e) {
  const src = e?.src && K.trace.files.get(e.src.file)?.whose !== "program" ? e.src : null,
    { lines = [] } = K.trace.files.get(src?.file) ?? {},
    box = open(byId("engine"), src?.file ?? "");
  byId("e-file").textContent = "";
  if (!lines.length) return null;
  const [first, last] = functionAround(lines, Math.min(src.line, lines.length)),
    name = nameOfFunction(lines, [first, last]) ?? "";
  byId("e-file").innerHTML =
    `<bdi dir="ltr">${esc(src.file)}:${src.line} <b>${esc(name)}</b></bdi>`;
  if (box.dataset.span !== `${first}-${last}`) {
    box.dataset.span = `${first}-${last}`;
    box.style.setProperty("--cut", indentOf(lines[first - 1])); // (the function's own depth is of no interest)
    [...box.children].forEach((div, k) =>
      div.classList.toggle("far", k + 1 < first || k + 1 > last),
    );
  }
  light(byId("engine"), box, src, "on");
  return src;
}
const compared = new Map();
/** What the head of kettle's file says about tokio: a paragraph that begins with "tokio:". */
function ownWords(file) {
  const lines = K.trace.files.get(file)?.lines ?? [],
    from = lines.findIndex((line) => line.startsWith("//! tokio:")),
    to = lines.findIndex((line, k) => k > from && !/^\/\/! \S/.test(line));
  const text = from < 0 ? "" : lines.slice(from, to).map((line) => line.slice(4).trim()).join(" "); // prettier-ignore
  return esc(text.replace(/^tokio:\s*/, ""))
    .replace(/`([^`]+)`/g, "<code>$1</code>")
    .replace(/\*(\w[^*]*)\*/g, "<em>$1</em>")
    .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1");
}
function tokio(s, e) {
  const file = e?.src?.file ?? "",
    files = (e && K.kindField(e, "tokio", s)) ?? [];
  if (!compared.has(file)) compared.set(file, ownWords(file));
  const words = compared.get(file),
    path = (name) => `<code>${esc(name).replaceAll("/", "/<wbr>")}</code>`;
  return (
    (files.length
      ? `<p><b>The same step in tokio:</b> ${files.map(path).join(", ")}</p>`
      : "<p>Tokio doesn’t have this step.</p>") + (words && `<p><b>Compared:</b> ${words}</p>`)
  );
}

// ----- what was printed -----

const PRINTED = 40;
function printed(s) {
  const { notes } = K.trace;
  byId("out").hidden = notes.length === 0;
  const shown = notes.filter(({ i }) => i <= s.i).slice(-PRINTED);
  const html = shown
    .map(({ i, note }) => `<span class="${i > K.previous ? "new" : ""}">${esc(note)}</span>`)
    .join("\n");
  if (K.paint("out", html || `<span class="mute">nothing yet</span>`)) byId("out").scrollTop = 1e9;
}
K.on("show", function (s, e) {
  const place = program(s, e),
    src = engine(e);
  K.paint("tokio", e ? tokio(s, e) : "");
  printed(s);
});
