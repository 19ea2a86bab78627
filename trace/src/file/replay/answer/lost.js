// What did a task miss, and what was lost with a branch that was dropped?
//
// Interface: `missedHTML(name, from, to, only)`, `droppedHTML`, `againHTML`, `missedOf(event)`, `nthOf`, `tookUnits`.
// Invariant: that something is lost is said only of what had been taken in.
// Not here: how a task ended (fates.js).
"use strict";
(function (K) {
  const { BAR, MANY, NAMED, esc, eventsOf, isLine, span, waitedFor } = K;
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
  /** What came in while the task that has missed values was busy, by whom, and what it waited for meanwhile. */
  function burstWords(e, times) {
    const { i, run, sync, units } = e,
      which = whichMissed(e),
      isIn = (puts) => Number(units) < puts.length && which?.puts[which.first] >= puts[0].i; // (what had been sent before may have been replaced by these)
    const acts = K.actsUpTo(i - 1)
        .map(K.event)
        .filter((e) => e.sync === sync),
      own = (...kinds) => acts.findLast((e) => e.run === run && kinds.includes(e.act)),
      got = own("get"),
      from = own("get", "forget")?.act === "forget" && which ? which.puts[which.first] : (got?.i ?? -1) + 1,
      puts = acts.filter((e) => e.act === "put" && e.i >= from),
      by = [...new Set(puts.map((e) => e.run))];
    const row = K.rowsOf(K.trace).rows.get(run),
      here = row && puts.length ? row.barAt(puts[0].i) : -1,
      ready = row?.kind[here] === BAR.READY,
      k = here - ready,
      what = row?.waits[k]?.length && waitedFor(row.at[k], row.waits[k]);
    if (!puts.length || (!got && eventsOf("SyncAct").length > MANY)) return "";
    const wokenThen = !ready && puts.length > 1 && row?.kind[row.barAt(puts.at(-1).i)] === BAR.READY; // (by the first of these, say)
    // (Where it did more than one thing meanwhile, which it did for most of that time.)
    const { t } = K.trace,
      last = puts.at(-1).i,
      several = row && !wokenThen && row.barAt(last) !== here,
      bars = several
        ? row.at.map((at, n) => ({
            n,
            ns: Math.min(t[row.at[n + 1] ?? K.trace.last], t[last]) - Math.max(t[at], t[puts[0].i]),
          }))
        : [],
      longest = bars.toSorted((a, b) => b.ns - a.ns)[0],
      waited = several && row.kind[longest.n] === BAR.WAIT && row.waits[longest.n]?.length,
      did = ({ n }) => (row.kind[n] === BAR.WAIT ? waitedFor(row.at[n], row.waits[n] ?? []) : row.kind[n]);
    const mostly =
      several && longest.ns * 2 > t[last] - t[puts[0].i] && (waited || row.kind[longest.n] === BAR.READY)
        ? `, while ${K.nameHTML(run)} was mostly ${waited ? `waiting for ${waitedFor(row.at[longest.n], row.waits[longest.n])}` : "ready, in the run queue"} (${span(bars.filter((bar) => bar.ns > 0 && did(bar) === did(longest)).reduce((ns, bar) => ns + bar.ns, 0))})`
        : "";
    const meanwhile = several
      ? mostly
      : what && wokenThen
        ? `, before ${K.nameHTML(run)}, which had waited for ${what}${what.startsWith("a timer, ") ? "," : ""} and was woken meanwhile, was polled`
        : what
          ? `, while ${K.nameHTML(run)} ${ready ? "was ready, and had waited for" : "waited for"} ${what}`
          : "";
    const who =
      by.length === 1 && by[0]
        ? K.nameHTML(by[0])
        : ((words) => (times > 1 ? words : K.up(words)))(by.includes(run) ? "tasks" : "other tasks");
    return ` ${times > 1 ? `Before ${K.link(i)} ` : ""}${who} had sent ${K.plural(puts.length, "value")} ${puts.length > 1 ? `from ${K.when(puts[0].i)} to ${K.when(puts.at(-1).i)}` : `at ${K.when(puts[0].i)}`}${isIn(puts) ? `, of which ${K.nameHTML(run)} missed ${K.number(units)}` : ""}${row?.at[0] > last ? `, before ${K.nameHTML(run)} was spawned` : meanwhile}.`;
  }
  /** Which of the values of a broadcast or a watch were those that were missed: the last before those that it still had. */
  function whichMissed({ i, sync, kind, units, count }) {
    if (!["broadcast", "watch"].includes(kind) || K.missing(-1, i) || K.trace.n[0] > 1 || i >= MANY) return null;
    const puts = eventsOf("SyncAct")
        .slice(0, MANY)
        .filter((at) => at < i && K.event(at).sync === sync && K.event(at).act === "put"),
      end = puts.length - (kind === "watch" ? 1 : count),
      first = end - units;
    return first >= 0 ? { puts, first, end } : null;
  }
  function whichWords(e) {
    const { puts, first, end } = whichMissed(e) ?? {},
      { units } = e;
    if (!puts) return "";
    return units === 1
      ? `: the ${K.nth(end)} that was sent, ${K.link(puts[end - 1])}`
      : `: the ${K.nth(first + 1)} ${units === 2 ? "and" : "to"} the ${K.nth(end)} that were sent, ${K.link(puts[first])} ${units === 2 ? "and" : "to"} ${K.link(puts[end - 1])}`;
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
      return `It missed ${K.plural(n, "value")} of ${esc(sync)}: newer ones took ${n === 1 ? "its" : "their"} place (${losses.map((one) => one.join("")).join(between)}${times > NAMED ? `${between}…` : ""}).${burstWords(most, times)}`;
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
  const lineOfSelect = (select) => K.selectLine(select) ?? select?.at;
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
        if (one.branch === e.branch + 1 && one.at?.text === lineOfSelect(select)?.text) one.asked = e.i;
    if (e.ev !== "SelectWin" || !select?.branches) return;
    const { branches } = select,
      at = lineOfSelect(select),
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
