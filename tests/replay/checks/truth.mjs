// Is each number and each moment of an answer one of the record?
//
// The sentences of an answer are many, and each was once wrong for some program. Here each is held against the events: what
// adds up to more than the time that was asked about, or a chain to less, a link of the chain that is more than what the table has in the same words, an end that lies outside of it or ended no wait of the task that is named, one wait of several
// that is told as if it were all, a link whose task waited for something else, or for it longer at another moment; what is said to have
// come by way of a lock, and is more than the lock was waited for; and a stretch of a wait in which nothing bounded it. And of some
// moments what a box says of holders, and what `?` says of tasks.
//
// Interface: `falsehoods(page)`, a list of sentences. (Every page that a check of the answers opens is asked.)

import { same } from "./harness.mjs";

/** All that is false in the answers of a page, for each of its tasks, of its whole life and of its thirds. */
export const falsehoods = (page) => page.evaluate(() => {
  const { K } = window, { t, n, last, names, header } = K.trace, { rows } = K.rowsOf(K.trace), out = new Set(), slack = 1e5, paused = header.clock === "paused", MACHINES = ["poll", "ready", "local", "drop", "recorder", "advanced", "pool", "running", "job", "heard"];
  const sum = (all) => all.filter(({ key }) => !paused || !MACHINES.includes(key)).reduce((ns, one) => ns + one.ns, 0), at = (number) => K.upTo(n, Number(number.replaceAll(",", "")));
  function causes(name, from, to, say) {
    const all = K.causesOf(name, from, to), { links, last: most, others, around, cut } = K.chainOf(name, from, to), chain = most ? [most, ...others] : [];
    if (sum(all) > to - from + slack) say(`its causes add up to ${sum(all)}, of ${to - from}`);
    const less = paused || around || cut !== null || K.trace.lost.length || rows.get(name)?.job || !most; // (of a job its thread measures; what that did is heard a little later)
    if (cut !== null && K.trace.count < 1e5) say("its chain is not followed to its beginning");
    if (sum(chain) > to - from + slack || (!less && sum(chain) < (to - from) * 0.98 - 5e6)) say(`its chain adds up to ${sum(chain)}, of ${to - from}`);
    for (const { key, words, ns, times, longest, begins = from, ends = to } of [...all, ...chain]) {
      if (!(times > 0) || longest > ns + 1 || ns > longest * times + 1) say(`${words}: ${times} times, ${longest} at most, is not ${ns}`);
      if (begins < from || ends > to || (!(paused && MACHINES.includes(key)) && ns > ends - begins + slack)) say(`${words}: ${ns} between ${begins} and ${ends}, asked from ${from} to ${to}`);
    }
    // (In the same words a link of the chain is a part of what a table of causes has. A job may be handed over a little before it is waited for.)
    for (const [who, sums] of Map.groupBy(chain, ({ who }) => who)) for (const [words, same] of Map.groupBy(sums, ({ words }) => words)) {
      const listed = K.causesOf(who, from, to).filter((one) => one.words === words), early = same.reduce((ns, { key, times }) => ns + (["job", "pool"].includes(key) ? 1e6 * times : 0), 0);
      if (listed.length && sum(same) > sum(listed) + slack + early) say(`${who} ← ${words}: ${sum(same)} in its chain, ${sum(listed)} among the causes of ${who}`);
    }
    const shown = (i) => t[i] <= to && Math.max(t[i], t[i + 1] ?? Infinity) >= from, during = (row, k) => Math.min(t[Math.min(row.at[k + 1] ?? last, last)], to) - Math.max(t[row.at[k]], from);
    for (const { who, words, at } of [...all.map((one) => ({ ...one, words: one.words, who: name })), ...chain]) if (!shown(at)) say(`${who}, ${words}: it leads to event ${n[at]}, which is not between ${from} and ${to}`);
    for (const { links: way = [], key, words, ns } of paused && MACHINES.includes(most?.key) ? [] : chain) for (const { who, on } of way.slice(-1)) {
      if (!/^(lock|rwlock|semaphore) /.test(on?.sync ?? "") || (paused && MACHINES.includes(key))) continue;
      const row = rows.get(who), waited = row.kind.reduce((sum, kind, k) => sum + (kind === K.BAR.WAIT && row.waits[k]?.some((one) => one.sync === on.sync) ? Math.max(0, during(row, k)) : 0), 0);
      // (What a holder did, as far as the lock was waited for meanwhile; what it waited for itself, by further links, put it off as a whole.)
      if (ns > waited + slack) say(`${words}, ${ns}, is said to come of ${on.sync}, for which ${who} waited ${waited}`);
    }
    for (const { who, at, key, on, words } of chain.filter(({ key, on, ends, at }) => ["job", "pool"].includes(key) && on?.task && ends > t[at])) {
      const row = rows.get(who), k = row.barAt(at);
      if (row.kind[k] === K.BAR.WAIT && at > K.upTo(t, from) && !row.waits[k]?.some((one) => one.task === on.task)) say(`${who} ← ${words}: event ${n[at]} is in another wait (${key})`);
    }
    if (sum(all) > slack && !most) say(`nothing is said to have bounded it from ${from} to ${to}`);
    for (const { who, at, on, next, begins } of [most, ...others].flatMap((sum) => (sum?.links ?? []).map((link) => ({ ...link, begins: sum.begins }))).filter(({ on }) => on)) {
      const row = rows.get(who), here = row.barAt(at), same = (one) => K.onWhat(one) === K.onWhat(on);
      if (!shown(at) && during(row, here) < 0) say(`${who}: event ${n[at]} is not between ${from} and ${to}`);
      const longer = row.at.findIndex((_, k) => row.kind[k] === K.BAR.WAIT && row.waits[k]?.length === 1 && same(row.waits[k][0]) && t[Math.min(row.at[k + 1], K.trace.last)] >= begins && during(row, k) > Math.max(0, during(row, here)) + slack && K.wakeAt(row, row.at[k + 1])?.from === next && !K.wokenFor(row, k, K.wakeAt(row, row.at[k + 1])) && !K.cancelledAfter(row, k));
      if (longer >= 0) say(`${who} waited for ${K.onWhat(on)} longer at event ${n[row.at[longer]]} than at ${n[at]}`);
    }
    for (const { who, at, on, words } of links.concat(...others.map(({ links }) => links ?? []))) {
      const row = rows.get(who), k = row.barAt(at);
      if (on?.deferred) say(`${who} gave way at event ${n[at]}, and another task is said to have ended that`);
      if (on && !(row.kind[k] === K.BAR.WAIT && row.waits[k].some((one) => K.onWhat(one) === K.onWhat(on)))) say(`${who} did not wait for ${words} at event ${n[at]}`);
    }
  }
  function sentences(name, from, to, whole, say) {
    const box = document.createElement("div");
    box.innerHTML = K.answer.html(name, whole ? -Infinity : from, whole ? Infinity : to);
    for (const drawn of box.querySelectorAll("svg")) drawn.remove();
    for (const el of box.querySelectorAll("li, p")) {
      const text = el.textContent.replace(/\s+/g, " ");
      for (const [words, longest, who, did, number] of text.matchAll(/(the longest[^.]*? )?until (main(?: \d+)?|task \d+|job \d+) (woke it|cancelled it|dropped its last sender)[^.;]*?event ([\d,]+)\)/g)) {
        const i = at(number), e = K.event(i), ended = (row) => row?.at[row.barAt(i)] === i && row.kind[row.barAt(i) - 1] === K.BAR.WAIT;
        if (t[i] < from - slack || t[i] > to + slack) say(`${words}: that is at ${t[i]}`);
        if (did !== "dropped its last sender" && !(e.ev === "Wake" ? ended(rows.get(e.task)) : [...rows.values()].some(ended))) say(`${words}: that ended no wait`);
        if (did === "woke it" && e.run && e.run !== who) say(`${words}: that was ${e.run}`);
        if (el.matches("li") && /\b\d+ times/.test(text) && !longest && !/the longest/.test(text)) say(`${words}: one of several, in “${text}”`);
      }
      for (const [words, what] of text.matchAll(/went elsewhere: ([^,.]+)/g)) if ([...(box.querySelector(".chain")?.children ?? [])].some((li) => li.textContent.replace(/\s+/g, " ").includes(`${name} ← ${what}`))) say(`${words}: that is in its chain`);
      if (whole || el.querySelector("li, p")) continue;
      for (const [words, number] of text.matchAll(/event ([\d,]+)/g)) {
        const time = t[at(number)];
        if ((time < from - slack || time > to + slack) && !/\b(before|had|later|began|begun|since|after|last|then|by|at [\d.,]+ (?:µs|ms|s|min))\b/i.test(text)) say(`“${text}” of ${from} to ${to}: ${words} is at ${time}`);
      }
    }
  }
  /** The middle of its longest wait: there may be no event in it. */
  function inLongest({ at, kind }) {
    const waits = kind.map((kind, k) => [t[at[k]], kind === K.BAR.WAIT ? t[Math.min(at[k + 1] ?? last, last)] : 0]).sort(([a, b], [c, d]) => d - c - (b - a)), [[from, to] = []] = waits;
    return to - from > 10 * slack ? [[from + (to - from) / 3, to - (to - from) / 3]] : [];
  }
  // Of some moments: what is taught of the event, the boxes of what tasks hold, and why a task does not run.
  const WHERE = { "is ready": "queued", "is being polled": "polling", "itself waits": "waiting", "is woken soon": "waiting", "is over": "done" }, short = (who) => (who === "main" ? "m" : who.replace(/^\D+/, "")), told = ["SourceTry", "SyncAct", "Served", "Wait", "Park"].flatMap((ev) => (K.trace.index.byEv.get(ev) ?? []).slice(0, 12)), at0 = K.i;
  for (const i of told) {
    const e = K.event(i), s = K.stateAt(i), say = (words) => out.add(`event ${n[i]}: ${words}`), taught = K.aside(i, s);
    if (/counts as ready/.test(taught) && !s.sources.get(e.source)[e.direction].ready) say("it does not count as ready");
    if (/Nothing there/.test(taught) && (/wait\.rs$/.test(e.src?.file) || K.sourceType(e.source) === "Process")) say("nothing was read");
    for (const { name } of [...s.tasks.values()].slice(0, 12)) {
      const why = K.why.words(s, name).replace(/(^|[ ,;.])(?:m|j?\d+) (?=(main|task|job)\b)/g, "$1"); // (what is drawn in it)
      for (const [words, who, is] of why.matchAll(/\b(main|task \d+), which (is ready|is being polled|itself waits|is woken soon|is over)/g)) if (s.tasks.get(who)?.where !== WHERE[is]) say(`${words}: it is ${s.tasks.get(who)?.where}`);
      for (const [words, source, who] of why.matchAll(/(source \d+), last used by (main|task \d+)/g)) if (!(K.trace.index.byEv.get("SourceTry") ?? []).some((k) => k <= i && K.event(k).source === source && K.event(k).run === who && !/wait\.rs$/.test(K.event(k).src?.file))) say(words);
    }
    if (K.quiz?.on) continue;
    K.go(i);
    for (const box of document.querySelectorAll("#wakers .hook .holder")) {
      const p = s.primitives.get(box.closest(".whole, .hook.short").querySelector("h3, b").firstChild.data.toLowerCase()), words = box.textContent;
      if (!p) continue;
      if ((p.line.length || p.handed.length) && /^(free|not taken|not being set)$/.test(words)) say(`${p.name}: ${words}, though ${[...p.line, ...p.handed].join()} wait for it`);
      for (const who of [...p.holders, ...p.handed].filter((who) => s.tasks.has(who))) if (![...box.querySelectorAll(".chip text")].some((text) => text.textContent === short(who)) && !/\+\d/.test(words)) say(`${p.name}: ${words}, without ${who}`);
    }
  }
  K.go(at0);
  for (const name of names.slice(0, 30)) {
    const [begin, end] = K.lifeOf(name), third = (end - begin) / 3, long = rows.has(name) ? inLongest(rows.get(name)) : [];
    for (const [from, to] of [[begin, end], [begin, begin + third], [begin + third, end - third], [end - third, end], ...long]) {
      const whole = from === begin && to === end, say = (words) => out.add(`${name}: ${words}`);
      causes(name, from, to, say);
      if (to > from || whole) sentences(name, from, to, whole, say);
    }
  }
  return [...out];
});

export function truth(checks, files) {
  checks.add("answer: each number and each moment in it is one of the record", async (open) => {
    for (const [name, file] of Object.entries(files)) if (name !== "crowd") same(await falsehoods(await open(file)), [], name);
  });
}
