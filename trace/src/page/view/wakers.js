// How does the page show where each task's waker is?
//
// A waker is drawn at the thing that will call it (a channel, lock, socket, handle or another
// thread), in the colour and shape of the task that it will wake.
//
// Interface: `K.wakerParts(trace)` returns a function of state and event, which makes the HTML of
// all sections that this trace ever uses; `K.isNamed(name)`: does the event name this thing?
// Invariant: everything that is drawn is in the state's tables.
// Not here: timers (wheel.js), how much room a part gets (boxes.css).

const { esc, number, plural } = K;
/** At most this many records in a section. */
const ROOM = 6;
let focus = { i: -1, named: [], awaited: [] };

/** Sets the names that the event has, and those for which its task (or the pinned one) waits. */
function focusOn(s, e) {
  const who = K.pinned ?? e?.task ?? e?.run,
    names = who ? [who] : K.stuckAt(s.i),
    awaited = names.flatMap((name) => K.waitsFor(s, name)).flatMap(Object.values);
  const named = [e?.timer, e?.sync, e?.source, ...Object.values(K.onOf(e) ?? {})];
  focus = { i: s.i, named, awaited };
}
K.isNamed = (name) => focus.named.includes(name);
/** The class of a record that the event has changed or names, or that its task waits for. */
const mark = ({ name, since }) =>
  since === focus.i || K.isNamed(name) ? " hot" : focus.awaited.includes(name) ? " awaited" : "";

const section = (title, note, html) =>
  `<section><h3>${title}<span>${note}</span></h3>${html}</section>`;
/** The first few records, with those that the event touches among them. */
function rows(all, draw) {
  const first = all.slice(0, ROOM),
    touched = all.slice(ROOM).filter(mark).slice(0, 2),
    shown = [...first.slice(0, ROOM - touched.length), ...touched],
    left = all.length - shown.length;
  const more = left ? `<li class="rest-of">and ${number(left)} more</li>` : "";
  return all.length ? `<ul class="rows">${shown.map(draw).join("")}${more}</ul>` : "";
}
function chips(names, room = 5) {
  const { shown, left } = K.fitting(names, room),
    more = left ? `<small>+${number(left)}</small>` : "";
  return shown.map((name) => K.chipHTML(name)).join("") + more;
}
const labelledChips = (word, names) => (names.length ? `${word} ${chips([...new Set(names)])}` : ""); // prettier-ignore

// ----- channels, locks and others -----

function sendersOf({ closed, senders }) {
  if (closed || senders === null) return closed ? "closed" : "";
  return senders ? plural(senders, "sender") : "no sender left";
}
function channels(s) {
  const known = s.primitives.values().filter(({ name }) => K.isChannel(name)),
    isOver = (c) => c.since < s.i && !c.count && (c.closed || c.senders === 0);
  const drawn = (draw) => (c) => draw(K.withWaiters(s, c));
  if (K.trace.counts.channels <= 2)
    return known
      .map(drawn((c) => section(K.capitalised(c.name), notesOf(c), channelPicture(c))))
      .join("");
  const all = known.filter((c) => !isOver(c));
  return section("Channels", number(all.length), rows(all, drawn(channelRow)));
}
const roomOf = ({ kind, room }) => (kind === "oneshot" ? 1 : room);
const notesOf = (c) =>
  K.joinParts([roomOf(c) ? `room for ${number(roomOf(c))}` : "no limit", sendersOf(c), labelledChips("till it closes", c.forEnd)]); // prettier-ignore
const countOf = (c) => `${number(c.count ?? 0)}${roomOf(c) ? ` of ${number(roomOf(c))}` : ""}`;
/** A channel with at most this many places is drawn cell by cell, otherwise as a gauge. */
const CELLS = 6;
/** A channel in full: the tasks that wait to send, its places, and the task that waits to get. */
function channelPicture(c) {
  const end = (names, word) =>
    `<div class="end"><div class="wait${names.length ? " on" : ""}">${chips(names, 4) || "–"}</div>${word}</div>`;
  const room = roomOf(c),
    share = Math.min(1, (c.count ?? 0) / (room || Math.max(8, c.count))),
    gauge = `<span class="gauge"><i style="width:${(share * 100).toFixed(1)}%"></i></span><b class="num">${countOf(c)}</b><small>${labelledChips("reserved by", c.holders)}</small>`;
  const taken = [...c.handed, ...c.holders].map((name) => `for ${K.chipHTML(name)}`),
    empty = (k) => `<span class="cell">${taken[k - c.count] ?? "free"}</span>`,
    cell = (k) => (k < c.count ? `<span class="cell full">value</span>` : empty(k)),
    all = (room) => Array.from({ length: room }, (_, k) => cell(k)).join(""),
    cells = room && room <= CELLS ? all(room) : gauge;
  return `<div class="rail${mark(c)}">${end(c.line, "to send")}<div class="cells">${cells}</div>${end(c.forValue, "to get")}</div>`;
}
function channelRow(c) {
  const who = { "reserved by": c.holders, "to send": c.line, "to get": c.forValue },
    more = Object.entries({ ...who, "till it closes": c.forEnd }).map((of) => labelledChips(...of)),
    notes = K.joinParts([...more, sendersOf(c)], " · ");
  return `<li class="line${mark(c)}"><span>${esc(c.name)}</span><b class="num">${countOf(c)}</b><small>${notes}</small></li>`;
}

function primitives(s) {
  const all = s.primitives.values().filter(({ name }) => !K.isChannel(name));
  const list = rows(all, (p) => primitiveRow(K.withWaiters(s, p)));
  return section("Locks and others", number(all.length), list);
}
function primitiveRow(p) {
  const kind = K.primitiveOf(p.kind),
    held = K.holdWords(p, chips),
    isHeld = p.holders.length || p.handed.length,
    count = p.count === null ? "" : (kind.count?.(p.count, p) ?? "");
  const line = labelledChips(kind.one ? "waits" : "in line", [...p.line, ...p.forValue]),
    queue = K.joinParts([line, labelledChips("till it closes", p.forEnd)]);
  return (
    `<li class="hook${mark(p)}" title="${esc(K.joinParts([p.name, count, p.closed && "closed"]))}"><b>${esc(K.capitalised(p.name))}</b>` +
    `${held && `<span class="holder${isHeld ? " on" : ""}">${held}</span>`}<small>${queue || (held ? "" : esc(count || "no task waits"))}</small></li>`
  );
}

// ----- sockets -----

const LETTERS = { read: "R", write: "W", priority: "P", error: "E" };
function sockets(s) {
  const draw = (r) => socketRow(r, (way) => K.waiters(s, r.name, way));
  return section("Sockets", "R read, W write; filled: ready", rows(s.sources.values(), draw));
}
function socketRow(r, waiters) {
  const isUsed = (way) => r[way].last || waiters(way).length || ["read", "write"].includes(way),
    ways = K.DIRECTIONS.filter(isUsed),
    what = K.childOf(r.name) || (r.what ?? "");
  const bit = (way) => {
    const { ready } = r[way],
      waits = waiters(way),
      title = `${way}: ${ready ? "ready, as far as is known" : "not ready"}; ${K.namesOf(waits)} waits`;
    return `<span class="bit${ready && r.registered ? " set" : ""}" title="${title}">${LETTERS[way]}</span>${chips(waits, 3)}`;
  };
  const last = (way) => r[way].last && `last ${way}: ${esc(r[way].last.replace("_", " "))}`;
  const notes = K.joinParts([
    ...ways.map(last),
    r.closed && "the other side is closed, or there was an error",
  ]);
  return `<li class="socket${mark(r)}"><span class="of">${esc(r.name)} <small>${esc(what)}</small></span><span class="bits">${ways.map(bit).join("")}</span><small>${notes}</small></li>`;
}

// ----- handles, other threads, and those that gave way -----

function handleWord(s, { name, joiner, joined, handle, where, how }) {
  if (joiner && K.waitsFor(s, joiner).some((on) => on.task === name))
    return `${K.chipHTML(joiner)} waits`;
  if (joined)
    return joined === "ready" ? "✓ taken" : joined === "asked" ? "asked" : `✕ ${esc(joined)}`;
  if (!handle) return "dropped";
  return where !== "done" ? "held" : how === "ready" ? "output kept" : "error kept";
}
/** First those where something can still happen, then the latest. */
const rank = (t) => (t.joiner && !t.joined ? 0 : t.where === "done" && t.handle ? 1 : t.joined || !t.handle ? 3 : 2),
  sooner = (a, b) => rank(a) - rank(b) || b.since - a.since,
  soonest = (tasks) => K.firstBy(tasks.filter(({ kind }) => kind !== "main"), ROOM, sooner); // prettier-ignore
function handles(s) {
  const number = ({ name }) => s.tasks.number(name),
    some = K.firstBy(s.tasks.collect(soonest), ROOM, sooner).sort((a, b) => number(a) - number(b));
  const row = (t) =>
    `<li class="handle${mark(t)}"><span>${K.nameHTML(t.name)}</span><small>${handleWord(s, t)}</small></li>`;
  const list = `<ul class="rows beside">${some.map(row).join("")}</ul>`;
  return section("Join handles", "wakers at a task’s end", list);
}
function otherThreads(s) {
  const { kind = "" } = K.event(K.eventsOfKind("Message")[s.counts("Message") - 1]) ?? {},
    last = kind && `, the last: ${esc(String(kind).replace(/_/g, " "))}`;
  const job = (j) =>
    `<li class="handle${mark(j)}"><span>${K.nameHTML(j.name)}</span><small>${labelledChips("for", j.by ? [j.by] : [])} ${K.times.jobWords(j.name, s.i)}</small></li>`;
  const received = `${plural(s.counts("Message"), "message")} received${last}`;
  return section("Other threads", received, rows(s.jobs.values(), job));
}
const deferred = (tasks) => tasks.filter((t) => t.deferred).map((t) => t.name),
  gaveWay = (s) =>
    section("Gave way", "woken in phase 2", chips(s.tasks.collect(deferred), 9) || "");

/** The sections that this trace ever uses, in the order on the page. */
K.wakerParts = function (trace) {
  const { index, counts, books, waits, state } = trace,
    isAwaited = [...waits.values()].some(({ on }) => on?.task),
    hasHandles = isAwaited || state.tasks.values().some((t) => t.joined);
  const parts = [
    [counts.channels, channels],
    [counts.primitives, primitives],
    [books.sources.size, sockets],
    [hasHandles, handles],
    [books.jobs.size || index.byEv.has("Message"), otherThreads],
    [index.byEv.has("Defer"), gaveWay],
  ];
  const used = parts.filter(([is]) => is).map(([, draw]) => draw);
  return (s, e) => (focusOn(s, e), used.map((draw) => draw(s, e)).join(""));
};
