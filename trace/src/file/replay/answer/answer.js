// Why so long?
//
// The page opens with an answer: how long the run was, how it ended, the doctor's verdict, where the time of `main`
// went by cause, and which chain bounded it. The same is answered for any task and any stretch:
// for one that was dragged over a lane, chosen in the list or in the table of times, or written as "1.0-2.0 s". The
// answer takes the place of the boxes until the next step; each of its parts goes to the moment it speaks of.
//
// Interface: `K.answer.ask(name, begin, end)`, `K.answer.clear()`, `K.answer.stretch` (what was asked: `{name, begin,
// end}`, or null), `K.answer.main()` (the task whose end was the run's), `K.answer.opening(i)` (sentence and aside of
// the first event: HTML, or null), `K.answer.html(name, begin, end)`. Element #answer.
// Invariants: what is shown depends on the trace, the event and what was asked. While the quiz is on nothing is
// answered: it would tell what comes.
// Not here: the sums (causes.js), what each part of the answer says (the other files of this folder), the table of all
// tasks (times.js), dragging (lanes.js).
"use strict";
(function (K) {
  const {
    BAR,
    LISTED,
    MANY,
    NAMED,
    POINTLESS,
    againHTML,
    atLeast,
    beforeEnds,
    cancelledHTML,
    chainHTML,
    droppedHTML,
    esc,
    eventsOf,
    heldIn,
    hungTask,
    layHTML,
    lineHTML,
    longestOf,
    mainTask,
    missedHTML,
    opening,
    overrunHTML,
    panicHTML,
    placeWords,
    restartedHTML,
    span,
    toEvent,
    untakenHTML,
    waitLine,
    withHeld,
  } = K;
  const CAUSES = 9;
  /** Of these the machine's clock tells, also where the program's own is virtual. */
  const MACHINES = ["recorder", "poll", "drop", "ready", "local"];
  let stretch = null;
  let askedAt = -1;
  /** What the page asks by itself: what the first event has the answer for, while nothing is asked. */
  let first = null;
  /** What held up a cause of several waits is told of all, or of the longest. */
  const heldWords = ({ times, key }, { all, longest }) =>
    [all, times > 1 && key !== "poll" && longest ? `the longest ${longest}` : longest].filter(Boolean).join("; ");
  function causesHTML(name, causes, all) {
    const isMachines = ({ key }) => K.trace.header.clock === "paused" && MACHINES.includes(key);
    const scale = causes.reduce((ns, c) => ns - (isMachines(c) ? c.ns : 0), all),
      bar = (ns) => `<i style="width:${Math.max(0.5, (100 * ns) / Math.max(1, scale)).toFixed(1)}%"></i>`;
    const line = (c) =>
      `<li${c.key === "poll" ? ` class="poll"` : ""}>${toEvent(c.at, `<b class="num">${atLeast(c)}</b><span>${K.tokens(c.words)}</span>`, ` title="to the longest of them: ${esc(span(c.longest))}"`)}<div>${isMachines(c) ? "" : bar(c.ns)}</div><small>${isMachines(c) ? "of the machine’s time" : c.times > 1 ? `${K.number(c.times)} times, ${longestOf(c)}` : ""}</small><small class="place-of">${withHeld(placeWords(c), c.ns > all / 20 || ["idle", "late", "deaf", "found"].includes(c.key) ? heldWords(c, heldIn(name, c)) : "")}</small></li>`;
    // What is next to nothing is one line, so that the chain is in view.
    const small = causes.length > 3 ? causes.slice(2).filter((c) => c.ns < all / 100) : [],
      large = causes.filter((c) => !small.includes(c)),
      more = large.slice(CAUSES);
    const which = (c) => {
      const at = causes.some((other) => other !== c && other.words === c.words) ? waitLine(c.from, c.on) : null;
      return at
        ? ` (${["timer", "idle"].includes(c.key) ? lineHTML(at) : `<code>${esc(K.site(at.text))}</code>`})`
        : "";
    };
    const rest = small.length
      ? `<li class="small"><span>${small.map((c) => toEvent(c.at, `<b class="num">${atLeast(c)}</b> ${K.tokens(c.words)}${which(c)}`)).join(", ")}</span></li>`
      : "";
    return (
      `<ol class="causes">${large.slice(0, CAUSES).map(line).join("")}${rest}</ol>` +
      (more.length
        ? `<p class="mute">and ${K.plural(more.length, "cause")} more, ${span(more.reduce((ns, c) => ns + c.ns, 0))} in all</p>`
        : "")
    );
  }
  /** Of such a wait what it led to, which has bounded nothing: the holder of a lock, say. */
  function stillHTML(name, from, to) {
    const row = K.rowsOf(K.trace).rows.get(name),
      seen = row && beforeEnds(K.askedAt(row));
    const chain = K.trace.t[seen] >= from && K.trace.t[seen] <= to ? K.chainOf(name, from, to, seen) : null;
    return chain?.links.length && chain.last?.open
      ? chainHTML(
          chain,
          to - from,
          [],
          seen,
          `What it waited for <span class="mute">when it was ${K.droppedWord(name)}</span>`,
        )[0]
      : "";
  }
  /** Any task may be written; some are offered. */
  const chooser = (name) =>
    `<input type="search" list="answer-tasks" value="${esc(name)}" aria-label="Of which task?" data-of size="9"><datalist id="answer-tasks">${K.trace.names
      .slice(0, LISTED)
      .map((n) => `<option value="${esc(n)}">`)
      .join("")}</datalist>`;

  /** Sleeps of different lines are told apart, unless they are so many that looking for their lines would take long. */
  const lineOf = (name) => (K.rowsOf(K.trace).rows.get(name)?.at.length > MANY ? null : waitLine);
  /** Does the task wait where the record ends, with the thread asleep? How long that went on is not known: so it is told before all waits that are over. */
  const stillWaits = (name, end) =>
    K.trace.cut &&
    !K.trace.end &&
    K.trace.state.parked &&
    end >= K.trace.t[K.trace.last] &&
    K.rowsOf(K.trace).rows.get(name)?.last === BAR.WAIT;
  function html(name, begin, end, seen = stillWaits(name, end) ? K.trace.last : Infinity) {
    const life = K.lifeOf(name),
      from = Math.max(begin, life[0]),
      to = Math.min(end, life[1], K.trace.t[seen] ?? Infinity),
      causes = K.causesOf(name, from, to, seen, lineOf(name));
    if (to < from)
      return `<h2>Where did the time of ${chooser(name)} go? <span class="mute num">From ${K.clock(begin)} to ${K.clock(end)}</span></h2><p>${K.nameHTML(name)} ${begin > life[1] ? `was over at ${K.clock(life[1])}` : `began at ${K.clock(life[0])}`}.</p>`;
    const all = Math.max(
        1,
        causes.reduce((ns, c) => ns + c.ns, 0),
      ),
      whole = from === life[0] && to === life[1];
    const head = `<h2>Where did the ${K.trace.header.clock === "paused" && to === from ? "time" : `${K.trace.cut ? "recorded " : ""}${span(to - from)}`} of ${chooser(name)} go?${whole ? "" : ` <span class="mute num">${K.clock(from) === K.clock(to) ? `At ${K.clock(to)}` : `From ${K.clock(from)} to ${K.clock(to)}`}</span>`}</h2>`;
    if (!causes.length) return `${head}<p>${K.nameHTML(name)} did nothing and waited for nothing in this stretch.</p>`;
    const unknown = causes.unknown
      ? `<p class="mute">${K.plural(causes.unknown, "time")} not counted: events are missing in between.</p>`
      : "";
    const found = K.chainOf(name, from, to, seen),
      [chain, about] = chainHTML(found, to - from, causes, seen); // (it says most, and so is never behind the sign for more)
    const first = seen < Infinity || K.trace.cut || found.last?.key === "before"; // (how a hang, or the end of a limit, came about is asked before where the time went)
    const still = seen < Infinity ? "" : stillHTML(name, from, to),
      around = still.includes("It goes around");
    return (
      head +
      chain +
      (first ? about : "") +
      (around ? still : "") +
      causesHTML(name, causes, all) +
      panicHTML(name, from, to) +
      droppedHTML(name, from, to) +
      missedHTML(name, from, to) +
      layHTML(name, from, to) +
      overrunHTML(name, from, to) +
      restartedHTML(name, from, to) +
      againHTML(name, from, to) +
      (seen < Infinity ? "" : cancelledHTML(name, to) + (around ? "" : still)) +
      untakenHTML(name, from, to) +
      unknown +
      (first ? "" : about) +
      `<p class="mute">Each part goes to its longest moment. For a stretch drag over a lane, or write 1.0-2.0 s in <kbd>l</kbd>.</p>`
    );
  }

  // ----- where it is shown -----

  const shown = (i) => (K.quiz?.on ? null : (stretch ?? (i === K.visible[0] ? first : null)));
  function paint(i) {
    const box = document.getElementById("answer"),
      what = i < 0 ? null : shown(i);
    box.hidden = !what;
    if (!what) return K.paint("answer", "");
    K.paint(
      "answer",
      (stretch ? `<button class="shut" data-shut aria-label="Close the answer">✕</button>` : "") +
        html(what.name, what.begin, what.end, what.seen),
    );
  }
  /** At which event one asks about tasks: where none is there yet, when the one of the answer waited longest, as the thread slept last. */
  function moment() {
    const what = K.i === K.visible[0] ? shown(K.i) : null,
      longest = what && !(what.seen < Infinity) && K.causesOf(what.name).find(({ key }) => !POINTLESS.includes(key)),
      row = longest && K.rowsOf(K.trace).rows.get(what.name),
      parks = eventsOf("Park");
    if (!row) return Math.min(what?.seen ?? K.i, K.trace.last);
    const from = longest.from,
      park = parks[K.upTo(parks, (row.endAt(from) ?? K.trace.count) - 1)];
    return park > from ? park : from;
  }
  K.answer = {
    main: mainTask,
    opening,
    html,
    moment,
    get stretch() {
      return stretch;
    },
    /** The task that is asked about. */
    get name() {
      return shown(K.i)?.name;
    },
    ask(name, begin = -Infinity, end = Infinity) {
      if (K.quiz?.on || !name) return;
      [stretch, askedAt] = [{ name, begin, end }, K.i];
      K.show();
      document.getElementById("answer").scrollTop = 0;
    },
    clear() {
      if (!stretch) return;
      stretch = null;
      K.show();
    },
  };
  K.on("trace", () => {
    stretch = null;
    first = mainTask() && { name: mainTask(), begin: -Infinity, end: Infinity, ...hungTask() };
    const box = document.getElementById("answer");
    box.addEventListener("click", (ev) => {
      if (ev.target.closest("[data-shut]")) K.answer.clear();
    });
    box.addEventListener("change", (ev) => {
      const { begin, end } = shown(K.i),
        name = ev.target.value.trim();
      if (!K.trace.names.includes(name)) return K.toast(`No task is called “${name}”.`);
      K.answer.ask(name, begin, end);
      box.focus(); // (a list would take the page's keys for itself)
    });
  });
  K.on("show", (s, e, i) => {
    if (i !== askedAt) stretch = null;
    askedAt = i;
    paint(i ?? -1);
  });
  K.on("quiz", () => K.show());
  document.addEventListener("keydown", (ev) => {
    if (ev.key === "Escape" && stretch && !document.querySelector("dialog[open]")) K.answer.clear();
  });
})((window.K = window.K || {}));
