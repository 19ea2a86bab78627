// Which branch of a `select!`, `join!` or `timeout` does what?
//
// A scope names its branches by the numbers after its own. Each event says in which branch it is
// (`in`), and so does the scope's own. Each branch is a row below its task's. It polls from its
// first event in a poll until its task does something else, and then waits for what was asked in it
// and its task still waits for. Where that is nothing, nothing is drawn: the branch is over, or
// waits for other code.
//
// Interface: `K.Scopes`, the rows of a trace's branches: `were(e)`, `read(e)`, `settles(task, i)`,
// `over(task, i)`; `K.SCOPES`: what each is called; `K.branchPath(branch)`: the scopes around a
// branch, the innermost first: `[{scope, branch, number}]`, where `number` counts from 1, and
// `scope` is `{id, what, in, end}`: which event ended it (Infinity: none yet).
// Invariant: all of this depends on the trace alone.
// Not here: the bars of a task (rows.js).

const { BAR } = K;
K.SCOPES = { select: "select!", join: "join!", try_join: "try_join!", timeout: "timeout" };
K.Scopes = class {
  /** `rowOf` gives a task's row. */
  constructor(rowOf) {
    Object.assign(this, { rowOf, open: new Map(), branches: new Map(), now: new Map() });
  }
  read(e) {
    if (e.ev === "Scope" && e.branches) this.begins(e);
    else if (e.ev === "ScopeEnd") this.closes(e);
    if (!e.run) return;
    if (this.now.get(e.run) !== e.in) this.turns(e);
  }
  /** Those that are open where the record begins. */
  were(e) {
    for (const one of K.openBefore(e))
      if (one.ev === "Scope" && one.branches && one.run) this.begins(one);
    for (const branch of this.branches.values()) {
      const waits = this.waitsIn(branch);
      if (waits.length) branch.row.begin(e.i, BAR.WAIT, waits);
    }
  }
  /** The branches around, from inside to outside. */
  around(branch) {
    const all = [];
    for (
      let one = this.branches.get(branch);
      one && !all.includes(one);
      one = this.branches.get(one.scope.in)
    )
      all.push(one);
    return all;
  }
  begins({ i, scope: id, what, branches: of, run, in: outer }) {
    const known = this.open.get(id);
    if (known?.task === run) return (known.in = outer);
    if (known) this.forget(known, i);
    const depth = this.around(outer).length,
      scope = { id, what, task: run, in: outer, depth };
    // (Each of those that are open at once has rows of its own, and the next one of its place has
    // the same.)
    const taken = new Set();
    for (const one of this.open.values())
      if (one.task === run && one.depth === depth && one.what === what) taken.add(one.nth);
    for (scope.nth = 0; taken.has(scope.nth);) scope.nth += 1;
    this.open.set(id, scope);
    scope.branches = Array.from({ length: of }, (_, k) => ({ scope, row: this.below(scope, k) }));
    scope.branches.forEach((branch, k) => this.branches.set(id + 1 + k, branch));
  }
  below({ task, what, depth, nth }, k) {
    const row = this.rowOf(task),
      key = `${depth}.${what}.${nth}.${k}`,
      known = row.branches.find((branch) => branch.key === key);
    if (known) return known;
    const made = row.below(k + 1, { key, number: k, what, code: K.SCOPES[what] });
    row.branches.push(made);
    row.branches.sort((a, b) => a.key.localeCompare(b.key, "en", { numeric: true }));
    return made;
  }
  /** The task does something in another branch than before, or in none. */
  turns(e) {
    const before = this.around(this.now.get(e.run)),
      after = this.around(e.in);
    for (const branch of before) if (!after.includes(branch)) this.rests(branch, e.i);
    for (const { row, scope } of after.reverse())
      if (scope.task === e.run && row.last !== BAR.POLL) row.begin(e.i, BAR.POLL);
    this.now.set(e.run, e.in);
  }
  waitsIn(branch) {
    const open = K.openNow(branch.scope.task);
    return open.filter(({ scope }) => this.around(scope).includes(branch));
  }
  rests(branch, i) {
    if (K.isOver(branch.row.last)) return;
    const waits = this.waitsIn(branch);
    branch.row.begin(i, waits.length ? BAR.WAIT : BAR.NONE, waits);
  }
  /** A poll of the task is over. */
  settles(name, i) {
    this.now.delete(name);
    for (const { task, branches } of this.open.values())
      if (task === name) for (const branch of branches) this.rests(branch, i);
  }
  closes({ i, scope: id, won }) {
    const scope = this.open.get(id);
    if (!scope) return;
    scope.branches.forEach(({ row }, k) => {
      if (k === won) row.begin(i, scope.what === "select" ? BAR.WON : BAR.DONE);
      else if (!K.isOver(row.last))
        row.begin(i, row.last === BAR.POLL && scope.what === "join" ? BAR.DONE : BAR.CANCELLED);
    });
    this.forget(scope, i);
  }
  forget(scope, i) {
    this.open.delete(scope.id);
    scope.branches.forEach(({ row }, k) => {
      if (!K.isOver(row.last)) row.begin(i, BAR.NONE);
      this.branches.delete(scope.id + 1 + k);
    });
  }
  /** The task has ended. */
  over(name, i) {
    for (const scope of this.open.values()) if (scope.task === name) this.forget(scope, i);
  }
};

K.on("begin", (trace) => (trace.scopes = new Map()));
K.on("event", function (e) {
  for (const one of [...K.openBefore(e), e]) {
    const { scopes } = K.trace,
      known = scopes.get(one.scope);
    if (one.ev === "ScopeEnd" && known) known.end = e.i;
    if (one.ev !== "Scope") continue;
    const scope = known ?? { id: one.scope, what: one.what, end: Infinity };
    scope.in = one.in;
    for (let k = 0; k <= (one.branches ?? 0); k++) scopes.set(one.scope + k, scope);
  }
});
/** So deep may branches be nested; a trace may come from anybody. */
const DEEP = 100;
K.branchPath = function (branch) {
  const path = [];
  for (let scope; path.length < DEEP && (scope = K.trace.scopes.get(branch)); branch = scope.in)
    path.push({ scope, branch, number: branch - scope.id });
  return path;
};
