// What bounded it?
//
// The chain of parts of which each, made a little longer, makes the whole longer. It is found from the end:
// an event came from the latest of its causes; from there on it goes on with what the other task did before that, or
// where a timer or the system ended a wait, with what the task had done before it waited. What else was waited for
// meanwhile came in time, and has bounded nothing.
//
// Interface: `K.bounded(name, begin, until)`: `{parts, stop}`: the parts from the end to the beginning, each `{who, what,
// wait, from, to, begin, end, next}`: what a task did or waited for, between which events and times, and the task that it
// leads on to. `what`: "poll", "ready", "timer", "late", "outside" (the system, another thread), "queue", "job",
// "code" (it waited for code other than kettle's), "open" (its wait isn't over). `stop`: why it goes no further.
// Invariants: parts don't overlap in time and leave nothing out, but where the chain stops.
// Not here: what an event came from (inputs.js), the chain in words (answer/).
"use strict";
(function (K) {
  /** So many steps back are made. */
  const STEPS = 1_000_000;

  K.timeAt = (i) =>
    (K.trace.header.clock === "paused" ? K.trace.t : K.trace.real)[Math.max(0, Math.min(i, K.trace.last))];

  class Chain {
    constructor(begin, until) {
      Object.assign(this, { begin, until, parts: [], stop: null });
    }
    book(who, what, from, to, more = {}) {
      const begin = Math.max(this.begin, more.begin ?? K.timeAt(from)),
        end = Math.min(this.until, more.end ?? K.timeAt(to));
      if (end > begin || (what === "open" && end === begin))
        this.parts.push({ who, what, from, to, wait: null, ...more, begin, end });
    }
    /** What led to event `i`: the event to go on from; undefined where there is none. */
    back(i) {
      const came = K.cameFrom(i);
      if (!came) return this.ends("begin");
      this.polled(i, came.cause);
      const { wait, how } = came;
      if (how === "woken") return this.woken(came.cause, i);
      if (!wait) return came.cause;
      const act = K.event(wait.act ?? wait.served);
      if (act.ev === "TimerFire") return this.slept(wait, act);
      if (act.ev === "SourceReady" || !(K.trace.inputs.pollOf[act.i] >= 0)) return this.outside(wait, act);
      return act.i;
    }
    /** The task polled from the cause on, or was ready and then polled. */
    polled(i, cause) {
      const poll = K.trace.inputs.pollOf[i],
        { task } = K.event(poll),
        isJob = K.event(poll).ev === "BlockingRun";
      this.book(task, isJob ? "job" : "poll", Math.max(cause, poll), i);
      if (cause < poll) this.book(task, isJob ? "queue" : "ready", cause, poll);
    }
    slept(wait, { i, late }) {
      const due = late > 0 ? K.timeAt(i) - late : K.timeAt(i);
      this.book(wait.task, "late", i, i, { wait, begin: due });
      return this.waited(wait, "timer", i, due);
    }
    outside(wait, { i }) {
      return this.waited(wait, "outside", i, K.timeAt(i));
    }
    waited(wait, what, to, end) {
      if (wait.begin === undefined) return this.ends("before");
      this.book(wait.task, what, wait.begin, to, { wait, end });
      return wait.begin;
    }
    /** Its waker was called for no wait: by a task, which is followed, or by code of which nothing is recorded. */
    woken(wake, i) {
      const { inputs } = K.trace;
      if (inputs.pollOf[wake] >= 0) return wake;
      const { task } = K.event(inputs.pollOf[i]),
        all = K.trace.index.byTask.get(task);
      for (let k = K.upTo(all, wake); k >= 0; k--) {
        const e = K.event(all[k]);
        if (e.ev !== "PollEnd" || e.task !== task) continue;
        this.book(task, "code", e.i, wake);
        return e.i;
      }
      return this.ends("before");
    }
    ends(why) {
      this.stop = why;
      return undefined;
    }
  }

  /** The event that is the last of a task's in this stretch: within a poll, or where its next poll began. */
  function lastOf(name, until) {
    return K.endedAt(name) ?? K.trace.last;
  }

  K.bounded = function (name, begin = -Infinity, until = Infinity) {
    const chain = new Chain(begin, until);
    let at = lastOf(name, until);
    for (let n = 0; at >= 0 && K.timeAt(at) > begin; n++) {
      if (n === STEPS) return (chain.ends("steps"), chain);
      at = chain.back(at);
    }
    return chain;
  };
})((window.K = window.K || {}));
