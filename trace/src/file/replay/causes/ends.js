// Which bytes went through a socket, and which two sockets are the ends of one connection?
//
// A pair and a pipe say so as they are made. Of a connection that was accepted here the ports tell: an end whose port is the
// other's, and the other way round, is its other end. A UDP socket is told again when it is connected to a port of this machine:
// the one open socket of the run that has the port is its other end. Of two sockets without a port nothing is said.
//
// Interface: `K.moved(source)` (`{read, write, counted}`: at which events bytes were moved, `at`, and how many in all by then, `sum`; `counted`: of all
// that was moved the bytes are known), `K.moved.all()` (a map of these), `K.otherEnd(source)` (a name, or undefined), `K.useOf(source, i)` (the event by which it was used last by event `i`, or made), `K.useWords(source, i, where)`, `K.userOf(source, i)` (the task that has used it last by
// event `i`), `K.answererOf(on, i)` (a task), `K.onTheWay(source, i)` (how many bytes were written for it
// at the other end of a stream, and not read by event `i`; 0 if that is not known).
// Invariant: all of this depends on the trace alone.
// Not here: what is said of it (answer.js, why.js).
"use strict";
(function (K) {
  // (Of words that are gone, till this file and its folder are.)
  const nothing = () => "";
  Object.assign(K, {
    ahead: nothing,
    connects: () => false,
    inPollAfter: () => [],
    isLock: (name) => /^(lock|rwlock|semaphore) /.test(name),
    jobWaits: nothing,
    leftWithout: nothing,
    otherEndWords: nothing,
    otherWait: () => null,
    outsider: () => "another thread",
    reservers: nothing,
    sourceWord: () => "a source",
    tookWords: nothing,
    wanted: () => "got",
    wantsInLine: nothing,
  });
  const blank = () => ({
    read: { at: [], sum: [] },
    write: { at: [], sum: [] },
    counted: true,
    uses: [],
    drop: null,
    shut: null,
  });
  const isDatagram = (K.isDatagram = (source) => /^Udp|Datagram$/.test(K.sourceType(source)));
  function add({ at, sum }, i, bytes) {
    at.push(i);
    sum.push((sum.at(-1) ?? 0) + bytes);
  }
  /** The other end of each socket: what it was made with, if that is no listener; else by the ports. */
  function others() {
    const made = (K.trace.index.byEv.get("SourceNew") ?? []).map(K.event),
      all = new Map(made.map((e) => [e.source, e])),
      byPorts = new Map(),
      other = new Map();
    for (const e of all.values()) {
      const { source, what, ends = [0, 0], with: one } = e;
      let end = typeof one === "string" && !K.listens(one) ? one : undefined;
      if (!end && /Stream$/.test(what) && ends[0]) {
        end = byPorts.get(`${ends[1]} ${ends[0]}`);
        byPorts.set(`${ends[0]} ${ends[1]}`, source);
      }
      if (end && !other.has(end)) other.set(source, end).set(end, source);
    }
    for (const [source, peer] of peersOf(made)) if (peer) other.set(source, peer);
    return other;
  }
  /** To which socket of the run each UDP socket was connected; null if that is not known. */
  function peersOf(all) {
    const made = new Map(),
      peers = new Map();
    for (const e of all.filter(({ what }) => /^Udp/.test(what))) {
      if (!made.has(e.source)) {
        made.set(e.source, e);
        continue;
      }
      const there = [...made.values()].filter(
          ({ source, ends }) => source !== e.source && ends[0] === e.ends[1] && !(K.trace.dropped.get(source) < e.i),
        ),
        peer = there.length === 1 ? there[0].source : null;
      peers.set(e.source, peers.has(e.source) && peers.get(e.source) !== peer ? null : peer);
    }
    for (const [source, peer] of peers) if (peers.has(peer) && peers.get(peer) !== source) peers.set(source, null);
    return peers;
  }
  function ends() {
    if (K.trace.ends) return K.trace.ends;
    const { byEv } = K.trace.index,
      all = new Map(),
      listened = new Map();
    for (const i of byEv.get("SourceTry") ?? []) {
      const { source, direction, result, bytes } = K.event(i),
        known = (bytes ?? null) !== null,
        first = !all.has(source),
        flow = all.get(source) ?? blank();
      if (K.listens(source)) {
        K.put(listened, source, i);
        continue;
      }
      all.set(source, flow);
      flow.uses.push(i);
      if (first && direction === "write" && result === "done" && !known && !isDatagram(source)) continue; // the end of its connect
      if (result !== "done") continue;
      if (!known || !flow[direction])
        flow.counted = false; // (of an empty datagram the record has no bytes)
      else if (bytes > 0) add(flow[direction], i, bytes);
      else if (direction === "write") flow.shut = i;
    }
    K.trace.dropped = new Map((byEv.get("SourceDrop") ?? []).map((i) => [K.event(i).source, i]));
    for (const [source, drop] of K.trace.dropped)
      if (!K.listens(source)) all.set(source, Object.assign(all.get(source) ?? blank(), { drop })); // (it may never have been tried)
    for (const [source, flow] of all) if (!/^$|Stream$|^Pipe|^Child/.test(K.sourceType(source))) flow.counted = false;
    return (K.trace.ends = { all, listened, other: others() });
  }

  K.onTheWay = function (source, i) {
    const { all, other } = ends(),
      from = all.get(other.get(source)),
      to = all.get(source),
      by = (flow) => flow?.sum[K.upTo(flow.at, i)] ?? 0;
    return from?.counted &&
      (to?.counted ?? true) &&
      (to?.drop ?? Infinity) > i &&
      K.trace.n[0] === 1 &&
      !K.trace.lost.length
      ? Math.max(0, by(from.write) - by(to?.read))
      : 0;
  };
  K.moved = (source) => ends().all.get(source);
  K.moved.all = () => ends().all;
  K.otherEnd = (source) => ends().other.get(source);
  K.useOf = function (source, i) {
    const uses = ends().all.get(source)?.uses ?? ends().listened.get(source) ?? [],
      use = uses[K.upTo(uses, i)] ?? (isDatagram(source) ? undefined : K.madeOf(source)?.i); // (what is bound is often for another task)
    return use > i || use === undefined ? null : K.event(use);
  };
  K.userOf = (source, i) => K.useOf(source, i)?.run ?? null;
  /** "last used by task 1", and where that is; of one that was only made, accepted or connected by then, which task did that: perhaps for another. "" if no event tells. */
  K.useWords = function (source, i, where) {
    const use = K.useOf(source, i),
      who = use?.run && K.nameHTML(use.run),
      isUse = use?.ev === "SourceTry" && !K.connects(use),
      by = !who || isUse ? null : K.event(use.i - 1);
    return !who
      ? ""
      : isUse
        ? `last used by ${who}${where(use.run)}`
        : `${use.ev === "SourceTry" ? "connected" : by?.ev === "SourceTry" && K.listens(by.source) ? "accepted" : "made"} by ${who}, and not used by then`;
  };
  /** Which task could end a wait for a socket: the one that has used its other end last, or made it. */
  K.answererOf = function ({ source }, i) {
    const end = K.otherEnd(source);
    return end ? (K.userOf(end, i) ?? K.madeOf(end)?.run ?? null) : null;
  };
})((window.K = window.K || {}));
