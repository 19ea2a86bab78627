// Which waits were there, and how did each of them go?
//
// A wait has a number, from a future's first `Pending` to its one end. Each event that is about it
// names that number: where it begins and is asked again (`Wait`), what serves it (`Served`, which
// names the act behind which it stands), the call of its waker (`Wake`), its end (`Done`). Here
// they are put together, and nothing is found out.
//
// Interface: `K.trace.waits`: by number, each `{id, task, on, at, scope, begin, asked, served, act,
// called, done, got}`, indices of events, undefined where there is none (yet); `task`, `at` and
// `scope` (the branch) are of the last event that asked, `asked` are all of those. `K.waitAt(i)`:
// the wait that event `i` names. `K.openWaits(name, i)`: the waits that are open behind event `i`
// and that this task was the last to ask, the oldest first; `K.allWaits(name, i)`: with those for
// the tasks of its sets, which a set waits for by itself; `K.openNow(name)`, while the trace is
// read. `K.askOf(wait, i)`: the event that had asked it last.
// Invariant: all of this depends on the trace alone. A wait that was there before the record has no
// `begin`, and if the record says so, `before`, in place of the event that had asked it last.
// Not here: what a wait is for in words (words/), what follows from waits (why/).

const NONE = Object.freeze([]);
class Wait {
  constructor(id) {
    Object.assign(this, {
      id,
      task: undefined,
      on: undefined,
      at: null,
      scope: undefined,
      begin: undefined,
    });
    Object.assign(this, { again: NONE, served: undefined, act: undefined, called: undefined });
    Object.assign(this, { done: undefined, got: undefined, before: undefined });
  }
  get asked() {
    return this.begin === undefined ? this.again : [this.begin, ...this.again];
  }
}

/** The waits that one task asked, in the order in which it first did; in blocks, each with the
 * last end in it. */
const BLOCK = 64;
/** So many are kept with each bar. */
const FEW = 8;
class Asked {
  waits = [];
  from = [];
  ends = null;
  now = new Set(); // those that are open, while the trace is read
  add(wait, e) {
    this.waits.push(wait);
    this.from.push(e.i);
    if (!K.trace.sets.has(e.in)) this.now.add(wait);
    this.ends = null;
  }
  open(name, i) {
    this.ends ??= endsOf(this.waits);
    const upTo = K.upTo(this.from, i),
      open = [];
    for (let k = 0; k <= upTo; k++) {
      if (k % BLOCK === 0 && this.ends[k / BLOCK] <= i) k += BLOCK - 1;
      else if (isOpen(this.waits[k], i) && isOf(this.waits[k], name, i)) open.push(this.waits[k]);
    }
    return open;
  }
}
function endsOf(waits) {
  const ends = [];
  waits.forEach(({ done = Infinity }, k) => {
    const block = Math.floor(k / BLOCK);
    ends[block] = Math.max(ends[block] ?? -1, done);
  });
  return ends;
}
const isOpen = ({ begin, done = Infinity }, i) => !(begin > i) && done > i;
const isOf = (wait, name, i) => (wait.again.length ? K.askOf(wait, i)?.task : wait.task) === name;

K.askOf = function (wait, i) {
  const { asked } = wait;
  return K.event(asked[K.upTo(asked, i)]) ?? wait.before;
};
K.waitAt = (i) => K.trace.waits.get(K.event(i)?.wait);
K.allWaits = (name, i) => K.trace.askedBy.get(name)?.open(name, i) ?? [];
/** While the trace is read: the first of those that are open behind the event at hand. */
K.openNow = function (name) {
  const open = [];
  for (const wait of K.trace.askedBy.get(name)?.now ?? []) if (open.push(wait) === FEW) break;
  return open;
};
K.openWaits = (name, i) => K.allWaits(name, i).filter(({ scope }) => !K.trace.sets.has(scope));

// ----- while the trace is read -----

const TELL = {
  Wait(wait, e, { askedBy }) {
    if (e === wait.before) wait.again = [];
    else if (wait.begin === undefined && wait.again === NONE) wait.begin = e.i;
    else if (wait.again === NONE) wait.again = [e.i];
    else wait.again.push(e.i);
    if (wait.task !== e.task) {
      askedBy.get(wait.task)?.now.delete(wait);
      if (!askedBy.has(e.task)) askedBy.set(e.task, new Asked());
      askedBy.get(e.task).add(wait, e);
    }
    Object.assign(wait, { task: e.task, on: e.on, at: e.at, scope: e.in });
  },
  Served(wait, e) {
    if (wait.done !== undefined) return; // (it was given up, and has left its waker)
    wait.on ??= e.on;
    wait.served = e.i;
    wait.act = K.indexOf(e.back);
  },
  Wake(wait, e) {
    wait.task ??= e.task;
    if (wait.done === undefined) wait.called = e.i;
  },
  Done(wait, e, { askedBy }) {
    askedBy.get(wait.task)?.now.delete(wait);
    wait.on ??= e.on;
    [wait.done, wait.got] = [e.i, e.got === true];
  },
};
K.on("begin", (trace) => Object.assign(trace, { waits: new Map(), askedBy: new Map() }));
K.on("event", function (e) {
  for (const before of K.openBefore(e)) tell(before, before);
  tell(e);
});
function tell(e, before) {
  if (!(e.wait > 0) || !Object.hasOwn(TELL, e.ev)) return;
  const { waits } = K.trace;
  let wait = waits.get(e.wait);
  if (!wait) waits.set(e.wait, (wait = new Wait(e.wait)));
  wait.before ??= before;
  TELL[e.ev](wait, e, K.trace);
}
