// In which functions does a task wait, and which task awaits which?
//
// With `KETTLE_STACKS=1` a `Wait` names the await stack in which it happened.
//
// Interface: `K.stacks.html(state, task, on)`: the functions in which this task waits for this, or nothing;
// `K.stacks.titled(state, task, html)`: those of its first wait, to be shown beside `html`; `K.stacks.open()`: all
// tasks that have not ended, as a tree.
// Invariant: what is said follows from the events up to the one that is shown.
// Not here: what a task waits for in words (text.js), why it is not running (why.js).
"use strict";
(function (K) {
  /** So many tasks are drawn. */
  const MOST = 200;
  const { esc } = K;

  /** By task and thing: the events of these waits, and the numbers of their stacks. */
  const keyOf = (name, on) => `${name} ${JSON.stringify(on)}`;
  K.on("begin", (trace) => {
    trace.waits = new Map();
  });
  K.on("event", (e) => {
    if (e.ev !== "Wait" || e.stack === undefined) return;
    const { waits } = K.trace,
      key = keyOf(e.run, e.on);
    if (!waits.has(key)) waits.set(key, { at: [], stack: [] });
    waits.get(key).at.push(e.i);
    waits.get(key).stack.push(e.stack);
  });

  /** The functions in which this task waits for this, the innermost first. */
  function framesOf(s, t, on) {
    const all = K.trace.waits.get(keyOf(t.name, on));
    return (all && K.trace.stacks.get(all.stack[K.upTo(all.at, s.i)])) ?? [];
  }

  const stacks = (K.stacks = {});
  stacks.html = function (s, t, on) {
    const frame = ({ name, at }) => `<b>${esc(name)}</b> <code>${esc(K.site(at.text))}</code>`,
      frames = framesOf(s, t, on).map(frame);
    return frames.length ? `<span class="stack">In ${frames.join(" ← ")}.</span>` : "";
  };

  /** What a small box says of a task: there is room for the functions only where a mouse rests. */
  stacks.titled = function (s, t, html) {
    const names = t.waits.length ? framesOf(s, t, t.waits[0]).map(({ name }) => name) : [];
    return names.length ? `<span title="in ${esc(names.join(" ← "))}">${html}</span>` : html;
  };

  /** The tasks that could end this wait, as far as the record tells. */
  function enders(s, t, on) {
    if (on.task) return [on.task];
    if (s.primitives.get(on.value)?.kind === "join_set") return K.membersOf(on.value, t.name, s);
    const p = on.sync ? s.primitives.get(on.sync) : null;
    return p ? [...new Set(K.knownHolders(p))] : [];
  }

  function tree(s) {
    const alive = [...s.tasks.values()].filter((t) => t.where !== "done"),
      waiting = alive.filter((t) => t.where === "waiting"),
      below = new Set(waiting.flatMap((t) => t.waits.flatMap((on) => enders(s, t, on)))),
      drawn = new Set();

    function task(name) {
      const t = s.tasks.get(name),
        title = K.nameHTML(name);
      if (!t || t.where === "done") return s.jobs.has(name) ? `<li><div>${title}</div></li>` : "";
      if (drawn.has(name)) return `<li><div>${title} <span class="mute">see above</span></div></li>`;
      if (drawn.size >= MOST) return "";
      drawn.add(name);
      const origin = K.origin(name),
        waits = t.where === "waiting" ? t.waits.map((on) => wait(t, on)).join("") : "",
        state = { queued: "is ready", polling: "is being polled", waiting: waits ? "" : "waits" }[t.where];
      return (
        `<li><div>${title}${origin ? ` <code>${esc(origin)}</code>` : ""}` +
        `${state ? ` <span class="mute">${state}</span>` : ""}</div>${waits ? `<ul>${waits}</ul>` : ""}</li>`
      );
    }
    function wait(t, on) {
      const inside = enders(s, t, on).map(task).join("");
      return (
        `<li><div>${stacks.html(s, t, on)} Waits for ${K.tokens(K.onWhat(on))}.</div>` +
        `${inside ? `<ul>${inside}</ul>` : ""}</li>`
      );
    }
    // Those that are under none, and then, of what is left, the circles; or what the filter picks.
    const picked = alive.filter((t) => K.find.has(t.name)),
      tops = K.find.text ? [] : picked.filter((t) => !below.has(t.name));
    let html = "";
    for (const t of [...tops, ...picked]) if (!drawn.has(t.name)) html += task(t.name);
    const left = picked.filter((t) => !drawn.has(t.name)).length,
      more = left ? `<p class="mute">And ${K.number(left)} more tasks: pick some: /.</p>` : "";
    return html ? `<ul class="tree">${html}</ul>${more}` : `<p>No task is there at this event.</p>`;
  }

  stacks.open = function () {
    const box = document.getElementById("tree"),
      i = K.answer.moment(),
      s = K.stateAt(i);
    const how =
      "Under a task is what it waits for, and under that the tasks that could end the wait: one whose end is awaited, or" +
      " the holders of a lock. (A set awaits each of its tasks.)";
    const known = K.trace.stacks.size
      ? "Before it are the program’s functions in which the task waits, the innermost first."
      : "Record the run with <code>KETTLE_STACKS=1</code> to see the functions in which each task waits.";
    document.getElementById("why").close();
    box.innerHTML =
      `<h2>Which task awaits which? <span class="mute">after event ${K.event(i)?.n ?? 0}, at ${K.clock(s.t)}</span></h2>` +
      `<p class="mute">${how} ${known}</p>${tree(s)}` +
      `<form method="dialog" class="foot-of"><button autofocus>Close<kbd>esc</kbd></button></form>`;
    if (!box.open) box.showModal();
    box.scrollTop = 0;
  };
})((window.K = window.K || {}));
