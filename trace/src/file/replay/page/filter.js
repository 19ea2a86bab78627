// Which tasks are meant?
//
// One line of words picks them, for the lanes, the table, the box of those that wait, and the sentences alike:
// names, places, `line:`, `state:`, `age:`, `for:`, `waits:`. Words of one kind are alternatives, and a task
// must fit each kind that is there. What a task is and waits for is asked at the event that is shown when the
// filter is set, and on the first screen, which tells of the whole run, of all its moments; then the tasks stay
// picked, so that one can step and see what becomes of them.
//
// Interface: `K.filter.set(text)`, `K.filter.has(name)`, `K.filter.text`, `K.filter.fault` (what is wrong with it,
// in words; then all tasks are there), `K.filter.words()`, `K.filter.suggestions(each)`, `K.filter.terms(text)`, `K.filter.toggled(term)`. Tells "filter".
// Invariant: which tasks are picked depends on the trace, the text, and the event at which it was set.
// Not here: the field (search.js), what is narrowed (lanes.js, times.js, places.js, why.js).
"use strict";
(function (K) {
  const filter = (K.filter = { text: "", fault: "", at: -1, tasks: null });

  // ----- what a task is, at the event that is shown, or was at any moment of the run -----

  /** The first screen tells of the whole run: what is asked there is whether a task was ever so. */
  const whole = () => K.i === K.visible[0] && !K.quiz?.on;
  /** `{name, made, what}` of the whole run; `now`: its record at the event, if it is there by then; `moments`: in which states it is, or was; `s`: the state. */
  function subject(s, name) {
    const all = K.trace.state,
      { made, what } = all.tasks.get(name) ?? {},
      of = s ?? all,
      now = of.tasks.get(name) ?? of.jobs.get(name);
    return {
      s,
      name,
      made: made ? `${made.file}:${made.line}`.toLowerCase() : "",
      what: (what ?? "").toLowerCase(),
      now,
      moments: !s ? bars(name) : /^job/.test(name) ? bars(name, s.i) : now ? [moment(s, now)] : [],
    };
  }
  const moment = (s, now) => ({
    where: now.where,
    how: now.how,
    waits: now.waits ?? [],
    isForeign: now.wakers > 0,
    ns: now.where === "done" ? NaN : past(now.since, s.i),
  });
  /** The same of each bar of its lane, or of the one at event `i`. */
  function bars(name, i) {
    const { BAR } = K,
      { t, last } = K.trace,
      row = K.rowsOf(K.trace).rows.get(name),
      hows = { [BAR.CANCELLED]: "cancelled", [BAR.PANICKED]: "panicked" };
    const where = (kind) =>
      row.job && ![BAR.DONE, BAR.CANCELLED, BAR.PANICKED].includes(kind)
        ? undefined
        : ({ [BAR.READY]: "queued", [BAR.POLL]: "polling", [BAR.WAIT]: "waiting" }[kind] ?? "done");
    const all = (row?.kind ?? []).map((kind, k) => ({
      kind,
      where: where(kind),
      how: hows[kind],
      waits: (row.waits[k] ?? []).map(({ on }) => on),
      isForeign: row.kind[k] === K.BAR.WAIT && !row.waits[k].length,
      ns: where(kind) === "done" ? NaN : t[Math.min(row.at[k + 1] ?? last, i ?? last)] - t[row.at[k]],
    }));
    return (i === undefined ? all : all.filter((_, k) => k === row.barAt(i))).filter(({ kind }) => kind !== BAR.NONE);
  }
  const STATES = {
    ready: (t) => t.where === "queued",
    polling: (t) => t.where === "polling",
    waiting: (t) => t.where === "waiting",
    done: (t) => t.where === "done" && !["cancelled", "panicked"].includes(t.how),
    cancelled: (t) => t.how === "cancelled",
    panicked: (t) => t.how === "panicked",
    job: (t) => !t.where,
  };
  const born = ({ spawned, name }) => (spawned >= 0 ? spawned : K.trace.index.byTask.get(name)?.[0]);
  /** How long ago event `i` was, at event `until`. */
  const past = (i, until) => (i >= 0 ? K.trace.t[until] - K.trace.t[i] : NaN);
  const age = ({ s, name, now }) => {
    if (s && now) return [past(born(now), now.ended >= 0 ? now.ended : s.i)];
    const [begin, end] = K.lifeOf(name);
    return [end - begin];
  };
  const inState = ({ moments }) => moments.map(({ ns }) => ns);
  /** What it waits for, in words. */
  function waits({ where, waits, isForeign }) {
    if (where !== "waiting" && !(where === "polling" && waits.length)) return []; // (in a poll it is in the line as soon as it has asked)
    if (waits.length) return waits.map((on) => `${K.onWhat(on)}, ${K.onShort(on)}${on.source ? ", a socket" : ""}`);
    return [isForeign ? "elsewhere" : "nothing"];
  }

  // ----- the words -----

  /** Does a text have this in it, a number as a whole? "task 1" is not in "task 12". */
  const within = (text, word) =>
    new RegExp(`(?<!\\w)${word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}${/\w$/.test(word) ? "(?!\\w)" : ""}`, "i").test(
      text,
    );
  const list = (words) => `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;

  /** Of each kind: what is wrong with a value, or nothing; and the test that it makes. */
  const KINDS = {
    name: {
      test:
        (word) =>
        ({ name, what, made }) =>
          name === word ||
          name.split(" ")[1] === word ||
          (!/^main$|^((main|task|job) )?\d+$/.test(word) &&
            (name.startsWith(word) || what.includes(word) || near(made, word))),
    },
    line: {
      fault: (value) => (value ? "" : "Write the line that spawns the tasks, such as line:main.rs:12."),
      test:
        (value) =>
        ({ made }) =>
          /^\d+$/.test(value)
            ? made.endsWith(`:${value}`)
            : [made, made.replace(/:\d+$/, "")].some((place) => `/${place}`.endsWith(`/${value}`)),
    },
    state: {
      fault: (value) =>
        Object.hasOwn(STATES, value)
          ? ""
          : `${value ? `No state is called “${value}”. ` : ""}A state is ${list(Object.keys(STATES))}.`,
      test:
        (value) =>
        ({ moments }) =>
          moments.some(STATES[value]),
    },
    age: { fault: (value) => length("age", value), test: (value) => longer(value, age) },
    for: { fault: (value) => length("for", value), test: (value) => longer(value, inState) },
    waits: {
      fault: (value) =>
        value ? "" : "Write what the tasks wait for, such as waits:channel 2, waits:timer or waits:nothing.",
      test:
        (value) =>
        ({ moments }) =>
          moments.some((one) => waits(one).some((on) => within(on, value))),
    },
  };
  const near = (made, word) => (/\d$/.test(word) ? within(made, word) : made.includes(word));
  const bounds = (value) => ({ than: value[0], ns: K.times.parse(value.slice(1)) });
  const length = (kind, value) =>
    /^[<>]/.test(value) && bounds(value).ns !== null
      ? ""
      : `Write ${kind}:>1 s or ${kind}:<10 ms, with a unit: ns, µs, ms, s or min.`;
  function longer(value, measure) {
    const { than, ns } = bounds(value);
    return (task) => task.moments.length > 0 && measure(task).some((long) => (than === ">" ? long > ns : long < ns));
  }

  /** "state:ready, task 3": `[{kind, value}, …]`. A number or a unit belongs to the word before it. */
  const terms = (filter.terms = function (text) {
    const words = text
      .trim()
      .replace(/([:<>])\s+/g, "$1")
      .split(/\s*,\s*|\s+(?!\d|(?:ns|µs|us|ms|s|min)(?![^\s,]))/)
      .filter(Boolean);
    return words.map(function (word) {
      const [, kind, value] = /^([a-z]+):(?!:)(.*)$/i.exec(word) ?? [null, "name", word];
      return { kind: kind.toLowerCase(), value: value.toLowerCase(), word };
    });
  });
  function faultOf({ kind, value, word }) {
    if (!Object.hasOwn(KINDS, kind))
      return `“${word}”: there is no “${kind}:”. Write a name, ${list(
        Object.keys(KINDS)
          .slice(1)
          .map((key) => `${key}:`),
      )}.`;
    return KINDS[kind].fault?.(value) ?? "";
  }

  // ----- the filter -----

  filter.set = function (text) {
    const all = terms(text);
    filter.text = text.trim();
    filter.fault = all.map(faultOf).find(Boolean) ?? "";
    filter.at = filter.here();
    filter.tasks = null;
    if (all.length && !filter.fault) {
      const s = whole() ? null : K.stateAt(K.i),
        tests = Object.keys(KINDS).map((key) =>
          all.filter(({ kind }) => kind === key).map(({ value }) => KINDS[key].test(value)),
        );
      const fits = (task) => tests.every((some) => !some.length || some.some((test) => test(task)));
      filter.tasks = new Set(K.trace.names.filter((name) => fits(subject(s, name))));
    }
    filter.momentary = !!filter.tasks && all.some(({ kind }) => kind !== "name" && kind !== "line");
    K.tell("filter");
    K.show();
  };
  /** The event at which is asked what a task is; -1 where it is asked of the whole run. */
  filter.here = () => (whole() ? -1 : K.i);
  filter.has = (name) => !filter.tasks || filter.tasks.has(name);
  /** "12 of 100,001 tasks, as at event 40"; "" if there is no filter. */
  filter.words = () =>
    filter.tasks
      ? `${K.number(filter.tasks.size)} of ${K.trace.index.byEv.has("BlockingStart") ? `${K.number(K.trace.names.length)} tasks and jobs` : K.plural(K.trace.names.length, "task")}${K.trace.names.includes("main") ? ", counting main" : ""}${!filter.momentary ? "" : filter.at < 0 ? ", at some moment of the run" : `, as at event ${K.number(K.trace.n[filter.at])}`}`
      : "";
  K.on("trace", () => Object.assign(filter, { text: "", fault: "", at: -1, tasks: null, momentary: false }));

  /** The filter's text with this term, or without it if it is there. */
  filter.toggled = function (term) {
    const words = terms(filter.text).map(({ word }) => word),
      at = words.indexOf(term);
    return (at < 0 ? [...words, term] : words.toSpliced(at, 1)).join(", ");
  };

  // ----- suggestions -----

  const EACH = (filter.EACH = 4);
  /** Thousands may wait for a timer each. */
  const family = (on) =>
    on.sync ??
    on.value ??
    on.closed ??
    (on.timer ? "timer" : on.source ? "source" : on.task ? on.task.replace(/ .*/, "") : "step");
  /** What the tasks that fit differ in, at the event that is shown: terms with how many tasks each would pick, the most of each kind first. */
  filter.suggestions = function (each = EACH) {
    const s = whole() ? null : K.stateAt(K.i),
      counts = { state: new Map(), waits: new Map(), line: new Map() };
    const count = (kind, value) => counts[kind].set(value, (counts[kind].get(value) ?? 0) + 1);
    const stuck = [],
      all = !filter.tasks?.size;
    const jobs = K.trace.names.filter((name) => /^job/.test(name));
    for (const name of s ? [...s.tasks.values()].map(({ name }) => name).concat(jobs) : K.trace.names) {
      if (!all && !filter.has(name)) continue;
      const { moments } = subject(s, name),
        waiting = moments.filter((one) => waits(one).length);
      for (const state in STATES) if (moments.some(STATES[state])) count("state", state);
      stuck.push(moments.reduce((most, { ns }) => (ns > most ? ns : most), 0));
      // (A task that waits for two timers is one task that waits for a timer.)
      for (const some of new Set(
        waiting.flatMap(({ waits, isForeign }) =>
          waits.length ? waits.map(family) : [isForeign ? "elsewhere" : "nothing"],
        ),
      ))
        count("waits", some);
    }
    // A line picks tasks of the whole run, and all whose places are written alike.
    for (const { name, made } of K.trace.state.tasks.values())
      if (made && (all || filter.has(name))) count("line", K.site(made.text));
    const most = (kind) =>
      [...counts[kind]]
        .sort((a, b) => b[1] - a[1])
        .slice(0, each)
        .map(([value, n]) => [`${kind}:${value}`, n]);
    const than = [60e9, 10e9, 1e9, 100e6, 10e6, 1e6].find((ns) => stuck.some((long) => long > ns));
    const long = than ? [[`for:>${K.span(than)}`, stuck.filter((ns) => ns > than).length]] : [];
    return [...most("state"), ...most("waits"), ...long, ...most("line")];
  };
})((window.K = window.K || {}));
