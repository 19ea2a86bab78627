// How does the page show which line of the program runs, and which line of kettle?
//
// In two panes. The left one has the program: the line that the running task has reached is lit,
// and beside the lines are the chips of all tasks that haven't ended, each at its `.await`. The
// right one has kettle's own file, at the line that emitted the event, with its function
// highlighted; below, where tokio does the same. A place is a line of a file, `{file, line, text}`.
//
// Interface (all scripts share `K`): `K.codeAt(place)`, a line's text. "show" paints the panes.
// Invariant: a pane is rebuilt only when its file changes; a step moves a class and the chips.
// Not here: the files (model.js), a task's record with its lines `at` and `made` (fold.js).

const { byId, esc } = K;

// ----- lines of a file -----

const linesOf = (file) => K.trace.files.get(file)?.lines ?? [];
K.codeAt = (place) => linesOf(place?.file)[place?.line - 1] ?? "";
/** The place, if it isn't in kettle's own source. */
const programPlace = (place) =>
  place && K.trace.files.get(place.file)?.whose !== "kettle" ? place : null;
/** The program's line that a task has reached, or where it was made. */
const reachedPlace = (task) => programPlace(task?.at) ?? programPlace(task?.made);

const indentOf = (line) => /^ */.exec(line)[0].length;
const FUNCTION = /^\s*(?:pub(?:\([^)]*\))? )?(?:const |async |unsafe )*fn (\w+)/;
/** The function around a line, from its comments to its closing brace: the numbers of its first and
 * its last line, and its name. Outside of all functions, it is the whole file. */
function functionAround(lines, line) {
  const at = Math.min(line, lines.length) - 1,
    depth = indentOf(lines[at] ?? ""),
    isAround = (k) => FUNCTION.test(lines[k]) && (k === at || indentOf(lines[k]) < depth);
  let head = at;
  while (head >= 0 && !isAround(head)) head--;
  if (head < 0) return { first: 1, last: lines.length, name: "" };
  const brace = `${" ".repeat(indentOf(lines[head]))}}`,
    isOneLine = /\}\s*$/.test(lines[head]);
  let [first, last] = [head, at];
  while (!isOneLine && last < lines.length - 1 && !lines[last].startsWith(brace)) last++;
  while (first > 0 && /^\s*(\/\/|#\[)/.test(lines[first - 1])) first--;
  return { first: first + 1, last: last + 1, name: FUNCTION.exec(lines[head])[1] };
}

// ----- a file in its pane: no colours, so that ember is the only one -----

const WORDS =
  "as async await break const continue else enum fn for if impl in let loop match mod move mut pub " +
  "ref return self Self static struct super trait type unsafe use where while";
const KEYWORD = new RegExp(`\\b(${WORDS.replaceAll(" ", "|")})\\b`, "g");
/** Where a long line may be broken: behind a bracket or a path's colons, and before a method. */
const BREAKS = /[(\[](?=[\w&"<])|::(?=[\w{])|[\w)\]?](?=\.[a-z_])|\w\/(?=\w)|(?<=\w{8})_(?=\w{8})/g;
const BREAK = "\u0001"; // stands for such a place until the text is HTML
/** A line: its indentation, a cell for chips (`u`), its number (`i`), and its text. */
function lineHTML(line, k) {
  const [, code, comment] = /^(.*?)(\/\/.*)?$/.exec(line.trim()) ?? [null, line, ""],
    broken = (text) => esc(text.replace(BREAKS, `$&${BREAK}`));
  const keywords = broken(code).replace(KEYWORD, "<strong>$1</strong>"),
    marked = keywords + (comment ? `<em>${broken(comment)}</em>` : ""),
    html = marked.replaceAll(BREAK, "<wbr>") || " ";
  return `<div style="--in:${indentOf(line)}"><u></u><i>${k + 1}</i><span>${html}</span></div>`;
}
function fileHTML(name) {
  const { text = null, lines } = K.trace.files.get(name) ?? {},
    missing = name
      ? `The trace doesn’t have the text of <code>${esc(name)}</code>: when the program ran, the file wasn’t there, or wasn’t as it was built. With <code>cargo run</code> it is.`
      : "There is no line to show.";
  return text === null ? `<p class="none">${missing}</p>` : lines.map(lineHTML).join("");
}
/** The boxes of the files that were shown, by pane and name. Each is built once. */
const boxes = new Map();
/** Shows a file in its pane, and returns the box with its lines. */
function open(pane, name) {
  const key = `${pane.id} ${name}`,
    make = () => ({ className: "file", innerHTML: fileHTML(name) });
  if (!boxes.has(key)) boxes.set(key, Object.assign(document.createElement("div"), make()));
  const box = boxes.get(key);
  if (pane.firstElementChild !== box) pane.replaceChildren(box);
  return box;
}
const lineIn = (box, line) => box.querySelector(`:scope > div:nth-child(${line})`);
const ABOVE = 100; // px: from the upper edge of a pane to its lit line, at most
/** Gives a line the class `tone`, if any, and scrolls its pane to its function, or near. */
function light(pane, box, { file, line }, tone) {
  const { first } = functionAround(linesOf(file), line),
    lit = lineIn(box, line);
  box.querySelector(":scope > :is(.on, .was)")?.classList.remove("on", "was");
  if (!lit) return;
  if (tone) lit.classList.add(tone);
  pane.scrollTop = Math.max(lineIn(box, first).offsetTop, lit.offsetTop - ABOVE);
}

// ----- the program -----

/** The program's place at this event; whether a task runs there now; and, if the place isn't the
 * event's own, a word that says how they belong together. */
function placeAt(state, event) {
  if (!event) return { place: null };
  const panic = K.panicAt(event),
    own = programPlace(K.lineOf(event)),
    place = own ?? reachedPlace(state.tasks.get(event.run));
  if (panic) return { place, isRunning: true, word: panic.at ? "panicked at" : "panicked after" };
  if (event.ev === "PollEnd" && event.outcome !== "pending") return { place, word: "after" };
  if (event.run && (own || event.ev === "PollStart"))
    return { place, isRunning: true, word: K.lineWord(event).trim() };
  if (event.run)
    return { place, isRunning: true, word: event.line === "drop" ? "in a drop after" : "after" };
  if (own) return { place, isRunning: true }; // an event of another thread, or a spawn
  // No task runs: where the event's task is, or else the first that hasn't ended.
  const first = () => state.tasks.values().find(({ where }) => where !== "done");
  return { place: reachedPlace(state.tasks.get(event.task) ?? first()) };
}
/** Draws the chips beside a file's lines. The running task is at line `runsAt` (0: in none). */
function paintChips(box, state, file, runsAt) {
  const namesAt = new Map(runsAt ? [[runsAt, [state.running]]] : []); // by line
  for (const task of state.tasks.values()) {
    const place = task.where === "done" ? null : reachedPlace(task),
      isDrawn = runsAt && task.name === state.running;
    if (place?.file === file && !isDrawn) K.append(namesAt, place.line, task.name);
  }
  for (const cell of box.querySelectorAll("u:not(:empty)"))
    if (!namesAt.has(+cell.nextSibling.textContent)) cell.innerHTML = "";
  for (const [line, names] of namesAt) {
    const cell = lineIn(box, line)?.firstChild,
      more = names.length > 1 ? `<small>+${Math.min(99, names.length - 1)}</small>` : "",
      html = `<span class="pile" title="${esc(K.namesOf(names))} is here">${K.chipHTML(names[0])}${more}</span>`;
    if (cell && cell.innerHTML !== html) cell.innerHTML = html;
  }
}
/** The line where main begins, or else the first line that isn't a comment. */
function beginning(file) {
  const main = K.trace.state.tasks.values().find(({ kind }) => kind === "main")?.made,
    code = linesOf(file).findIndex((line) => line.trim() && !/^\s*(\/\/|#!)/.test(line));
  return main?.file === file ? main : { file, line: Math.max(0, code) + 1 };
}
function paintProgram(state, event) {
  const { place: reached, isRunning, word } = placeAt(state, event),
    ofLints = K.lintsHere.map(({ at }) => at).filter(Boolean),
    isLit = isRunning || !!word,
    place = isLit ? reached : (ofLints[0] ?? reached);
  const file = place?.file ?? state.file ?? K.trace.main ?? "",
    box = open(byId("program"), file),
    tone = isRunning && !word ? "on" : "was";
  light(byId("program"), box, place ?? beginning(file), isLit && place ? tone : "");
  for (const line of box.querySelectorAll(".wrong")) line.classList.remove("wrong");
  for (const at of ofLints) if (at.file === file) lineIn(box, at.line)?.classList.add("wrong");
  // (Not the event's task: the end of a poll in a local set belongs to the set's host again.)
  const isOfRunning = isRunning && state.running && event?.run === state.running;
  paintChips(box, state, file, (isOfRunning && place?.line) || 0);
  const before = word && place ? `<i>${word}</i> ` : "",
    line = place && isLit ? `:${place.line}` : "";
  byId("p-file").innerHTML = `<bdi dir="ltr">${before}${esc(file)}${line}</bdi>`;
}

// ----- kettle's source, and the same step in tokio -----

function paintEngine(event) {
  const src = K.trace.files.get(event?.src?.file)?.whose !== "program" ? event?.src : null,
    lines = linesOf(src?.file),
    box = open(byId("engine"), src?.file ?? "");
  byId("e-file").textContent = "";
  if (!lines.length) return;
  const { first, last, name } = functionAround(lines, src.line);
  byId("e-file").innerHTML =
    `<bdi dir="ltr">${esc(src.file)}:${src.line} <b>${esc(name)}</b></bdi>`;
  box.style.setProperty("--cut", indentOf(lines[first - 1])); // the function is shown unindented
  [...box.children].forEach((div, k) => div.classList.toggle("far", k + 1 < first || k + 1 > last));
  light(byId("engine"), box, src, "on");
}
/** What the head of kettle's file says about tokio: a paragraph that begins with "tokio:". */
function comparedHTML(file) {
  const lines = linesOf(file),
    from = lines.findIndex((line) => line.startsWith("//! tokio:")),
    to = lines.findIndex((line, k) => k > from && !/^\/\/! \S/.test(line));
  const text = from < 0 ? "" : lines.slice(from, to).map((line) => line.slice(4).trim()).join(" "); // prettier-ignore
  return esc(text.replace(/^tokio:\s*/, ""))
    .replace(/`([^`]+)`/g, "<code>$1</code>")
    .replace(/\*(\w[^*]*)\*/g, "<em>$1</em>")
    .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1"); // a link
}
function tokioHTML(state, event) {
  const files = K.tokioFiles(event, state),
    compared = comparedHTML(event.src?.file),
    path = (name) => `<code>${esc(name).replaceAll("/", "/<wbr>")}</code>`,
    same = `<b>The same step in tokio:</b> ${files.map(path).join(", ")}`;
  return `<p>${files.length ? same : "Tokio doesn’t have this step."}</p>${compared && `<p><b>Compared:</b> ${compared}</p>`}`;
}

// ----- what was printed -----

const MOST_PRINTED = 40;
function paintPrinted(state) {
  const { notes } = K.trace,
    shown = notes.filter(({ i }) => i <= state.i).slice(-MOST_PRINTED),
    line = ({ i, note }) => `<span class="${i > K.previous ? "new" : ""}">${esc(note)}</span>`,
    html = shown.map(line).join("\n") || `<span class="mute">nothing yet</span>`;
  byId("out").hidden = notes.length === 0;
  if (K.paint("out", html)) byId("out").scrollTop = 1e9; // to the end
}
K.on("show", function (state, event) {
  paintProgram(state, event);
  paintEngine(event);
  K.paint("tokio", event ? tokioHTML(state, event) : "");
  paintPrinted(state);
});
