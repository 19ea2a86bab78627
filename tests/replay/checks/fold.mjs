// Does the page know the state that the crate's fold does?
//
//   node checks/fold.mjs DIRECTORY
//
// The directory holds traces of the programs of tests/fold.rs (NUMBER.html) and beside each the
// states that a fold in the crate has come to (NUMBER.states), an object for each event, in the
// page's words; tests/common/page_states.rs writes them. Here the page's own scripts read the
// trace, and each of their states must be the same, the lanes must agree with it, and the sums of
// polls with the events. No browser is needed for that.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { verdict } from "./harness.mjs";
import { TABLES, beside, scripts, traceIn } from "./scripts.mjs";

const sorted = (list) => [...new Set(list)].sort();
const entries = (book, f) => {
  const all = book.values().map((record) => [record.name, f(record)]);
  return Object.fromEntries(all.filter(([, value]) => value).sort(([a], [b]) => (a < b ? -1 : 1)));
};

/** What a task waits for, in the words of the file. */
function waits(on) {
  if (on.source) return `${on.direction} ${on.source}`;
  if (on.value) return `value ${on.value}`;
  if (on.closed) return `closed ${on.closed}`;
  return on.sync ? `${on.sync} ${on.ticket}` : (on.timer ?? on.task);
}

/** The page's state in the form of the file. */
function pageState(K, s) {
  return {
    phase: s.phase ?? "none",
    queue: s.ready,
    running: s.stack,
    tasks: entries(s.tasks, (t) => {
      const { where, polls, handle, cancelling, joined, clones } = t,
        open = K.waitsFor(s, t.name).filter((on) => !on.deferred),
        line = t.at?.line ?? 0;
      if (where === "done") return null;
      const flags = [cancelling, joined, clones];
      return [where, polls, handle, line, ...flags, open.map(waits).sort()];
    }),
    timers: entries(s.timers, (t) => [t.due, t.level, t.slot, t.task ?? null]),
    sources: entries(s.sources, (r) => {
      const side = (way) => {
        const { ready, last } = r[way];
        return [ready, last !== null, sorted(K.waiters(s, r.name, way))];
      };
      return r.registered && [r.closed, ...K.DIRECTIONS.flatMap(side)];
    }),
    primitives: entries(s.primitives, (p) => {
      const counts = [p.kind, p.room ?? null, p.count, p.senders, p.closed, p.whole],
        { holders, line, handed, forValue, forEnd } = K.withWaiters(s, p);
      return [...counts, holders, handed, forValue[0] ?? null, line, sorted(forEnd)];
    }),
  };
}

/** Where two states differ. What the crate has forgotten, because it is over, the page may show. */
function differences(ours, theirs) {
  const out = [];
  for (const part of ["phase", "queue", "running"])
    if (String(ours[part]) !== String(theirs[part]))
      out.push(`${part}: ${ours[part]}, not ${theirs[part]}`);
  for (const part of ["tasks", "timers", "sources", "primitives"]) {
    for (const name of Object.keys({ ...ours[part], ...theirs[part] })) {
      const [mine, its] = [ours, theirs].map((state) => JSON.stringify(state[part][name])),
        isOver = !its && name.startsWith("channel "); // the page shows those, too
      if (mine !== its && !isOver) out.push(`${name}: ${mine}, not ${its}`);
    }
  }
  return out;
}

function read(file) {
  const words = ["tools", "names", "things"].map((name) => `words/${name}.js`),
    K = scripts(...TABLES, "why/why.js", ...words);
  K.read(traceIn(file));
  return K;
}

/** Where a task is that its lane shows like this; `done` at all others. */
const placeOf = ({ BAR }, bar) =>
  ({ [BAR.READY]: "queued", [BAR.POLL]: "polling", [BAR.WAIT]: "waiting" })[bar] ?? "done";
/** The lanes of which the bar at event `i` is not where the state has the task. */
function lanes(K, s, i) {
  const { rows } = K.rowsOf(K.trace),
    isIt = (row, where) => row && placeOf(K, row.kind[row.barAt(i)]) === where;
  const wrong = s.tasks.values().filter(({ name, where }) => !isIt(rows.get(name), where));
  return wrong.map(({ name, where }) => `the lane of ${name} doesn't say ${where}`);
}

/** The polls of each task, and the longest, by the events alone and without what recording took,
 * against the sums that the page shows. */
function polls(K) {
  const since = {},
    lengths = {};
  let overhead = 0;
  for (let i = 0; i < K.trace.count; i++) {
    const e = K.event(i),
      now = e.real - (overhead += e.overhead);
    if (e.ev === "PollStart") since[e.task] = now;
    if (e.ev === "PollEnd") (lengths[e.task] ??= []).push(now - since[e.task]);
  }
  const sum = (all) => [all.length, Math.max(...all), Math.round(all.reduce((a, b) => a + b, 0))];
  return Object.entries(lengths).flatMap(([task, all]) => {
    const { times, longest, ns } = K.timesOf(task).find(({ what }) => what === "poll") ?? {},
      [ours, events] = [[times, longest, Math.round(ns)], sum(all)].map(String),
      fault = `${task} polls ${ours} (how often, longest, sum), not ${events}`;
    return ours === events ? [] : [fault];
  });
}

/** Each state against the crate's, and the lanes against it. */
function stateFaults(K, states) {
  const faults = [];
  if (states.length !== K.trace.count)
    faults.push(`${K.trace.count} events, ${states.length} states`);
  let early = null;
  for (let i = 0; i < states.length && faults.length < 3; i++) {
    const e = K.event(i),
      s = K.stateAt(i);
    if (s.before?.i !== i - 1)
      faults.push(`event ${e.n} (${e.say}): compared with the state after index ${s.before?.i}`);
    // The page shows at once what a very next event says: the new task queued, the timer waited
    // for. Another thread's events may come in between.
    if (early && e.run === early.run && !/^Blocking(Run|End)$/.test(e.ev)) early = null;
    if (["Spawn", "TimerAdd", "SourceAdd"].includes(e.ev)) early = e;
    if (early) continue;
    for (const fault of [...differences(pageState(K, s), JSON.parse(states[i])), ...lanes(K, s, i)])
      faults.push(`event ${e.n} (${e.say}): ${fault}`);
  }
  return faults;
}

/** The row of a branch polls at each event that is in it, by the numbers alone; a won one says
 * so. */
function branches(K) {
  const { rows } = K.rowsOf(K.trace),
    scopes = new Map(),
    faults = [];
  let seen = 0;
  for (let i = 0; i < K.trace.count && faults.length < 3; i++) {
    const e = K.event(i);
    if (e.ev === "Scope")
      for (let k = 0; k < e.branches; k++) scopes.set(e.scope + 1 + k, { ...e, k });
    const of = scopes.get(e.in);
    if (!of || of.run !== e.run) continue;
    const isIt = ({ what, name }) => what === of.what && name === `branch ${of.k + 1}`,
      row = rows.get(e.run).branches.filter(isIt);
    if (!row.some((row) => row.kind[row.barAt(i)] === K.BAR.POLL))
      faults.push(`event ${e.n} (${e.say}): branch ${of.k + 1} of its ${of.what} doesn't poll`);
    seen += 1;
  }
  return { faults, seen };
}

const directory = process.argv[2],
  files = readdirSync(directory).filter((name) => /^\d+\.html$/.test(name)),
  found = [];
let [passed, inBranches] = [0, 0];
for (const name of files) {
  const file = join(directory, name),
    K = read(file),
    { faults, seen } = branches(K);
  faults.unshift(...stateFaults(K, beside(file, "states")));
  faults.push(...polls(K));
  inBranches += seen;
  if (faults.length) found.push(`${name}: ${faults.slice(0, 3).join("\n    ")}`);
  else passed += 1;
}
if (!inBranches) found.push("no event is in a branch");
if (found.length) console.log(found.join("\n"));
verdict({ passed, failed: found.length });
