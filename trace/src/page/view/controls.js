// How does one move about in a run?
//
// A position is an event and a level; everything on the page follows from them. This file holds the
// position, moves it by buttons, keys and the address, and has the others draw. It runs last,
// reads the trace when the file has ended, and shows the first event.
//
// Interface: `K.go(i)`, `K.show()`, `K.i`, `K.before` (the event shown one step back), `K.level`,
// `K.visible`, `K.setLevel(level)`, `K.forward()`, `K.back()`, `K.pinned`, `K.toast(text)`,
// `K.address(i)`, `K.isForPage(ev)` (of a key). Tells "trace" once, then "show" with (state, event,
// i); after the first, `K.ready` is true.
// Invariant: nothing is remembered that changes what an event looks like, but level and pinned
// task.
// Not here: what is drawn.

const { byId, esc, plural, number } = K;
Object.assign(K, { level: "tasks", i: -1, before: -1, pinned: null, visible: [] });

// ----- what is visible at a level -----

/** The level of each event, noted while it is read. */
const rank = [];
K.on("event", (e) => rank.push(K.levelOf(e)));
/** Verdicts, losses and the last event are shown at each level. */
let always = new Set();
const isVisible = (i) => rank[i] <= K.LEVELS.indexOf(K.level) || always.has(i);
function see() {
  K.visible = [];
  for (let i = 0; i < rank.length; i++) if (isVisible(i)) K.visible.push(i);
}
K.setLevel = function (level) {
  if (!K.LEVELS.includes(level)) return;
  K.level = level;
  see();
  K.go(isVisible(K.i) ? K.i : (next(K.i, -1) ?? K.visible[0] ?? 0));
};
/** The visible event after (dir 1) or before (dir -1) this one. */
function next(i, dir) {
  const at = K.upTo(K.visible, i);
  return K.visible[dir > 0 ? at + 1 : K.visible[at] === i ? at - 1 : at] ?? null;
}

// ----- show -----

K.go = function (i) {
  if (!Number.isFinite(i)) return;
  K.i = Math.max(Math.min(i, K.trace.last), Math.min(0, K.trace.last));
  K.before = next(K.i, -1) ?? -1;
  K.show();
};
const EMPTY =
  "This trace has no events: nothing ran on a kettle runtime, or the file was cut before the first.";
K.show = function () {
  const { i } = K,
    e = K.event(i) ?? null,
    s = K.stateAt(i),
    opening = e && K.opening(i);
  K.paint("sentence", opening ? opening.sentence : e ? K.headline(i) : EMPTY);
  K.paint("aside", opening ? opening.aside : K.aside(i, s));
  K.paint("changed", opening ? "" : K.changed(e, s));
  if (e) clock(s, e);
  K.banner(K.trace, i);
  for (const [id, dir] of [["b-back", -1], ["b-next", 1]]) byId(id).setAttribute("aria-disabled", String(next(i, dir) === null)); // prettier-ignore
  for (const b of byId("levels").children)
    b.setAttribute("aria-pressed", b.dataset.level === K.level);
  byId("say").classList.toggle("opening", !!opening);
  K.tell("show", s, e, i);
  clearTimeout(link);
  link = setTimeout(() => history.replaceState(null, "", "#" + K.address(i)), 300); // browsers limit how often
};
let link = 0;
function clock(s, e) {
  const isVirtual = K.trace.header.clock === "paused" || Math.abs(s.real - s.t) > 1e6,
    real = isVirtual
      ? `<span title="the machine’s own clock">virtual; really ${K.clock(s.real)}</span><br>`
      : "";
  const count = `event ${number(e.n)} of ${number(K.trace.n[K.trace.last])}`;
  K.paint(
    "clock",
    `<b>${K.clock(s.t)}</b>${real}<span>turn ${number(s.turn)}</span> <span>${count}</span>`,
  );
  const step = `step ${number(K.upTo(K.visible, K.i) + 1)} of ${number(K.visible.length)}`;
  K.paint("count", `${step}<span class="wide"> at level ${K.up(K.level)}</span>`);
}
let toasting = 0;
K.toast = function (text) {
  Object.assign(byId("toast"), { textContent: text, hidden: false });
  clearTimeout(toasting);
  toasting = setTimeout(() => (byId("toast").hidden = true), 3200);
};

// ----- steps -----

K.forward = function () {
  const i = next(K.i, 1);
  if (i !== null && !K.quiz.stops(i)) K.go(i);
};
K.back = () => K.go(next(K.i, -1));
const orSay = (i, words) => (i === undefined ? K.toast(words) : K.go(i));
/** To the first visible event of the next turn; or of this one, and from there of the one
 * before. */
function turn(dir) {
  const turns = K.trace.index.byEv.get("Turn") ?? [],
    first = (k) => K.visible[K.upTo(K.visible, (turns[k] ?? 0) - 1) + 1],
    here = K.upTo(turns, K.i);
  if (dir > 0) return K.go(here + 1 < turns.length ? first(here + 1) : K.trace.last);
  const before = first(here) < K.i ? K.i : next(K.i, -1);
  K.go(first(K.upTo(turns, before ?? 0)));
}
/** The task that `t` follows: the pinned one, or the last that an event was about. */
function chosen() {
  for (let i = K.i; !K.pinned && i >= 0; i--) {
    const { ev, task, run } = K.event(i),
      name = ev === "Wake" ? task : (run ?? task);
    if (name) return name;
  }
  return K.pinned;
}
function sameTask(dir) {
  const name = chosen(),
    all = (K.trace.index.byTask.get(name) ?? []).filter(isVisible);
  const i = dir > 0 ? all[K.upTo(all, K.i) + 1] : all[K.upTo(all, K.i - 1)];
  orSay(i, `No ${dir > 0 ? "later" : "earlier"} event of ${name ?? "a task"} at this level.`);
}
/** From a wake to the poll that it led to, from a spawn to the first poll, and from an event in a
 * poll to the wake for that. */
function pollOrWake() {
  const e = K.event(K.i);
  if (["Wake", "Spawn"].includes(e?.ev))
    return orSay(K.pollAfter(K.i), `The record doesn’t have a poll of ${e.task} after this.`);
  orSay(K.wakeOf(K.pollOf(K.i)?.begin), "The record doesn’t have a wake for this event’s poll.");
}
function verdict() {
  const all = K.trace.lints.map((lint) => lint.begin).sort((a, b) => a - b);
  orSay(all.find((i) => i > K.i) ?? all[0], "The doctor has no verdict on this run.");
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
/** (A link's own address, when one is followed: the last event's may have been written over it
 * already.) */
function fromAddress({ newURL = location.href } = {}) {
  const a = new URLSearchParams(new URL(newURL).hash.slice(1)),
    wanted = a.get("e") === "last" ? Infinity : parseInt(a.get("e"), 10);
  if (["dark", "light"].includes(a.get("theme"))) root.dataset.theme = a.get("theme");
  if (K.LEVELS.includes(a.get("l"))) K.level = a.get("l");
  see();
  K.go(Number.isNaN(wanted) ? (K.opensAt() ?? -1) : K.upTo(K.trace.n, wanted));
}

// ----- hands -----

const BUTTONS = {
  "b-next": () => K.forward(),
  "b-back": () => K.back(),
  "b-turn": () => turn(1),
  "b-task": () => sameTask(1),
  "b-wake": pollOrWake,
  "b-why": () => K.why.open(),
  "b-find": () => K.find.open(),
  "b-quiz": () => K.quiz.toggle(),
  "b-help": () => byId("help").showModal(),
  "b-theme": theme,
  "b-verdict": verdict,
};
const KEYS = {
  ArrowRight: BUTTONS["b-next"],
  ArrowLeft: BUTTONS["b-back"],
  "shift ArrowRight": BUTTONS["b-turn"],
  "shift ArrowLeft": () => turn(-1),
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
  q: BUTTONS["b-quiz"],
  h: BUTTONS["b-help"],
  d: theme,
  v: verdict,
  Home: () => {
    K.answer.clear();
    K.go(K.opensAt());
  },
  End: () => K.go(K.trace.last),
};
/** Is a key for the page, and not for a field or a dialog? The field of a dialog keeps the focus
 * for a frame after the dialog has closed. */
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
    K.go(+go);
  } else if (task) {
    K.pinned = K.pinned === task ? null : task;
    K.show();
  } else K.setLevel(level);
}

// ----- the beginning -----

/** What stands in the head: the program, and what is particular about the record. */
function title(trace) {
  const { clock, kettle, args = [] } = trace.header,
    [name, rest] = [trace.program, [].concat(args).join(" ")];
  const isDear = trace.overhead > (trace.t[trace.last] ?? 0) / 10;
  const notes = [
    clock === "paused" && "virtual clock",
    K.written(trace)
      ? `the last ${plural(trace.count, "event")}`
      : trace.cut && (trace.end === "full" ? "full: the run went on" : "ends early"),
    isDear && `recording took ${K.span(trace.overhead)}`,
  ];
  document.title = `${name}: kettle replay`;
  byId("program-name").title = `${name} ${rest}, recorded by kettle ${kettle ?? ""}`;
  byId("program-name").innerHTML =
    `<span>${esc(name)}${rest ? ` <small>${esc(rest)}</small>` : ""}</span>` +
    notes.filter(Boolean).map((note) => ` <em>${esc(note)}</em>`).join(""); // prettier-ignore
  const decisions = trace.lints.filter(({ lint }) => lint === "decision").length,
    counts = { verdict: trace.lints.length - decisions, decision: decisions };
  byId("b-verdict").hidden = !trace.lints.length;
  byId("b-verdict").lastElementChild.textContent = Object.entries(counts)
    .filter(([, n]) => n)
    .map(([word, n]) => plural(n, word))
    .join(", ");
}
async function start() {
  if (!byId("trace")) return; // the file is cut before it: the page says so already
  const trace = K.read(byId("trace").textContent);
  always = new Set(trace.lints.flatMap(({ i, begin }) => [i, begin]).concat(trace.last));
  for (const [k, { lastElementChild }] of [...byId("levels").children].entries())
    lastElementChild.textContent = number(rank.filter((r, i) => r <= k || always.has(i)).length);
  title(trace);
  for (const [id, press] of Object.entries(BUTTONS)) byId(id).addEventListener("click", press);
  document.addEventListener("click", click);
  addEventListener("keydown", key);
  addEventListener("hashchange", fromAddress);
  K.tell("trace", trace);
  await K.lanes.sized;
  fromAddress();
  K.ready = true;
}
document.addEventListener("DOMContentLoaded", start);
