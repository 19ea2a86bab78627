// Which branch of a `select!`, `join!` or `timeout` runs or waits, and when?
//
// Each of these is a scope; its branches are numbered on from the scope's own number. An event
// names the branch in which it happened (`in`), and the event that opens a scope names the branch
// around the scope. Each branch gets a row of bars below its task's row. A branch is polled from
// its first event in a poll until the task goes on in other code. After that it waits, if a wait
// that began in it is still open. Otherwise its row is empty: it is over, or waits for code other
// than kettle's.
//
// Interface: `K.Scopes` makes the rows while the trace is read (`read(e)`, `pollEnded(task, i)`,
// `taskEnded(task, i)`). `K.SCOPES`: how each kind is written in Rust.
// `K.branchPath(branch)`: the scopes around a branch, innermost first, as `[{scope, branch,
// number}]`; `number` counts branches from 1, and `scope` is `{id, what, in, end}`, where `end` is
// the event that ended it (Infinity: none yet).
// Not here: the bars of a task (rows.js).

const { BAR } = K;
K.SCOPES = { select: "select!", join: "join!", try_join: "try_join!", timeout: "timeout" };
/** The row of a branch, while its scope is open. */
const rowAt = ({ scope, number }) => scope.rows?.[number - 1];
/** This branch and the branches around it that have rows, innermost first. */
const around = (branch) => K.branchPath(branch).filter(rowAt);
const branchesOf = (scope) =>
  scope.rows.map((_, k) => ({ scope, branch: scope.id + k + 1, number: k + 1 }));
const includesBranch = (path, { branch }) => path.some((step) => step.branch === branch);

K.Scopes = class {
  /** `rowOf` gives a task's row. `open`: scopes by number. `branchOf`: where each task is. */
  constructor(rowOf) {
    Object.assign(this, { rowOf, open: new Map(), branchOf: new Map() });
  }
  read(e) {
    if (e.ev === "Scope") this.begin(e);
    else if (e.ev === "ScopeEnd") this.end(e);
    if (e.run && this.branchOf.get(e.run) !== e.in) this.changeBranch(e);
  }
  begin({ i, scope: id, what, branches = 0, run, in: outer }) {
    const { scopes } = K.trace,
      scope = scopes.get(id) ?? { id, what, end: Infinity },
      isOther = scope.task !== run;
    if (scope.rows && isOther) this.forget(scope, i);
    Object.assign(scope, { task: run, in: outer });
    for (let k = 0; k <= branches; k++) scopes.set(id + k, scope);
    if (!branches || !run || !isOther) return;
    // A scope reuses the rows of an earlier one of its kind and depth. Only scopes that are open
    // at once (`nth`) need rows of their own.
    const depth = around(outer).length,
      isBeside = (one) => one.task === run && one.depth === depth && one.what === what,
      taken = [...this.open.values()].filter(isBeside).map((one) => one.nth);
    for (scope.nth = 0; taken.includes(scope.nth);) scope.nth += 1;
    scope.depth = depth;
    this.open.set(id, scope);
    scope.rows = Array.from({ length: branches }, (_, k) => this.branchRow(scope, k));
  }
  branchRow({ task, what, depth, nth }, k) {
    const row = this.rowOf(task),
      key = `${depth}.${what}.${nth}.${k}`,
      known = row.branches.find((branch) => branch.key === key);
    if (known) return known;
    const made = row.branch(k + 1, { key, number: k, what, code: K.SCOPES[what] });
    row.branches.push(made);
    row.branches.sort((a, b) => a.key.localeCompare(b.key, "en", { numeric: true }));
    return made;
  }
  /** The task goes on in another branch than before, or outside of all. */
  changeBranch(e) {
    const before = around(this.branchOf.get(e.run)),
      after = around(e.in);
    for (const branch of before) if (!includesBranch(after, branch)) endPoll(branch, e.i);
    for (const branch of after.reverse())
      if (branch.scope.task === e.run && rowAt(branch).last !== BAR.POLL)
        rowAt(branch).begin(e.i, BAR.POLL);
    this.branchOf.set(e.run, e.in);
  }
  pollEnded(name, i) {
    this.branchOf.delete(name);
    for (const scope of this.open.values())
      if (scope.task === name) for (const branch of branchesOf(scope)) endPoll(branch, i);
  }
  end({ i, scope: id, won }) {
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
  taskEnded(name, i) {
    for (const scope of this.open.values()) if (scope.task === name) this.forget(scope, i);
  }
};
/** The open waits that began in a branch, or in one within it. */
const waitsIn = (branch) =>
  K.openNow(branch.scope.task).filter(({ scope }) => includesBranch(K.branchPath(scope), branch));
/** The branch isn't polled any more: from here on it waits, or its row is empty. */
function endPoll(branch, i) {
  if (K.isOver(rowAt(branch).last)) return;
  const waits = waitsIn(branch);
  rowAt(branch).begin(i, waits.length ? BAR.WAIT : BAR.NONE, waits);
}

K.on("begin", (trace) => (trace.scopes = new Map()));
/** Longer paths are cut, because a trace that isn't ours could nest scopes in a circle. */
const MOST_LEVELS = 100;
K.branchPath = function (branch) {
  const path = [];
  let scope = K.trace.scopes.get(branch);
  while (scope && path.length < MOST_LEVELS) {
    path.push({ scope, branch, number: branch - scope.id });
    branch = scope.in;
    scope = K.trace.scopes.get(branch);
  }
  return path;
};
