// How does the reader move about in a run?
//
// A position is an event and a level; everything on the page follows from them. This file holds the
// position, changes it by buttons, keys and the address, and tells the other parts to draw. It runs
// last: when the page has loaded, it reads the trace and shows the first event.
//
// Interface: `K.shown`, the index of the event shown; `K.goTo(i)`, `K.forward()`, `K.back()`,
// `K.show()`; `K.previous`, the event one step back; `K.level`, `K.setLevel(level)`; `K.visible`,
// the events of that level; `K.pinned`, the task that the reader follows; `K.toast(text)`,
// `K.address(i)`, `K.isForPage(ev)`. It emits "trace" once, then "show" with (state, event, i);
// after the first, `K.ready` is true.
// Invariant: what the page shows depends only on `K.shown`, `K.level` and `K.pinned`, never on the
// steps taken before.
// Not here: drawing.

const { byId, esc, plural, number } = K;
Object.assign(K, { level: "tasks", shown: -1, previous: -1, pinned: null, visible: [] });

// ----- what is visible at a level -----

/** The level of each event, by index. */
const levelOf = [];
K.on("event", (e) => levelOf.push(K.levelOf(e)));
/** Verdicts, losses and the last event are shown at each level. */
let always = new Set();
const isVisible = (i) => levelOf[i] <= K.LEVELS.indexOf(K.level) || always.has(i);
function listVisible() {
  K.visible = [];
  for (let i = 0; i < levelOf.length; i++) if (isVisible(i)) K.visible.push(i);
}
K.setLevel = function (level) {
  if (!K.LEVELS.includes(level)) return;
  K.level = level;
  listVisible();
  K.goTo(isVisible(K.shown) ? K.shown : (next(K.shown, -1) ?? K.visible[0] ?? 0));
};
/** The visible event after (`dir` 1) or before (-1) this one. */
function next(i, dir) {
  const at = K.lastAtMost(K.visible, i);
  return K.visible[dir > 0 ? at + 1 : K.visible[at] === i ? at - 1 : at] ?? null;
}

// ----- show -----

K.goTo = function (i) {
  if (!Number.isFinite(i)) return;
  K.shown = Math.max(Math.min(i, K.trace.last), Math.min(0, K.trace.last));
  K.previous = next(K.shown, -1) ?? -1;
  K.show();
};
const EMPTY =
  "This trace has no events: nothing ran on a kettle runtime, or the file was cut before the first.";
K.show = function () {
  const { shown: i } = K,
    e = K.event(i) ?? null,
    s = K.stateAt(i),
    opening = e && K.opening(i);
  K.paint("sentence", opening ? opening.sentence : e ? K.headline(i) : EMPTY);
  K.paint("aside", opening ? opening.aside : e ? K.teaches(e, s) : "");
  K.paint("changed", opening ? "" : K.changesHTML(e, s));
  if (e) clock(s, e);
  K.paintBanner(i);
  byId("b-back").setAttribute("aria-disabled", next(i, -1) === null);
  byId("b-next").setAttribute("aria-disabled", next(i, 1) === null);
  for (const b of byId("levels").children)
    b.setAttribute("aria-pressed", b.dataset.level === K.level);
  byId("say").classList.toggle("opening", !!opening);
  K.emit("show", s, e, i);
  clearTimeout(link);
  link = setTimeout(() => history.replaceState(null, "", "#" + K.address(i)), 300); // browsers limit how often
};
let link = 0;
function clock(s, e) {
  const real = `<span title="the machine’s own clock">virtual; really ${K.clock(s.real)}</span><br>`,
    time = `<b>${K.clock(s.t)}</b>${K.isVirtual(s) ? real : ""}`,
    count = `event ${number(e.n)} of ${number(K.trace.n[K.trace.last])}`;
  K.paint("clock", `${time}<span>turn ${number(s.turn)}</span> <span>${count}</span>`);
  const step = `step ${number(K.lastAtMost(K.visible, K.shown) + 1)} of ${number(K.visible.length)}`;
  K.paint("count", `${step}<span class="wide"> at level ${K.capitalised(K.level)}</span>`);
}
let toasting = 0;
K.toast = function (text) {
  Object.assign(byId("toast"), { textContent: text, hidden: false });
  clearTimeout(toasting);
  toasting = setTimeout(() => (byId("toast").hidden = true), 3200);
};

// ----- steps -----

K.forward = () => K.goTo(next(K.shown, 1));
K.back = () => K.goTo(next(K.shown, -1));
const goOrToast = (i, words) => (i === undefined ? K.toast(words) : K.goTo(i));
/** Forwards: to the first visible event of the next turn. Back: to the first of this turn, or, from
 * there, of the one before. */
function goToTurn(dir) {
  const turns = K.eventsOfKind("Turn"),
    first = (k) => K.visible[K.lastAtMost(K.visible, (turns[k] ?? 0) - 1) + 1],
    here = K.lastAtMost(turns, K.shown);
  if (dir > 0) return K.goTo(here + 1 < turns.length ? first(here + 1) : K.trace.last);
  const before = first(here) < K.shown ? K.shown : next(K.shown, -1);
  K.goTo(first(K.lastAtMost(turns, before ?? 0)));
}
/** The task that the key `t` follows: the pinned one, or the last that an event was about. */
function followedTask() {
  for (let i = K.shown; !K.pinned && i >= 0; i--) {
    const { ev, task, run } = K.event(i),
      name = ev === "Wake" ? task : (run ?? task);
    if (name) return name;
  }
  return K.pinned;
}
function sameTask(dir) {
  const name = followedTask(),
    all = K.eventsOf(name).filter(isVisible);
  const i = dir > 0 ? all[K.lastAtMost(all, K.shown) + 1] : all[K.lastAtMost(all, K.shown - 1)];
  goOrToast(i, `No ${dir > 0 ? "later" : "earlier"} event of ${name ?? "a task"} at this level.`);
}
/** From a wake to the poll that it led to, from a spawn to the first poll, and from an event in a
 * poll to the wake for that. */
function pollOrWake() {
  const e = K.event(K.shown),
    row = K.rowOf(e?.task),
    next = row?.kind.indexOf(K.BAR.POLL, row.barAt(K.shown) + 1);
  const noPoll = `The record doesn’t have a poll of ${e?.task} after this.`,
    noWake = "The record doesn’t have a wake for this event’s poll.";
  if (["Wake", "Spawn"].includes(e?.ev)) goOrToast(row.at[next], noPoll);
  else goOrToast(K.indexOf(K.event(K.pollOf(K.shown)?.begin)?.back), noWake);
}
function verdict() {
  const all = K.trace.lints.map((lint) => lint.begin).sort((a, b) => a - b);
  goOrToast(all.find((i) => i > K.shown) ?? all[0], "The doctor has no verdict on this run.");
}

// ----- theme and address -----

const root = document.documentElement;
function theme() {
  const isDark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = isDark ? "light" : "dark";
  K.show();
}
/** The part of the link behind `#`: an event's number, the level, and a theme if one was chosen. */
K.address = (i) =>
  `e=${K.trace.n[i] ?? 0}&l=${K.level}${root.dataset.theme ? `&theme=${root.dataset.theme}` : ""}`;
/** `newURL` is the address of a link that was followed. (`location` may have the last event's again
 * by now.) */
function fromAddress({ newURL = location.href } = {}) {
  const a = new URLSearchParams(new URL(newURL).hash.slice(1)),
    wanted = a.get("e") === "last" ? Infinity : parseInt(a.get("e"), 10);
  if (["dark", "light"].includes(a.get("theme"))) root.dataset.theme = a.get("theme");
  if (K.LEVELS.includes(a.get("l"))) K.level = a.get("l");
  listVisible();
  K.goTo(Number.isNaN(wanted) ? (K.opensAt() ?? -1) : K.lastAtMost(K.trace.n, wanted));
}

// ----- buttons and keys -----

const BUTTONS = {
  "b-next": () => K.forward(),
  "b-back": () => K.back(),
  "b-turn": () => goToTurn(1),
  "b-task": () => sameTask(1),
  "b-wake": pollOrWake,
  "b-why": () => K.why.open(),
  "b-find": () => K.find.open(),
  "b-help": () => byId("help").showModal(),
  "b-theme": theme,
  "b-verdict": verdict,
};
const KEYS = {
  ArrowRight: BUTTONS["b-next"],
  ArrowLeft: BUTTONS["b-back"],
  "shift ArrowRight": BUTTONS["b-turn"],
  "shift ArrowLeft": () => goToTurn(-1),
  t: BUTTONS["b-task"],
  T: () => sameTask(-1),
  w: pollOrWake,
  "?": BUTTONS["b-why"],
  1: () => K.setLevel("story"),
  2: () => K.setLevel("tasks"),
  3: () => K.setLevel("engine"),
  "/": BUTTONS["b-find"],
  l: () => K.times.open(),
  m: () => K.lanes.byTime(),
  h: BUTTONS["b-help"],
  d: theme,
  v: verdict,
  Home: () => {
    K.answer.clear();
    K.goTo(K.opensAt());
  },
  End: () => K.goTo(K.trace.last),
};
/** Does the page handle this key, because no field or dialog has the focus? The field of a dialog
 * keeps the focus for a frame after the dialog has closed. */
K.isForPage = (ev) =>
  !(ev.ctrlKey || ev.metaKey || ev.altKey || document.querySelector("dialog[open]")) &&
  !ev.target.closest?.("input, textarea, select")?.checkVisibility();
function key(ev) {
  if (ev.defaultPrevented || !K.isForPage(ev)) return;
  const f = KEYS[(ev.shiftKey && ev.key.startsWith("Arrow") ? "shift " : "") + ev.key];
  if (!f) return;
  ev.preventDefault();
  f();
}
function click(ev) {
  const { go, task, level } =
    ev.target.closest?.("[data-go], [data-task], [data-level]")?.dataset ?? {};
  if (go !== undefined) {
    ev.preventDefault();
    for (const d of document.querySelectorAll("dialog[open]")) d.close();
    K.goTo(+go);
  } else if (task) {
    K.pinned = K.pinned === task ? null : task;
    K.show();
  } else K.setLevel(level);
}

// ----- the beginning -----

/** The head of the page: the program's name, and what is special about the record. */
function title(trace) {
  const { kettle, args = [] } = trace.header,
    [name, rest] = [trace.program, [].concat(args).join(" ")];
  const isSlow = trace.overhead > (trace.t[trace.last] ?? 0) / 10;
  const notes = [
    trace.isPaused && "virtual clock",
    trace.cut && (trace.end === "full" ? "full: the run went on" : "ends early"),
    isSlow && `recording took ${K.span(trace.overhead)}`,
  ];
  document.title = `${name}: kettle replay`;
  byId("program-name").title = `${name} ${rest}, recorded by kettle ${kettle ?? ""}`;
  byId("program-name").innerHTML =
    `<span>${esc(name)}${rest ? ` <small>${esc(rest)}</small>` : ""}</span>` +
    notes.filter(Boolean).map((note) => ` <em>${esc(note)}</em>`).join(""); // prettier-ignore
  const decisions = trace.lints.filter(({ lint }) => lint === "decision").length,
    counts = { verdict: trace.lints.length - decisions, decision: decisions },
    words = Object.entries(counts).map(([word, n]) => n && plural(n, word));
  byId("b-verdict").hidden = !trace.lints.length;
  byId("b-verdict").lastElementChild.textContent = K.joinParts(words);
}
async function start() {
  if (!byId("trace")) return; // the file is cut before it: the page says so already
  const trace = K.read(byId("trace").textContent);
  always = new Set(trace.lints.flatMap(({ i, begin }) => [i, begin]).concat(trace.last));
  for (const [k, { lastElementChild }] of [...byId("levels").children].entries())
    lastElementChild.textContent = number(levelOf.filter((r, i) => r <= k || always.has(i)).length);
  title(trace);
  for (const [id, press] of Object.entries(BUTTONS)) byId(id).addEventListener("click", press);
  document.addEventListener("click", click);
  addEventListener("keydown", key);
  addEventListener("hashchange", fromAddress);
  K.emit("trace", trace);
  await K.lanes.sized;
  fromAddress();
  K.ready = true;
}
document.addEventListener("DOMContentLoaded", start);
