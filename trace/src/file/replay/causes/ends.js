// Which bytes went through a socket, and which two sockets are the ends of one connection?
//
// The ports of TCP sockets are told where they are made: an end whose port is the other's, and the other way round, is its other end. Two sockets of one
// kind that are made at once are a pair. Of Unix sockets the bytes tell: neither end has ever read more than was written at the other by then. That says who can't be
// a pair, seldom who is one. Pairs are told only where the record is whole, one socket listens, as many sockets were accepted there as were connected,
// no stream came from elsewhere, the kinds agree, and the bytes leave one way alone to pair them all; and of a pair something must have been
// read in each direction in which something was written. Else none is told. (One client from outside and one connection to another process
// could still look like a pair, if no byte speaks against it.)
//
// A UDP socket is told again when it is connected to a port of this machine: the one open socket of the run that has the port is its other end. That one has
// none, unless it is connected, too: others may send to it. What was sent to it is known only while it has read just that, in that order, and
// no socket without a peer has sent anything. Where none is connected, one socket may have read as many as all others had sent, of these sizes, in this
// order: then all was sent to that, and what the others read it has sent.
//
// Interface: `K.moved(source)` (`{read, write, counted}`: at which events bytes were moved, `at`, and how many in all by then, `sum`; `counted`: of all
// that was moved the bytes are known), `K.moved.all()` (a map of these), `K.otherEnd(source)` (a name, or undefined), `K.useOf(source, i)` (the event by which it was used last by event `i`, or made), `K.useWords(source, i, where)`, `K.userOf(source, i)` (the task that has used it last by
// event `i`), `K.cameFrom(on, from, to)` (the event at the other end that made a socket ready in a wait from event `from` to event `to`; null if that is
// not known), `K.cameLast(on, to, until)` (the same of what came while it was ready), `K.answererOf(on, i)` (a task), `K.unread(source, i)` (the datagrams that were sent to it and not read by event `i`, as events; null if that is not known), `K.onTheWay(source, i)` (how many bytes were written for it
// at the other end of a stream, and not read by event `i`; 0 if that is not known).
// Invariant: all of this depends on the trace alone.
// Not here: what is said of it (answer.js, why.js).
"use strict";
(function (K) {
  /** Of more connections than so many no pairs are looked for. */
  const MOST = 100;
  const blank = () => ({
    read: { at: [], sum: [] },
    write: { at: [], sum: [] },
    counted: true,
    vague: false,
    uses: [],
    drop: null,
    shut: null,
  });
  const isDatagram = (K.isDatagram = (source) => /^Udp|Datagram$/.test(K.sourceType(source)));
  function add({ at, sum }, i, bytes) {
    at.push(i);
    sum.push((sum.at(-1) ?? 0) + bytes);
  }
  /** The one way to pair all sockets that were made with all that were accepted; none if it isn't the only one. */
  function pairsOf(made, accepted, all, accepts) {
    const added = (K.trace.index.byEv.get("SourceAdd") ?? []).map((i) => K.event(i)),
      ours = new Set([...made, ...accepted]),
      listeners = added.filter(({ source }) => K.listens(source));
    const whole =
      K.trace.n[0] === 1 &&
      !K.trace.lost.length &&
      listeners.length === 1 &&
      [made, accepted].every((list) => list.length === accepts);
    if (!whole || accepts > MOST || added.some(({ source, what }) => /Stream$/.test(what) && !ours.has(source)))
      return [];
    const family = (source) => K.sourceType(source).replace(/(Stream|Listener)$/, ""),
      of = family(listeners[0].source);
    if ([...ours].some((source) => ![of, ""].includes(family(source)))) return [];
    const within = (a, b) => a.read.at.every((i, k) => a.read.sum[k] <= (b.write.sum[K.upTo(b.write.at, i)] ?? 0)),
      fits = (a, b) => within(all.get(a), all.get(b)) && within(all.get(b), all.get(a));
    const left = new Map(made.map((a) => [a, new Set(accepted.filter((b) => fits(a, b)))])),
      pairs = [];
    while (left.size) {
      // (if there is one way alone, then one of those that are left fits one alone)
      const [a, fitting] = [...left].find(([, fitting]) => fitting.size === 1) ?? [];
      if (!a) return [];
      const [b] = fitting;
      pairs.push([a, b]);
      left.delete(a);
      for (const others of left.values()) others.delete(b);
    }
    const came = (a, b) => !a.write.at.length || b.read.at.length > 0;
    const shows = ([a, b]) => came(a, b) && came(b, a) && a.read.at.length + b.read.at.length > 0;
    return pairs.every(([a, b]) => shows([all.get(a), all.get(b)])) ? pairs : [];
  }
  /** The other end by the ports; of sockets that are made one right after the other, the neighbour. */
  function told() {
    const all = new Map((K.trace.index.byEv.get("SourceNew") ?? []).map(K.event).map((e) => [e.source, e])),
      made = [...all.values()].filter(({ source, what }) => /Stream$|^Unix|^Pipe/.test(what) && !K.listens(source)),
      other = new Map(),
      apart = (a, b) => Math.abs(a.i - b.i);
    const fits = (a, b) =>
      a.ends[0] && b.ends[0]
        ? a.ends[0] === b.ends[1] && [0, b.ends[0]].includes(a.ends[1])
        : b.i === a.i + 1 && a.what.replace("Writer", "Reader") === b.what;
    const byPort = Map.groupBy(made, (e) => e.ends[1]);
    for (const a of made) {
      const near = (
        a.ends[0] ? (byPort.get(a.ends[0]) ?? []) : made.slice(made.indexOf(a) + 1, made.indexOf(a) + 2)
      ).filter((b) => fits(a, b) && !other.has(b.source));
      if (other.has(a.source) || !near.length) continue;
      const b = near.reduce((best, b) => (apart(a, b) < apart(a, best) ? b : best));
      other.set(a.source, b.source).set(b.source, a.source);
    }
    return { all, other };
  }
  /** To which socket of the run each UDP socket was connected; null if that is not known. */
  function peersOf() {
    const made = new Map(),
      peers = new Map();
    for (const e of (K.trace.index.byEv.get("SourceNew") ?? []).map(K.event).filter(({ what }) => /^Udp/.test(what))) {
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
  /** What was sent to a UDP socket, and how many of its reads are of just that, each of its turn. */
  function inboxOf(source, { all, peers }) {
    const senders = [...peers].filter(([, peer]) => peer === source).map(([sender]) => sender),
      flow = all.get(source);
    const strange = [...all].some(
      ([other, { write, vague }]) =>
        other !== source && isDatagram(other) && (vague || (write.at.length > 0 && !peers.get(other))),
    );
    if (
      !senders.length ||
      (strange && flow?.read.at.length) ||
      flow?.vague ||
      K.trace.n[0] !== 1 ||
      K.trace.lost.length
    )
      return null;
    const sent = senders.flatMap((sender) => all.get(sender)?.write.at ?? []).sort((a, b) => a - b),
      read = flow?.read.at ?? [];
    const not = read.findIndex((i, k) => !(sent[k] < i && K.event(sent[k]).bytes === K.event(i).bytes));
    return { sent, read, known: not < 0 ? Infinity : not };
  }
  function ends() {
    if (K.trace.ends) return K.trace.ends;
    const { byEv } = K.trace.index,
      all = new Map(),
      listened = new Map(),
      made = [],
      accepted = [],
      connects = [];
    let accepts = 0;
    for (const i of byEv.get("SourceTry") ?? []) {
      const { source, direction, result, bytes } = K.event(i),
        known = (bytes ?? null) !== null,
        first = !all.has(source),
        flow = all.get(source) ?? blank();
      if (K.listens(source)) {
        accepts += result === "done";
        K.put(listened, source, i);
        continue;
      }
      all.set(source, flow);
      flow.uses.push(i);
      if (first && direction === "write" && result === "done" && !known && !isDatagram(source)) {
        made.push(source);
        connects.push(i);
        continue;
      } // the end of its connect
      if (first && /^$|Stream$/.test(K.sourceType(source))) accepted.push(source);
      if (result !== "done") continue;
      if (!known || !flow[direction]) {
        flow.counted = false;
        flow.vague = true;
      } // (of an empty datagram the record has no bytes)
      else if (bytes > 0) add(flow[direction], i, bytes);
      else if (direction === "write") flow.shut = i;
    }
    K.trace.dropped = new Map((byEv.get("SourceDrop") ?? []).map((i) => [K.event(i).source, i]));
    for (const [source, drop] of K.trace.dropped)
      if (!K.listens(source)) all.set(source, Object.assign(all.get(source) ?? blank(), { drop })); // (it may never have been tried)
    for (const [source, flow] of all) if (!/^$|Stream$|^Pipe|^Child/.test(K.sourceType(source))) flow.counted = false;
    const { all: known, other } = told(),
      streams = [made, accepted].map((list) =>
        list.filter((source) => all.get(source).counted && !known.get(source)?.ends[0] && !other.has(source)),
      ),
      pairs = pairsOf(...streams, all, accepts);
    for (const [a, b] of pairs) other.set(a, b).set(b, a);
    const peers = peersOf(),
      linked = [...known.values()].filter(({ ends, what }) => ends[1] && /Stream$/.test(what));
    for (const [source, peer] of peers) if (peer) other.set(source, peer);
    return (K.trace.ends = { all, listened, other, peers, inboxes: new Map(), connects, linked });
  }

  K.unread = function (source, i) {
    const known = ends();
    if (!known.inboxes.has(source)) known.inboxes.set(source, inboxOf(source, known));
    const inbox = known.inboxes.get(source),
      reads = inbox ? K.upTo(inbox.read, i) + 1 : 0;
    return inbox && reads <= inbox.known ? inbox.sent.slice(reads, K.upTo(inbox.sent, i) + 1).map(K.event) : null;
  };
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
  /** "last used by task 1", and where that is; of a wait at its other end (`on`) the task that did last what that is for; of one that was only made, accepted or connected by then, which task did that: perhaps for another. "" if no event tells. */
  K.useWords = function (source, i, where, on = null) {
    const use = K.useOf(source, i),
      answers = on && K.answererOf(on, i),
      acts = (answers && K.moved(source)?.[on.direction === "read" ? "write" : "read"].at) || [],
      act = K.event(acts[K.upTo(acts, i)] ?? -1);
    if (act && act.run === answers && answers !== use?.run)
      return `last ${on.direction === "read" ? "written to" : "read"} by ${K.nameHTML(answers)}${where(answers)}`; // (the halves may be with two tasks)
    const who = use?.run && K.nameHTML(use.run),
      isUse = use?.ev === "SourceTry" && !K.connects(use),
      by = !who || isUse ? null : K.event(use.i - 1);
    return !who
      ? ""
      : isUse
        ? `last used by ${who}${where(use.run)}`
        : `${use.ev === "SourceTry" ? "connected" : by?.ev === "SourceTry" && K.listens(by.source) ? "accepted" : "made"} by ${who}, and not used by then`;
  };
  /** Which task could end a wait at a socket's other end: the one that wrote to it last (read from it, of a wait for room), else the one that has it, or will accept it, or has the listener that it is in the queue of. */
  K.answererOf = function ({ source, direction }, i) {
    const end = K.otherEnd(source),
      { what, ends: [near, far] = [] } = K.madeOf(source) ?? {},
      all = end || !near || !/Stream$/.test(what) ? [] : (K.trace.index.byEv.get("SourceNew") ?? []).map(K.event);
    const listener = end ? null : all.find((e) => K.listens(e.source) && e.ends[0] === far)?.source;
    // (What a socket that answers several has written may be for another one: the task that reads there sees to all, but if one task alone writes, and this one has heard of it.)
    const upTo = ({ at }) => at.slice(0, K.upTo(at, i) + 1),
      hasHeard = () =>
        upTo(K.moved(source)?.read ?? { at: [] }).length > 0 &&
        new Set(upTo(K.moved(end).write).map((at) => K.event(at).run)).size === 1;
    const shared =
      end &&
      isDatagram(end) &&
      [...ends().other.values()].filter((one) => one === end).length > 1 &&
      !(K.moved(end) && hasHeard());
    const acts = K.moved(end)?.[direction === "read" && !shared ? "write" : "read"].at ?? []; // (the halves of a connection may be with two tasks)
    return end
      ? (K.event(acts[K.upTo(acts, i)] ?? -1)?.run ?? K.userOf(end, i) ?? (isDatagram(end) ? null : K.madeOf(end)?.run))
      : listener
        ? K.userOf(listener, i)
        : null;
  };
  /** By which event each datagram was sent that was read, by the event of that read; empty where that is not known. */
  function sentBy() {
    const { all, peers } = ends(),
      flows = [...all].filter(([source]) => isDatagram(source)),
      by = (a, b) => a - b,
      of = (flows, way) => flows.flatMap(([, flow]) => flow[way].at).sort(by),
      fits = (sent, read) => sent < read && K.event(sent).bytes === K.event(read).bytes;
    if (flows.some(([source, { vague }]) => vague || peers.has(source)) || K.trace.n[0] !== 1 || K.trace.lost.length)
      return new Map();
    for (const hub of flows.toSorted(([, a], [, b]) => b.read.at.length - a.read.at.length)) {
      const others = flows.filter((one) => one !== hub),
        sent = of(others, "write"),
        read = hub[1].read.at,
        answers = [...hub[1].write.at];
      if (!read.length || !read.every((i, k) => fits(sent[k] ?? Infinity, i))) continue;
      const pairs = read.map((i, k) => [i, sent[k]]);
      for (const i of of(others, "read")) {
        const at = answers.findIndex((sent) => fits(sent, i));
        pairs.push([i, at < 0 ? undefined : answers.splice(at, 1)[0]]);
      }
      if (pairs.every(([, sent]) => sent !== undefined)) return new Map(pairs);
    }
    return new Map();
  }
  /** The first that came for a socket without a peer; else one of its other end, or of a socket that is connected to it, that is as long as what was read next: the first of the turn whose
   *  end found it (what was sent earlier was found then), or the last, if it was sent outside of that turn. */
  function datagramFor(source, end, from, to) {
    const read = K.moved(source)?.read.at ?? [],
      next = K.event(read[K.upTo(read, to - 1) + 1] ?? -1),
      [first] = K.unread(source, to - 1) ?? [K.event((ends().sentBy ??= sentBy()).get(next?.i) ?? -1)];
    if (first) return first.i > from ? first : null;
    const { all, peers } = ends(),
      senders = end ? [end] : [...peers].filter(([, peer]) => peer === source).map(([name]) => all.get(name));
    const fit = senders
        .flatMap((flow) => flow?.write.at ?? [])
        .filter((i) => i > from && i < to && K.event(i).bytes === next?.bytes)
        .sort((a, b) => a - b),
      turns = K.trace.index.byEv.get("Turn") ?? [],
      since = turns[K.upTo(turns, to - 1) - 1] ?? 0;
    return fit.length ? K.event(fit.find((i) => i > since) ?? fit.at(-1)) : null;
  }
  /** By which events connections to a listener were made: by its port; without one only if all that were made of that kind were accepted there. */
  function connectsTo(source) {
    const { connects, linked, listened } = ends(),
      port = K.madeOf(source)?.ends?.[0],
      kind = (source) => K.sourceType(source).replace(/Listener$|Stream$/, "");
    if (port) return linked.filter(({ ends }) => ends[1] === port).map(({ i }) => i);
    const made = connects.filter((i) => kind(K.event(i).source) === kind(source)),
      accepts = listened.get(source)?.filter((i) => K.event(i).result === "done") ?? [];
    return made.length === accepts.length ? made : [];
  }
  K.cameFrom = function ({ source, direction }, from, to) {
    const { all } = ends(),
      end = all.get(K.otherEnd(source)),
      last = (list) => {
        const i = list[K.upTo(list, to - 1)];
        return i > from ? i : -1;
      };
    if (K.listens(source)) {
      const i = connectsTo(source).find((i) => i > from);
      return i < to ? K.event(i) : null;
    }
    if (isDatagram(source) && direction === "read") return datagramFor(source, end, from, to);
    if (!end) return null;
    // (The first bytes that had not been read end the wait: what was written after them is read with them, perhaps.)
    const { read, counted } = all.get(source) ?? blank(),
      had = read.sum[K.upTo(read.at, to - 1)] ?? 0,
      exact = counted && end.counted && K.trace.n[0] === 1 && !K.missing(-1, to),
      first = exact ? end.write.at[K.upTo(end.write.sum, had) + 1] : undefined;
    const gone = (i) => (i > from && i < to ? i : -1),
      i =
        direction === "write"
          ? last(end.read.at)
          : first < to
            ? gone(first)
            : Math.max(last(end.write.at), gone(end.drop), gone(end.shut));
    return i < 0 ? null : K.event(i);
  };
  /** Of a wait for bytes that ended at event `to`: what the task took last in the poll up to event `until`, if that was sent, or the other end closed, only while it was ready; else null. */
  K.cameLast = function ({ source, direction }, to, until) {
    const { all } = ends(),
      end = all.get(K.otherEnd(source)),
      own = all.get(source),
      uses = own?.uses ?? [];
    if (
      !end ||
      !own.counted ||
      !end.counted ||
      direction !== "read" ||
      isDatagram(source) ||
      K.trace.n[0] !== 1 ||
      K.missing(-1, until)
    )
      return null;
    const last = uses
      .slice(K.upTo(uses, to) + 1, K.upTo(uses, until) + 1)
      .map(K.event)
      .findLast((e) => e.direction === "read" && e.result === "done");
    const sent = !last
      ? null
      : last.bytes > 0
        ? end.write.at[end.write.sum.findIndex((sum) => sum >= own.read.sum[K.upTo(own.read.at, last.i)])]
        : (end.shut ?? end.drop);
    return sent > to && sent < last.i ? K.event(sent) : null;
  };
})((window.K = window.K || {}));
