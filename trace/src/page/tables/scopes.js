// Which branch of a `select!`, `join!` or `timeout` runs or waits, and when?
//
// Each of these is a scope. In the trace it has a number, its id: a scope with the id 7 and two
// branches has the branches 8 and 9. An event names the branch in which it happened (`in`), and the
// event that opens a scope names the branch around the scope. Each branch gets a row of bars below
// its task's row (a `K.Row`, rows.js). A branch is polled from its first event in a poll until the
// task goes on in other code. After that it waits, if a wait that began in it is still open.
// Otherwise its row is empty: it is over, or waits for other code.
//
// Interface (all scripts share `K`): `K.Scopes` makes the rows while the trace is read. `K.SCOPES`:
// how each kind is written in Rust. `K.branchPath(id)`: the branch with this id and those around
// it, innermost first, as `[{id, scope, number}]`; `number` counts from 1 in its scope, and `scope`
// is `{id, what, in, end, task, rows}`: the event that ended it (Infinity: none yet), the task that
// polls it and, while it is open, the rows of its branches.
// Not here: the bars of a task (rows.js).

const { BAR } = K;
K.SCOPES = { select: "select!", join: "join!", try_join: "try_join!", timeout: "timeout" };

K.on("begin", (trace) => (trace.scopes = new Map())); // scopes by their ids and their branches'
/** Longer paths are cut, because a trace that isn't ours could nest scopes in a circle. */
const MOST_LEVELS = 100;
K.branchPath = function (id) {
  const path = [];
  let scope = K.trace.scopes.get(id);
  while (scope && path.length < MOST_LEVELS) {
    path.push({ id, scope, number: id - scope.id });
    id = scope.in;
    scope = K.trace.scopes.get(id);
  }
  return path;
};
const isAmong = (path, { id }) => path.some((branch) => branch.id === id);
/** The row of a branch, while its scope is open. */
const rowOf = ({ scope, number }) => scope.rows?.[number - 1];
/** Of a branch and those around it, the ones that have rows. */
const pathWithRows = (id) => K.branchPath(id).filter(rowOf);

K.Scopes = class {
  open = new Map(); // the scopes that have rows, by their ids
  branchOf = new Map(); // by task: the id of the branch in which it is
  /** `taskRow(name)` gives a task's row. */
  constructor(taskRow) {
    this.taskRow = taskRow;
  }
  read(event) {
    const { i, ev, run, in: id } = event;
    if (ev === "Scope") this.begin(event);
    else if (ev === "ScopeEnd") this.end(event);
    if (run && this.branchOf.get(run) !== id) this.changeBranch(run, id, i);
  }
  /** A scope is polled for the first time, or by another task or in another branch than before. */
  begin({ i, scope: id, what, branches = 0, run: task, in: outer }) {
    const { scopes } = K.trace,
      scope = scopes.get(id) ?? { id, what, end: Infinity },
      isNewForTask = scope.task !== task;
    if (scope.rows && isNewForTask) this.forget(scope, i);
    Object.assign(scope, { task, in: outer });
    for (let k = 0; k <= branches; k++) scopes.set(id + k, scope);
    if (!branches || !task || !isNewForTask) return;
    // A scope reuses the rows of an earlier one of its kind and depth. Only scopes that are open
    // at once, numbered by `nth`, need rows of their own.
    const depth = pathWithRows(outer).length,
      isBeside = (other) => other.depth === depth && other.what === what,
      taken = this.scopesOf(task).filter(isBeside).map(({ nth }) => nth); // prettier-ignore
    Object.assign(scope, { depth, nth: 0 });
    while (taken.includes(scope.nth)) scope.nth += 1;
    this.open.set(id, scope);
    scope.rows = Array.from({ length: branches }, (_, k) => this.branchRow(scope, k));
  }
  /** The row of branch `k`, counted from 0: an earlier scope's with the same key, or a new one. */
  branchRow({ task, what, depth, nth }, k) {
    const { branches } = this.taskRow(task),
      key = `${depth}.${what}.${nth}.${k}`,
      known = branches.find((row) => row.key === key);
    if (known) return known;
    const row = new K.Row(`branch ${k + 1}`, "");
    Object.assign(row, { isBranch: true, key, number: k, what, code: K.SCOPES[what] });
    branches.push(row);
    branches.sort((a, b) => a.key.localeCompare(b.key, "en", { numeric: true }));
    return row;
  }
  /** The task goes on in another branch than before, or outside of all. */
  changeBranch(task, id, i) {
    const before = pathWithRows(this.branchOf.get(task)),
      after = pathWithRows(id);
    for (const branch of before) if (!isAmong(after, branch)) endPoll(branch, i);
    for (const branch of after.reverse())
      if (branch.scope.task === task && rowOf(branch).last !== BAR.POLL)
        rowOf(branch).begin(i, BAR.POLL);
    this.branchOf.set(task, id);
  }
  pollEnded(task, i) {
    this.branchOf.delete(task);
    for (const scope of this.scopesOf(task))
      scope.rows.forEach((_, k) => endPoll({ id: scope.id + k + 1, scope, number: k + 1 }, i));
  }
  scopesOf(task) {
    return [...this.open.values()].filter((scope) => scope.task === task);
  }
  /** A scope is over; `won` is the number of the branch that decided it, from 0, if one did. */
  end({ i, scope: id, won }) {
    const scope = K.trace.scopes.get(id);
    if (!scope) return;
    scope.end = i;
    scope.rows?.forEach((row, k) => {
      const isLastOfJoin = scope.what === "join" && row.last === BAR.POLL; // its end ends a `join!`
      if (k === won) row.begin(i, scope.what === "select" ? BAR.WON : BAR.DONE);
      else if (!K.isOver(row.last)) row.begin(i, isLastOfJoin ? BAR.DONE : BAR.CANCELLED);
    });
    this.forget(scope, i);
  }
  forget(scope, i) {
    this.open.delete(scope.id);
    for (const row of scope.rows ?? []) if (!K.isOver(row.last)) row.begin(i, BAR.NONE);
    scope.rows = null;
  }
  taskEnded(task, i) {
    for (const scope of this.scopesOf(task)) this.forget(scope, i);
  }
};
/** The branch isn't polled any more: it waits if a wait in it is open, else its row is empty. */
function endPoll(branch, i) {
  const row = rowOf(branch),
    isInBranch = (wait) => isAmong(K.branchPath(wait.branch), branch);
  if (K.isOver(row.last)) return;
  const waits = K.openNow(branch.scope.task).filter(isInBranch);
  row.begin(i, waits.length ? BAR.WAIT : BAR.NONE, waits);
}
