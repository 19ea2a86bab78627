// How does the page show where each task's waker is?
//
// A waker is drawn at the thing that will call it (a channel, lock, socket, handle or another
// thread), in the colour and shape of the task that it will wake. Each kind of thing has a section.
//
// Interface (all scripts share `K`): `K.wakerParts(trace)` returns a function of state and event,
// which makes the HTML of all sections that this trace ever uses; `K.section(title, note, html)`,
// `K.rowList(rows, left)`; `K.isNamed(name)`: does the event name this thing?
// A state has a table of records for each kind of thing, such as `state.tasks`; `values()` lists
// its records (fold.js). `K.withWaiters` (waits.js) adds to a channel's or lock's record the
// tasks that hold units of it (`holders`) or were just given some (`handed`), those in `line` for
// units, and those that wait for the next value (`forValue`) or until it closes (`forEnd`).
// Not here: timers (wheel.js), how much room a part gets (boxes.css).

const { esc, number, plural } = K;
const MOST_ROWS = 6;

K.wakerParts = function ({ index, books, waits, state: lastState }) {
  const isAwaited = [...waits.values()].some(({ on }) => on?.task);
  const sections = [
    { isUsed: channelNames().length, html: channels },
    { isUsed: books.primitives.size > channelNames().length, html: primitives },
    { isUsed: books.sources.size, html: sockets },
    { isUsed: isAwaited || lastState.tasks.values().some((task) => task.joined), html: handles },
    { isUsed: books.jobs.size || index.byEv.has("Message"), html: otherThreads },
    { isUsed: index.byEv.has("Defer"), html: gaveWay },
  ].filter(({ isUsed }) => isUsed);
  return function (state, event) {
    focusOn(state, event);
    return sections.map(({ html }) => html(state)).join("");
  };
};

// ----- which records are marked, and how many are shown -----

/** The names in the event, and of what its task (or the pinned one) waits for. */
let focus = { i: -1, named: [], awaited: [] };
function focusOn(state, event) {
  const task = K.pinned ?? event?.task ?? event?.run;
  const waiting = task ? [task] : K.stuckAt(state.i);
  const awaited = waiting.flatMap((name) => K.waitsFor(state, name)).flatMap(Object.values);
  const resource = Object.values(K.onOf(event) ?? {});
  focus = { i: state.i, named: [event?.timer, event?.sync, event?.source, ...resource], awaited };
}
K.isNamed = (name) => focus.named.includes(name);
/** The class of a record that the event has changed or names, or that its task waits for. */
function markOf({ name, since }) {
  if (since === focus.i || K.isNamed(name)) return " hot";
  return focus.awaited.includes(name) ? " awaited" : "";
}

K.section = (title, note, html) =>
  `<section><h3>${title}<span>${note}</span></h3>${html}</section>`;
/** A list of rows, and how many are `left` out. */
K.rowList = function (rows, left) {
  const more = left ? `<li class="rest-of">and ${number(left)} more</li>` : "";
  return `<ul class="rows">${rows.join("")}${more}</ul>`;
};
/** The first few records; in place of the last of them, up to two further ones that are marked. */
function rows(records, rowHTML) {
  const marked = records.slice(MOST_ROWS).filter(markOf).slice(0, 2);
  const shown = [...records.slice(0, MOST_ROWS - marked.length), ...marked];
  return shown.length ? K.rowList(shown.map(rowHTML), records.length - shown.length) : "";
}
function chips(names, room = 5) {
  const { shown, left } = K.fitting(names, room);
  const more = left ? `<small>+${number(left)}</small>` : "";
  return shown.map((name) => K.chipHTML(name)).join("") + more;
}
const labelledChips = (label, names) =>
  names.length ? `${label} ${chips([...new Set(names)])}` : "";

// ----- channels -----

/** Of the whole run: `books` has the names of all records, by table. */
const channelNames = () => [...K.trace.books.primitives.keys()].filter(K.isChannel);
/** At most two channels are drawn in full, otherwise each has a row, until it is over. */
function channels(state) {
  const all = state.primitives.values().filter(({ name }) => K.isChannel(name));
  const drawn = (html) => (channel) => html(K.withWaiters(state, channel));
  if (channelNames().length <= 2) return all.map(drawn(channelInFull)).join("");
  const wasOver = ({ since, count, closed, senders }) =>
    since < state.i && !count && (closed || senders === 0);
  const open = all.filter((channel) => !wasOver(channel));
  return K.section("Channels", number(open.length), rows(open, drawn(channelRow)));
}
/** The tasks that wait to send, the channel's places, and the task that waits to get. */
function channelInFull(channel) {
  const room = roomOf(channel);
  const end = (names, word) =>
    `<div class="end"><div class="wait${names.length ? " on" : ""}">${chips(names, 4) || "–"}</div>${word}</div>`;
  const places = room && room <= CELLS ? cells(channel, room) : gauge(channel, room);
  const html =
    `<div class="rail${markOf(channel)}">${end(channel.line, "to send")}` +
    `<div class="cells">${places}</div>${end(channel.forValue, "to get")}</div>`;
  const limit = room ? `room for ${number(room)}` : "no limit";
  const closing = labelledChips("till it closes", channel.forEnd);
  const notes = K.joinParts([limit, sendersWords(channel), closing]);
  return K.section(K.capitalised(channel.name), notes, html);
}
/** A channel with at most this many places is drawn cell by cell, otherwise as a gauge. */
const CELLS = 6;
function cells({ count, handed, holders }, room) {
  const reserved = [...handed, ...holders].map((name) => `for ${K.chipHTML(name)}`);
  const empty = (k) => `<span class="cell">${reserved[k - count] ?? "free"}</span>`;
  const cell = (_, k) => (k < count ? `<span class="cell full">value</span>` : empty(k));
  return Array.from({ length: room }, cell).join("");
}
/** (Without a limit the gauge is full from eight values on.) */
function gauge(channel, room) {
  const count = channel.count ?? 0;
  const percent = 100 * Math.min(1, count / (room || Math.max(8, count)));
  const reserved = `<small>${labelledChips("reserved by", channel.holders)}</small>`;
  return `<span class="gauge"><i style="width:${percent.toFixed(1)}%"></i></span><b class="num">${fillWords(channel)}</b>${reserved}`;
}
function channelRow(channel) {
  const { name, holders, line, forValue, forEnd } = channel;
  const tasks = { "reserved by": holders, "to send": line, "to get": forValue, "till it closes": forEnd }; // prettier-ignore
  const labelled = Object.entries(tasks).map(([label, names]) => labelledChips(label, names));
  const notes = K.joinParts([...labelled, sendersWords(channel)], " · ");
  return `<li class="line${markOf(channel)}"><span>${esc(name)}</span><b class="num">${fillWords(channel)}</b><small>${notes}</small></li>`;
}
const roomOf = ({ kind, room }) => (kind === "oneshot" ? 1 : room);
const fillWords = (channel) =>
  number(channel.count ?? 0) + (roomOf(channel) ? ` of ${number(roomOf(channel))}` : "");
function sendersWords({ closed, senders }) {
  if (closed || senders === null) return closed ? "closed" : "";
  return senders ? plural(senders, "sender") : "no sender left";
}

// ----- locks and other primitives, and sockets -----

function primitives(state) {
  const all = state.primitives.values().filter(({ name }) => !K.isChannel(name));
  const list = rows(all, (primitive) => primitiveRow(K.withWaiters(state, primitive)));
  return K.section("Locks and others", number(all.length), list);
}
function primitiveRow(primitive) {
  const { name, count, closed, holders, handed, line, forValue, forEnd } = primitive;
  const { count: wordsOfCount, hasOneWaiter } = K.primitiveOf(primitive.kind); // primitives.js
  const countWords = count === null ? "" : (wordsOfCount?.(count, primitive) ?? "");
  const title = K.joinParts([name, countWords, closed && "closed"]);
  const held = K.holdWords(primitive, chips);
  const holder = holders.length || handed.length ? "holder on" : "holder";
  const waiting = labelledChips(hasOneWaiter ? "waits" : "in line", [...line, ...forValue]);
  const waiters = K.joinParts([waiting, labelledChips("till it closes", forEnd)]);
  const note = waiters || (held ? "" : esc(countWords || "no task waits"));
  return (
    `<li class="hook${markOf(primitive)}" title="${esc(title)}"><b>${esc(K.capitalised(name))}</b>` +
    `${held && `<span class="${holder}">${held}</span>`}<small>${note}</small></li>`
  );
}

const BITS = { read: "R", write: "W", priority: "P", error: "E" };
function sockets(state) {
  const list = rows(state.sources.values(), (socket) => socketRow(state, socket));
  return K.section("Sockets", "R read, W write; filled: ready", list);
}
function socketRow(state, socket) {
  const { name, what, registered, closed } = socket;
  const waitersFor = (direction) => K.waiters(state, name, direction);
  const bit = (direction) => {
    const [isReady, waiters] = [socket[direction].ready, waitersFor(direction)];
    const readiness = isReady ? "ready, as far as is known" : "not ready";
    const title = `${direction}: ${readiness}; ${K.namesOf(waiters)} waits`;
    return `<span class="bit${isReady && registered ? " set" : ""}" title="${title}">${BITS[direction]}</span>${chips(waiters, 3)}`;
  };
  const lastTry = (direction, { last }) =>
    last && `last ${direction}: ${esc(last.replace("_", " "))}`;
  const isUsed = (direction) => socket[direction].last || waitersFor(direction).length;
  const directions = K.DIRECTIONS.filter((one) => ["read", "write"].includes(one) || isUsed(one));
  const tries = directions.map((one) => lastTry(one, socket[one]));
  const end = closed && "the other side is closed, or there was an error";
  return (
    `<li class="socket${markOf(socket)}">` +
    `<span class="of">${esc(name)} <small>${esc(K.childOf(name) || (what ?? ""))}</small></span>` +
    `<span class="bits">${directions.map(bit).join("")}</span>` +
    `<small>${K.joinParts([...tries, end])}</small></li>`
  );
}

// ----- handles, other threads, and tasks that gave way -----

function handles(state) {
  const spawned = state.tasks.values().filter(({ kind }) => kind !== "main");
  const first = spawned.toSorted(sooner).slice(0, MOST_ROWS);
  const shown = spawned.filter((task) => first.includes(task)); // in the order of the table
  const items = shown.map((task) => handleRow(task, outputWords(state, task)));
  const list = `<ul class="rows beside">${items.join("")}</ul>`;
  return K.section("Join handles", "wakers at a task’s end", list);
}
const handleRow = (record, words) =>
  `<li class="handle${markOf(record)}"><span>${K.nameHTML(record.name)}</span><small>${words}</small></li>`;
/** First those where something can still happen, then the latest. */
const sooner = (a, b) => rankOf(a) - rankOf(b) || b.since - a.since;
function rankOf({ joiner, joined, where, handle }) {
  if (joiner && !joined) return 0;
  if (where === "done" && handle) return 1;
  return joined || !handle ? 3 : 2;
}
/** Where a task's output is, and which task waits for it. */
function outputWords(state, { name, joiner, joined, handle, where, how }) {
  if (joiner && K.waitsFor(state, joiner).some((on) => on.task === name))
    return `${K.chipHTML(joiner)} waits`;
  if (joined === "ready") return "✓ taken";
  if (joined) return joined === "asked" ? "asked" : `✕ ${esc(joined)}`;
  if (!handle || where !== "done") return handle ? "held" : "dropped";
  return how === "ready" ? "output kept" : "error kept";
}
function otherThreads(state) {
  const received = state.counts("Message");
  const { kind = "" } = K.event(K.eventsOfKind("Message")[received - 1]) ?? {};
  const last = kind && `, the last: ${esc(String(kind).replace(/_/g, " "))}`;
  const words = ({ name, by }) =>
    `${labelledChips("for", by ? [by] : [])} ${K.times.jobWords(name, state.i)}`;
  const list = rows(state.jobs.values(), (job) => handleRow(job, words(job)));
  return K.section("Other threads", `${plural(received, "message")} received${last}`, list);
}
function gaveWay(state) {
  const names = state.tasks.values().flatMap(({ name, deferred }) => (deferred ? [name] : []));
  return K.section("Gave way", "woken in phase 2", chips(names, 9));
}
