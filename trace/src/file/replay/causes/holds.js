// Who has had a lock, a permit or a cell, from when to when?
//
// Interface: `K.holdWords(primitive, names, came)`, `K.hasAll`, `K.heldWord`, `K.knownHolders`, `K.closedWord`, `K.downgrades`;
// `K.trace.holds`: `{who, sync, from, to, units, sure}` of each (`sure`: until when it was surely out, where it isn't known which one came back), and `K.trace.movedOn`: of which a guard was given back by another.
// Invariant: a hold ends where what was taken came back, also if another task gave it back.
// Not here: what they had it for (turns.js).
"use strict";
(function (K) {
  /** While the trace is read: who took which lock or permit, from which event to which it was out; and of which of them one was given back by a task that had
   *  taken none, and at which event first: a guard or a permit may be moved, and no event tells that. */
  const LOCKS = ["mutex", "rw_lock", "semaphore"];
  K.on("begin", (trace) => {
    trace.holds = [];
    trace.held = new Map();
    trace.movedOn = new Map();
  });
  /** The tasks of which it is known that they have some of a primitive; none where what is taken is moved. */
  K.knownHolders = (p) => (p && !K.trace.movedOn.has(p.name) ? (p.holders ?? []) : []);
  /** Of what is not back: is it known to be held by those that took it? A permit may have been moved before any was given back. */
  K.heldWord = (p) => (p.kind === "semaphore" || K.trace.movedOn.has(p.name) ? "taken" : "held");
  /** "closed"; of a broadcast that has senders "no receiver": there may be one again. */
  K.closedWord = ({ name, kind, since }) => {
    const close =
      kind === "broadcast"
        ? K.actsUpTo(since).findLast((i) => K.event(i).sync === name && K.event(i).act === "close")
        : undefined;
    return close !== undefined && K.leftWithout(K.event(close)) === "receivers" ? "no receiver" : "closed";
  };
  /** How many permits those in line keep until they have all that they want, the first of them before the next, `[task, how many]`: of those that there are, the rest that is not taken, handed over or free. */
  function keptFor({ name, kind, count: now, line, handed, since }) {
    if (kind !== "semaphore" || !line.length || K.unkept() || K.missing(-1, since)) return [];
    const made = (K.trace.index.byEv.get("SyncNew") ?? []).map(K.event).find(({ sync }) => sync === name);
    let there = made?.count ?? 0,
      taken = 0,
      free = there;
    for (const { sync, act, units, count } of K.actsUpTo(since).map(K.event)) {
      if (sync !== name) continue;
      const n = Number(units) || 0;
      if (act === "take") taken += n;
      else if (act === "put") there += n;
      else if (act === "release") taken -= n;
      else if (act === "forget") {
        there -= n;
        if (free - n !== count) taken -= n; // (one that was taken, and will not come back)
      }
      free = count;
    }
    let left = there - taken - now - handed.reduce((n, who) => n + K.wantedBy(who, name, since), 0);
    return line
      .map((who) => {
        const some = Math.max(0, Math.min(left, K.wantedBy(who, name, since)));
        left -= some;
        return [who, some];
      })
      .filter(([, some]) => some);
  }
  /** Has what a task in line wants come back, and is kept for it? */
  K.hasAll = (p, who, units) => keptFor(p).some(([name, some]) => name === who && some >= units);
  /** Does this event give up what was taken to write, of which a reader's share is kept? The next one tells of that. */
  K.downgrades = (e) => e?.kind === "rw_lock" && e.act === "release" && /\+ kept\b/.test(K.codeAt(e.src));
  /** "held by task 5", "kept for task 2", "free": which tasks have a primitive, or what has come back of it (`came`: some just has); "" of a kind that no task can hold. `names` writes some of them, at most so many. */
  K.holdWords = function (p, names, came = false) {
    const kept = keptFor(p),
      last = K.event(p.since);
    if (K.downgrades(last)) return `kept by ${names([last.run ?? "a thread"])}, to read`;
    return (
      [
        p.holders.length &&
          `${K.heldWord(p)} ${p.kind !== "rw_lock" ? "" : p.whole ? "to write " : "to read "}by ${names([...new Set(p.holders)], 4)}`,
        p.handed.length && `kept for ${names(p.handed, 3)}`,
        ...kept.map(([who, some]) => `${K.number(some)} kept for ${names([who])}`),
        kept.length && p.count > 0 && `${K.number(p.count)} free`,
      ]
        .filter(Boolean)
        .join("; ") ||
      ((own) => {
        const free = typeof own === "function" ? own(p) : own;
        return p.kind === "semaphore" && p.count === 0 && !(came && p.line.length)
          ? "none free"
          : p.kind !== "once_cell" && free && p.line.length
            ? "kept for the first in line"
            : free;
      })(K.of(K.PRIMITIVES, p.kind ?? "")?.free ?? "")
    );
  };
  K.on("event", function ({ ev, kind, act, sync, run, task, i, units, count, anew }) {
    if (anew) {
      // (what was given back before this, in a gap, is not told)
      K.trace.holds = K.trace.holds.filter(({ to }) => to !== null);
      K.trace.held.clear();
    }
    if (ev !== "SyncAct" || !LOCKS.includes(kind)) return;
    const { held, holds, movedOn } = K.trace,
      who = run ?? task ?? "a thread",
      all = held.get(sync) ?? held.set(sync, []).get(sync),
      free = all.free;
    all.free = count;
    const before = act === "take" && kind === "rw_lock" ? all.back : null; // (what was given back last)
    if (before?.to === i - 1 && before.who === who)
      return void (all.push(before), Object.assign(before, { to: null, units: Number(units) || 1 })); // (a writer that goes on as a reader)
    if (act === "take")
      return void holds.push(all[all.push({ who, sync, from: i, to: null, units: Number(units) || 1 }) - 1]);
    if (!["release", "forget"].includes(act) || (act === "forget" && free - units === count)) return; // (free permits may be forgotten, too)
    for (let left = Number(units) || 1, at; left > 0 && all.length;) {
      // (of several permits some may come back before the others)
      if ((at = all.findLastIndex((hold) => hold.who === who)) < 0) {
        if (!movedOn.has(sync)) movedOn.set(sync, i); // (a guard may have been handed on)
        if (all.length > 1) for (const hold of all) hold.sure ??= i; // (one of them is back: which, no event tells)
      }
      const hold = all[Math.max(0, at)],
        some = Math.min(left, hold.units);
      left -= some;
      if ((hold.units -= some) === 0) (all.back = all.splice(Math.max(0, at), 1)[0]).to = i;
    }
  });
})((window.K = window.K || {}));
