// Which kinds of events are there?
//
// Of each: from which level on it is shown, under which word the search finds it, and where tokio
// does the same step. A new kind of event has a line here, its words in teaches.js, and a question
// of the quiz (quiz.js) if it has one.
//
// Interface: `K.EVENTS[ev]`: `level` (0: in the story already, 1: with the tasks, 2: only for who
// wants it all), `kind` (a key of find.js), `tokio` (paths below tokio/src/). Each is a value, or
// a function of event and state.
// Not here: what an event teaches (teaches.js), what it changes (fold.js).

const { primitiveOf } = K;

const LOOP = ["runtime/scheduler/current_thread/mod.rs"],
  WHEEL = "runtime/time/wheel/mod.rs",
  DRIVER = "runtime/io/driver.rs",
  HARNESS = "runtime/task/harness.rs",
  POOL = ["runtime/blocking/pool.rs"],
  SELECT = ["macros/select.rs"];
const THINGS = {
  timer: ["runtime/time/entry.rs"],
  source: ["runtime/io/scheduled_io.rs"],
  value: ["sync/mpsc/chan.rs", "sync/task/atomic_waker.rs"],
  closed: ["sync/mpsc/chan.rs", "sync/notify.rs"],
  task: ["runtime/task/join.rs", HARNESS],
};
/** Of a wait: where what is waited for is. */
const atThing = ({ on }, s) => {
  const { kind } = s.primitives.get(on?.sync ?? on?.value ?? on?.closed) ?? {};
  return on?.sync || kind === "oneshot"
    ? primitiveOf(kind).tokio
    : K.of(THINGS, K.onKind(on) ?? "");
};

/** A sender more or less, a permit used, values that a channel forgets, a lock released that no
 * task waits for: not for the story. */
const isDetail = (e) =>
  e.act === "senders" ||
  (e.act === "refuse" && e.units === 0) ||
  (e.kind === "mpsc" && e.act === "release") ||
  (e.act === "forget" && primitiveOf(e.kind).acts?.forget) ||
  (e.kind === "mutex" && e.act === "release" && e.count > 0);

K.EVENTS = {
  RunStart: { level: 0, kind: "loop", tokio: ["runtime/runtime.rs", "runtime/context/runtime.rs"] },
  RunEnd: { level: 0, kind: "loop", tokio: LOOP },
  Turn: { level: 2, kind: "loop", tokio: LOOP },
  Spawn: { level: 0, kind: "task", tokio: ["task/spawn.rs", "runtime/task/list.rs"] },
  PollStart: { level: 0, kind: "poll", tokio: [...LOOP, HARNESS] },
  PollEnd: { level: 0, kind: "poll", tokio: [HARNESS, "runtime/task/state.rs"] },
  Clones: { level: 2, kind: "wait", tokio: ["runtime/task/waker.rs"] },
  Wake: {
    level: (e) => (e.by === "runtime" ? 2 : e.effect === "queued" ? 0 : 1),
    kind: "wake",
    tokio: ["runtime/task/waker.rs", "runtime/task/state.rs"],
  },
  Wait: { level: (e) => (K.joins(e) ? 2 : e.on?.timer ? 1 : 0), kind: "wait", tokio: atThing },
  Done: { level: 2, kind: "wait", tokio: atThing },
  Served: { level: 2, kind: "wait", tokio: atThing },
  Defer: { level: 1, kind: "wake", tokio: ["runtime/scheduler/defer.rs", "task/coop/mod.rs"] },
  TimerAdd: { level: 0, kind: "timer", tokio: [WHEEL, "runtime/time/wheel/level.rs"] },
  TimerAt: { level: 2, kind: "timer", tokio: ["runtime/time/entry.rs"] },
  TimerMove: { level: 1, kind: "timer", tokio: ["runtime/time/entry.rs", WHEEL] },
  TimerCascade: { level: 2, kind: "timer", tokio: [WHEEL] },
  TimerFire: { level: 1, kind: "timer", tokio: ["runtime/time/mod.rs", WHEEL] },
  TimerCancel: { level: 1, kind: "timer", tokio: ["runtime/time/entry.rs", WHEEL] },
  SourceNew: { level: 1, kind: "source", tokio: ["net/tcp/stream.rs", "io/poll_evented.rs"] },
  SourceAdd: { level: 1, kind: "source", tokio: ["runtime/io/registration.rs", DRIVER] },
  SourceTry: {
    level: (e) => (e.result === "would_block" ? 1 : 0),
    kind: "source",
    tokio: ["runtime/io/registration.rs", "io/poll_evented.rs"],
  },
  SourceReady: { level: 0, kind: "source", tokio: [DRIVER, "runtime/io/scheduled_io.rs"] },
  SourceClear: { level: 2, kind: "source", tokio: ["runtime/io/scheduled_io.rs"] },
  SourceDrop: { level: 1, kind: "source", tokio: ["runtime/io/registration.rs", DRIVER] },
  Choice: { level: 1, kind: "loop" },
  ChildEnd: { level: 1, kind: "source", tokio: ["process/unix/pidfd_reaper.rs"] },
  Park: {
    level: (e) => (e.timeout === 0 ? 1 : 0),
    kind: "loop",
    tokio: [...LOOP, "runtime/time/mod.rs"],
  },
  Unpark: { level: 1, kind: "loop", tokio: [DRIVER] },
  Advance: { level: 0, kind: "timer", tokio: ["time/clock.rs"] },
  Message: { level: 1, kind: "loop", tokio: [...LOOP, "runtime/scheduler/inject.rs"] },
  BlockingStart: { level: 0, kind: "task", tokio: POOL },
  BlockingRun: { level: 1, kind: "task", tokio: POOL },
  BlockingEnd: { level: 0, kind: "task", tokio: ["runtime/blocking/task.rs"] },
  SyncNew: {
    level: 0,
    kind: (e) => primitiveOf(e.kind).word ?? "sync",
    tokio: (e) => primitiveOf(e.kind).tokio,
  },
  SyncAct: {
    level: (e) => (isDetail(e) ? 1 : 0),
    kind: (e) => primitiveOf(e.kind).word ?? "sync",
    tokio: (e) =>
      e.kind === "mpsc" && e.act !== "put" ? ["sync/mpsc/chan.rs"] : primitiveOf(e.kind).tokio,
  },
  Scope: { level: 2, kind: "select", tokio: SELECT },
  ScopeEnd: {
    level: ({ what, won }) =>
      what === "select" && won !== null ? 0 : what === "timeout" && won ? 1 : 2,
    kind: "select",
    tokio: SELECT,
  },
  Cancel: { level: 0, kind: "task", tokio: ["runtime/task/abort.rs", HARNESS] },
  Join: { level: 0, kind: "task", tokio: ["runtime/task/join.rs"] },
  Detach: { level: 1, kind: "task", tokio: ["runtime/task/join.rs", HARNESS] },
  Unpolled: { level: 0, kind: "task" },
  LateTick: { level: 1, kind: "timer", tokio: ["time/interval.rs"] },
  Note: { level: 0, kind: (e) => (K.panicAt(e) ? "task" : "printed") },
  Lost: { level: 0, kind: "verdict" },
};
