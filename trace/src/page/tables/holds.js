// Who has had a lock, a permit or a cell, from when to when?
//
// Interface: `K.trace.holds`: `{who, sync, from, to, units, owned}` of each hold, by the number
// that its guard carries; `K.trace.owned`: the things of which a guard that owns its lock was made:
// it may have gone to another task.
// Invariant: a hold ends where what was taken came back, whichever task or thread gave it back.
// Not here: words (words/).

const LOCKS = ["mutex", "rw_lock", "semaphore"];
K.on("begin", (trace) => Object.assign(trace, { holds: [], held: new Map(), owned: new Set() }));
K.on("event", function ({ ev, kind, act, sync, run, task, i, units, item, with: other, owned }) {
  const { held } = K.trace;
  if (ev !== "SyncAct" || !LOCKS.includes(kind) || !item) return;
  const n = Number(units) || 1,
    into = other !== item && held.get(other);
  if (act === "take") {
    const who = run ?? task ?? "a thread",
      hold = { who, sync, from: i, to: null, units: n, owned: !!owned };
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
