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
// Not here: the bars of a task (rows.js).

const { BAR } = K;
K.SCOPES = { select: "select!", join: "join!", try_join: "try_join!", timeout: "timeout" };
/** The row of an open branch. */
const rowAt = ({ scope, number }) => scope.rows?.[number - 1];
/** The branches around that have rows, from inside to outside. */
const around = (branch) => K.branchPath(branch).filter(rowAt);
const branchesOf = (scope) =>
  scope.rows.map((_, k) => ({ scope, branch: scope.id + k + 1, number: k + 1 }));
const isAmong = (all, { branch }) => all.some((one) => one.branch === branch);

K.Scopes = class {
  /** `rowOf` gives a task's row. */
  constructor(rowOf) {
    Object.assign(this, { rowOf, open: new Map(), now: new Map() });
  }
  read(e) {
    if (e.ev === "Scope") this.begins(e);
    else if (e.ev === "ScopeEnd") this.closes(e);
    if (e.run && this.now.get(e.run) !== e.in) this.turns(e);
  }
  /** Those that are open where the record begins. */
  were(e) {
    for (const one of K.openBefore(e)) if (one.ev === "Scope") this.begins(one);
    for (const branch of [...this.open.values()].flatMap(branchesOf)) {
      const waits = waitsIn(branch);
      if (waits.length) rowAt(branch).begin(e.i, BAR.WAIT, waits);
    }
  }
  begins({ i, scope: id, what, branches: of = 0, run, in: outer }) {
    const { scopes } = K.trace,
      scope = scopes.get(id) ?? { id, what, end: Infinity },
      isOther = scope.task !== run;
    if (scope.rows && isOther) this.forget(scope, i);
    Object.assign(scope, { task: run, in: outer });
    for (let k = 0; k <= of; k++) scopes.set(id + k, scope);
    if (!of || !run || !isOther) return;
    // (Each of those that are open at once has rows of its own, and the next one of its place has
    // the same.)
    const depth = around(outer).length,
      isBeside = (one) => one.task === run && one.depth === depth && one.what === what,
      taken = [...this.open.values()].filter(isBeside).map((one) => one.nth);
    for (scope.nth = 0; taken.includes(scope.nth);) scope.nth += 1;
    scope.depth = depth;
    this.open.set(id, scope);
    scope.rows = Array.from({ length: of }, (_, k) => this.below(scope, k));
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
    const before = around(this.now.get(e.run)),
      after = around(e.in);
    for (const branch of before) if (!isAmong(after, branch)) rests(branch, e.i);
    for (const branch of after.reverse())
      if (branch.scope.task === e.run && rowAt(branch).last !== BAR.POLL)
        rowAt(branch).begin(e.i, BAR.POLL);
    this.now.set(e.run, e.in);
  }
  /** A poll of the task is over. */
  settles(name, i) {
    this.now.delete(name);
    for (const scope of this.open.values())
      if (scope.task === name) for (const branch of branchesOf(scope)) rests(branch, i);
  }
  closes({ i, scope: id, won }) {
    const scope = K.trace.scopes.get(id);
    if (!scope) return;
    scope.end = i;
    scope.rows?.forEach((row, k) => {
      if (k === won) row.begin(i, scope.what === "select" ? BAR.WON : BAR.DONE);
      else if (!K.isOver(row.last))
        row.begin(i, row.last === BAR.POLL && scope.what === "join" ? BAR.DONE : BAR.CANCELLED);
    });
    this.forget(scope, i);
  }
  forget(scope, i) {
    this.open.delete(scope.id);
    for (const row of scope.rows ?? []) if (!K.isOver(row.last)) row.begin(i, BAR.NONE);
    scope.rows = null;
  }
  /** The task has ended. */
  over(name, i) {
    for (const scope of this.open.values()) if (scope.task === name) this.forget(scope, i);
  }
};
/** The open waits that were asked in a branch, or in one within it. */
const waitsIn = (branch) =>
  K.openNow(branch.scope.task).filter(({ scope }) => isAmong(K.branchPath(scope), branch));
function rests(branch, i) {
  if (K.isOver(rowAt(branch).last)) return;
  const waits = waitsIn(branch);
  rowAt(branch).begin(i, waits.length ? BAR.WAIT : BAR.NONE, waits);
}

K.on("begin", (trace) => (trace.scopes = new Map()));
/** So deep may branches be nested; a trace may come from anybody. */
const DEEP = 100;
K.branchPath = function (branch) {
  const path = [];
  for (let scope; path.length < DEEP && (scope = K.trace.scopes.get(branch)); branch = scope.in)
    path.push({ scope, branch, number: branch - scope.id });
  return path;
};
