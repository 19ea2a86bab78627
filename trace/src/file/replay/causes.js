// Where did a task's time go, and which chain of causes bounded it?
//
// The bars of the lanes (rows.js) say what a task did from which event to which. Here each gets its length and its
// cause: polling, ready in the run queue, or what it waited for. A wait at several things at once (a timeout, a
// `select!`) has the cause that ended it. What a timer was late is a cause of its own, and so is the part of a wait
// for a blocking job in which that was in the pool's queue.
//
// The chain is found backwards, as one would do by hand: why did the task go on only now? It was ready since it
// was woken; a timer or a socket woke it: then it had waited for that; a task woke it: then what had
// that task done until then? So each moment of the stretch is booked once, to the task and the cause that
// all else waited for. The chain leads from the task that is asked about to the largest of these sums.
//
// Interface: `K.lasted(kind, from, to, begin, end)`, `K.causesOf(name, begin, end)` (a list of `{key, words, ns,
// times, at, longest, beside}`, the largest first), `K.chainOf(name, begin, end)` (`{links, last, around}`),
// `K.lifeOf(name)` (`[begin, end]`). Times in ns of the program's clock.
// Invariants: polls and the time in the queue are measured by the machine's clock, waits by the program's, which
// differ where time is virtual. What recording took is in a wait (a timer goes on meanwhile), and in no poll and no time
// in the queue: there it is a cause of its own. A bar across a gap of the record has no length.
// Not here: how it is shown (answer.js, times.js).
"use strict";
(function (K) {
  const { BAR } = K;
  /** A timer that is less late than this is as exact as the wheel. */
  const TICK = 1e6;

  /** Is something missing between these two events? */
  const torn = (from, to) => K.trace.lost.some((lost) => lost.i >= from && lost.i < to);

  /** How long a bar lasted within a span of the program's time; null if that is not known. */
  K.lasted = function (kind, from, to, begin = -Infinity, end = Infinity) {
    const { t, real } = K.trace, until = Math.min(to, K.trace.last);
    if (torn(from, to)) return null;
    const part = Math.min(t[until], end) - Math.max(t[from], begin), all = t[until] - t[from], machine = real[until] - real[from];
    if (part < 0) return 0;
    if (kind === BAR.WAIT) return part;
    return all > 0 ? machine * (part / all) : machine;
  };

  const rows = () => K.rowsOf(K.trace).rows;
  const end = (row, k) => row.at[k + 1] ?? K.trace.count;
  /** What made a task ready at event `i`. */
  function wakeAt(row, i) {
    const { arrows, arrowAt } = K.rowsOf(K.trace);
    for (let k = K.upTo(arrowAt, i); k >= 0 && arrowAt[k] === i; k--) if (arrows[k].to === row.name && arrows[k].how !== "spawn") return arrows[k];
    return null;
  }

  // ----- what a bar was -----

  const isJob = (name) => !!rows().get(name)?.job;
  /** Waits with one key are one sum. */
  function keyOf(on) {
    if (on.timer) return "timer";
    if (on.source) return "socket";
    if (on.task) return isJob(on.task) ? "job" : "task";
    if (on.sync) return on.sync;
    return on.value ? `value ${on.value}` : on.closed ? `end ${on.closed}` : "deferred";
  }
  const WORDS = {
    recorder: "the recorder, which wrote this", poll: "polling", ready: "ready, in the run queue", timer: "a timer", late: "a timer that was late", pool: "a thread of the pool", running: "running on its thread",
    deferred: "having given way", foreign: "something that kettle doesn’t know", nothing: "nothing: its waker is gone",
  };
  /** In words, where a sum is of this one thing (`on`), or of several. */
  function wordsOf(key, on, several) {
    if (WORDS[key]) return WORDS[key];
    if (several) return { socket: "sockets", job: "jobs, on their threads", task: "the end of other tasks" }[key] ?? K.onWhat(on);
    return key === "job" ? `${on.task}, on its thread` : /^semaphore/.test(key) ? `a permit of ${key}` : K.onWhat(on);
  }

  /** Of a wait at several things: the one that ended it. */
  function deciding(row, k, wake) {
    const waits = row.waits[k], of = (is) => waits.find(is);
    if (waits.length < 2) return waits[0];
    if (wake?.by === "timer") return of((on) => on.timer) ?? waits[0];
    if (wake?.by === "io") return of((on) => on.source) ?? waits[0];
    const others = waits.filter((on) => !on.timer && !on.source);
    if (others.length < 2 || !wake) return others[0] ?? waits[0];
    for (let i = wake.i; i > Math.max(0, wake.i - 8); i--) { // what was done just before the wake
      const { sync, value, task, on } = K.event(i), things = [sync, value, task !== row.name && task, on?.sync, on?.value].filter(Boolean);
      const found = others.find((on) => things.includes(on.sync ?? on.value ?? on.closed ?? on.task));
      if (found) return found;
    }
    return others[0];
  }

  /** Tells each part of a bar: `tell(key, ns, from, on, waits)`, where `ns` is null if it is not known. */
  function parts(row, k, begin, until, tell) {
    const { t, last } = K.trace, kind = row.kind[k], from = row.at[k], to = end(row, k), { job } = row;
    if (kind === BAR.POLL || kind === BAR.READY) {
      const ns = K.lasted(kind, from, to, begin, until), recorded = K.trace.overhead > 0 && ns !== null ? K.lasted(BAR.WAIT, from, to, begin, until) - ns : 0;
      if (recorded > 0) tell("recorder", recorded, from);
      return tell(kind === BAR.POLL ? "poll" : "ready", ns, from);
    }
    if (kind === BAR.QUEUED || kind === BAR.JOB) {
      const measured = job.waited === null ? null : kind === BAR.JOB ? [job.since + job.waited, job.ran] : [job.since, job.waited];
      const ns = measured && measured[1] !== null ? Math.max(0, Math.min(measured[0] + measured[1], until) - Math.max(measured[0], begin)) : K.lasted(kind, from, to, begin, until);
      return tell(kind === BAR.JOB ? "running" : "pool", ns, from);
    }
    if (kind !== BAR.WAIT) return;
    const all = K.lasted(kind, from, to, begin, until), waits = row.waits[k];
    if (!waits?.length) return tell(waits ? "nothing" : "foreign", all, from);
    const wake = waits.length > 1 || waits[0].timer ? wakeAt(row, to) : null, on = deciding(row, k, wake), key = keyOf(on), ends = t[Math.min(to, last)];
    // Where it has two parts: the time between them.
    let middle = null, [first, second] = [key, key];
    if (key === "timer" && wake?.late > TICK) [middle, second] = [ends - wake.late, "late"];
    if (key === "job") {
      const { since, waited } = rows().get(on.task).job; // (where the program's time stands still, all of it is the job)
      [middle, first] = [waited === null ? ends : t[from] + (since + waited - K.event(from).real), "pool"];
    }
    if (all === null || middle === null) return tell(key, all, from, on, waits);
    const between = Math.max(t[from], Math.min(middle, ends)), within = (a, b) => Math.max(0, Math.min(b, until) - Math.max(a, begin));
    tell(first, within(t[from], between), from, on, waits);
    tell(second, within(between, ends), from, on, waits);
  }

  // ----- the sums -----

  /** One sum a cause: how much, how often, and where the longest began. */
  class Sums extends Map {
    add(id, key, ns, from, on, waits) {
      let sum = this.get(id);
      if (!sum) this.set(id, (sum = { key, ns: 0, times: 0, at: from, longest: -1, on, waits, several: false }));
      else if (on && !sum.several) sum.several = K.onWhat(on) !== K.onWhat(sum.on);
      sum.ns += ns;
      sum.times += 1;
      if (ns > sum.longest) Object.assign(sum, { at: from, longest: ns, on, waits });
    }
    /** The largest first. `beside`: what else the longest wait was for. */
    list() {
      const all = [...this.values()].sort((a, b) => b.ns - a.ns);
      for (const sum of all) Object.assign(sum, { words: wordsOf(sum.key, sum.on, sum.several), beside: (sum.waits ?? []).filter((on) => on !== sum.on) });
      return all;
    }
  }
  K.causesOf = function (name, begin = -Infinity, until = Infinity) {
    const row = rows().get(name), sums = new Sums(), { t } = K.trace;
    let unknown = 0;
    for (let k = Math.max(0, row ? row.barAt(Math.max(0, K.upTo(t, begin - 1))) : 0); row && k < row.at.length && t[row.at[k]] <= until; k++) {
      parts(row, k, begin, until, (key, ns, from, on, waits) => {
        if (ns === null) unknown += 1;
        else if (ns > 0 || key === "poll") sums.add(key, key, ns, from, on, waits);
      });
    }
    return Object.assign(sums.list(), { unknown });
  };
  /** From a task's first event to its end, or that of the record. */
  K.lifeOf = function (name) {
    const row = rows().get(name), { t, last } = K.trace, over = [BAR.DONE, BAR.CANCELLED, BAR.PANICKED].includes(row?.last);
    return row?.at.length ? [t[row.at[0]], t[over ? row.at.at(-1) : last]] : [t[0], t[last]];
  };

  // ----- the chain -----

  /** More steps back are not made. (Each is one bar or one hop.) */
  const MOST = 400_000;

  class Path {
    constructor(name, begin, until) {
      Object.assign(this, { begin, until, sums: new Sums(), from: new Map([[name, null]]), around: null });
      this.first = Math.max(0, K.upTo(K.trace.t, begin - 1) + 1);
      let at = { row: rows().get(name), i: Math.max(0, K.upTo(K.trace.t, until)) + 1, ahead: true };
      for (let n = 0; at?.row && at.i > this.first && n < MOST; n++) at = this.back(at);
    }
    /** The bar that ends at this event, and what came before it. `ahead`: the bar may end later, and that end counts. */
    back({ row, i, ahead }) {
      const k = K.upTo(row.at, i - 1), from = row.at[k];
      if (k < 0) return row.parent ? this.hop(row, row.parent, row.at[0], null) : null;
      if (row.kind[k] === BAR.WAIT && (ahead || end(row, k) <= i)) return this.waited(row, k, i);
      this.book(row, k, i);
      return { row, i: from };
    }
    /** A bar, as far as event `i`. */
    book(row, k, i) {
      parts(row, k, this.begin, Math.min(this.until, K.trace.t[i] ?? Infinity), (key, ns, from, on, waits) => {
        if (!(ns > 0)) return;
        this.sums.add(`${row.name} ${key}`, key, ns, from, on, waits);
        this.sums.get(`${row.name} ${key}`).who = row.name;
      });
    }
    /** It waited, and went on because of something else: that is looked at instead of the wait. */
    waited(row, k, i) {
      const to = end(row, k), wake = wakeAt(row, to), on = row.waits[k]?.length ? deciding(row, k, wake) : null;
      if (on?.task && isJob(on.task) && to < K.trace.count) return this.job(row, k, on);
      if (wake?.from && wake.from !== row.name && rows().has(wake.from)) return this.hop(row, wake.from, to, on, row.at[k]);
      if (on && (!wake || wake.by === "runtime")) { // it waited in vain, to the end of the record or of the run: who could have ended that?
        const holder = on.task ?? K.stateAt(Math.min(i, to) - 1).primitives.get(on.sync)?.holders.find((who) => rows().has(who));
        if (holder && this.from.has(holder)) this.around = { who: row.name, words: K.onWhat(on), to: holder, at: row.at[k] };
        else if (holder && rows().has(holder)) return { ...this.hop(row, holder, i, on, row.at[k]), ahead: true };
      }
      this.book(row, k, i);
      return { row, i: row.at[k] };
    }
    /** A job's time is the waiting task's, back to where the job was handed over. */
    job(row, k, on) {
      const job = rows().get(on.task);
      this.link(row.name, on.task, on, row.at[k]);
      for (let b = 0; b < job.at.length; b++) this.book(job, b, K.trace.count);
      return job.parent ? { row: rows().get(job.parent), i: job.at[0] } : { row, i: row.at[k] };
    }
    hop(row, name, i, on, at = i) {
      this.link(row.name, name, on, at);
      return { row: rows().get(name), i };
    }
    link(who, to, on, at) {
      if (!this.from.has(to)) this.from.set(to, { who, at, words: on ? (isJob(on.task) ? on.task : wordsOf(keyOf(on), on)) : on === null ? "its spawn" : "its wake" });
    }
  }

  /** From `name` to what took most of the stretch: `links`: `{who, words, at}` each waits for the next; `last`: the sum. */
  K.chainOf = function (name, begin, until) {
    const path = new Path(name, begin, until), links = [];
    const [last] = path.sums.list();
    if (!last) return { links, last: null, around: path.around };
    for (let link = path.from.get(last.who); link; link = path.from.get(link.who)) links.unshift(link);
    return { links, last: { ...last, behind: ["ready", "late", "deferred"].includes(last.key) ? holders(last) : [] }, around: path.around };
  };

  /** Whose polls held the thread while a task was ready, or a timer due: the longest first. */
  function holders({ at, longest, who }) {
    const { real, index, last } = K.trace, row = rows().get(who), to = Math.min(end(row, row.barAt(at)), last), polls = index.byEv.get("PollStart") ?? [], sums = new Map();
    for (let k = Math.max(0, K.upTo(polls, at)); k < polls.length && polls[k] < to && sums.size < 64; k++) {
      const other = rows().get(K.event(polls[k]).task), bar = other?.barAt(polls[k]) ?? -1;
      if (bar < 0 || other === row) continue;
      const ns = Math.min(real[Math.min(end(other, bar), last)], real[to]) - Math.max(real[polls[k]], real[to] - longest);
      if (ns > 0) sums.set(other.name, (sums.get(other.name) ?? 0) + ns);
    }
    return [...sums].sort((a, b) => b[1] - a[1]).map(([name, ns]) => ({ name, ns }));
  }
})(window.K = window.K || {});
