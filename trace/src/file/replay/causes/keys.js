// What was a wait for, in words, and which waits are of one cause?
//
// Interface: `keyOf`, `sumOf`, `byLine`, `isOnce`, `wordsOf`, `anyOf`, `isJob`, `memberAt`, `K.setWakes`, `K.jobOfSet`.
// Invariant: waits of one key have one name.
// Not here: which of several things has ended a wait (wakes.js).
"use strict";
(function (K) {
  const { inOrder, rowsByName } = K;
  /** The wake of a task of its local set which is why event `i` woke this one, that polls the set: just before, or, where a message of
   *  another thread is for the set, in the poll that follows. */
  const isMemberOf = (name, e, i) => e?.ev === "Wake" && rowsByName().get(e.task)?.hostAt(i) === name;
  /** Is it a local set that wakes the task which polls it, since one of the set's was put into its queue just before? */
  K.setWakes = (e) => e?.ev === "Wake" && isMemberOf(e.task, K.event(e.i - 1), e.i);
  function memberAt(row, i) {
    const isMember = (e) => isMemberOf(row.name, e, i),
      before = K.event(i - 1);
    return isMember(before)
      ? before
      : (K.inPollAfter(row.name, i).find((e) => e.by === "message" && isMember(e)) ?? null);
  }

  /** The job whose end a task learned of in the poll after this wake: it was in the set. */
  K.jobOfSet = function (row, i) {
    const joined = K.inPollAfter(row.name, i).find(({ ev }) => ev === "Join")?.task;
    return joined && isJob(joined) ? joined : null;
  };

  // ----- what a bar was -----

  const isJob = (name) => !!rowsByName().get(name)?.job;
  /** Waits with one key are one sum. */
  function keyOf(on) {
    if (on.timer) return "timer";
    if (on.source)
      return K.listens(on.source)
        ? "accept"
        : ({ Process: "child", SignalSocket: "signal" }[K.sourceType(on.source)] ?? "socket");
    if (on.task) return isJob(on.task) ? "job" : "task";
    if (on.sync) return on.sync;
    return on.value ? `value ${on.value}` : on.closed ? `end ${on.closed}` : "deferred";
  }
  const WORDS = {
    recorder: "the recorder, which wrote this",
    advanced: "the clock, which the program advanced",
    poll: "polling",
    drop: "its future being dropped, with all that it held",
    ready: "ready, in the run queue",
    timer: "a timer",
    late: "a timer that was late",
    heard: "a job that was over, which the loop heard late",
    deaf: "a wake from another thread, which the loop could not hear",
    found: "a socket that was ready, which the loop found late",
    pool: "a thread of the pool",
    running: "on its thread",
    accept: "a connection to accept",
    local: "ready, in its local set",
    deferred: "having given way",
    foreign: "something that kettle doesn’t know",
    hosted: "a task of the local set that it polls",
    thread: "code outside of any task, which cancelled it",
    nothing: "nothing: its waker is gone",
  };
  /** Is it a channel for one value? */
  const isOnce = (on) => K.trace.state.primitives.get(on.value)?.kind === "oneshot";
  /** Which waits are one sum: of those that a timer ended, those that were for one thing. */
  const sumOf = (key, on, waits) =>
    key === "before"
      ? `before ${[...new Set((waits ?? []).filter((other) => other === on || !other.timer).map((on) => (isOnce(on) ? "one value" : keyOf(on))))].sort().join()}`
      : key;
  /** Timers, and channels for one value, are told apart by their lines. */
  const byLine = (key, on) => key === "timer" || key === "idle" || (/^value /.test(key) && isOnce(on));
  /** "pipe 1, lock 1 or a timer": what a wait for several things is for. */
  const anyOf = (K.anyOf = (waits) =>
    orWords(waits.toSorted((a, b) => !!a.timer - !!b.timer).map((on) => (on.timer ? "a timer" : K.onWhat(on)))));
  function orWords(words) {
    const all = [...new Set(words)],
      few = all.length > 4 ? [...all.slice(0, 3), K.plural(all.length - 3, "other thing")] : all;
    return few.length > 1 ? `${few.slice(0, -1).join(", ")} or ${few.at(-1)}` : few[0];
  }
  /** In words, where a sum is of this one thing (`on`), or of several; `beside`: what was waited for as well. */
  function wordsOf(key, on, several, beside = [], sources = []) {
    if (key === "pool" && (several || on?.task)) return `${WORDS.pool}, for ${several ? "its jobs" : on.task}`;
    if (WORDS[key]) return WORDS[key];
    if (key === "idle") return `${wordsOf(keyOf(on), on, several, [], sources)}, until a wake for nothing`;
    if (key === "before")
      return `a timer that came before ${on.timer ? "another" : orWords(inOrder([on, ...beside.filter((on) => !on.timer)].map((on) => (keyOf(on) !== "job" ? wordsOf(keyOf(on), on, several, [], sources) : several ? "the end of jobs" : `the end of ${on.task}`))))}`; // (a job may be in the queue still)
    if (key === "unheard")
      return several
        ? "jobs, queued or on their threads"
        : on
          ? `${on.task}, queued or on its thread`
          : "queued or on its thread";
    if (!several) return key === "job" ? `${on.task}, on its thread` : K.onWhat(on);
    return (
      {
        socket: [...sources].sort().join(" or "),
        child: "the ends of child processes",
        job: "jobs, on their threads",
        task: "the end of other tasks",
      }[key] ??
      (/^value /.test(key)
        ? "a value in one channel after another"
        : /^semaphore/.test(key)
          ? `permits of ${key}`
          : /^rwlock/.test(key)
            ? key
            : K.onWhat(on))
    );
  }

  Object.assign(K, { memberAt, isJob, keyOf, isOnce, sumOf, byLine, wordsOf });
})((window.K = window.K || {}));
