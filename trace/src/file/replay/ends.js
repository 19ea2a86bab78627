// Which bytes went through a socket, and which two sockets are the ends of one connection?
//
// The record has no addresses. But a listener hands connections out in the order in which they were made. So where as many
// were accepted in a run as were made in it, the first that was made is the first that was accepted, and so on. That is held against the
// bytes: neither end has ever read more than was written at the other. If one pair breaks that, no pair is told.
//
// Interface: `K.moved(source)` (`{read, write, counted}`: at which events bytes were moved, `at`, and how many in all by then, `sum`; `counted`: of all
// that was moved the bytes are known), `K.moved.all()` (a map of these), `K.otherEnd(source)` (a name, or undefined), `K.userOf(source, i)` (the task that has used it last by
// event `i`), `K.cameFrom(on, from, to)` (the event at the other end that made a socket ready in a wait from event `from` to event `to`; null if that is
// not known).
// Invariant: all of this depends on the trace alone.
// Not here: what is said of it (answer.js, why.js).
"use strict";
(function (K) {
  const blank = () => ({ read: { at: [], sum: [] }, write: { at: [], sum: [] }, counted: true, uses: [], drop: null });
  function add({ at, sum }, i, bytes) {
    at.push(i);
    sum.push((sum.at(-1) ?? 0) + bytes);
  }
  function ends() {
    if (K.trace.ends) return K.trace.ends;
    const { byEv } = K.trace.index, all = new Map(), made = [], accepted = [], connects = [];
    let accepts = 0;
    for (const i of byEv.get("SourceTry") ?? []) {
      const { source, direction, result, bytes } = K.event(i), known = (bytes ?? null) !== null, first = !all.has(source), flow = all.get(source) ?? blank();
      if (K.listens(source)) { accepts += result === "done"; continue; }
      all.set(source, flow);
      flow.uses.push(i);
      if (first && direction === "write" && result === "done" && !known) { made.push(source); connects.push(i); continue; } // the end of its connect
      if (first) accepted.push(source);
      if (result !== "done") continue;
      if (!known || !flow[direction]) flow.counted = false; // (of datagrams the record has no bytes)
      else if (bytes > 0) add(flow[direction], i, bytes);
    }
    for (const [source, flow] of all) if (!/^$|Stream$/.test(K.sourceType(source))) flow.counted = false;
    for (const i of byEv.get("SourceDrop") ?? []) { const flow = all.get(K.event(i).source); if (flow) flow.drop = i; }
    const streams = [made, accepted].map((list) => list.filter((source) => all.get(source).counted)), pairs = streams[0].map((source, k) => [source, streams[1][k]]);
    const whole = K.trace.n[0] === 1 && !K.trace.lost.length && accepts > 0 && streams.every((list) => list.length === accepts);
    const fits = (a, b) => a.read.at.every((i, k) => a.read.sum[k] <= (b.write.sum[K.upTo(b.write.at, i)] ?? 0));
    const other = new Map(), told = whole && pairs.every(([a, b]) => fits(all.get(a), all.get(b)) && fits(all.get(b), all.get(a)));
    if (told) for (const [a, b] of pairs) other.set(a, b).set(b, a);
    return (K.trace.ends = { all, other, connects: told ? connects : [] });
  }

  K.moved = (source) => ends().all.get(source);
  K.moved.all = () => ends().all;
  K.otherEnd = (source) => ends().other.get(source);
  K.userOf = function (source, i) {
    const uses = ends().all.get(source)?.uses ?? [], use = uses[K.upTo(uses, i)];
    return use === undefined ? null : K.event(use).run;
  };
  K.cameFrom = function ({ source, direction }, from, to) {
    const { all, connects } = ends(), end = all.get(K.otherEnd(source)), last = (list) => { const i = list[K.upTo(list, to - 1)]; return i > from ? i : -1; };
    if (K.listens(source)) { const i = connects[K.upTo(connects, from) + 1]; return i < to ? K.event(i) : null; }
    if (!end) return null;
    const i = direction === "write" ? last(end.read.at) : Math.max(last(end.write.at), end.drop > from && end.drop < to ? end.drop : -1);
    return i < 0 ? null : K.event(i);
  };
})(window.K = window.K || {});
