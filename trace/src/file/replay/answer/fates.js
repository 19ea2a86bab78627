// How did it go with a task: did it panic, was it cancelled, begun anew, too late?
//
// Interface: `panicHTML`, `cancelledHTML`, `restartedHTML`, `untakenHTML`, `layHTML`, `overrunHTML`: each takes the
// task's name and a stretch, and gives a paragraph, or "" if there is nothing to tell.
// Invariant: what is told lies within the stretch.
// Not here: what it missed (lost.js).
"use strict";
(function (K) {
  const { BAR, MANY, esc, eventsOf, lineHTML, span, tookUnits, waitLine, waitedFor } = K;
  /** A timer that began anew again and again before it was due: that of a branch of a `select!` which another one ended, or one that was reset. */
  function restartedHTML(name, from, to) {
    const all = K.trace.index.byTask.get(name) ?? [],
      { t } = K.trace,
      lines = new Map(),
      found = new Map(),
      gone = new Map(),
      dues = new Map();
    if (all.length > MANY) return "";
    for (const i of all) {
      const e = K.event(i),
        at = e.run === name && e.timer ? (lines.get(e.timer) ?? K.lineOf(e)) : null;
      if (!at) continue;
      lines.set(e.timer, at);
      const due = dues.get(e.timer),
        left = gone.get(at.text);
      if (e.due > 0) dues.set(e.timer, e.due);
      if (t[i] < from || t[i] > to) continue;
      if (e.ev === "TimerCancel" && e.at !== at && K.timerWord(at) === "sleep") gone.set(at.text, due ?? -Infinity);
      // (One that has the same deadline goes on: `sleep_until`.)
      if (!(e.ev === "TimerMove" || (e.ev === "TimerAdd" && gone.delete(at.text) && !(e.due <= left)))) continue;
      const sum = found.get(at.text) ?? { at, times: 0, last: i };
      found.set(at.text, { at, times: sum.times + 1, last: i });
    }
    return [...found.values()]
      .filter(({ times }) => times > 2)
      .map(
        ({ at, times, last }) =>
          `<p>Its timer, ${lineHTML(at)}, began anew ${K.often(times)} before it was due (the last time at ${K.link(last)}).</p>`,
      )
      .join("");
  }
  const OVER = { panicked: "panicked", cancelled: "was cancelled" },
    howEnded = (name) => OVER[K.trace.state.tasks.get(name)?.how] ?? "was done"; // (only the last has an output)
  function panicHTML(name, from, to) {
    const time = K.trace.t[K.panicOf(name)?.i];
    if (K.trace.panicked.has(name))
      return time >= from && time <= to
        ? `<p>It panicked${K.panicWords(name)} (${K.link(K.panicOf(name).i)}).</p>`
        : "";
    const row = K.rowsOf(K.trace).rows.get(name),
      end = row?.at.at(-1),
      after = K.panicOf(name) ? K.trace.t[end] - K.trace.t[K.panicOf(name).i] : 0,
      place = row?.last === BAR.PANICKED ? K.trace.state.tasks.get(name)?.at : null;
    if (row?.last !== BAR.PANICKED || K.trace.t[end] > to) return "";
    const ns = K.lasted(BAR.POLL, row.at.at(-2), end);
    return ns === null
      ? `<p>It panicked${K.panicOf(name) ? `${K.panicWords(name)} (${K.link(K.panicOf(name).i)})` : ", in a poll that is not in the record"}.</p>`
      : `<p>Its last poll, of ${span(ns)}, ended in a panic at ${K.when(K.panicOf(name)?.i ?? end)}${K.panicOf(name) ? K.panicWords(name) : place ? `, after <code>${esc(K.site(place.text))}</code>` : ""}${after > 5e6 ? `; ${span(after)} of that poll came after it, as the panic was printed and what the task held was dropped` : ""}.</p>`;
  }
  /** At which event a task ended: a panic has a message before its poll's end. */
  const endedAt = (name) =>
    (howEnded(name) === "panicked" && K.panicOf(name)?.i) || K.trace.state.tasks.get(name)?.ended;
  /** Outputs that were taken long after they were there: of this task, or by it. */
  function untakenHTML(name, from, to) {
    const { t, state } = K.trace,
      joins = eventsOf("Join");
    if (joins.length > MANY) return "";
    const late = joins
      .filter((i) => t[i] >= from)
      .map((i) => {
        const e = K.event(i),
          ns = t[i] - t[endedAt(e.task) ?? i],
          end = state.tasks.get(e.task)?.ended;
        return { e, ns, inPoll: Math.max(0, ns - (t[i] - t[end ?? i])) };
      })
      .filter(({ ns, inPoll }) => ns - inPoll > 5e6 && ns > (t[K.trace.last] - t[0]) / 50);
    const rest = ({ inPoll }) => (inPoll > 5e6 ? `, ${span(inPoll)} of it in what was left of its poll` : ""); // (its panic was printed, and what it held dropped)
    const own = late.find(({ e }) => e.task === name && t[endedAt(name)] <= to),
      taken = late.filter(({ e }) => e.run === name && t[e.i] <= to).sort((a, b) => b.ns - a.ns),
      [most] = taken;
    const of = own
      ? `<p>It ${howEnded(name)} at ${K.when(endedAt(name))}, and ${own.e.run ? K.nameHTML(own.e.run) : K.outsider(own.e.i)} ${howEnded(name) === "was done" ? "took its output" : "learned that"} ${span(own.ns)} later${rest(own)} (${K.link(own.e.i)}).</p>`
      : "";
    return (
      of +
      (most
        ? `<p>${K.nameHTML(most.e.task)} had ${howEnded(most.e.task) === "was done" ? `been done for ${span(most.ns)} before its output was taken` : `${howEnded(most.e.task).replace("was", "been")} ${span(most.ns)} before that was learned${rest(most)}`} (${K.link(most.e.i)})${taken.length > 1 ? `; ${K.plural(taken.length - 1, "other task")} had been over for a time, too, but not so long` : ""}.</p>`
        : "")
    );
  }
  /** Where a task that was cancelled waited then, and what it had taken in last, which may have gone with it. */
  function cancelledHTML(name, to) {
    const row = K.rowsOf(K.trace).rows.get(name),
      all = K.trace.index.byTask.get(name) ?? [],
      end = row?.at.at(-1);
    if (row?.last !== BAR.CANCELLED || row.job || K.trace.t[end] > to) return "";
    let k = row.kind.length - 2;
    while (k > 0 && row.kind[k] !== BAR.WAIT) k--;
    if (row.kind[k] !== BAR.WAIT || K.missing(row.at[k], end) > 0) return "";
    const waits = row.waits[k] ?? [],
      [on] = waits,
      at =
        on &&
        !(waits.length === 1 && on.timer) &&
        waits.every((other) => waitLine(row.at[k], other)?.text === waitLine(row.at[k], on)?.text)
          ? waitLine(row.at[k], on)
          : null;
    let took = null;
    for (let a = K.upTo(all, row.at[k]), n = 0; a >= 0 && n < MANY && !took; a--, n++) {
      const e = K.event(all[a]),
        units = tookUnits(e, name);
      if (units > 0) took = { from: e.source ?? e.sync, units, i: e.i };
    }
    const asked = K.askedAt(row),
      by = asked !== undefined && K.event(asked).run,
      over = eventsOf("RunEnd").at(-1),
      atEnd = asked !== undefined && !by && K.event(asked + 1)?.by === "runtime";
    // (What it waited for may have come, and it was to be polled.)
    // (Who drops its set has it woken first, for that.)
    const there = row.barAt(asked ?? (end > over ? over : row.at[k])),
      then =
        there === k + 1 && row.kind[there] === BAR.READY && K.event(row.at[there])?.by === "runtime"
          ? BAR.WAIT
          : row.kind[there],
      did =
        { [BAR.READY]: "was ready, after it had waited for", [BAR.POLL]: "was in a poll, after it had waited for" }[
          then
        ] ?? "waited for";
    return `<p>When ${atEnd ? `the runtime ended, at ${K.when(asked)}` : asked === undefined && end > over ? "the end of the run cut it off" : `it was cancelled${asked === undefined ? "" : ` (${by ? K.nameHTML(by) : K.outsider(asked)} had asked for that at ${K.when(asked)})`}`}, it ${did} ${waits.length ? waitedFor(row.at[k], waits) : K.tokens(K.onWhat(on))}${at ? `, <code>${esc(K.site(at.text))}</code>` : ""}${took ? `; the last time that it took something in, it ${esc(K.tookWords([took]))} (${K.link(took.i)})` : ""}.</p>`;
  }
  /** A value that lay long in its channel before this task received it. */
  function layHTML(name, from, to) {
    const { t } = K.trace,
      { got, put } = K.trace.lay.get(name) ?? {},
      ns = t[got] - t[put],
      row = K.rowsOf(K.trace).rows.get(name);
    if (!(ns > 20e6 && ns > (to - from) / 5) || t[got] < from || t[got] > to || K.missing(-1, got)) return "";
    const { sync } = K.event(got),
      by = K.event(put).run;
    const acts = eventsOf("SyncAct"),
      took = new Set(
        acts
          .slice(K.upTo(acts, put) + 1, K.upTo(acts, got))
          .map(K.event)
          .filter((e) => e.run === name && e.sync === sync && e.act === "get")
          .map(({ i }) => row?.barAt(i)),
      ),
      polls = row
        ? row.kind.slice(0, row.barAt(got)).filter((kind, k) => kind === BAR.POLL && k > row.barAt(put) && !took.has(k))
            .length
        : 0; // (others may have been before it)
    return `<p>A value that it received from ${esc(sync)} at ${K.when(got)} had been there for ${span(ns)}: ${by ? K.nameHTML(by) : K.outsider(put)} sent it at ${K.when(put)}${polls > 2 ? `, and ${K.nameHTML(name)} was polled ${K.often(polls)} in between without taking one` : ""}.</p>`;
  }
  // Of each task the value that had been in its channel longest when it was received.
  K.on("begin", (trace) => Object.assign(trace, { lay: new Map() }));
  K.on("event", (e) => {
    const { lay, t } = K.trace,
      put = e.act === "get" && e.run ? K.backOf(e)?.i : undefined,
      most = lay.get(e.run);
    if (put !== undefined && !(t[e.i] - t[put] <= t[most?.got] - t[most?.put])) lay.set(e.run, { got: e.i, put });
  });
  /** A limit was over, and what it limits was there when the task looked: that is asked first. */
  function overrunHTML(name, from, to) {
    const { t } = K.trace,
      all = K.trace.overrun
        .filter(({ i, run }) => run === name && t[i] >= from && t[i] <= to)
        .filter(({ at }) => K.timerWord(at) === "timeout")
        .sort((a, b) => b.ns - a.ns),
      [most] = all;
    if (!most) return "";
    const which = all.every(({ at: { file, line } }) => file === most.at.file && line === most.at.line)
        ? `The limit of ${lineHTML(most.at)}`
        : "A limit",
      often = all.length > 1 ? ` ${K.often(all.length)}` : "";
    return `<p>${which} had been over${often || ` for ${span(most.ns)}`} when the task looked (${often && `for ${span(most.ns)} at most, `}${K.link(most.i)}): what it limits was there, too, and that is asked first.</p>`;
  }
  // When the timer of a limit rang, and at which events a task looked only after that.
  K.on("begin", (trace) => Object.assign(trace, { overrun: [], rung: new Map() }));
  K.on("event", (e) => {
    const { overrun, rung, state, files } = K.trace;
    const late = e.ev === "TimerCancel" && state.gone.find(({ due, at }) => due > 0 && at && e.t - due > 5e6);
    if (late) overrun.push({ i: e.i, run: e.run, ns: e.t - late.due, at: late.at });
    const line = (who, at) => `${who} ${at?.file}:${at?.line}`; // (the line of the call is that of its timer)
    if (e.ev === "TimerFire") {
      const { task, due, at } = K.rang(e, state);
      if (at) rung.set(line(task, at), due);
    }
    if (e.ev !== "AtLimit") return;
    const at = files.get(e.src?.file)?.whose === "program" ? e.src : e.at,
      ns = e.t - rung.get(line(e.run, at));
    if (ns > 5e6) overrun.push({ i: e.i, run: e.run, ns, at });
  });

  Object.assign(K, { restartedHTML, panicHTML, untakenHTML, cancelledHTML, layHTML, overrunHTML });
})((window.K = window.K || {}));
