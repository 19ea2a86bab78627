// How does one move about in a run?
//
// A position is an event and a level; everything on the page follows from them. This file holds the
// position, moves it by buttons, keys and the address, and tells the others to draw. It runs last,
// reads the trace when the file has ended, and shows the first event.
//
// Interface: `K.go(i)`, `K.i`, `K.before` (the event shown one step back), `K.level`, `K.visible`,
// `K.setLevel(level)`, `K.forward()`, `K.back()`, `K.stop()`, `K.playing`, `K.pinned`, `K.toast(text)`,
// `K.address(i)`, `K.isForPage(ev)` (of a key). Tells "trace" once, then "show" with (state, event, i).
// For the other parts: the buttons #b-quiz and #b-why, and the keys q ? press them; who
// owns a dialog listens to its button. `K.gate = (i) => true` stops a step forward to `i` (the quiz).
// Invariant: nothing is remembered that changes what an event looks like, but level and pinned task.
// Not here: what is drawn.
"use strict";
(function (K) {
  const { esc, plural, number } = K;
  const $ = (id) => document.getElementById(id);
  K.level = "tasks";
  K.i = -1;
  K.before = -1;
  K.pinned = null;
  K.gate = null;
  K.playing = 0;

  // ----- what is visible at a level -----
  /** The level of each event, noted while it is read. */
  const rank = [];
  let forced = new Set();
  K.on("event", (e) => rank.push(K.levelOf(e)));

  function see() {
    K.visible = [];
    for (let i = 0; i < rank.length; i++) if (isVisible(i)) K.visible.push(i);
    if (!K.visible.length) K.visible = [...rank.keys()];
  }
  const isVisible = (i) => rank[i] <= K.LEVELS.indexOf(K.level) || forced.has(i);
  /** The visible event after (dir 1) or before (dir -1) this one. */
  function next(i, dir) {
    const at = K.upTo(K.visible, i);
    if (dir > 0) return K.visible[at + 1] ?? null;
    return K.visible[K.visible[at] === i ? at - 1 : at] ?? null;
  }

  // ----- show -----
  K.go = function (i) {
    const trace = K.trace;
    if (i === null || i === undefined || Number.isNaN(i)) return;
    K.i = i = trace.last < 0 ? -1 : Math.max(0, Math.min(trace.last, i));
    K.before = next(i, -1) ?? -1;
    show();
  };
  function show() {
    const trace = K.trace,
      i = K.i,
      e = K.event(i) ?? null,
      s = K.stateAt(i);
    $("sentence").setAttribute("aria-live", K.playing ? "off" : "polite"); // a reader is not flooded while it plays
    const opening = e && K.answer.opening(i);
    $("sentence").title = (K.quiz?.on && e?.say) || ""; // (one line, which may be cut)
    K.paint("sentence", opening ? opening.sentence : e ? K.headline(i) : emptyWords(trace));
    K.paint("aside", opening ? withCost(opening.aside) : K.aside(i, s));
    K.paint("changed", opening ? "" : K.changed(e, s));
    $("changed").title = $("changed").textContent;
    clock(trace, s, e, i);
    K.banner(trace, i);
    for (const [id, dir] of [
      ["b-back", -1],
      ["b-next", 1],
    ])
      $(id).setAttribute("aria-disabled", String((next(i, dir) ?? null) === null)); // (it keeps the focus)
    for (const b of $("levels").children) b.setAttribute("aria-pressed", b.dataset.level === K.level);
    $("say").classList.toggle("opening", !!opening);
    K.tell("show", s, e, i);
    clearTimeout(link);
    link = setTimeout(() => history.replaceState(null, "", "#" + K.address(i)), 300); // browsers limit how often
  }
  K.show = show;
  let link = 0;

  const emptyWords = (trace) =>
    trace.torn
      ? "This trace was cut before its first event."
      : "This trace holds no event: nothing ran on a kettle runtime, or it ended before the first line was written. A flight recorder writes its page when something has happened.";

  function clock(trace, s, e, i) {
    if (!e) return K.paint("clock", "");
    const paused = trace.header.clock === "paused" || Math.abs(s.real - s.t) > 1e6;
    const at = K.upTo(K.visible, i) + 1;
    K.paint(
      "clock",
      `<b>${K.clock(s.t)}</b>${paused ? `<span title="the machine’s own clock">virtual; really ${K.clock(s.real)}</span><br>` : ""}<span>turn ${number(s.turn)}</span> <span>event ${number(e.n)} of ${number(trace.n[trace.last])}</span>`,
    );
    K.paint(
      "count",
      `<span title="A step goes to the next event of this level; Engine stops at every event."><span class="step-of">step </span>${number(at)} of ${number(K.visible.length)}<span class="wide"> at level ${K.level[0].toUpperCase()}${K.level.slice(1)}</span></span>`,
    );
  }

  let toasting = 0;
  K.toast = function (text) {
    const box = $("toast");
    box.textContent = text;
    box.hidden = false;
    clearTimeout(toasting);
    toasting = setTimeout(() => {
      box.hidden = true;
    }, 3200);
  };

  // ----- steps -----
  K.forward = function () {
    const i = next(K.i, 1);
    if (i === null) {
      K.stop();
      return;
    }
    if (K.gate?.(i)) {
      K.stop();
      return;
    }
    K.go(i);
  };
  K.back = () => K.go(next(K.i, -1));
  function turn(dir) {
    const trace = K.trace,
      here = K.event(K.i)?.turn;
    if (here === undefined) return;
    const of = (k) => K.event(K.visible[k]).turn;
    const first = (t) => {
      // the first visible event of turn t or later
      let low = 0,
        high = K.visible.length;
      while (low < high) {
        const m = (low + high) >> 1;
        if (of(m) < t) low = m + 1;
        else high = m;
      }
      return low;
    };
    if (dir > 0) return K.go(K.visible[first(here + 1)] ?? trace.last);
    const begin = first(here);
    if (K.visible[begin] < K.i) return K.go(K.visible[begin]);
    return K.go(begin > 0 ? K.visible[first(of(begin - 1))] : 0);
  }
  /** The task that `t` follows: the pinned one, or the one that the event is about. */
  function chosen() {
    if (K.pinned) return K.pinned;
    for (let i = K.i; i >= 0; i--) {
      const e = K.event(i),
        name = e.ev === "Wake" ? e.task : (e.run ?? e.task);
      if (name) return name;
    }
    return null;
  }
  K.chosen = chosen;
  function sameTask(dir) {
    const name = chosen(),
      all = K.trace.index.byTask.get(name) ?? [];
    let at = K.upTo(all, dir > 0 ? K.i : K.i - 1) + (dir > 0 ? 1 : 0);
    while (at >= 0 && at < all.length && !isVisible(all[at])) at += dir;
    if (all[at] === undefined)
      return K.toast(
        name ? `${dir > 0 ? "No later" : "No earlier"} event of ${name} at this level.` : "No task has begun yet.",
      );
    K.go(all[at]);
  }
  function pollOrWake() {
    const { index } = K.trace,
      e = K.event(K.i);
    if (!e) return;
    if (e.ev === "Wake") {
      const poll = K.pollAfter(K.i);
      return poll === undefined
        ? K.toast(
            e.effect === "stale"
              ? "The task was over already, so none was polled."
              : K.missing(K.i, K.trace.last)
                ? "Not known: events are missing after this wake."
                : `${e.task} is not polled any more in this trace.`,
          )
        : K.go(poll);
    }
    const name = e.ev === "Spawn" ? e.task : chosen(),
      all = index.byTask.get(name) ?? [];
    if (e.ev === "Spawn") {
      const poll = all.find((i) => i > K.i && K.event(i).ev === "PollStart" && K.event(i).task === name);
      return poll === undefined ? K.toast(`${name} is never polled in this trace.`) : K.go(poll);
    }
    for (let at = K.upTo(all, K.i); at >= 0; at--) {
      const i = all[at];
      if (K.event(i).ev === "PollStart" && K.event(i).task === name) {
        const wake = K.wakeOf(i);
        return wake === undefined
          ? K.toast(
              `No wake is known for this poll of ${name}${K.missing(-1, i) ? ": events before it are missing" : K.unkept() ? ": it was before the record begins" : ""}.`,
            )
          : K.go(wake);
      }
    }
    K.toast(name ? `${name} has not been polled yet.` : "No task has begun yet.");
  }
  function play() {
    if (K.playing) return K.stop();
    if (next(K.i, 1) === null) K.go(K.visible[0]);
    K.playing = setInterval(K.forward, +$("speed").value);
    $("b-play").setAttribute("aria-pressed", true);
    K.forward();
  }
  K.stop = function () {
    clearInterval(K.playing);
    K.playing = 0;
    K.lintsHere = [];
    $("b-play").setAttribute("aria-pressed", false);
  };
  K.setLevel = function (level) {
    if (!K.LEVELS.includes(level)) return;
    K.level = level;
    see();
    K.tell("level", level);
    K.go(isVisible(K.i) ? K.i : (next(K.i, -1) ?? K.visible[0] ?? 0));
  };

  // ----- theme, address, help -----
  const root = document.documentElement;
  const isDark = () =>
    root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  function theme() {
    root.dataset.theme = isDark() ? "light" : "dark";
    show();
  }
  /** The event nearest to a time at which another runtime saw a wake: the last by which a task gave something of this kind until then, before so many `later` ones, if there is one. */
  const NEAR = 5e6,
    ERROR = 1e5,
    GIVES = ["put", "release", "close", "end", "senders"];
  function eventAt(time, kind, later) {
    const { t, index } = K.trace,
      acts = kind ? (index.byEv.get("SyncAct") ?? []) : [],
      near = acts
        .filter((i) => Math.abs(t[i] - time) < NEAR)
        .map((i) => K.event(i))
        .filter((e) => e.run && e.kind === kind && GIVES.includes(e.act));
    return (near.filter((e) => e.t <= time + ERROR).at(-1 - later) ?? near[0])?.i ?? Math.max(0, K.upTo(t, time));
  }
  /** The part of the link behind `#`: an event's number, the level, and a theme if one was chosen. Instead of the number a link from another runtime's page has a time, in ns. */
  K.address = (i) => `e=${K.trace.n[i] ?? 0}&l=${K.level}${root.dataset.theme ? `&theme=${root.dataset.theme}` : ""}`;
  /** (Of a link that is followed its own: that of the last event may have been written over it already.) */
  function fromAddress({ newURL = location.href } = {}) {
    const a = new URLSearchParams(new URL(newURL).hash.slice(1)),
      trace = K.trace;
    if (["dark", "light"].includes(a.get("theme"))) root.dataset.theme = a.get("theme");
    if (K.LEVELS.includes(a.get("l")) && a.get("l") !== K.level) {
      K.level = a.get("l");
      see();
      K.tell("level", K.level);
    }
    if (a.has("t") && trace.last >= 0) {
      K.go(eventAt(parseInt(a.get("t"), 10) || 0, a.get("of"), parseInt(a.get("later"), 10) || 0));
      return K.toast("The moment at which the other runtime’s task was woken, as near as the two clocks tell.");
    }
    const wanted = a.get("e") === "last" ? Infinity : parseInt(a.get("e"), 10);
    const at = K.upTo(trace.n, wanted);
    K.go(Number.isNaN(wanted) ? (K.visible[0] ?? -1) : Math.max(0, at));
  }

  function verdict() {
    const all = K.trace.lints.map((lint) => lint.begin).sort((a, b) => a - b),
      next = all.find((i) => i > K.i) ?? all[0];
    if (next !== undefined) K.go(next);
    else
      K.toast(
        `The doctor has found nothing to say about this run.${K.circleHTML() && ` That tasks ${K.circleBroke() ? "waited in a circle for a time" : "wait in a circle as it ends"} is told at its first event.`}`,
      );
  }

  // ----- hands -----
  const press = (id) => () => $(id).click();
  const KEYS = {
    ArrowRight: () => K.forward(),
    ArrowLeft: () => K.back(),
    "shift ArrowRight": () => turn(1),
    "shift ArrowLeft": () => turn(-1),
    t: () => sameTask(1),
    T: () => sameTask(-1),
    w: pollOrWake,
    "?": press("b-why"),
    k: () => K.stacks.open(),
    K: () => K.stacks.open(),
    " ": play,
    1: () => K.setLevel("story"),
    2: () => K.setLevel("tasks"),
    3: () => K.setLevel("engine"),
    "/": () => K.find.open(),
    l: press("lanes-times"),
    m: press("lanes-time"),
    q: press("b-quiz"),
    h: K.help,
    d: theme,
    v: verdict,
    Home: () => {
      K.answer.clear();
      K.go(K.visible[0]);
    },
    End: () => K.go(K.trace.last),
  };
  /** Is a key for the page, and not for a field or a dialog? The field of a dialog keeps the focus for a frame after the dialog has closed. */
  K.isForPage = (ev) =>
    !(
      ev.ctrlKey ||
      ev.metaKey ||
      ev.altKey ||
      document.querySelector("dialog[open]") ||
      ev.target.closest?.("input, textarea, select")?.checkVisibility()
    );
  function key(ev) {
    if (ev.defaultPrevented || !K.isForPage(ev)) return;
    if (ev.key === " " && ev.target.closest?.("button, a")) return; // the space bar presses what has the focus
    const f = KEYS[(ev.shiftKey && ev.key.startsWith("Arrow") ? "shift " : "") + ev.key];
    if (!f) return;
    ev.preventDefault();
    if (ev.key !== " ") K.stop();
    f();
  }
  function click(ev) {
    const to = ev.target.closest?.("[data-go]"),
      task = ev.target.closest?.("[data-task]");
    if (to) {
      ev.preventDefault();
      for (const d of document.querySelectorAll("dialog[open]")) d.close();
      K.stop();
      K.go(+to.dataset.go);
    } else if (task) {
      K.pinned = K.pinned === task.dataset.task ? null : task.dataset.task;
      show();
    }
  }

  /** Did recording take a tenth of the run? (Where the head has no room for it, the first event's words tell it, behind a verdict.) */
  const withCost = (aside) => {
    const cost = dear(K.trace)
      ? `<span class="cost" title="${esc(K.costWords())}">Recording took ${K.span(K.trace.overhead)}.</span> `
      : "";
    return K.trace.lints.length ? aside + " " + cost : cost + aside;
  };
  const dear = (trace) => trace.overhead > (trace.t[trace.last] ?? 0) / 10;

  async function start() {
    if (!$("trace")) return; // the file is cut before it: the page says so already
    const trace = await K.read($("trace").textContent);
    forced = new Set([...trace.lints, ...trace.lost].flatMap((o) => [o.i, o.begin ?? o.i]).concat(trace.last));
    see();
    const args = [].concat(trace.header.args ?? []).join(" "),
      lints = trace.lints.length,
      beside = trace.header.beside;
    const [name, rest] = beside ? [args, trace.program] : [trace.program, args]; // a test that a search has run, or a program
    document.title = `${name}: kettle replay`;
    $("program-name").innerHTML =
      `<span title="${esc([name, rest].filter(Boolean).join(" "))}">${esc(name)}${beside ? ` <a href="${encodeURIComponent(beside.page)}">${esc(beside.say)}</a>` : ""}${rest ? ` <small>${esc(rest)}</small>` : ""}</span>${trace.header.clock === "paused" ? ` <em>virtual clock</em>` : ""}${trace.lost.length ? ` <em>${plural(K.missing(-1, trace.last + 1), "event")} missing</em>` : ""}${K.written(trace) ? ` <em title="${esc(K.written(trace))}">the last ${plural(trace.count, "event")}</em>` : trace.cut ? " <em>ends early</em>" : ""}${dear(trace) ? ` <em class="dear" title="${esc(K.costWords())}">recording took ${K.span(trace.overhead)}</em>` : ""}`;
    $("b-verdict").hidden = !lints;
    const decisions = trace.lints.filter((lint) => lint.lint === "decision").length,
      verdicts = lints - decisions;
    $("b-verdict").querySelector("span").textContent = [
      verdicts && plural(verdicts, "verdict"),
      decisions && plural(decisions, "decision"),
    ]
      .filter(Boolean)
      .join(", ");

    const on = (id, f) =>
      $(id).addEventListener("click", () => {
        if (!["b-next", "b-play"].includes(id)) K.stop();
        f();
      });
    on("b-next", K.forward);
    on("b-back", K.back);
    on("b-turn", () => turn(1));
    on("b-task", () => sameTask(1));
    on("b-wake", pollOrWake);
    on("b-play", play);
    on("b-help", K.help);
    on("b-theme", theme);
    on("b-verdict", verdict);
    $("levels").addEventListener("click", (ev) => K.setLevel(ev.target.dataset.level));
    $("speed").addEventListener("change", () => {
      if (K.playing) {
        K.stop();
        play();
      }
    });
    document.addEventListener("click", click);
    addEventListener("keydown", key);
    addEventListener("hashchange", fromAddress);
    let chosenTheme;
    addEventListener("beforeprint", () => {
      chosenTheme = root.dataset.theme;
      root.dataset.theme = "light";
    }); // ink on paper
    addEventListener("afterprint", () => {
      if (chosenTheme) root.dataset.theme = chosenTheme;
      else delete root.dataset.theme;
    });

    K.tell("trace", trace);
    await K.lanes.sized;
    fromAddress();
    K.ready = true;
  }
  document.addEventListener("DOMContentLoaded", start);
})((window.K = window.K || {}));
