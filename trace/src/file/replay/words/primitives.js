// What does the page say of each kind of primitive, and of what was done with it?
//
// Interface: `K.PRIMITIVES[kind]`: what it is, what each act with it teaches, where tokio has it, what is free of it;
// `K.of(table, key)`, since a kind may be unknown; `K.about(e, what, state)`: a field of `K.EVENTS`; `K.forAll(sync)`,
// `K.wanted(e)`, `K.hadToWait(e, way)`.
// Invariant: everything that comes from the trace goes through `K.esc` before it is HTML.
// Not here: events of another kind (events.js).
"use strict";
(function (K) {
  const { number, plural } = K;

  K.of = (table, key) => (Object.hasOwn(table, key) ? table[key] : undefined);
  K.about = function (e, what, state) {
    const value = K.of(K.EVENTS, e.ev)?.[what];
    return typeof value === "function" ? value(e, state) : value;
  };

  // ----- primitives -----

  /** The task or the job that did this; null of another thread. */
  const actor = (e) => e.run ?? (/^job/.test(e.task ?? "") ? e.task : null);
  /** Had it waited for this, before the poll in which it has got it? */
  K.hadToWait = hadToWait;
  function hadToWait(e, way) {
    const row = K.rowsOf(K.trace).rows.get(actor(e)),
      k = row?.barAt(e.i) ?? -1,
      wait = k - 1 - (row?.kind[k - 1] === K.BAR.READY),
      is = (on) => (e.source ? on?.source === e.source && on.direction === e.direction : on?.[way] === e.sync);
    let begin = row?.at[k];
    if (row?.kind[wait] === K.BAR.POLL)
      while (
        begin > row.at[wait] &&
        !(K.event(begin).ev === "Wait" && is(K.event(begin).on) && actor(K.event(begin)) === actor(e))
      )
        begin--; // (it was woken in the very poll that asked)
    if (
      row?.kind[wait] === K.BAR.POLL
        ? begin === row.at[wait]
        : row?.kind[wait] !== K.BAR.WAIT || !row.waits[wait]?.some(is)
    )
      return false;
    for (let i = begin; i < e.i; i++) {
      const x = K.event(i);
      if (
        actor(x) === actor(e) &&
        (["sync", "act", "source", "direction"].every((of) => x[of] === e[of]) ||
          x.ev === "Elapsed" ||
          (x.ev === "Unwait" && is(x.on)))
      )
        return false;
    }
    return true;
  }
  /** How long the value was in its channel. */
  function insideWords(e) {
    const put = K.backOf(e);
    return put
      ? ` It was sent ${K.span(e.t - put.t)} before${actor(put) ? `, by ${K.nameHTML(actor(put))}` : ""} (${K.link(put.i)}).`
      : "";
  }
  const CLOSED = (e, s) =>
    s.before?.primitives.get(e.sync)?.closed
      ? "The other side is gone already: the channel is over."
      : (K.of(
          {
            senders: "Every task that waits for a value is woken: nothing new will come.",
            receivers: "A send fails until one subscribes. A task that waits for this end is woken.",
          },
          K.leftWithout(e),
        ) ??
        "Every task that waits is woken. Without receivers a send fails until one subscribes; without senders nothing new will come.");
  const SEMAPHORE = "sync/batch_semaphore.rs"; // of which tokio makes its locks
  /** `word`: in the search; `is`: taught when it is made; `acts`: taught of what is done with it; `count`: its count in words; `free`: what is said where no task holds it, of a kind that tasks hold; `one`: at most one task waits there. */
  K.PRIMITIVES = {
    mpsc: {
      word: "channel",
      tokio: ["sync/mpsc/bounded.rs", SEMAPHORE],
      is: (e) =>
        e.room === null || e.room === undefined
          ? "Without a limit: send never waits, and memory is the only bound."
          : `With room for ${e.room}: a task that sends into a full channel waits until a place is free.`,
      acts: {
        take: "Such a place is neither free nor filled until its permit is used or dropped.",
        put: (e, s) =>
          s.primitives.get(e.sync)?.room === null
            ? "The channel has no limit: a send into it never waits, and is not awaited."
            : hadToWait(e, "sync")
              ? "It had waited for room."
              : !actor(e)
                ? ""
                : "There was room, so this send did not wait.",
        get: (e) =>
          `${hadToWait(e, "value") ? "It had waited for this." : "There was a value, so this recv did not wait."}${insideWords(e)}`,
        senders: (e) =>
          e.units === 0
            ? "The last sender is gone."
            : `${plural(e.units, "sender")} alive: the channel ends only when the last one is dropped.`,
        end: "What is inside can still be taken; after that, recv gives None.",
        close: "The receiver takes no more: every send fails from now on, and the tasks that wait to send are woken.",
        forget: "No task can receive them any more.",
      },
    },
    oneshot: {
      word: "channel",
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
      word: "lock",
      tokio: ["sync/mutex.rs", SEMAPHORE],
      free: "free",
      is: "One task at a time has what is in it. It may keep it while it waits for something else.",
      count: (n, p) => `taken ${K.often(p.uses)}`,
      acts: {
        take: (e, s) =>
          s.before?.primitives.get(e.sync)?.handed.includes(e.run)
            ? "It was handed over by what held it before: no other could push in."
            : s.before
              ? !e.run || !/\block(_owned)?\(\)\s*\.\s*await/.test(K.callAt(e.at)) || tookThere(e)
                ? "It was free."
                : "It was free, so this lock().await did not wait. On one thread, a lock is only ever found taken if its holder awaits while it holds it."
              : "",
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
      is: "One task tells another that something has happened. Of notify_one a notification that no task waits for is kept, but only one; of notify_waiters none is.",
      count: (n) => (n ? "a notification is left" : ""),
    },
    barrier: {
      tokio: ["sync/barrier.rs"],
      is: "Tasks wait until enough of them have come.",
      count: (n, { line, value_waiting, since }) =>
        line.length + value_waiting.length || ((e) => e?.act === "put" && e.units !== "all")(K.event(since))
          ? `${plural(n, "task")} missing`
          : `opens at ${plural(n, "task")}`,
    },
    once_cell: {
      free: (p) => (p.count === null ? "" : p.count || p.line.length ? "not set" : "set"),
      tokio: ["sync/once_cell.rs"],
      is: "One task makes the value, and the others wait for it.",
      count: (n, p) => (n || p.holders.length || p.handed.length || p.line.length ? "not set" : "set"),
    },
    set_once: { tokio: ["sync/set_once.rs"], is: "A value that is set once.", count: (n) => (n ? "not set" : "set") },
    watch: {
      tokio: ["sync/watch.rs"],
      is: "Only the latest value is kept.",
      acts: {
        close: CLOSED,
        forget: (e) =>
          `Each send takes the place of the value before. A receiver that is busy elsewhere meanwhile finds the newest one only.`,
      },
    },
    broadcast: {
      tokio: ["sync/broadcast.rs"],
      is: (e) =>
        `Each receiver gets each value, if it isn’t too slow${e.room ? `: ${number(e.room)} ${e.room === 1 ? "is" : "are"} kept at most, and a newer one takes the place of the oldest` : ""}.`,
      count: (n, p) =>
        `${number(n)}${p.room ? ` of ${number(p.room)}` : ""} ${(p.room ?? n) === 1 ? "value" : "values"}`,
      acts: {
        close: CLOSED,
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
      acts: { refuse: "Its reader is gone, or its writer has shut it down: the bytes reach no task." },
    },
  };
  const primitiveOf = (kind) => K.of(K.PRIMITIVES, kind ?? "") ?? {};
  const saidOf = (text, e, s) => (typeof text === "function" ? text(e, s) : text);

  /** Does each that waits there get what comes? Then no place in a line tells anything. */
  const forAll = (K.forAll = (sync) => /^(watch|broadcast|barrier|once) /.test(sync ?? ""));
  /** What a call that was refused wanted: a value to be sent, one to be got, or a lock, permits or a cell to be taken. */
  K.wanted = (e) =>
    ["mutex", "rw_lock", "semaphore"].includes(e.kind)
      ? "taken"
      : /_cell|_once/.test(e.kind)
        ? "set"
        : e.units === 0
          ? "got"
          : "sent";
  /** (A job's panic is in a note, and in what a task learns of it: if it learns of none, the job has caught it.) */
  const hasPanicked = (K.hasPanicked = (job) =>
    K.trace.panicked.has(job) ||
    (!!K.panicOf(job) &&
      !(K.trace.index.byEv.get("Join") ?? []).some((i) => {
        const e = K.event(i);
        return e.task === job && e.outcome === "ready";
      })));
  /** Was another lock taken in this poll at the same await? (A `try_lock` behind that has no place of its own.) */
  const tookThere = (e) => {
    const begin = K.pollOf(e);
    return K.actsUpTo(e.i - 1).some(
      (i) =>
        i > begin &&
        K.event(i).act === "take" &&
        K.event(i).run === e.run &&
        K.event(i).sync !== e.sync &&
        K.event(i).at?.text === e.at?.text,
    );
  };

  Object.assign(K, { primitiveOf, saidOf });
})((window.K = window.K || {}));
