// Why is this task not running? The dialog.
//
// Interface: `K.why.open(name)`. Dialog #why, button #b-why.
// Invariant: the task that one asked about stays, from step to step.
// Not here: the answer itself (whereabouts.js).
"use strict";
(function (K) {
  const { chipOf, thread, why } = K;

  const MOST = 12;

  /** Whom one would ask about first: the pinned task, whom the event is about, then who could run. */
  function order(s, first) {
    const rest = { queued: [], waiting: [], polling: [], done: [] };
    let left = 0;
    for (const t of s.tasks.values()) {
      if (t.name === first || !K.find.has(t.name)) continue;
      if (rest[t.where].length < MOST) rest[t.where].push(t.name);
      else left += 1;
    }
    const all = [...(first ? [first] : []), ...rest.polling, ...rest.queued, ...rest.waiting, ...rest.done];
    return { names: all.slice(0, MOST), more: Math.max(0, all.length - MOST) + left };
  }

  why.open = function (who) {
    const box = document.getElementById("why"),
      i = K.answer.moment(),
      s = K.stateAt(i),
      e = K.event(i);
    if (!box) return;
    const first =
      who ?? K.pinned ?? (i !== K.i ? (K.answer.stretch?.name ?? K.answer.main()) : e?.task) ?? s.running ?? null;
    const { names, more } = order(s, first);
    const rows = names
      .map(
        (n, k) =>
          `<div class="why-row${k === 0 && first ? " first" : ""}" data-why="${K.esc(n)}"><span>${chipOf(n)}${K.origin(n) ? ` <code>${K.esc(K.origin(n))}</code>` : ""}</span><div>${why.answer(s, n)}</div></div>`,
      )
      .join("");
    box.innerHTML =
      `<h2>Why is it not running? <span class="mute">after event ${e?.n ?? 0}, at ${K.clock(s.t)}${i !== K.i ? ", of which the answer tells" : ""}</span></h2>` +
      `<p class="mute">${thread(s)}</p>` +
      (rows || "<p>There is no task yet: a future does nothing by itself.</p>") +
      (more
        ? `<p class="mute">And ${K.number(more)} more: ${K.number(s.counts.queued)} ready, ${K.number(s.counts.waiting)} waiting, ${K.number(s.counts.done)} over in all. Click a task’s label in the lanes to ask about it.</p>`
        : "") +
      `<form method="dialog" class="foot-of"><button autofocus>Close<kbd>esc</kbd></button> <button type="button" id="why-tree">All as a tree</button></form>`;
    document.getElementById("why-tree").addEventListener("click", K.stacks.open);
    if (!box.open) box.showModal();
    box.scrollTop = 0; // the focus is on its last line
  };
  document.addEventListener("DOMContentLoaded", () =>
    document.getElementById("b-why")?.addEventListener("click", () => why.open()),
  );
})((window.K = window.K || {}));
