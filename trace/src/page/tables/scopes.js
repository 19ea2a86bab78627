// Which branch of a `select!`, `join!` or `timeout` runs or waits, and when?
//
// Each of these is a scope, and has a number; those of its branches follow it. An event names the
// branch in which it happened (`in`), and the event that opens a scope names the branch around the
// scope. Each branch gets a row of bars below its task's row. A branch is polled from its first
// event in a poll until the task goes on in other code. After that it waits, if a wait that began
// in it is still open. Otherwise its row is empty: it is over, or waits for other code.
//
// Interface (all scripts share `K`): `K.Scopes` makes the rows while the trace is read. `K.SCOPES`:
// how each kind is written in Rust. `K.branchPath(id)`: the branch with this number and those
// around it, innermost first, as `[{id, scope, number}]`; `number` counts from 1 in its scope, and
// `scope` is `{id, what, in, end}`, where `end` is the event that ended it (Infinity: none yet).
// Not here: the bars of a task (rows.js).

const { BAR } = K;
K.SCOPES = { select: "select!", join: "join!", try_join: "try_join!", timeout: "timeout" };

K.on("begin", (trace) => (trace.scopes = new Map())); // by the numbers of scopes and branches
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
/** The branches of a path that have rows. */
const withRows = (id) => K.branchPath(id).filter(rowOf);

K.Scopes = class {
  open = new Map(); // the scopes that have rows, by number
  branchOf = new Map(); // by task: the number of the branch in which it is
  /** `taskRow` gives a task's row. */
  constructor(taskRow) {
    this.taskRow = taskRow;
  }
  read(event) {
    const { i, ev, run, in: id } = event;
    if (ev === "Scope") this.begin(event);
    else if (ev === "ScopeEnd") this.end(event);
    if (run && this.branchOf.get(run) !== id) this.changeBranch(run, id, i);
  }
  begin({ i, scope: id, what, branches = 0, run: task, in: outer }) {
    const { scopes } = K.trace,
      scope = scopes.get(id) ?? { id, what, end: Infinity },
      isOther = scope.task !== task; // new, or moved to another task
    if (scope.rows && isOther) this.forget(scope, i);
    Object.assign(scope, { task, in: outer });
    for (let k = 0; k <= branches; k++) scopes.set(id + k, scope);
    if (!branches || !task || !isOther) return;
    // A scope reuses the rows of an earlier one of its kind and depth. Only scopes that are open
    // at once (`nth`) need rows of their own.
    const depth = withRows(outer).length,
      isBeside = (other) => other.depth === depth && other.what === what,
      taken = this.scopesOf(task).filter(isBeside).map(({ nth }) => nth); // prettier-ignore
    Object.assign(scope, { depth, nth: 0 });
    while (taken.includes(scope.nth)) scope.nth += 1;
    this.open.set(id, scope);
    scope.rows = Array.from({ length: branches }, (_, k) => this.branchRow(scope, k));
  }
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
    const before = withRows(this.branchOf.get(task)),
      after = withRows(id);
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
  end({ i, scope: id, won }) {
    const scope = K.trace.scopes.get(id);
    if (!scope) return;
    scope.end = i;
    scope.rows?.forEach((row, k) => {
      const hasJoined = scope.what === "join" && row.last === BAR.POLL; // the last one to be ready
      if (k === won) row.begin(i, scope.what === "select" ? BAR.WON : BAR.DONE);
      else if (!K.isOver(row.last)) row.begin(i, hasJoined ? BAR.DONE : BAR.CANCELLED);
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
    isIn = (wait) => isAmong(K.branchPath(wait.branch), branch);
  if (K.isOver(row.last)) return;
  const waits = K.openNow(branch.scope.task).filter(isIn);
  row.begin(i, waits.length ? BAR.WAIT : BAR.NONE, waits);
}
