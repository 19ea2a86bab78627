// How does the page describe each kind of primitive, and the acts with it?
//
// Interface: `K.PRIMITIVES[kind]` (fields: below); `K.primitiveOf(kind)`, `{}` for an unknown kind;
// `K.actWords(e, state)`: what an act teaches; `K.wakesAll(state, on)`: does it wake every
// waiter at once? `K.holdWords(primitive, names)`: who holds it, in few words.
// Not here: other kinds of events (events.js).

const { number, plural } = K;

/** How long the value was in its channel, and who had sent it. */
function insideWords(e) {
  const put = K.backOf(e);
  if (!put) return "";
  const by = put.run ?? put.task;
  return ` It was sent ${K.span(e.t - put.t)} before${by ? `, by ${K.nameHTML(by)}` : ""} (${K.link(put.i)}).`;
}
const CLOSED =
  "Every task that waits is woken. Without receivers a send fails until one subscribes; without senders nothing new will come.";
const SEMAPHORE = "sync/batch_semaphore.rs"; // tokio builds its locks on it
/** `is`: what it is, said when it is made; `acts`: what each act with it teaches; `tokio`: tokio's
 * files for it; `count`: its count in words; `free`: the word while no task holds it (only kinds
 * that tasks hold); `one`: at most one task waits there; `wakesAll`: each act wakes all who wait. */
K.PRIMITIVES = {
  mpsc: {
    tokio: ["sync/mpsc/bounded.rs", SEMAPHORE],
    is: (e) =>
      e.room === null || e.room === undefined
        ? "It has no limit: a send never waits, and memory is the only bound."
        : `It has room for ${e.room}: a task that sends into a full channel waits until a place is free.`,
    acts: {
      take: "The place is neither free nor filled until its permit is used or dropped.",
      put: (e, s) =>
        s.primitives.get(e.sync)?.room === null
          ? "A send into a channel without a limit never waits, so it isn’t awaited."
          : "The value has its place. A send waits only while there is none: an await yields only when it must.",
      get: (e) => `Values come out in the order in which they were put in.${insideWords(e)}`,
      senders: (e) =>
        e.units === 0
          ? "The last sender is gone."
          : `${plural(e.units, "sender")} alive: the channel ends only when the last one is dropped.`,
      end: "The values inside can still be taken; after that, <code>recv</code> gives <code>None</code>.",
      close:
        "The receiver takes no more: every send fails from now on, and the tasks that wait to send are woken.",
      forget: "No task can receive them any more.",
    },
  },
  oneshot: {
    tokio: ["sync/oneshot.rs"],
    is: "One value, once, from one end to the other.",
    acts: {
      put: "The one value is on its way.",
      get: (e) => `The one value has arrived.${insideWords(e)}`,
      end: "Its sender was dropped without sending: the receiver gets an error.",
      close: "The receiver takes no value any more: sending one fails.",
      forget: "No task can receive it any more.",
    },
  },
  mutex: {
    tokio: ["sync/mutex.rs", SEMAPHORE],
    free: "free",
    is: "One task at a time has the value in it, and may keep it across an <code>.await</code>.",
    count: (n, p) => `taken ${K.countOfTimes(p.uses)}`,
    acts: {
      take: "A task that finds it taken waits in line until its guard is dropped.",
      release: (e) =>
        e.count === 0
          ? "It passes directly to the first in line: no other task can push in, and one is woken, not all."
          : "No task waits for it.",
    },
  },
  semaphore: {
    free: "not taken",
    tokio: ["sync/semaphore.rs", SEMAPHORE],
    is: "A number of permits. A task that wants more than are free waits in line.",
    count: (n) => `${plural(n, "permit")} free`,
  },
  rw_lock: {
    free: "free",
    tokio: ["sync/rwlock.rs", SEMAPHORE],
    is: "Many readers or one writer. Tasks are served in order of arrival, so a waiting writer keeps later readers out.",
  },
  notify: {
    tokio: ["sync/notify.rs"],
    is: "One task tells another that something has happened. Where no task waits, <code>notify_one</code> leaves one notification behind, and <code>notify_waiters</code> none.",
    count: (n) => (n ? "a notification is left" : ""),
  },
  barrier: {
    wakesAll: true,
    tokio: ["sync/barrier.rs"],
    is: "Tasks wait until enough of them have come.",
    count: (n, p) =>
      p.line.length ? `${plural(n, "task")} missing` : `opens at ${plural(n, "task")}`,
  },
  once_cell: {
    free: (p) => (p.count === null ? "" : p.count || p.line.length ? "not set" : "set"),
    tokio: ["sync/once_cell.rs"],
    is: "One task makes the value, and the others wait for it.",
    count: (n, p) =>
      n || p.holders.length || p.handed.length || p.line.length ? "not set" : "set",
  },
  set_once: {
    wakesAll: true,
    tokio: ["sync/set_once.rs"],
    is: "A value that is set once.",
    count: (n) => (n ? "not set" : "set"),
  },
  watch: {
    wakesAll: true,
    tokio: ["sync/watch.rs"],
    is: "Only the latest value is kept.",
    acts: {
      close: CLOSED,
      open: "A clone has seen what its original has; a new subscriber hears of what is sent from now on.",
      forget:
        "Each send takes the place of the value before. A receiver that is busy elsewhere meanwhile finds the newest one only.",
    },
  },
  broadcast: {
    wakesAll: true,
    tokio: ["sync/broadcast.rs"],
    is: (e) =>
      `Each receiver gets each value, if it isn’t too slow${e.room ? `: ${number(e.room)} ${e.room === 1 ? "is" : "are"} kept at most, and a newer one takes the place of the oldest` : ""}.`,
    count: (n, p) =>
      `${number(n)}${p.room ? ` of ${number(p.room)}` : ""} ${(p.room ?? n) === 1 ? "value" : "values"}`,
    acts: {
      close: CLOSED,
      open: "It hears of what is sent from now on.",
      forget: (e) =>
        e.units === "all"
          ? "A value is kept until every receiver has read it, or is gone."
          : "It lagged: where there is no room, a new value takes the place of the oldest, whoever has not read that.",
    },
  },
  join_set: {
    one: true,
    tokio: ["task/join_set.rs", "util/idle_notified_set.rs"],
    is: "Tasks that are awaited together: one task waits for whichever of them ends next.",
  },
  pipe: {
    one: true,
    tokio: ["io/util/mem.rs"],
    is: "Bytes in memory, from its writer to its reader. The reader waits while it is empty, the writer while it is full.",
    count: (n) => plural(n, "byte"),
    acts: {
      refuse: "Its reader is gone, or its writer has shut it down: the bytes reach no task.",
    },
  },
};
K.primitiveOf = (kind) => K.lookUp(K.PRIMITIVES, kind ?? "") ?? {};

/** Words for acts for which the kind has no words of its own. */
const ACTS = {
  take: "Tasks are served in order of arrival.",
  put: (e) => (e.units === "all" ? "Every task that waits here now is woken, if any does." : ""),
  release: (e) => (e.kind === "semaphore" ? "What comes back goes to the first in line." : ""),
  close: "No more will come: every task that waits is woken.",
  forget: "What is forgotten doesn’t come back by itself.",
  refuse: "A call that doesn’t wait stores no waker: nothing wakes the task for this.",
};
/** What an act with a primitive teaches: the kind's own words, or the words for all kinds. */
K.actWords = function (e, s) {
  const own = K.lookUp(K.primitiveOf(e.kind).acts ?? {}, e.act);
  return K.entryValue(own ?? K.lookUp(ACTS, e.act) ?? "", e, s);
};
/** Does each that waits there get what comes? Then its place in line is of no interest. */
K.wakesAll = (s, { sync }) => K.primitiveOf(s.primitives.get(sync)?.kind).wakesAll;

// ----- who has it -----

const WAYS = { true: "to write ", false: "to read " };
function freeWords(p) {
  const free = K.entryValue(K.primitiveOf(p.kind).free ?? "", p);
  if (p.kind === "semaphore" && p.count === 0) return "none free";
  return p.kind !== "once_cell" && free && p.line.length ? "kept for the first in line" : free;
}
/** "taken by task 5", "kept for task 2", "free": which tasks have a primitive, or what has come
 * back of it; "" of a kind that no task can hold. `names` writes some of them, at most so many. */
K.holdWords = function (p, names) {
  const way = p.kind === "rw_lock" ? WAYS[!!p.whole] : "",
    words = [
      p.holders.length && `taken ${way}by ${names([...new Set(p.holders)], 4)}`,
      p.handed.length && `kept for ${names(p.handed, 3)}`,
    ];
  return K.joinParts(words, "; ") || freeWords(p);
};
