// Which others were in the line for a lock or a channel?
//
// Interface: `senderWords`, `lineWords`, `inLine`, `cutSenders`, `beforeEnds`, `isLine`.
// Invariant: what is told of one who asks is as of the event that is given, not as of the record's end.
// Not here: who has it meanwhile (turns.js).
"use strict";
(function (K) {
  const { BAR, MANY, NAMED, atTime, esc, eventsOf } = K;
  /** Where a task is at a moment of which the answer tells: all but the end of the record are past. */
  const thenIs = (s, who) => K.whereIs(s, who, s.i < K.trace.last);
  /** Of a wait for a value that did not come: how many senders were there? (At the end of the record, too: as of the past.) */
  const senderWords = (on, who, i) => {
    const words = K.sendersWords(on, K.stateAt(i), true);
    return words && `<p>${words}</p>`;
  };
  /** Which notifications reached no task by then: none waited for them, or one was left already. */
  function noticeWords(sync, to, told) {
    const all = [...K.trace.notices.fates].filter(([i]) => i <= to && K.event(i).sync === sync),
      [i, fate] = all.at(-1) ?? [],
      alike = all.filter(([, one]) => one === fate).length,
      by = fate && (K.event(i).run ? K.nameHTML(K.event(i).run) : K.outsider(i));
    return !fate
      ? ""
      : fate === "nobody"
        ? `${i === told ? " It notified all that waited, and" : ` When ${by} notified all that waited, at ${K.when(i)},`} no task did${alike > 1 ? ` (nor ${K.often(alike - 1)} before)` : ""}: such a notification is kept only for what <code>notified()</code> had made before, and whether there was any is in no event.`
        : ` ${alike > 1 ? `${K.up(K.plural(alike, "notification"))} of it were lost; of the last` : "One notification of it was lost"}: when ${by} notified it at ${K.when(i)}, one was left there already, and two that are left are one.`;
  }
  const openedBarrier = (barrier, from, to) =>
    eventsOf("SyncAct").some(
      (i) =>
        i > from && i <= to && K.event(i).sync === barrier && K.event(i).act === "put" && K.event(i).units === "all",
    );
  /** Which tasks have been at a barrier before, and are not there now? */
  function absentWords(s, { name, line }) {
    const came = eventsOf("Wait")
        .concat(eventsOf("SyncAct"))
        .slice(0, MANY)
        .map(K.event)
        .filter((e) => e.i <= s.i && e.run && (e.on?.sync === name || (e.sync === name && e.act === "put")))
        .map((e) => e.run),
      away = [...new Set(came)].filter((who) => !line.includes(who) && s.tasks.has(who));
    const where = (who) => {
      const t = s.tasks.get(who);
      return (
        K.nameHTML(who) +
        (t.how === "panicked"
          ? `, which panicked${atTime(K.panicOf(who)?.i ?? t.ended)}`
          : t.where === "done"
            ? `, which ended${atTime(t.ended)}`
            : thenIs(s, who))
      );
    };
    return away.length ? `; of those that had been there before: ${K.several(away, where, "task", "; ")}` : "";
  }
  const isLine = (p) => ["mutex", "rw_lock", "semaphore"].includes(p?.kind);
  /** ", 2nd in line, behind task 2 (for 3)": which tasks were before it when a wait for a lock or permits began, or the stretch in it. */
  function inLine({ who, at, from, on }) {
    const s = on?.sync && K.rowsOf(K.trace).rows.has(who) ? K.stateAt(at) : null,
      place = isLine(s?.primitives.get(on.sync)) ? K.placeOf(s, on) : 0;
    return place > 1
      ? `, ${K.nth(place)} in line as ${at > from ? "the stretch" : "that wait"} began${K.ahead(s, on, place)}`
      : "";
  }
  /** Of such a wait: who could still have sent. (Nothing, if it was over before the end of the run.) */
  function cutSenders({ who, on, from }) {
    const row = K.rowsOf(K.trace).rows.get(who),
      to = row.endAt(from) ?? K.trace.last;
    return K.event(to)?.ev === "Wake" && !(to > K.askedAt(row)) ? "" : senderWords(on, who, beforeEnds(to));
  }
  /** The last event before this one that asks for no end: the others that ended with a task had not been asked to, either. */
  function beforeEnds(i) {
    do i--;
    while (["Cancel", "Wake", "RunEnd"].includes(K.event(i)?.ev));
    return i;
  }
  /** Of a wait in a line: which tasks were before it; at a barrier, how many had not come; of a notification, when one had come before. */
  function lineWords({ at, from = at, on, who, times, next, isLast }) {
    const row = on?.sync && K.rowsOf(K.trace).rows.get(who),
      k = row?.barAt(from),
      to = row && Math.min(row.at[k + 1] ?? K.trace.count, K.trace.count) - 1,
      s = row && K.stateAt(to),
      p = s?.primitives.get(on.sync);
    if (p?.kind === "barrier")
      return !(p.count > 0) || openedBarrier(on.sync, from, to)
        ? ""
        : `<p>${K.up(K.plural(p.count, "task"))} had not come to ${esc(on.sync)} by ${K.when(to)}${absentWords(s, p)}.</p>`;
    if (p?.kind === "notify") {
      const i = K.actsUpTo(from - 1).findLast((i) => K.event(i).sync === on.sync && K.event(i).act === "put"),
        { kind, waits, at } = K.rowsOf(K.trace).rows.get(who);
      // (What other threads notify has no event.)
      if (
        K.unkept() ||
        K.missing(-1, from) ||
        kind.some(
          (is, k) =>
            is === BAR.WAIT &&
            waits[k]?.some((one) => one.sync === on.sync) &&
            K.event(at[k + 1] ?? -1)?.by === "message",
        )
      )
        return "";
      return `<p>Before the wait that began at ${K.when(from)}, ${i === undefined ? `${esc(on.sync)} had never been notified` : `${K.event(i).run ? K.nameHTML(K.event(i).run) : K.outsider(i)} had notified ${esc(on.sync)} last, at ${K.when(i)}`}.${noticeWords(on.sync, to, i)}</p>`;
    }
    const first = row && K.stateAt(Math.max(at, from)),
      place = row && !next ? K.placeOf(first, on) : 0,
      kept =
        row && [BAR.READY, BAR.POLL].includes(row.kind[k + 1])
          ? []
          : (p?.handed.filter((name) => !K.isNoTask(name)) ?? []); // (what ended the wait is kept for it, too, for a moment)
    const handed = kept.length
      ? `<p>${K.up(on.sync)} is kept for ${kept.slice(0, NAMED).map(K.nameHTML).join(", ")}, whose turn it is${kept.includes(who) ? `: for another of its waits${((e) => (e ? ` (<code>${esc(K.site(K.lineOf(e)?.text ?? ""))}</code>, ${K.link(e.i)})` : ""))(K.otherWait(s, who, on))}, which it does not poll` : kept.some((name) => s.tasks.get(name)?.where === "waiting") ? ": it has not taken it" : ""}.</p>`
      : "";
    const forgot = p?.kind === "semaphore" ? K.forgotWords(on.sync, s) : "";
    return (
      handed +
      (forgot && `<p>By ${K.when(to)}, ${forgot}</p>`) +
      (place > 1 && isLine(p)
        ? `<p>${times > 1 ? "In the longest of the chain’s waits, " : ""}${K.nameHTML(who)} was ${K.nth(place)} in line as ${at > from ? "the stretch" : times > 1 ? "it" : isLast ? `its wait for ${K.tokens(K.onWhat(on))}` : "that wait"} began${K.ahead(first, on, place)}${p?.kind === "semaphore" ? ": what is free is kept for the first" : ""}.</p>`
        : "")
    );
  }

  Object.assign(K, { thenIs, senderWords, isLine, inLine, cutSenders, beforeEnds, lineWords });
})((window.K = window.K || {}));
