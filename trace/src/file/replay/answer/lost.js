// What did a task miss, and what was lost with a branch that was dropped?
//
// Interface: `missedHTML(name, from, to, only)`, `droppedHTML`, `againHTML`, `missedOf(event)`, `nthOf`, `tookUnits`.
// Invariant: that something is lost is said only of what had been taken in.
// Not here: how a task ended (fates.js).
"use strict";
(function (K) {
  const { MANY, NAMED, esc, eventsOf, isLine, span } = K;
  /** Values and bytes that branches of `select!` had taken in when they were dropped. */
  function droppedHTML(name, from, to) {
    const all = K.trace.droppedWith.filter(
        ({ task, i }) => task === name && K.trace.t[i] >= from && K.trace.t[i] <= to,
      ),
      [one] = all,
      nth = one && nthOf(name, one.took, one.i);
    return one
      ? `<p>When branch ${one.branch} of a <code>select!</code> of ${K.nameHTML(name)} was dropped at ${K.when(one.i)}, it ${esc(K.tookWords(one.took))}${nth ? `, the ${K.nth(nth)} that it received from there` : ""}: if it had not handed that on, it is lost${all.length > 1 ? `. So it was ${K.often(all.length)}, the last time at ${K.link(all.at(-1).i)}` : ""}.</p>`
      : "";
  }
  /** The value that a branch had taken in is the so-many-th that the task received from a channel; 0 of bytes. */
  function nthOf(name, took, i) {
    const [{ from }] = took,
      all = K.trace.index.byTask.get(name) ?? [];
    return took.length > 1 || took[0].units > 1 || /^(pipe|source)/.test(from) || all.length > MANY
      ? 0
      : all.slice(0, K.upTo(all, i) + 1).filter((i) => {
          const e = K.event(i);
          return e.act === "get" && e.sync === from && e.run === name;
        }).length;
  }
  /** How many bytes or values a task took in by an event. */
  const tookUnits = (e, name) =>
    e.run !== name
      ? 0
      : e.ev === "SourceTry" && e.direction === "read"
        ? e.bytes
        : e.act === "get" && e.kind !== "notify"
          ? Number(e.units)
          : 0;
  /** What a task lost, or missed, by this event: of a channel values that newer ones replaced, that it did not take or that went with its receiver; of
   *  an interval the ticks that came too late. */
  function missedOf(e) {
    if (e.ev === "LateTick") return e.overdue ? "ticks" : null;
    if (e.act === "refuse")
      return (
        {
          sent: e.count > 0 ? `full ${e.sync}` : ["watch", "broadcast"].includes(e.kind) ? `alone ${e.sync}` : "closed",
          got: `empty ${e.sync}`,
          taken: `taken ${e.sync}`,
        }[K.wanted(e)] ?? null
      );
    if (e.act !== "forget" || e.units === "all") return null;
    return ["watch", "broadcast"].includes(e.kind) ? `missed ${e.sync}` : e.kind === "mpsc" ? `gone ${e.sync}` : null;
  }
  /** Which of the values of a broadcast or a watch were those that were missed, by their numbers. (The first of a watch is its maker's.) */
  function whichWords({ kind, item, units }) {
    const first = item - (kind === "watch" ? 1 : 0),
      last = first + Number(units) - 1;
    if (!(first > 0)) return "";
    return first === last
      ? `: the ${K.nth(first)} that was sent`
      : `: the ${K.nth(first)} ${units === 2 ? "and" : "to"} the ${K.nth(last)} that were sent`;
  }
  /** By which task's doing a channel has no receiver any more. */
  function closerWords({ sync, kind, i }) {
    const close = K.actsUpTo(i - 1).findLast((at) => K.event(at).sync === sync && K.event(at).act === "close"),
      by = close !== undefined && K.event(close).run;
    return by
      ? `: ${K.nameHTML(by)} had closed ${esc(sync)}, or dropped its ${kind === "pipe" ? "other end" : "receiver"}, at ${K.when(close)}`
      : "";
  }
  /** How many of the ticks that an interval was to make up for have come, and when: the task may have gone on to something else. */
  function caughtUp(e) {
    const later = eventsOf("LateTick")
        .filter((i) => i > e.i)
        .map(K.event)
        .filter((tick) => tick.run === e.run && tick.at?.text === e.at?.text && tick.t - tick.late <= e.t)
        .slice(0, e.overdue),
      some =
        later.length < e.overdue ? `${K.number(later.length)} of those ${later.length === 1 ? "was" : "were"} ` : "";
    const atOnce = later.every((tick, k) => tick.t - (later[k - 1] ?? e).t < 1e6);
    const rest =
      later.length < e.overdue
        ? `${later.length ? `, the other${e.overdue > later.length + 1 ? "s" : ""} came` : e.overdue === 1 ? "it came" : "they came"} less than 5 ms late, or not at all`
        : ""; // (of what is in time no event tells)
    return (
      (later.length
        ? `${some}made up for${atOnce ? " at once" : `, the last ${span(later.at(-1).t - e.t)} after that (${K.link(later.at(-1).i)})`}`
        : "") + rest
    );
  }
  const MISSED = {
    ticks: (n, most, times) =>
      `${times > 1 ? `Ticks of its interval came so late that others were due, on ${K.plural(times, "occasion")}: the one that was most late came` : "A tick of its interval came"} ${span(most.late)} late, when ${K.number(most.overdue)} more ${most.overdue === 1 ? "was" : "were"} due (${K.link(most.i)}): ${most.made_up ? caughtUp(most) : "passed over"}.`,
    closed: (n, most, times, sync, all) =>
      `${K.up(K.plural(n, most.kind === "pipe" ? "write" : "send"))} met ${new Set(all.map((i) => K.event(i).sync)).size > 1 ? `closed channels (the first, into ${esc(sync)}, at ` : `a closed ${most.kind === "pipe" ? "pipe" : "channel"} (${times > 1 ? "the first at " : ""}`}${K.link(most.i)})${closerWords(most)}.`,
    alone: (n, most, times, sync) =>
      `${K.up(K.plural(n, "send"))} into ${esc(sync)} met no receiver (${times > 1 ? "the first at " : ""}${K.link(most.i)}).`,
    full: (n, most, times, sync) =>
      `${K.up(K.plural(times, "call"))} found ${esc(sync)} full (${times > 1 ? "the first at " : ""}${K.link(most.i)}), and did not wait.`,
    empty: (n, most, times, sync) =>
      `${K.up(K.plural(times, "call"))} of <code>try_recv</code> found ${esc(sync)} empty (${times > 1 ? "the first at " : ""}${K.link(most.i)}).`,
    taken: (n, most, times, sync) =>
      `${K.up(K.plural(times, "call"))} did not get ${esc(sync)}, and did not wait (${times > 1 ? "the first at " : ""}${K.link(most.i)}).`,
    missed: (n, most, times, sync, all) => {
      const losses = all.slice(0, NAMED).map((i) => [K.link(i), whichWords(K.event(i))]),
        between = losses.some(([, which]) => which) ? "; " : ", ";
      return `It missed ${K.plural(n, "value")} of ${esc(sync)}: newer ones took ${n === 1 ? "its" : "their"} place (${losses.map((one) => one.join("")).join(between)}${times > NAMED ? `${between}…` : ""}).`;
    },
    gone: (n, most, times, sync) =>
      `${K.up(K.plural(n, "value"))} in ${esc(sync)} ${n === 1 ? "was" : "were"} never received: ${n === 1 ? "it" : "they"} went with the receiver (${K.link(most.i)}).`,
  };
  function missedHTML(name, from, to, only = /./) {
    const { t, missed } = K.trace,
      found = new Map(),
      most = (e) => (e.act === "forget" ? e.units : e.late) ?? 0;
    for (const e of missed
      .filter((i) => t[i] >= from && t[i] <= to)
      .map(K.event)
      .filter((e) => e.run === name)) {
      const what = missedOf(e),
        sum = found.get(what) ?? { n: 0, times: 0, e, all: [] };
      const goesOn = what === "ticks" && sum.last?.made_up && e.overdue === sum.last.overdue - 1; // (one that is made up for at once)
      found.set(what, {
        n: sum.n + (Number(e.units) || 0),
        times: sum.times + !goesOn,
        e: !goesOn && most(e) > most(sum.e) ? e : sum.e,
        last: e,
        all: sum.all,
      });
      sum.all.push(e.i);
    }
    return [...found]
      .filter(([what]) => only.test(what))
      .map(([what, { n, times, e, all }]) => `<p>${MISSED[what.split(" ")[0]](n, e, times, e.sync, all)}</p>`)
      .join("");
  }
  /** What a `select!` dropped again and again while it waited, and began anew: a request for whose answer it waited, or a place in a line. */
  function againHTML(name, from, to) {
    const { t } = K.trace,
      all = [...(K.trace.begunAnew.get(name)?.values() ?? [])].map((one) => ({
        ...one,
        here: one.drops.filter(({ i }) => t[i] >= from && t[i] <= to),
      }));
    return all
      .filter(
        ({ here, line }) => here.length > 1 && (line || new Set(here.map(({ what }) => what)).size === here.length),
      )
      .map(({ at, branch, line, here, asked }) => {
        const [first, last] = [here[0], here.at(-1)],
          anew = here.length - !(asked > last.i);
        return `<p>Its <code>select!</code>${at ? ` in <code>${esc(K.site(at.text))}</code>` : ""} dropped branch ${branch} while that waited, ${K.often(here.length)}, since another branch was ready (the first at ${K.link(first.i)}, the last at ${K.link(last.i)}), and began it anew ${K.often(anew)}: ${line ? `at the end of the line of ${K.tokens(last.what)}` : `it waited for ${K.tokens(first.what)} first, and for ${K.tokens(last.what)} last`}.</p>`;
      })
      .join("");
  }
  // The events by which a task missed something.
  K.on("begin", (trace) => Object.assign(trace, { missed: [] }));
  K.on("event", (e) => {
    if (missedOf(e)) K.trace.missed.push(e.i);
  });
  // What went with dropped branches, and which branches of a `select!` wait anew after each round.
  K.on("begin", (trace) => Object.assign(trace, { droppedWith: [], begunAnew: new Map() }));
  K.on("event", (e) => {
    const { begunAnew, droppedWith, state } = K.trace,
      select = state.selects.get(e.run);
    if (e.ev === "SelectPoll")
      for (const one of begunAnew.get(e.run)?.values() ?? [])
        if (one.branch === e.branch + 1 && one.at?.text === select?.at?.text) one.asked = e.i;
    if (e.ev !== "SelectWin" || !select?.branches) return;
    const { branches } = select,
      at = select?.at,
      all = begunAnew.get(e.run) ?? begunAnew.set(e.run, new Map()).get(e.run),
      { lent } = K.losersOf(select);
    branches.forEach((b, k) => {
      const on = b.state === "dropped" && !lent.includes(k) ? b.waits.find((on) => !on.timer) : null;
      if (!on) return;
      const key = `${b.at?.text} ${k} of ${branches.length}`, // (of a first round the line of the `select!` is not known yet)
        line = isLine(state.primitives.get(on.sync)),
        one = all.get(key) ?? all.set(key, { branch: k + 1, line, drops: [] }).get(key);
      Object.assign(one, { at }).drops.push({ i: e.i, what: K.onWhat(on) });
    });
    branches.forEach((b, k) => {
      const isKept = ({ from }) => b.waits.some((on) => [on.value, on.sync].includes(from) && K.isChannel(from)),
        took = b.took.filter((one) => !isKept(one));
      if (b.state === "dropped" && b.waits.length && took.length)
        droppedWith.push({ task: e.run, i: e.i, branch: k + 1, took });
    });
  });

  Object.assign(K, { droppedHTML, nthOf, tookUnits, missedOf, missedHTML, againHTML });
})((window.K = window.K || {}));
