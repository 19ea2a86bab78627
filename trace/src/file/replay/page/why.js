// Why is this task not running? The dialog.
//
// Interface: `K.why.open(name)`. Dialog #why.
// Not here: the answer itself (whereabouts.js).

const { byId, esc, why } = K;
const MOST = 12;

/** Whom one would ask about first: the pinned task, whom the event is about, then who could run. */
function order(s, i) {
  const first = K.pinned ?? (i !== K.i ? K.answer.name : K.event(i)?.task) ?? s.running,
    { polling, queued, waiting, done } = s.places;
  const some = [polling, queued, waiting, done].flatMap((all) =>
    all.slice(0, MOST + 1).map(({ name }) => name),
  );
  return [...new Set([first, ...some].filter((name) => name && K.find.has(name)))];
}
why.open = function (who) {
  const i = K.answer.moment(),
    s = K.stateAt(i),
    names = who ? [who] : order(s, i),
    left = K.number(s.tasks.size - MOST);
  const row = (name) =>
    `<div class="why-row"><span>${K.chipOf(name)} <code>${esc(K.origin(name))}</code></span><div>${why.answer(s, name)}</div></div>`;
  const more =
    names.length > MOST
      ? `<p class="mute">And ${left} more: click a task’s label to ask about it.</p>`
      : "";
  byId("why").innerHTML =
    `<h2>Why is it not running? <span class="mute">after event ${K.trace.n[i] ?? 0}, at ${K.clock(s.t)}</span></h2>` +
    `<p class="mute">${K.thread(s)}</p>` +
    (names.slice(0, MOST).map(row).join("") ||
      "<p>There is no task yet: a future does nothing by itself.</p>") +
    `${more}<form method="dialog"><button autofocus>Close<kbd>esc</kbd></button> <button type="button" id="why-tree">All as a tree</button></form>`;
  byId("why-tree").addEventListener("click", K.stacks.open);
  byId("why").showModal();
  byId("why").scrollTop = 0; // the focus is on its last line
};
