// How does the page describe each kind of primitive, and the acts with it?
//
// A primitive is a channel, a lock and the like, with a record in `state.primitives` (fold.js).
// What a task does with it is an event `SyncAct`: it has the primitive's name (`sync`) and `kind`,
// the `act`, the `units` that it moves, and the primitive's `count` (say, of values) afterwards.
//
// Interface (all scripts share `K`): `K.primitiveOf(kind)` (fields: below), `{}` for an unknown
// kind; `K.actWords(event, state)`: what an act teaches; `K.wakesAll(state, on)`: does it wake
// every waiter at once? `K.holdWords(primitive, namesHTML)`: who holds it, in few words.
// Not here: other kinds of events (events.js).

const { number, plural } = K;

/** How long ago the value that comes out of a channel was put in, and by which task. */
function putWords(event) {
  const put = K.backOf(event), // the event that put the value in
    sender = put?.run ?? put?.task,
    by = sender ? `, by ${K.nameHTML(sender)}` : "";
  return put ? ` It was sent ${K.span(event.t - put.t)} before${by} (${K.link(put.i)}).` : "";
}
const CLOSED =
  "Every task that waits is woken. Without receivers a send fails until one subscribes; without senders nothing new will come.";
const SEMAPHORE = "sync/batch_semaphore.rs"; // tokio builds its locks on it
/** `tokio`: tokio's files for it; `what`: what it is, said when it is made; `acts`: what each act
 * with it teaches; `count`: its count in words; `free`: the word while no task holds it (only kinds
 * that tasks hold); `hasOneWaiter`: at most one task waits there; `wakesAll`: each act wakes all
 * who wait. A text may be a function: `what` and `acts` of the event, the others of the primitive
 * with its waiters: its `holders`, those in its `line`, those to whom units were `handed`. */
const PRIMITIVES = {
  mpsc: {
    tokio: ["sync/mpsc/bounded.rs", SEMAPHORE],
    what: (event) =>
      event.room === null || event.room === undefined
        ? "It has no limit: a send never waits, and memory is the only bound."
        : `It has room for ${event.room}: a task that sends into a full channel waits until a place is free.`,
    acts: {
      take: "The place is neither free nor filled until its permit is used or dropped.",
      put: (event, state) =>
        state.primitives.get(event.sync)?.room === null
          ? "A send into a channel without a limit never waits, so it isn’t awaited."
          : "The value has its place. A send waits only while there is none: an await yields only when it must.",
      get: (event) => `Values come out in the order in which they were put in.${putWords(event)}`,
      senders: (event) =>
        event.units === 0
          ? "The last sender is gone."
          : `${plural(event.units, "sender")} alive: the channel ends only when the last one is dropped.`,
      end: "The values inside can still be taken; after that, <code>recv</code> gives <code>None</code>.",
      close:
        "The receiver takes no more: every send fails from now on, and the tasks that wait to send are woken.",
      forget: "No task can receive them any more.",
    },
  },
  oneshot: {
    tokio: ["sync/oneshot.rs"],
    what: "One value, once, from one end to the other.",
    acts: {
      put: "The one value is on its way.",
      get: (event) => `The one value has arrived.${putWords(event)}`,
      end: "Its sender was dropped without sending: the receiver gets an error.",
      close: "The receiver takes no value any more: sending one fails.",
      forget: "No task can receive it any more.",
    },
  },
  mutex: {
    tokio: ["sync/mutex.rs", SEMAPHORE],
    free: "free",
    what: "One task at a time has the value in it, and may keep it across an <code>.await</code>.",
    count: (n, primitive) => `taken ${K.countOfTimes(primitive.uses)}`,
    acts: {
      take: "A task that finds it taken waits in line until its guard is dropped.",
      release: (event) =>
        event.count === 0
          ? "It passes directly to the first in line: no other task can push in, and one is woken, not all."
          : "No task waits for it.",
    },
  },
  semaphore: {
    free: "not taken",
    tokio: ["sync/semaphore.rs", SEMAPHORE],
    what: "A number of permits. A task that wants more than are free waits in line.",
    count: (n) => `${plural(n, "permit")} free`,
  },
  rw_lock: {
    free: "free",
    tokio: ["sync/rwlock.rs", SEMAPHORE],
    what: "Many readers or one writer. Tasks are served in order of arrival, so a waiting writer keeps later readers out.",
  },
  notify: {
    tokio: ["sync/notify.rs"],
    what: "One task tells another that something has happened. Where no task waits, <code>notify_one</code> leaves one notification behind, and <code>notify_waiters</code> none.",
    count: (n) => (n ? "a notification is left" : ""),
  },
  barrier: {
    wakesAll: true,
    tokio: ["sync/barrier.rs"],
    what: "Tasks wait until enough of them have come.",
    count: (n, primitive) =>
      primitive.line.length ? `${plural(n, "task")} missing` : `opens at ${plural(n, "task")}`,
  },
  once_cell: {
    free: (primitive) =>
      primitive.count === null ? "" : primitive.count || primitive.line.length ? "not set" : "set",
    tokio: ["sync/once_cell.rs"],
    what: "One task makes the value, and the others wait for it.",
    count: (n, { holders, handed, line }) =>
      n || holders.length || handed.length || line.length ? "not set" : "set",
  },
  set_once: {
    wakesAll: true,
    tokio: ["sync/set_once.rs"],
    what: "A value that is set once.",
    count: (n) => (n ? "not set" : "set"),
  },
  watch: {
    wakesAll: true,
    tokio: ["sync/watch.rs"],
    what: "Only the latest value is kept.",
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
    what: (event) =>
      `Each receiver gets each value, if it isn’t too slow${event.room ? `: ${number(event.room)} ${event.room === 1 ? "is" : "are"} kept at most, and a newer one takes the place of the oldest` : ""}.`,
    count: (n, primitive) =>
      `${number(n)}${primitive.room ? ` of ${number(primitive.room)}` : ""} ${(primitive.room ?? n) === 1 ? "value" : "values"}`,
    acts: {
      close: CLOSED,
      open: "It hears of what is sent from now on.",
      forget: (event) =>
        event.units === "all"
          ? "A value is kept until every receiver has read it, or is gone."
          : "It lagged: where there is no room, a new value takes the place of the oldest, whoever has not read that.",
    },
  },
  join_set: {
    hasOneWaiter: true,
    tokio: ["task/join_set.rs", "util/idle_notified_set.rs"],
    what: "Tasks that are awaited together: one task waits for whichever of them ends next.",
  },
  pipe: {
    hasOneWaiter: true,
    tokio: ["io/util/mem.rs"],
    what: "Bytes in memory, from its writer to its reader. The reader waits while it is empty, the writer while it is full.",
    count: (n) => plural(n, "byte"),
    acts: {
      refuse: ({ units }) =>
        units === 0
          ? "Its writer is gone or has shut it down, and all bytes were read: the end of file."
          : "Its reader is gone, or its writer has shut it down: the bytes reach no task.",
    },
  },
};
K.primitiveOf = (kind) => K.lookUp(PRIMITIVES, kind) ?? {};

/** Words for acts for which the kind has no words of its own. */
const ACTS = {
  take: "Tasks are served in order of arrival.",
  put: (event) =>
    event.units === "all" ? "Every task that waits here now is woken, if any does." : "",
  release: (event) =>
    event.kind === "semaphore" ? "What comes back goes to the first in line." : "",
  close: "No more will come: every task that waits is woken.",
  forget: "What is forgotten doesn’t come back by itself.",
  refuse: "A call that doesn’t wait stores no waker: nothing wakes the task for this.",
};
K.actWords = function (event, state) {
  const own = K.primitiveOf(event.kind).acts ?? {},
    table = Object.hasOwn(own, event.act) ? own : ACTS;
  return K.lookUp(table, event.act, event, state) ?? "";
};
/** Does each that waits there get what comes? Then its place in line is of no interest. */
K.wakesAll = (state, { sync }) => K.primitiveOf(state.primitives.get(sync)?.kind).wakesAll;

/** "taken by task 5", "kept for task 2", "free": which tasks have a primitive, or what has come
 * back of it; "" of a kind that no task can hold. `namesHTML(names, most)` writes the names. */
K.holdWords = function (primitive, namesHTML) {
  const { kind, whole, holders, handed } = primitive,
    purpose = kind !== "rw_lock" ? "" : whole ? "to write " : "to read ",
    taken = holders.length && `taken ${purpose}by ${namesHTML([...new Set(holders)], 4)}`,
    kept = handed.length && `kept for ${namesHTML(handed, 3)}`;
  return K.joinParts([taken, kept], "; ") || freeWords(primitive);
};
function freeWords(primitive) {
  const { kind, count, line } = primitive,
    free = K.lookUp(K.primitiveOf(kind), "free", primitive) ?? "";
  if (kind === "semaphore" && count === 0) return "none free";
  return kind !== "once_cell" && free && line.length ? "kept for the first in line" : free;
}
