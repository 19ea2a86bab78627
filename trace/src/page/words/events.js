// Which kinds of events are there, and what does each teach?
//
// For each kind: from which level on it is shown, where tokio takes the same step, and the text
// below its sentence. A new kind gets a line in each of the two tables here. docs/watch.md explains
// the fields of an event, `runtime/events/src/event.rs` those of each kind.
//
// Interface (all scripts share `K`): `K.levelOf(event)`: the index in `K.LEVELS` of the first level
// that shows an event; `K.tokioFiles(event, state)`: below tokio/src/; `K.teaches(event, state)`.
// Invariants: the text depends only on the event, the events that it points to, and the state.
// Not here: sentences (names.js), primitives (primitives.js), what an event changes (fold.js).

const { esc, plural, primitiveOf } = K;

K.LEVELS = ["story", "tasks", "engine"];
const [STORY, TASKS, ENGINE] = K.LEVELS.keys(); // 0, 1, 2
/** A kind that this version doesn't know is shown at the last level only. */
K.levelOf = (event) => K.lookUp(kindOf(event), "level", event) ?? ENGINE;
K.tokioFiles = (event, state) => K.lookUp(kindOf(event), "tokio", event, state) ?? [];
K.teaches = (event, state) => K.lookUp(TEACHES, event.ev, event, state) ?? "";
const kindOf = ({ ev }) => K.lookUp(EVENTS, ev) ?? {};

const LOOP = ["runtime/scheduler/current_thread/mod.rs"],
  WHEEL = "runtime/time/wheel/mod.rs",
  DRIVER = "runtime/io/driver.rs",
  HARNESS = "runtime/task/harness.rs",
  POOL = ["runtime/blocking/pool.rs"],
  SELECT = ["macros/select.rs"];
/** tokio's files, by the resource of a wait. */
const RESOURCES = {
  timer: ["runtime/time/entry.rs"],
  source: ["runtime/io/scheduled_io.rs"],
  value: ["sync/mpsc/chan.rs", "sync/task/atomic_waker.rs"],
  closed: ["sync/mpsc/chan.rs", "sync/notify.rs"],
  task: ["runtime/task/join.rs", HARNESS],
};
function filesOfWait(event, state) {
  const on = K.onOf(event),
    { kind } = state.primitives.get(on?.sync ?? on?.value ?? on?.closed) ?? {};
  if (on?.sync || kind === "oneshot") return primitiveOf(kind).tokio;
  return K.lookUp(RESOURCES, K.resourceKind(on));
}

/** Not for the story: senders, a permit used, values dropped, a lock released for no waiter. */
const isDetail = ({ act, kind, units, count }) =>
  act === "senders" ||
  (act === "refuse" && units === 0) ||
  (kind === "mpsc" && act === "release") ||
  (act === "forget" && primitiveOf(kind).acts?.forget) ||
  (kind === "mutex" && act === "release" && count > 0);

const EVENTS = {
  RunStart: { level: STORY, tokio: ["runtime/runtime.rs", "runtime/context/runtime.rs"] },
  RunEnd: { level: STORY, tokio: LOOP },
  Turn: { level: ENGINE, tokio: LOOP },
  Spawn: { level: STORY, tokio: ["task/spawn.rs", "runtime/task/list.rs"] },
  PollStart: { level: STORY, tokio: [...LOOP, HARNESS] },
  PollEnd: { level: STORY, tokio: [HARNESS, "runtime/task/state.rs"] },
  Clones: { level: ENGINE, tokio: ["runtime/task/waker.rs"] },
  Wake: {
    level: ({ by, effect }) => (by === "runtime" ? ENGINE : effect === "queued" ? STORY : TASKS),
    tokio: ["runtime/task/waker.rs", "runtime/task/state.rs"],
  },
  Wait: {
    level: (event) => (K.isWaitOfSet(event) ? ENGINE : event.on?.timer ? TASKS : STORY),
    tokio: filesOfWait,
  },
  Done: { level: ENGINE, tokio: filesOfWait },
  Served: { level: ENGINE, tokio: filesOfWait },
  Defer: { level: TASKS, tokio: ["runtime/scheduler/defer.rs", "task/coop/mod.rs"] },
  TimerAdd: { level: STORY, tokio: [WHEEL, "runtime/time/wheel/level.rs"] },
  TimerAt: { level: ENGINE, tokio: ["runtime/time/entry.rs"] },
  TimerMove: { level: TASKS, tokio: ["runtime/time/entry.rs", WHEEL] },
  TimerCascade: { level: ENGINE, tokio: [WHEEL] },
  TimerFire: { level: TASKS, tokio: ["runtime/time/mod.rs", WHEEL] },
  TimerCancel: { level: TASKS, tokio: ["runtime/time/entry.rs", WHEEL] },
  SourceNew: { level: TASKS, tokio: ["net/tcp/stream.rs", "io/poll_evented.rs"] },
  SourceAdd: { level: TASKS, tokio: ["runtime/io/registration.rs", DRIVER] },
  SourceTry: {
    level: ({ result }) => (result === "would_block" ? TASKS : STORY),
    tokio: ["runtime/io/registration.rs", "io/poll_evented.rs"],
  },
  SourceReady: { level: STORY, tokio: [DRIVER, "runtime/io/scheduled_io.rs"] },
  SourceClear: { level: ENGINE, tokio: ["runtime/io/scheduled_io.rs"] },
  SourceDrop: { level: TASKS, tokio: ["runtime/io/registration.rs", DRIVER] },
  Choice: { level: TASKS },
  ChildEnd: { level: TASKS, tokio: ["process/unix/pidfd_reaper.rs"] },
  Park: {
    level: ({ timeout }) => (timeout === 0 ? TASKS : STORY),
    tokio: [...LOOP, "runtime/time/mod.rs"],
  },
  Unpark: { level: TASKS, tokio: [DRIVER] },
  Advance: { level: STORY, tokio: ["time/clock.rs"] },
  Message: { level: TASKS, tokio: [...LOOP, "runtime/scheduler/inject.rs"] },
  BlockingStart: { level: STORY, tokio: POOL },
  BlockingRun: { level: TASKS, tokio: POOL },
  BlockingEnd: { level: STORY, tokio: ["runtime/blocking/task.rs"] },
  SyncNew: { level: STORY, tokio: ({ kind }) => primitiveOf(kind).tokio },
  SyncAct: {
    level: (event) => (isDetail(event) ? TASKS : STORY),
    tokio: ({ kind, act }) =>
      kind === "mpsc" && act !== "put" ? ["sync/mpsc/chan.rs"] : primitiveOf(kind).tokio,
  },
  Scope: { level: ENGINE, tokio: SELECT },
  ScopeEnd: {
    level: ({ what, won }) =>
      what === "select" && won !== null ? STORY : what === "timeout" && won ? TASKS : ENGINE,
    tokio: SELECT,
  },
  Cancel: { level: STORY, tokio: ["runtime/task/abort.rs", HARNESS] },
  Join: { level: STORY, tokio: ["runtime/task/join.rs"] },
  Detach: { level: TASKS, tokio: ["runtime/task/join.rs", HARNESS] },
  Unpolled: { level: STORY },
  LateTick: { level: TASKS, tokio: ["time/interval.rs"] },
  Note: { level: STORY },
  Lost: { level: STORY },
};

// ----- why it runs, and what it waits for -----

/** Why a task is polled again, by the kind of event that caused it. `wait` is the one it ended. */
const REASONS = {
  Defer: "It had given way",
  Served: (wait) => `It waited for ${K.withChips(K.resourceWords(wait?.on))}`,
  Wake: (wait) =>
    wait
      ? "The waker of a wait that had ended before was called"
      : "Its waker was called, but for no wait of its own",
};
function whyNow({ task, from }, state) {
  const cause = K.event(K.indexOf(from)), // `from`: the number of the event that led to this poll
    reason = cause && K.lookUp(REASONS, cause.ev, K.waitAt(cause.i)),
    { cancelling } = state.tasks.get(task) ?? {};
  if (cancelling) return "It was cancelled: this poll only drops its future.";
  if (cause && !reason) return "Its first poll: only now does the first line of its body run.";
  const { i } = (cause && K.backOf(cause)) ?? cause ?? {},
    why = `Why now? ${reason}: “${K.headline(i)}” (${K.link(i)})`;
  return `${cause ? why : "The record doesn’t have what it was polled for"}. It resumes at the <code>.await</code> where it waited, and goes on if that is ready.`;
}
function pending({ task: name, i }, state) {
  const task = state.tasks.get(name),
    wordsOf = ({ on }) => K.withChips(K.resourceWords(on)),
    waits = K.listWords(K.openWaits(name, i), wordsOf, "thing");
  if (task?.where === "queued")
    return "It was woken while it ran, so it goes straight back to the end of the queue.";
  return `Pending means: don’t ask again until my waker is called. ${waits ? `It waits for ${waits}.` : K.wakerWords(state, task)}`;
}
/** What the end of a poll means, by its outcome. */
const ENDS = {
  pending,
  ready: "Ready: its future is dropped, and it is never polled again.",
  cancelled: "To cancel a task is to drop its future, with everything that it holds.",
  panicked({ task }, state) {
    const isMain = state.tasks.get(task)?.kind === "main";
    return `It panicked${K.panicWords(task)}. ${isMain ? "It has no handle: the panic ends the run." : "The panic ends this task only. A task that awaits its handle gets a JoinError, and the loop goes on."}`;
  },
};
const AGAIN = "The same wait is asked again: each poll stores the latest waker. ";
/** What storing a waker at each kind of thing means. */
const WAITS = {
  timer:
    "Its waker is stored with the timer. The poll goes on until it returns Pending; from then on waiting costs no CPU and no thread.",
  source: "Its waker is at the source; the system’s next report for this direction calls it.",
  value: ({ value }) =>
    K.isChannel(value)
      ? "Its waker is at the channel; the next send calls it, or the last sender’s end."
      : "Its waker is at the set; the end of any task of the set calls it.",
  closed: "The waker is called when the other end is closed, or the last of it is dropped.",
  sync: (on, state) =>
    K.wakesAll(state, on)
      ? `Its waker is at ${esc(on.sync)}: every task that waits there is woken at once.`
      : `${K.isChannel(on.sync) ? "Back-pressure: the fast side is slowed to the pace of the slow one. " : ""}It is the ${K.nth(K.placeInLine(state, on) || 1)} in line, first come, first served; a future that is dropped loses its place.`,
  task: "A handle is a future: its waker is at the task, and the task’s end calls it.",
};
/** A task waits (`begin` and `done` are the first and last event of its wait, waits.js). */
function waits(event, state) {
  const { i, on, own } = event,
    again = K.waitAt(i)?.begin < i ? AGAIN : "";
  if (K.isWaitOfSet(event))
    return "A set keeps a waker of its own at each of its tasks. No task waits for that yet: <code>join_next</code> will.";
  if (own === false) return again + K.FOREIGN_WAKER;
  return again + (K.lookUp(WAITS, K.resourceKind(on), on, state) ?? "");
}
function woken(event) {
  const { done } = K.waitAt(event.i) ?? {},
    words = K.lookUp(WAKES, event.effect, event) ?? "";
  if (!(done < event.i)) return words;
  return `${words} The wait for which this waker was stored has ended before (${K.link(done)}): the task is polled all the same.`;
}
const WAKES = {
  queued(event) {
    if (K.isAdmission(event))
      return "Every task starts in the queue. This is no wake yet: the task did not wait, and no waker was called.";
    if (K.rowOf(event.task)?.isLocal)
      return "A wake runs nothing. It puts the task into the queue of its local set, and the loop does not look there: the task is polled while another polls the set, by <code>run_until</code> or by awaiting it.";
    return ["timer", "io", "message"].includes(event.by)
      ? "A wake runs nothing. It puts the task into the urgent queue, for tasks that a timer, a socket or another thread woke. The loop takes from both queues in turn."
      : "A wake runs nothing. It only puts the task at the end of the queue; the poll comes when its turn comes.";
  },
  coalesced: "Two wakes, one poll: the task is in the queue already, and it is there only once.",
  during_poll:
    "A wake in the middle of the task’s own poll is not lost: if the poll returns Pending, the task is queued once more.",
  stale: "A waker may outlive its task. Calling it then does nothing.",
};

// ----- longer texts for some events -----

/** The text for an event by the value of one of its fields. */
const by = (field, texts) => (event, state) => K.lookUp(texts, event[field], event, state);
const isJob = (event) => /^job/.test(event.task ?? "");
const SLOTS = ["1 ms", "64 ms", "4.1 s", "4.4 min", "4.7 h", "12.4 days"];
const AT_ONCE = "All of these are due now, and nothing promises which comes first.";
const CHOICES = {
  task: "Any ready task may be polled next, and a correct program is correct in every order.",
  timer: AT_ONCE,
  source: AT_ONCE,
  deferred: AT_ONCE,
  select: "<code>select!</code> may begin with any of its branches.",
  transfer: "A read or a write may move less than there is. The next one moves the rest.",
  budget: "A poll may be told to give way after any operation that made progress.",
  spurious: "A task may be polled for nothing: its future looks again, and goes on waiting.",
};
const DEFERS = {
  budget:
    "After a number of successful steps a task must give way, even if it could go on: otherwise one busy task would hold the thread forever.",
  yield: "It asks to be polled again, and lets the others run first.",
  clock: "What has become due runs first.",
};
const TRIES = {
  would_block:
    "That is an answer, not an error: the thread goes on, and the system will report a change.",
  failed: "The operation’s own error goes to the program.",
  done: (event) =>
    event.bytes === 0
      ? event.direction === "write"
        ? "The other end reads what is on its way, and then the end of the stream."
        : "0 bytes: the end of the stream, or an empty datagram."
      : "The source counts as ready until a try says otherwise.",
};
const JOINS = {
  ready: "The output has waited in the handle until it was asked for.",
  cancelled: "The handle says so: a JoinError.",
  panicked: (event) =>
    `It panicked${K.panicWords(event.task)}. A panic comes out of the handle as an error; it did not spread.`,
};
const SCOPE_BEGINS = {
  select:
    "All branches live inside the one task and share its waker, which says only: this task. So each poll of the task asks them all again.",
  join: "All branches live inside the one task, and each of its polls asks those that are not done.",
  try_join: "As in a join!, all branches live inside the one task; the first error ends them all.",
  timeout: "Branch 1 is the future, branch 2 the timer of its limit. The future is asked first.",
  set: "From here on each task that is spawned into the set wakes it at its end.",
  local_set: "Its tasks are polled inside the poll of the task that has it.",
};
const SCOPE_ENDS = {
  select:
    "The other futures are dropped, with all they hold; of one that was polled by <code>&amp;mut</code> only the reference is. Cancelling is no more than that: no exception, no clean-up code.",
  timeout: "The future and the timer of its limit go together.",
};
const countWords = (state) =>
  `${plural(state.counts("PollStart"), "poll")}, ${plural(state.counts("Wake"), "wake")}, ${plural(state.counts("Park"), "sleep")}.`;
function parks(event, state) {
  if (event.timeout === 0) return "It only looks, because something is due already.";
  if (event.timeout > 0)
    return "No CPU is used until then. The operating system ends the sleep for a timer, a socket, or another thread’s unpark.";
  return `No CPU is used. ${state.timers.values().length ? "While a job is out the virtual clock stands still, so no timer can end this, but only a socket or another thread." : "Without a timer only a socket or another thread can end it."}`;
}
function detached(event, state) {
  const { where, how } = state.tasks.get(event.task) ?? {},
    what = isJob(event) ? "job" : "task",
    isOver = isJob(event) ? !state.jobs.get(event.task) : where === "done";
  if (!isOver)
    return `Dropping a handle stops nothing: the ${what} goes on, and its output is lost.`;
  return isJob(event) || how === "ready"
    ? `The ${what} is over: its output is dropped with the handle.`
    : "The task is over: no task asks how it ended.";
}
/** The other end of a new socket, or the listener that has accepted it. */
function otherEndWords({ with: other }) {
  if (!other) return "";
  const isAccepted = K.isListener(other);
  return isAccepted ? `${K.capitalised(esc(other))} has accepted it. ` : `Its other end is ${esc(other)}. `; // prettier-ignore
}

/** The text of each kind: words, or a function of event and state. */
const TEACHES = {
  RunStart: (event) =>
    event.paused
      ? "A virtual clock: it stops while a task runs, and jumps when none can. A test of an hour takes no time."
      : "main() has made a future and handed it over. A future is a recipe: calling an async fn writes it, only a poll cooks. Step forward to see the first.",
  RunEnd: (event, state) =>
    `${event.tasks || event.timers || event.sources ? "The run ends with main. What is left goes on if this runtime runs again, or is dropped with it. " : ""}${countWords(state)}`,
  Turn: (event) =>
    event.queued
      ? "Poll the tasks that are ready, then look at messages, timers and the operating system: that is the whole runtime."
      : "No task is ready, so the turn goes straight on to the messages and the timers.",
  Spawn: (event) =>
    event.kind === "main"
      ? "The future given to block_on is a task like any other here: it waits in the queue for its turn."
      : `spawn returns at once. The new task${event.what ? `, <code>${esc(event.what)}</code>,` : ""} is a record of ${event.size ? plural(event.size, "byte") : "a few bytes"} and a place in the queue, not a thread; nothing of it has run.`,
  PollStart: whyNow,
  PollEnd: by("outcome", ENDS),
  Clones: (event) =>
    event.count
      ? "Any code may keep a clone of a waker. What it will call it for isn’t recorded."
      : "No code can call it any more: a future that returns Pending has to keep the waker of that poll.",
  Wake: woken,
  Wait: waits,
  Done: (event) =>
    event.got
      ? "The future that waited is ready, or has learned that nothing will come."
      : "The future that waited was dropped; it takes its waker along, so no task is woken for nothing.",
  Served: (event) =>
    (K.isChannel(K.onOf(event)?.sync ?? "")
      ? "The free place goes to the one that has waited longest: no other task can push in between. "
      : "") + (K.backOf(event) ? `It was served by ${K.link(K.backOf(event).i)}.` : ""),
  Defer: by("why", DEFERS),
  TimerAdd: (event) =>
    `The waker is in the wheel now. On level ${event.level} one slot is ${SLOTS[event.level] ? `${SLOTS[event.level]} wide` : "the rest"}. No thread sits and waits for it.`,
  TimerAt:
    "It is an instant, not a length from now, so what the task did before hasn’t delayed it.",
  TimerMove:
    "The same waker moves to the slot of the new deadline. That takes two steps, and wakes no task.",
  TimerCascade:
    "Their slot is opened: they move to finer slots, or fire next if they are due. The nearer the time, the closer the wheel looks.",
  TimerFire:
    "A timer is never early: its deadline is rounded up to the next millisecond. It is late when the thread is busy.",
  TimerCancel: "One step takes it out of the wheel, however many timers there are.",
  SourceNew: (event) =>
    otherEndWords(event) +
    (event.ready?.includes(true)
      ? "It counts as ready: it joins the selector when a try would block."
      : "It counts as not ready until the system has reported it."),
  SourceAdd:
    "It joins the selector: from now on the operating system reports when it becomes ready.",
  SourceTry: by("result", TRIES),
  SourceReady: (event) =>
    event.closed
      ? "Closed is reported once and kept: the other side will send no more, or there was an error. What has come before that can still be read."
      : "A report means: worth a try. It says nothing about how much there is, and it comes once for each change.",
  SourceClear: "The bit is cleared; only a new report of the system sets it again.",
  SourceDrop: "Its descriptor is closed or handed out, so it reports no more.",
  Choice: (event) =>
    `${K.lookUp(CHOICES, event.point) ?? "A network may do that to a connection at any time."} Without a seed it is always the first.`,
  ChildEnd: (event) =>
    `${event.signal ? "A signal ended it, and it has no status." : "By custom status 0 means success, and any other a failure."} The system keeps the answer until it is asked for.`,
  Park: parks,
  Unpark: (event) =>
    event.events
      ? "It brings what the sockets report: the tasks that wait for that are queued next."
      : event.unparked
        ? "Another thread has asked for that: its messages are received in phase 3, and its timers looked at in phase 4."
        : "It doesn’t know yet for whom. The timers are looked at in phase 4.",
  Advance: (event) =>
    event.auto
      ? "No task can run before the next deadline, so the virtual clock simply goes there."
      : "By hand, from the program.",
  Message:
    "It comes as a message: no other thread ever touches the run queue, so the queue needs no lock.",
  BlockingStart:
    "Work that would block goes to a thread of its own, or into the pool’s queue if there are as many as there may be. The loop stays free.",
  BlockingRun:
    "Until then the job was in the pool’s queue: it needed a thread that was idle, or a new one.",
  BlockingEnd: (event) =>
    event.ran === null
      ? "No thread has run it: it was aborted, or the runtime ended before."
      : "Its output, or its panic, is with its handle, if there still is one. A task that awaits the job is woken by a message.",
  SyncNew: (event) => K.lookUp(primitiveOf(event.kind), "what", event),
  SyncAct: K.actWords,
  Scope: by("what", SCOPE_BEGINS),
  ScopeEnd: by("what", SCOPE_ENDS),
  Cancel: (event) =>
    isJob(event)
      ? "A job that a thread has begun can’t be stopped: it runs on. One that still waits for a thread never runs."
      : event.run === event.task
        ? "It has asked for its own end: if this poll returns Pending, its future is dropped in place of the next one."
        : "It is only asked for: the task’s future will be dropped when its turn to be polled comes.",
  Join: by("outcome", JOINS),
  Detach: detached,
  Unpolled:
    "Making a future starts nothing. This one was dropped before its first poll, so none of its body has run.",
  LateTick: (event) =>
    event.overdue
      ? "An interval makes up for the ticks that it missed, one after another without a pause, unless <code>set_missed_tick_behavior</code> says otherwise."
      : "The task came late for it, or the thread did.",
  Note: (event) =>
    K.panicAt(event)
      ? "A panic goes up through the functions of this poll, or of this job, and drops what they hold. These drops are recorded next."
      : "A note of the program itself.",
  Lost: "The trace doesn’t have what happened in between.",
};
