// In which functions does a task wait, and which task awaits which?
//
// With `KETTLE_STACKS=1` a `Wait` names the await stack in which it happened. After the first thousand waits only
// the first of a task at a line does; what is shown for a later one was taken then, and says so.
//
// Interface: `K.stacks.html(state, task, on)`: the functions in which this task waits for this, or nothing;
// `K.stacks.titled(state, task, html)`: those of its first wait, to be shown beside `html`; `K.stacks.open()`: all tasks that have not ended, as a tree.
// Invariant: what is said follows from the events up to the one that is shown.
// Not here: what a task waits for in words (text.js), why it is not running (why.js).
"use strict";
(function (K) {
  /** So many tasks are drawn. */
  const MOST = 200;
  const { esc } = K;

  // ----- where each task has waited: gathered while the trace is read, so that a step needs no search -----

  const nameOf = (name, on) => `${name} ${JSON.stringify(on)}`,
    lineOf = (name, at) => `${name} ${at.text}`;
  /** (Most timers are waited for once: one number needs less room than a list of one.) */
  function put(map, key, k) {
    const all = map.get(key);
    if (all === undefined) map.set(key, k);
    else if (typeof all === "number") map.set(key, [all, k]);
    else all.push(k);
  }
  const upTo = (all, k) => (typeof all === "number" ? (all <= k ? all : undefined) : all?.[K.upTo(all, k)]);

  /** Of each wait its event, line and frames; and which waits a task has for a thing, and with frames at a line. */
  K.on("begin", (trace) => {
    trace.waits = { i: [], at: [], frames: [], on: new Map(), lines: new Map() };
  });
  K.on("event", function (e) {
    const { stacks, waits } = K.trace;
    if (e.ev !== "Wait" || !stacks.size) return;
    const k = waits.i.push(e.i) - 1,
      frames = stacks.get(e.stack) ?? null;
    waits.at.push(e.at);
    waits.frames.push(frames);
    put(waits.on, nameOf(e.run, e.on), k);
    if (e.at && frames) put(waits.lines, lineOf(e.run, e.at), k);
  });

  /** The frames of this wait, and the event from which they are, if it is another one. */
  function of(s, t, on) {
    const { waits } = K.trace,
      wait = upTo(waits.on.get(nameOf(t.name, on)), K.upTo(waits.i, s.i));
    if (wait === undefined) return null;
    if (waits.frames[wait]) return { frames: waits.frames[wait], from: null };
    const first = waits.at[wait] ? upTo(waits.lines.get(lineOf(t.name, waits.at[wait])), wait) : undefined;
    return first === undefined ? null : { frames: waits.frames[first], from: waits.i[first] };
  }
  const frame = ({ name, at }) => `<b>${esc(name)}</b>${at ? ` <code>${esc(K.site(at.text))}</code>` : ""}`;

  const stacks = (K.stacks = {});
  stacks.html = function (s, t, on) {
    const found = of(s, t, on);
    if (!found?.frames.length) return "";
    return `<span class="stack">In ${found.frames.map(frame).join(" → ")}${found.from === null ? "" : ` (as at ${K.link(found.from)}, when it first waited at this line)`}.</span>`;
  };

  /** What a small box says of a task: there is room for the functions only where a mouse rests. */
  stacks.titled = function (s, t, html) {
    const { frames, from } = (t.waits.length && of(s, t, t.waits[0])) || { frames: [] };
    return frames.length
      ? `<span title="in ${esc(frames.map(({ name }) => name).join(" → "))}${from === null ? "" : ` (as at event ${K.trace.n[from]})`}">${html}</span>`
      : html;
  };

  // ----- the tree -----

  /** The tasks that could end this wait, as far as is known. */
  function enders(s, t, on) {
    if (on.task) return [on.task];
    if (s.primitives.get(on.value)?.kind === "join_set") return K.membersOf(on.value, t.name, s);
    const p = on.sync ? s.primitives.get(on.sync) : null;
    const isChannel = K.isChannel(on.sync ?? ""),
      known = p ? [...new Set([...K.knownHolders(p), ...(isChannel ? [] : (p.handed ?? []))])] : [],
      ender = known.length || !isChannel ? null : K.enderOf(t.name, on, s.i); // (a task with a place in a channel will send, which makes no room)
    return ender ? [ender.who] : known;
  }
  /** (The rows know it: reading the line of each spawn again takes long where there are many.) */
  const spawner = (t) => (t.spawned >= 0 ? K.rowsOf(K.trace).rows.get(t.name)?.parent : null);

  function tree(s) {
    const alive = [...s.tasks.values()].filter((t) => t.where !== "done"),
      names = new Set(alive.map((t) => t.name));
    const below = new Set(
      alive.flatMap((t) => (t.where === "waiting" ? t.waits.flatMap((on) => enders(s, t, on)) : [])),
    );
    const spawned = new Map(),
      drawn = new Set();
    for (const t of alive) {
      const by = below.has(t.name) ? null : spawner(t);
      if (!names.has(by)) continue;
      const some = spawned.get(by);
      if (some) some.push(t.name);
      else spawned.set(by, [t.name]);
    }
    for (const some of spawned.values()) for (const name of some) below.add(name);

    function task(name, isSpawned = false) {
      const t = s.tasks.get(name);
      if (!names.has(name)) return s.jobs.has(name) ? `<li><div>${K.nameHTML(name)}</div></li>` : "";
      if (drawn.has(name)) return `<li><div>${K.nameHTML(name)} <span class="mute">see above</span></div></li>`;
      if (drawn.size >= MOST) return "";
      drawn.add(name);
      const origin = K.origin(name),
        rows = t.where === "waiting" ? t.waits.map((on) => wait(t, on)) : [];
      const how = isSpawned && "spawned here",
        is = {
          queued: "is ready",
          polling: "is being polled",
          waiting:
            rows.length && !K.servedOf(s, t)
              ? ""
              : {
                  called: `is woken soon${((on) => (!on ? "" : on.timer ? `: ${on.timer} has fired` : ": what it waited for is there"))(K.servedOf(s, t))}`,
                  set: "waits for a task of its local set",
                  other: "waits for other code",
                  nowhere: "no waker of it is left",
                }[K.wakerOf(s, t)],
        }[t.where],
        state = [how, is].filter(Boolean).join("; ");
      const all = [...rows, ...(spawned.get(name) ?? []).map((child) => task(child, true))].join("");
      return `<li><div>${K.nameHTML(name)}${origin ? ` <code>${esc(origin)}</code>` : ""}${state ? ` <span class="mute">${state}</span>` : ""}</div>${all ? `<ul>${all}</ul>` : ""}</li>`;
    }
    function wait(t, on) {
      const inside = enders(s, t, on)
        .map((name) => task(name))
        .join("");
      return `<li><div>${stacks.html(s, t, on)} Waits for ${K.tokens(K.onWhat(on))}.</div>${inside ? `<ul>${inside}</ul>` : ""}</li>`;
    }
    // Those that are under none, and then, of what is left, the circles; or what the filter picks.
    const picked = alive.filter((t) => K.filter.has(t.name)),
      tops = K.filter.text ? [] : picked.filter((t) => !below.has(t.name));
    let html = "";
    for (const t of [...tops, ...picked]) if (!drawn.has(t.name) && drawn.size < MOST) html += task(t.name);
    const left = picked.filter((t) => !drawn.has(t.name)).length;
    return html
      ? `<ul class="tree">${html}</ul>${left ? `<p class="mute">And ${K.number(left)} more tasks: filter some.</p>` : ""}`
      : `<p>No task is there at this event.</p>`;
  }

  stacks.open = function () {
    const box = document.getElementById("tree"),
      i = K.answer.moment(),
      s = K.stateAt(i);
    const known = K.trace.stacks.size
      ? "A function is told if it was not inlined; of other crates’ functions only the crate’s name, in brackets."
      : "Record the run with <code>KETTLE_STACKS=1</code> to see the functions in which each task waits.";
    document.getElementById("why").close();
    box.innerHTML =
      `<h2>Which task awaits which? <span class="mute">after event ${K.event(i)?.n ?? 0}, at ${K.clock(s.t)}</span></h2>` +
      `<p class="mute">Under a task is what it waits for, and under that the tasks that could end the wait: one whose end is awaited, the holders of a lock, or the task that received last from a channel. A task that is under none of these is under the one that spawned it: <i>spawned here</i>. (A set awaits each of its tasks.) ${known}</p>${tree(s)}` +
      `<form method="dialog" class="foot-of"><button autofocus>Close<kbd>esc</kbd></button></form>`;
    if (!box.open) box.showModal();
    box.scrollTop = 0;
  };
})((window.K = window.K || {}));
