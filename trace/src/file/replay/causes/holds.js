// Who has had a lock, a permit or a cell, from when to when?
//
// Interface: `K.holdWords(primitive, names, came)`, `K.heldWord`, `K.knownHolders`, `K.closedWord`, `K.downgrades`;
// `K.trace.holds`: `{who, sync, from, to, units, owned}` of each, by the number that the guard carries.
// Invariant: a hold ends where what was taken came back, whichever task or thread gave it back.
// Not here: what they had it for (turns.js).
"use strict";
(function (K) {
  const LOCKS = ["mutex", "rw_lock", "semaphore"];
  K.on("begin", (trace) => Object.assign(trace, { holds: [], held: new Map(), owned: new Set() }));
  /** The tasks of which it is known that they have some of a primitive: an owned guard may have gone to another one. */
  K.knownHolders = (p) => (p && !K.trace.owned.has(p.name) ? (p.holders ?? []) : []);
  /** Of what is not back: has it surely not gone to another task? */
  K.heldWord = (p) => (p.kind === "semaphore" || K.trace.owned.has(p.name) ? "taken" : "held");
  /** "closed"; of a broadcast that has senders "no receiver": there may be one again. */
  K.closedWord = ({ name, kind, since }) => {
    const close =
      kind === "broadcast"
        ? K.actsUpTo(since).findLast((i) => K.event(i).sync === name && K.event(i).act === "close")
        : undefined;
    return close !== undefined && K.leftWithout(K.event(close)) === "receivers" ? "no receiver" : "closed";
  };
  /** Does this event give up what was taken to write, of which a reader's share is kept? */
  K.downgrades = (e) => e?.kind === "rw_lock" && e.act === "release" && e.item > 0 && e.with === e.item;
  /** "held by task 5", "kept for task 2", "free": which tasks have a primitive, or what has come back of it (`came`: some just has); "" of a kind that no task can hold. `names` writes some of them, at most so many. */
  K.holdWords = function (p, names, came = false) {
    return (
      [
        p.holders.length &&
          `${K.heldWord(p)} ${p.kind !== "rw_lock" ? "" : p.whole ? "to write " : "to read "}by ${names([...new Set(p.holders)], 4)}`,
        p.handed.length && `kept for ${names(p.handed, 3)}`,
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
  K.on("event", function ({ ev, kind, act, sync, run, task, i, units, item, with: other, owned, anew }) {
    const { held, holds } = K.trace;
    if (anew) {
      // (what was given back before this, in a gap, is not told)
      K.trace.holds = holds.filter(({ to }) => to !== null);
      held.clear();
    }
    if (ev !== "SyncAct" || !LOCKS.includes(kind) || !item) return;
    const n = Number(units) || 1,
      into = other !== item && held.get(other);
    if (act === "take") {
      const hold = { who: run ?? task ?? "a thread", sync, from: i, to: null, units: n, owned: !!owned };
      K.trace.holds.push(hold);
      held.set(item, hold);
      if (owned) K.trace.owned.add(sync);
      if (into) ends(into, other, n, i);
    } else {
      if (into) into.units += n;
      if (held.has(item) && other !== item) ends(held.get(item), item, n, i);
    }
  });
  /** So much of a hold is no longer its. */
  function ends(hold, item, n, i) {
    hold.units -= n;
    if (hold.units > 0) return;
    hold.to = i;
    K.trace.held.delete(item);
  }
})((window.K = window.K || {}));
