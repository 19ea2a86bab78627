// Who held the thread, while a task was ready and was not polled?
//
// Interface: `K.heldBy(begin, i, but)`, `K.heldDuring(spans, but)` and `K.heldWords(held, ns)`; `K.restWords(told, ns)`, `K.awayWords`.
// Invariant: only what was polled in that time counts, and so long as it was.
// Not here: who has a lock (turns.js).
"use strict";
(function (K) {
  const { BAR, advances, endOf, paused, recordedBy, rowsByName } = K;
  /** So many tasks are named that held the thread. */
  const FEW = 3;
  /** What is shorter needs no reason. */
  const LITTLE = 5e6;

  // ----- who held the thread -----

  /** Why no task held it between two events, if the program did something itself: it moved the clock, or ran no runtime; "" if that is not so. */
  K.awayWords = function (from, to, link = (words) => ` (${words})`) {
    const kinds = (ev) => K.trace.index.byEv.get(ev) ?? [],
      moved = advances().find((i) => i > from && i <= to),
      over = kinds("RunEnd").find((i) => i >= from && i < to),
      again = kinds("RunStart").find((i) => i > over && i <= to);
    return moved !== undefined
      ? `the program moved the clock${link(K.link(moved))}`
      : again !== undefined
        ? `the program was outside of the runtime${link(`${K.link(over)} to ${K.link(again)}`)}`
        : "";
  };

  /** Of a time of so many ns, of which so much is told: what is left, if it is not little. */
  K.restWords = (told, ns) =>
    ns - told > Math.max(LITTLE, ns / 10) ? ", and for the rest the machine was busy elsewhere" : "";

  /** Whose polls held the thread from this time to event `i`, but for one task's: `{total, recorder, count, groups, unknown}`, where `groups` are
   *  tasks of one spawn site, `{made, ns, tasks}`, the longest first. */
  K.heldBy = (begin, i, but = null, until = Infinity) => K.heldDuring([{ begin, to: i, stop: until }], but);
  /** The same of several such times in all. */
  K.heldDuring = function (spans, but) {
    const { t, index, recorded, last } = K.trace,
      polls = index.byEv.get("PollStart") ?? [],
      sites = new Map();
    let recorder = 0,
      unknown = false;
    for (const { from, begin: since, to: i, stop: until } of spans) {
      // (In polls a virtual clock stands still: there the time is that between two events.)
      const [begin, stop] =
          paused() && from !== undefined ? [-Infinity, Infinity] : [since, Math.min(t[Math.min(i, last)], until)],
        to = Math.min(i, last),
        first = begin < since ? from : Math.max(0, K.upTo(t, begin)),
        around = [];
      recorder += recordedBy(stop, first, to) - recordedBy(begin, first, to);
      unknown ||= K.missing(first, to) > 0;
      for (let k = Math.max(0, K.upTo(polls, first)); polls[k] < to; k++) {
        const row = rowsByName().get(K.event(polls[k]).task),
          bar = row?.barAt(polls[k]) ?? -1;
        if (bar < 0 || row === but) continue;
        const over = endOf(row, bar),
          ns = K.lasted(BAR.POLL, polls[k], Math.min(over, to), begin, stop);
        if (!(ns > 0)) continue;
        while (around.at(-1)?.until < polls[k]) around.pop();
        const outer = around.at(-1); // (a poll within a poll is the inner task's)
        if (outer) {
          outer.site.ns -= ns;
          outer.site.tasks.set(outer.name, outer.site.tasks.get(outer.name) - ns);
        }
        if (!sites.has(row.made)) sites.set(row.made, { made: row.made, ns: 0, tasks: new Map() });
        const site = sites.get(row.made);
        site.ns += ns;
        around.push({ until: over, site, name: row.name });
        site.tasks.set(row.name, (site.tasks.get(row.name) ?? 0) + ns);
      }
    }
    const groups = [...sites.values()].sort((a, b) => b.ns - a.ns),
      sum = (of) => groups.reduce((n, group) => n + of(group), 0);
    return { total: sum((group) => group.ns), count: sum((group) => group.tasks.size), recorder, groups, unknown };
  };
  /** "50 tasks of main.rs:35 held the thread, one after the other (292 ms)", of a time of so many ns; "" if no task did. `rest`: also if no task did for most of it. */
  K.heldWords = function ({ total, recorder, count, groups, unknown }, ns, rest = true) {
    if (unknown || !total || total < ns / 50) return "";
    const all = groups.flatMap(({ tasks }) => [...tasks]).sort((a, b) => b[1] - a[1]),
      [[most, time]] = all,
      [{ made, tasks }] = groups,
      long = all.filter(([, ns]) => ns > total / 20),
      few = long.length > 1 && long.length <= FEW && long.reduce((n, [, ns]) => n + ns, 0) > 0.8 * total;
    /** These, and all others, if that is not little. */
    const held = (who, held, number) => {
      const n = count - number;
      return n > 0 && total - held > total / 5
        ? `${who} (${K.span(held)}) and ${K.plural(n, "other task")} (${K.span(total - held)}) held the thread${number > 1 ? ", one after the other" : ""}`
        : `${who} held the thread${number > 1 ? ", one after the other" : ""} (${K.span(held)})`;
    };
    const words = few
      ? `${K.several(long, ([who, ns]) => `${K.nameHTML(who)} (${K.span(ns)})`, "task", ", ", " and ")} held the thread`
      : time > total / 2
        ? held(K.nameHTML(most), time, 1)
        : groups[0].ns > total / 2
          ? held(`${K.plural(tasks.size, "task")} of <code>${K.esc(K.site(made))}</code>`, groups[0].ns, tasks.size)
          : held(K.plural(count, "task"), total, count);
    const isAway = rest && total + recorder < ns / 2;
    return (
      words +
      (recorder > ns / 10 && total < ns
        ? `, and so did the recorder (${K.span(Math.min(recorder, ns - total))})`
        : "") +
      (isAway
        ? "; for most of that time no task did, and the machine was busy elsewhere"
        : rest
          ? K.restWords(total + recorder, ns)
          : "")
    );
  };
})((window.K = window.K || {}));
