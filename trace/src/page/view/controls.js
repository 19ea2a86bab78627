// How does the reader move about in a run?
//
// A position is an event and a level ("story", "tasks" or "engine"), which says how many events are
// shown. Everything on the page follows from it, never from the steps taken before. This file holds
// the position, changes it by buttons, keys and the address, and tells the other parts to draw. It
// runs last, and reads the trace when the page has loaded. In all of it `i` is an event's index.
//
// Interface (all scripts share `K`): `K.shown`, the event shown; `K.goTo(i)`, `K.forward()`,
// `K.back()`, `K.show()`; `K.previous`, the event one step back; `K.level`, `K.setLevel(level)`;
// `K.visible`, the events of that level; `K.pinned`, the task that the reader follows;
// `K.toast(text)`, `K.address(i)`. It emits "trace" once, then "show" with
// (state, event, i); after the first, `K.ready` is true.

const { byId, esc, plural, number } = K;
Object.assign(K, { level: "tasks", shown: -1, previous: -1, pinned: null, visible: [] });

// ----- what is visible at a level -----

/** For each event, the index in `K.LEVELS` of the first level that shows it. */
const levelOf = [];
K.on("event", (event) => levelOf.push(K.levelOf(event)));
/** Verdicts, losses and the last event are shown at each level. */
let always = new Set();
const isShownAt = (level, i) => levelOf[i] <= level || always.has(i);
const isVisible = (i) => isShownAt(K.LEVELS.indexOf(K.level), i);
function listVisible() {
  K.visible = [];
  for (let i = 0; i < levelOf.length; i++) if (isVisible(i)) K.visible.push(i);
}
K.setLevel = function (level) {
  if (!K.LEVELS.includes(level)) return;
  K.level = level;
  listVisible();
  K.goTo(isVisible(K.shown) ? K.shown : (before(K.shown) ?? K.visible[0] ?? 0));
};
/** The visible event after this one, and the one before it; undefined if there is none. */
const after = (i) => K.visible[K.lastAtMost(K.visible, i) + 1];
const before = (i) => K.visible[K.lastAtMost(K.visible, i - 1)];

// ----- show -----

K.goTo = function (i) {
  if (!Number.isFinite(i)) return;
  K.shown = Math.max(Math.min(i, K.trace.last), Math.min(0, K.trace.last));
  K.previous = before(K.shown) ?? -1;
  K.show();
};
const EMPTY =
  "This trace has no events: nothing ran on a kettle runtime, or the file was cut before the first.";
K.show = function () {
  const { shown: i } = K,
    event = K.event(i) ?? null,
    state = K.stateAt(i),
    opening = event && K.opening(i);
  K.paint("sentence", opening ? opening.sentence : event ? K.headline(i) : EMPTY);
  K.paint("aside", opening ? opening.aside : event ? K.teaches(event, state) : "");
  K.paint("changed", opening ? "" : K.changesHTML(event, state));
  if (event) paintPosition(state, event);
  K.paintBanner(i);
  byId("b-back").setAttribute("aria-disabled", before(i) === undefined);
  byId("b-next").setAttribute("aria-disabled", after(i) === undefined);
  for (const button of byId("levels").children)
    button.setAttribute("aria-pressed", button.dataset.level === K.level);
  byId("say").classList.toggle("opening", !!opening);
  K.emit("show", state, event, i);
  clearTimeout(addressTimer); // browsers limit how often the address may change
  addressTimer = setTimeout(() => history.replaceState(null, "", "#" + K.address(i)), 300);
};
let addressTimer = 0;
function paintPosition(state, event) {
  const real = `<span title="the machine’s own clock">virtual; really ${K.clock(state.real)}</span><br>`,
    time = `<b>${K.clock(state.t)}</b>${K.isVirtual(state) ? real : ""}`,
    count = `event ${number(event.n)} of ${number(K.trace.n[K.trace.last])}`;
  K.paint("clock", `${time}<span>turn ${number(state.turn)}</span> <span>${count}</span>`);
  const step = `step ${number(K.lastAtMost(K.visible, K.shown) + 1)} of ${number(K.visible.length)}`;
  K.paint("count", `${step}<span class="wide"> at level ${K.capitalised(K.level)}</span>`);
}
let toastTimer = 0;
K.toast = function (text) {
  Object.assign(byId("toast"), { textContent: text, hidden: false });
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (byId("toast").hidden = true), 3200);
};

// ----- steps -----

K.forward = () => K.goTo(after(K.shown));
K.back = () => K.goTo(before(K.shown));
const goOrToast = (i, words) => (i === undefined ? K.toast(words) : K.goTo(i));
/** The first visible event of turn `k`; events before the first turn belong to it. */
const beginOfTurn = (k) => after((K.eventsOfKind("Turn")[k] ?? 0) - 1);
function nextTurn() {
  const turns = K.eventsOfKind("Turn"),
    next = K.lastAtMost(turns, K.shown) + 1;
  K.goTo(next < turns.length ? beginOfTurn(next) : K.trace.last);
}
/** Goes to the first event of this turn or, from there, of the turn before. */
function previousTurn() {
  const turnOf = (i) => K.lastAtMost(K.eventsOfKind("Turn"), i),
    isWithin = beginOfTurn(turnOf(K.shown)) < K.shown;
  K.goTo(beginOfTurn(turnOf(isWithin ? K.shown : (before(K.shown) ?? 0))));
}
/** The task that the key `t` follows: the pinned one, or the last that was polled or woken. */
function followedTask() {
  for (let i = K.shown; !K.pinned && i >= 0; i--) {
    const { ev, task, run } = K.event(i), // the task that the event is about, and the one polled
      name = ev === "Wake" ? task : (run ?? task);
    if (name) return name;
  }
  return K.pinned;
}
function sameTask(isForward) {
  const name = followedTask(),
    all = K.eventsOf(name).filter(isVisible),
    k = isForward ? K.lastAtMost(all, K.shown) + 1 : K.lastAtMost(all, K.shown - 1);
  goOrToast(all[k], `No ${isForward ? "later" : "earlier"} event of ${name ?? "a task"} at this level.`); // prettier-ignore
}
/** From a wake or a spawn to the poll that it led to, and from an event in a poll to its wake. */
function pollOrWake() {
  const event = K.event(K.shown);
  if (["Wake", "Spawn"].includes(event?.ev)) {
    const row = K.rowOf(event.task), // bar `k` begins at event `at[k]`, and is of kind `kind[k]`
      poll = row?.at[row.kind.indexOf(K.BAR.POLL, row.barAt(K.shown) + 1)];
    return goOrToast(poll, `The record doesn’t have a poll of ${event.task} after this.`);
  }
  const poll = K.event(K.pollOf(K.shown)?.begin);
  goOrToast(K.indexOf(poll?.back), "The record doesn’t have a wake for this event’s poll.");
}
function nextVerdict() {
  const begins = K.trace.lints.map((lint) => lint.begin).sort((a, b) => a - b),
    next = begins.find((i) => i > K.shown) ?? begins[0];
  goOrToast(next, "The doctor has no verdict on this run.");
}

// ----- theme and address -----

const root = document.documentElement;
function changeTheme() {
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  root.dataset.theme = (root.dataset.theme ?? system) === "dark" ? "light" : "dark";
  K.show();
}
/** The part of the link behind `#`: an event's number, the level, and a theme if one was chosen. */
K.address = (i) =>
  `e=${K.trace.n[i] ?? 0}&l=${K.level}${root.dataset.theme ? `&theme=${root.dataset.theme}` : ""}`;
/** `newURL` is a link that was followed: `location` may have the last event's again by now. */
function fromAddress({ newURL = location.href } = {}) {
  const fields = new URLSearchParams(new URL(newURL).hash.slice(1)),
    [event, level, theme] = ["e", "l", "theme"].map((name) => fields.get(name)),
    n = event === "last" ? Infinity : parseInt(event, 10);
  if (["dark", "light"].includes(theme)) root.dataset.theme = theme;
  if (K.LEVELS.includes(level)) K.level = level;
  listVisible();
  K.goTo(Number.isNaN(n) ? (K.opensAt() ?? -1) : K.lastAtMost(K.trace.n, n));
}

// ----- buttons and keys -----

const BUTTONS = {
  "b-next": () => K.forward(),
  "b-back": () => K.back(),
  "b-turn": nextTurn,
  "b-task": () => sameTask(true),
  "b-wake": pollOrWake,
  "b-why": () => K.openWhy(),
  "b-find": () => K.find.open(),
  "b-help": () => byId("help").showModal(),
  "b-theme": changeTheme,
  "b-verdict": nextVerdict,
};
const KEYS = {
  ArrowRight: BUTTONS["b-next"],
  ArrowLeft: BUTTONS["b-back"],
  "shift ArrowRight": nextTurn,
  "shift ArrowLeft": previousTurn,
  t: BUTTONS["b-task"],
  T: () => sameTask(false),
  w: pollOrWake,
  "?": BUTTONS["b-why"],
  1: () => K.setLevel("story"),
  2: () => K.setLevel("tasks"),
  3: () => K.setLevel("engine"),
  "/": BUTTONS["b-find"],
  l: () => K.times.open(),
  m: () => K.lanes.byTime(),
  "+": () => K.lanes.closer(),
  "=": () => K.lanes.closer(),
  "-": () => K.lanes.further(),
  0: () => K.lanes.whole(),
  h: BUTTONS["b-help"],
  d: changeTheme,
  v: nextVerdict,
  Home: () => {
    K.answer.clear();
    K.goTo(K.opensAt());
  },
  End: () => K.goTo(K.trace.last),
};
/** Does the page handle this key, because no field or dialog has the focus? The field of a dialog
 * keeps the focus for a frame after the dialog has closed. */
const isForPage = (ev) =>
  !(ev.ctrlKey || ev.metaKey || ev.altKey || document.querySelector("dialog[open]")) &&
  !ev.target.closest?.("input, textarea, select")?.checkVisibility();
function pressed(ev) {
  if (ev.defaultPrevented || !isForPage(ev)) return;
  const act = KEYS[(ev.shiftKey && ev.key.startsWith("Arrow") ? "shift " : "") + ev.key];
  if (!act) return;
  ev.preventDefault();
  act();
}
function clicked(ev) {
  const { go, task, level } =
    ev.target.closest?.("[data-go], [data-task], [data-level]")?.dataset ?? {};
  if (go !== undefined) {
    ev.preventDefault();
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
    K.goTo(+go);
  } else if (task) {
    K.pinned = K.pinned === task ? null : task;
    K.show();
  } else K.setLevel(level);
}

// ----- the beginning -----

/** The head of the page: the program's name, what is special about the record, and the verdicts. */
function paintHead({ program, header, lints, isPaused, cut, end, overhead, t, last }) {
  const args = [].concat(header.args ?? []).join(" "),
    isSlow = overhead > (t[last] ?? 0) / 10;
  const notes = [
    isPaused && "virtual clock",
    cut && (end === "full" ? "full: the run went on" : "ends early"),
    isSlow && `recording took ${K.span(overhead)}`,
  ].filter(Boolean);
  document.title = `${program}: kettle replay`;
  byId("program-name").title = `${program} ${args}, recorded by kettle ${header.kettle ?? ""}`;
  byId("program-name").innerHTML =
    `<span>${esc(program)}${args ? ` <small>${esc(args)}</small>` : ""}</span>` +
    notes.map((note) => ` <em>${esc(note)}</em>`).join("");
  const decisions = lints.filter(({ lint }) => lint === "decision").length,
    verdicts = lints.length - decisions;
  byId("b-verdict").hidden = !lints.length;
  const countWords = (count, word) => count > 0 && plural(count, word),
    words = [countWords(verdicts, "verdict"), countWords(decisions, "decision")];
  byId("b-verdict").lastElementChild.textContent = K.joinParts(words);
}
async function start() {
  if (!byId("trace")) return; // the file is cut before it: the page says so already
  const trace = K.read(byId("trace").textContent);
  always = new Set(trace.lints.flatMap(({ i, begin }) => [i, begin]).concat(trace.last));
  for (const [level, { lastElementChild }] of [...byId("levels").children].entries())
    lastElementChild.textContent = number(trace.n.filter((_, i) => isShownAt(level, i)).length);
  paintHead(trace);
  for (const [id, press] of Object.entries(BUTTONS)) byId(id).addEventListener("click", press);
  document.addEventListener("click", clicked);
  addEventListener("keydown", pressed);
  addEventListener("hashchange", fromAddress);
  K.emit("trace", trace);
  await K.lanes.sized;
  fromAddress();
  K.ready = true;
}
document.addEventListener("DOMContentLoaded", start);
