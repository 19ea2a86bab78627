// Which chain of waits bounded a run, a task or a stretch of it?
//
// From the end backwards: the last wait, who ended it, what that one had waited for, and so on. The chain itself is
// found in path.js; here its links become words, equal ones together.
//
// Interface: `chainHTML(name, …)`, `longestOf`, `atLeast`, `withHeld`.
// Invariant: a link says only what is known of its wait; that nobody is known is said, too.
// Not here: the sums by cause (causes.js, answer.js).
"use strict";
(function (K) {
  const {
    BAR,
    LISTED,
    MANY,
    NAMED,
    POINTLESS,
    acceptedWords,
    childWords,
    cutSenders,
    esc,
    eventsOf,
    heldIn,
    inLine,
    isSemaphore,
    lineWords,
    pipeWords,
    placeWords,
    senderWords,
    span,
    toEvent,
    trafficOf,
    unreadBytesWords,
  } = K;
  const LINKS = 6;
  /** The job that a task waits for at the end of the record, or that has run till then; null if that isn't the cause. */
  const jobAt = ({ key, open, who, on }) =>
    !open || !["running", "job", "unheard"].includes(key) ? null : (on?.task ?? who);
  /** Of a job on its thread: that it is not known what it waits for; and which jobs wait for a thread. */
  function jobWords(last) {
    const job = jobAt(last);
    return !job
      ? ""
      : `<p>${K.jobWaits(K.trace.state, job) ? "" : "What a job does on its thread, but for channels, locks and permits, is not in the record."}${queuedWords()}</p>`;
  }
  function queuedWords() {
    const { rows } = K.rowsOf(K.trace),
      queued = [...rows.values()].filter((row) => row.last === BAR.QUEUED && !K.unheard(row)).map((row) => row.name);
    return queued.length
      ? ` ${K.several(queued, K.nameHTML, "job")} ${queued.length === 1 ? "waits" : "wait"} for a thread.`
      : "";
  }
  /** Of several waits the longest: that is the one that goes on as the record ends, if any does. */
  const longestOf = ({ longest, open }) => (open ? `the longest ${K.least(longest)}` : `${span(longest)} at most`);
  /** A length of time; of what goes on where the record ends, that it was longer. */
  const atLeast = ({ ns, open, stretch }) =>
    open
      ? `<span title="at least: ${stretch?.[1] < K.trace.t[K.trace.last] ? "it went on after that" : "the record ends before it does"}">${K.least(ns)}</span>`
      : span(ns);
  /** Where it was, and what held it up. */
  const withHeld = (where, held) =>
    where +
    (where && held ? (held.startsWith("the longest") ? "; " : where.endsWith("as well") ? ", " : " ") : "") +
    held;
  /** " between 98 ms and 770 ms": when the parts of a sum of the chain came, if not all within the waits that led there. What a task did before the next one
   *  waited for it has bounded that, too. */
  function whenWords({ key, ns, begins, ends, open, on, who, at, times, links = [] }) {
    const { t, last } = K.trace,
      { rows } = K.rowsOf(K.trace),
      job =
        times === 1 && on?.task && ["job", "pool"].includes(key)
          ? [{ who, from: rows.get(who).at[rows.get(who).barAt(at)] }]
          : [],
      since = (link) => {
        const row = rows.get(link.who);
        const asked = K.begunAt(row, row.barAt(link.from), link.on), // (in a poll, which then returns Pending)
          next = row.kind[row.barAt(asked)] === BAR.POLL ? row.at[row.barAt(asked) + 1] : asked;
        return { ...link, from: Math.min(link.from, next) };
      },
      waits = [...links.filter(({ on }) => on).map(since), ...job], // (a branch of a join! waits on while others are polled)
      [first] = waits,
      slack = (ends - begins) / 100;
    const within = ({ who, from }) =>
      begins >= t[from] - slack && ends <= t[Math.min(rows.get(who).endAt(from) ?? last, last)] + slack;
    if (
      !first ||
      begins === undefined ||
      waits.every(within) ||
      (K.trace.header.clock === "paused" && POINTLESS.includes(key))
    )
      return "";
    const early = waits.find(({ from }) => ends <= t[from]),
      before = (part) => waits.find(({ from }) => ends - t[from] < (times === 1 ? ends - begins : ns) * part),
      [nearly, most] = [before(0.1), before(0.5)],
      later = early ?? nearly ?? most; // (the wait that it came before, of all that led there)
    return open
      ? ` since ${K.clock(begins)}`
      : ` between ${K.clock(begins)} and ${K.clock(ends)}${later ? `, ${early ? "" : nearly ? "nearly all of it " : "most of it "}before that wait of ${K.nameHTML(later.who)} began (${K.link(later.from)})` : ""}`;
  }
  /** Of a sum how often, when, where, and what held it up: of several that is told of all, else of the longest, with its place. */
  function whereWords(sum, { all = "", longest = "" } = {}, before = " ") {
    const at = placeWords(sum, !sum.lines),
      many = sum.times > 1 && sum.key !== "poll",
      when = whenWords(sum),
      ofOne = many && at && !sum.lines,
      one = ofOne ? `the longest: ${withHeld(at, longest)}` : "",
      small = (words) => words && `<small>${words}</small>`;
    const words = [
      many ? `${K.number(sum.times)} times${when}` : when.trim(),
      many && !ofOne && longestOf(sum),
      ofOne ? !all && one : at,
    ]
      .filter(Boolean)
      .join(", ");
    return (
      (words && before + small(words)) +
      (all && `, ${all}`) +
      (all && one && `; ${small(one)}`) +
      (longest && !ofOne ? `${many ? ", the longest" : words && !at ? "," : ""} ${longest}` : "")
    );
  }
  /** "task 3 ← 1 permit of semaphore 1 ← ": how a sum of a task that the chain doesn't name is reached from one that it does. */
  const wayTo = (sum, chain) => {
    const links = ownLinks(sum, chain);
    return links.length ? linksHTML(links, sum.who) : `${K.nameHTML(sum.who)} ← `;
  };
  /** Its links from the last task that the chain names; none if that is its own. */
  function ownLinks({ who, links = [] }, chain) {
    const named = new Set(chain.flatMap(({ who, next }) => [who, next ?? who])),
      from = links.findLastIndex((link) => named.has(link.who));
    return named.has(who) || from < 0 ? [] : links.slice(from);
  }
  function linksHTML(links, last) {
    const steps = links.map(
      (link, k) =>
        `${links[k - 1]?.words.endsWith(link.who) ? "" : `${K.nameHTML(link.who)} `}← ${toEvent(link.at, K.tokens(link.words))} ← `,
    );
    if (steps.length > NAMED) steps.splice(1, steps.length - NAMED + 1, "… ← ");
    return (
      steps.join("").replace(/ ← (?=← )/g, " ") + (links.at(-1).words.endsWith(last) ? "" : `${K.nameHTML(last)} ← `)
    );
  }
  /** Of sums, the largest first, those of several tasks of one spawn that are for the same, if they are more than so much together: `{of, ns, made, tasks}`. */
  function crowdsOf(sums, least) {
    const { rows } = K.rowsOf(K.trace),
      made = ({ who }) => rows.get(who)?.made;
    const all = [...Map.groupBy(sums.filter(made), (sum) => `${made(sum)} ${sum.words}`).values()].map((of) => ({
      of,
      ns: of.reduce((ns, sum) => ns + sum.ns, 0),
      made: made(of[0]),
      tasks: new Set(of.map(({ who }) => who)).size,
    }));
    return all.filter(({ tasks, ns }) => tasks > 2 && ns > least).sort((a, b) => b.ns - a.ns);
  }
  /** The wait itself that goes on at event `seen`, and not what the chain has of it. */
  function openWait(last, seen) {
    const due = K.stateAt(seen).timers.get(last.on?.timer)?.due ?? Infinity; // (what comes after that is another part)
    return Object.assign(Object.create(last), {
      begins: K.trace.t[last.from],
      ns: K.lasted(BAR.WAIT, last.from, K.trace.last, -Infinity, Math.min(last.ends, due)) ?? last.ns,
      stretch: [K.trace.t[last.from], last.stretch[1]],
    });
  }
  /** Of a wait that was not for another's value, but ended with the channel. */
  const shutWords = ({ shut, on }) =>
    shut
      ? `, ${K.lostSenders(shut) ? "whose last sender was dropped" : "which was closed"} (${K.link(shut.i)})${on.value ? ": no value came" : ""}`
      : "";
  /** Of a sum to which several ways lead: how much came by the one that is told. */
  const shareWords = ({ share, ns, open }) => (share < ns * 0.9 && !open ? `; ${span(share)} of it this way` : "");
  /** "task 1 ← room in channel 1 ← task 2 ← a timer": each link waits for the next; of many the middle is left out. */
  function stepsHTML(links, last) {
    const waits = K.jobWaits(K.trace.state, jobAt(last) ?? ""),
      where = (link) => {
        const at = placeWords(link);
        return at && ` <small>${at}</small>`;
      };
    const steps = [...links, last].map((link, k, list) => {
      const loops = list[k - 1]?.loops
          ? `<span title="what it waited for in between, and came back to it, is left out">… </span>`
          : "",
        who = !loops && list[k - 1]?.words.endsWith(link.who) ? "" : `${k ? "← " : ""}${loops}${K.nameHTML(link.who)} `; // (it is named already)
      const words =
        K.tokens(link.words) +
        (link === last && last.ns ? `, <b>${atLeast(last)}</b>${waits && ": it waits there"}` : "");
      return `<li>${who}← ${toEvent(link.at, words)}${link === last ? whereWords(last, heldIn(last.who, last)) + shareWords(last) : where(link) + inLine(link) + shutWords(link)}${K.enderWords(link.how, K.nameHTML(link.next))}${link === last && waits ? ` for ${waits}` : ""}</li>`;
    });
    if (steps.length > LINKS) {
      const hidden = steps.splice(3, steps.length - 5);
      steps.splice(
        3,
        0,
        `<li><details><summary>← … ${K.number(hidden.length)} more …</summary><ul class="chain">${hidden.join("")}</ul></details></li>`,
      );
    }
    return `<ul class="chain">${steps.join("")}</ul>`;
  }
  /** What leads back to a task of the chain; what leads back to another one is told where that is asked. */
  function aroundHTML(links, last, around) {
    const named = new Set([...links, last].flatMap(({ who, next }) => [who, next]));
    return around && named.has(around.to)
      ? `<p class="circle">It goes around: ${K.nameHTML(around.who)} waits for ${toEvent(around.at, K.tokens(around.words))}${K.enderWords(around.how, around.to === around.who ? "it" : K.nameHTML(around.to)) || `, which leads back to ${K.nameHTML(around.to)}`}.</p>`
      : "";
  }
  /** The other sums of the chain: the large ones, `told`, a paragraph each, and those of many tasks that are alike; and of the rest a list. */
  function othersHTML(others, told, links, last, all) {
    const chain = links.length ? links : [last],
      crowds = crowdsOf(
        others.filter((next) => !told.includes(next)),
        all / 6,
      ),
      small = others.filter((next) => !told.includes(next) && !crowds.some(({ of }) => of.includes(next)));
    const large = told.map(
        (next) =>
          `<p>Another ${atLeast(next)} come from ${wayTo(next, chain)}${toEvent(next.at, K.tokens(next.words))}${whereWords(next, heldIn(next.who, next), ", ")}${ownLinks(next, chain).length ? shareWords(next) : ""}.</p>`,
      ),
      alike = crowds.map(
        ({ of, ns, made, tasks }) =>
          `<p>Another ${span(ns)} come from ${K.plural(tasks, "task")} of <code>${esc(K.site(made))}</code> ← ${toEvent(of[0].at, K.tokens(of[0].words))}, one after the other, ${span(of[0].ns)} at most.</p>`,
      );
    return [[...large, ...alike].join(""), restHTML(small, links, last, all)];
  }
  function restHTML(small, links, last, all) {
    const asked = (links[0] ?? last).who,
      left = small.filter((next) => next.ns > all / 1000),
      tiny = small.filter((next) => !left.includes(next)),
      sumOf = (parts) => parts.reduce((ns, next) => ns + next.ns, 0),
      least = sumOf(small);
    if ((!links.length && left.every(({ who }) => who === asked)) || least < all / (links.length ? 50 : 10)) return "";
    const whileWords = (next) => {
      const { all: each, longest } =
        ["late", "ready"].includes(next.key) && next.ns > all / 20 ? heldIn(next.who, next) : {};
      return each || longest ? `${!each && next.times > 1 ? ", the longest " : " "}${each || longest}` : "";
    };
    const part = (next) =>
        `${toEvent(next.at, `<b>${atLeast(next)}</b>`)} ${K.nameHTML(next.who)} ← ${K.tokens(next.words)}${whileWords(next)}`,
      few = left.slice(0, NAMED).map(part),
      listed = (parts) => parts.join(", ").replace(/, (?=[\d,]+ parts? of less than)/, ", and "),
      many = left.slice(NAMED, LISTED);
    const tinyWords = tiny.length
        ? [
            `${K.plural(tiny.length, "part")} of less than ${span(all / 1000)}${tiny.length > 1 ? ` each, ${span(sumOf(tiny))} in all` : ""}`,
          ]
        : [],
      shown = many.length ? few : [...few, ...tinyWords],
      details = `<details class="mute"><summary>and ${K.plural(left.length - NAMED + tiny.length, "smaller part")}</summary><p>${listed([...many.map(part), ...tinyWords])}.</p></details>`;
    return `<p class="mute">The rest of the chain, ${span(least)}: ${listed(shown)}.</p>${many.length ? details : ""}`;
  }
  /** Most of the task's own time went elsewhere than where the chain leads. */
  function elsewhereHTML(own, chain, all) {
    const [asked] = chain.map(({ who }) => who),
      is = (part) =>
        part.who === asked &&
        (part.key === own.key ||
          [part.on, ...(part.waits ?? [])].some(
            (on) => on && [own.on, ...(own.waits ?? [])].some((of) => of && K.onWhat(of) === K.onWhat(on)),
          ));
    return own?.ns > all / 2 &&
      !chain.some(is) &&
      !chain.some(({ next }) => next && next === own.on?.task) &&
      !["poll", "ready", "recorder", "hosted"].includes(own.key)
      ? `<p>Most of its own time, ${atLeast(own)}, went elsewhere: ${toEvent(own.at, K.tokens(own.words))}${whereWords(own, "", ", ")}.</p>`
      : "";
  }
  /** Where the last link is the task's own: it may have waited longer for that. */
  function outsideHTML(last, others, causes, all) {
    const [own] = causes;
    if (own?.words !== last.words) return "";
    const inChain = [last, ...others]
        .filter(
          ({ who, words, wider }) => who === last.who && words.slice(0, words.length - wider.length) === own.words,
        )
        .reduce((ns, part) => ns + part.ns, 0),
      same = causes.filter(({ words }) => words === own.words),
      total = same.reduce((ns, sum) => ns + sum.ns, 0),
      outside = total - inChain;
    return outside > all / 50
      ? `<p class="mute">In all ${same.length > 1 ? `it waited ${span(total)} for that, in ${K.number(same.length)} lines` : `that was ${span(total)} of its time`}; ${span(outside)} of them are not in the chain: others did then what it had to wait for next.</p>`
      : "";
  }
  /** Where the chain went back to a task that waited for a lock, and where it is cut. */
  function limitsHTML(links, locks, cut) {
    const held =
      locks.length && links.length
        ? `<p class="mute">Of a wait for ${locks.length > 2 ? "a lock or permits" : locks.map((name) => K.tokens(name)).join(" or ")} the chain has what ${locks.every((sync) => isSemaphore({ sync })) ? "the task did meanwhile that gave it" : "its holder did meanwhile"}, and then goes on with what the waiting task had done before.</p>`
        : "";
    return cut === null
      ? held
      : `${held}<p class="mute">The chain is longer than this page follows it: nothing before ${K.link(cut)} is in it.</p>`;
  }
  /** The chain, and what is said of it: above and below the list of causes. */
  function chainHTML(
    { links, last, others, around, cut, locks },
    all,
    causes,
    seen,
    title = `What it still waits for <span class="mute">after ${K.link(seen)}</span>`,
  ) {
    const [own] = causes,
      cutOff =
        (links.length
          ? links[0].words === "the end of the run"
          : last &&
            last.key !== "thread" &&
            K.droppedWord(last.who) === "cut off" &&
            last.stretch[1] >= K.trace.t[K.rowsOf(K.trace).rows.get(last.who).at.at(-1)]) && own,
      asked = links[0]?.who ?? last?.who;
    if (cutOff) [links, last, others, around, cut] = [[], own, [], null, null]; // (what bounded `main` says nothing of it)
    if (!last) return ["", ""];
    if (seen < Infinity && last.open && last.times === 1 && last.key !== "late") last = openWait(last, seen);
    const steps = stepsHTML(links, last) + aroundHTML(links, last, around);
    if (seen < Infinity)
      return [
        `<h3>${title}</h3>${steps}`,
        jobWords(last) +
          lineWords(last) +
          senderWords(last.on, last.who, seen) +
          pipeWords(last) +
          childWords(last) +
          trafficOf(last) +
          unreadBytesWords(),
      ];
    const about = cutOff ? cutWait(last) : last,
      told = others.filter(({ ns }) => ns > all / 6).slice(0, NAMED),
      [more, rest] = othersHTML(others, told, links, last, all),
      busy = cutOff ? "" : locks.map((sync) => busyWords(sync, last.stretch, all / 4)).join(""), // (no link is told then that leads there)
      listed = !links.length && !cutOff ? outsideHTML(last, others, causes, all) : "",
      apart = links.length ? elsewhereHTML(own, [...links, last, ...told], all) : "",
      how = cutOff
        ? "until the end of the run cut it off"
        : `${last.ns > all ? span(last.ns) : `${span(last.ns)} of the ${span(all)}`} come from the last link`;
    return [
      `<h3>${cutOff ? "Where most of its own time went" : "What bounded it"} <span class="mute">${how}</span></h3>${steps}${listed}${busy}${apart}${more}`,
      thenHTML([last, ...told.filter(({ who }) => who === asked)]) +
        [...links, last]
          .slice(0, LINKS)
          .map((link) => acceptedWords(link))
          .join("") +
        (links.length && links[0].on ? lineWords(links[0]) : "") +
        lineWords(about) +
        (last.open ? senderWords(last.on, last.who, K.trace.last) : cutOff ? cutSenders(about) : "") +
        jobWords(last) +
        childWords(last) +
        pipeWords(last) +
        trafficOf(last) +
        unreadBytesWords() +
        rest +
        limitsHTML(links, locks, cut),
    ];
  }
  /** Of a lock, or of permits, that several tasks had in turn for so long, and that was never free: to come there sooner helps one of them at the cost of another. */
  function busyWords(sync, [begin, end], least) {
    const { t, last } = K.trace,
      all = [],
      served = eventsOf("Served").filter((i) => K.event(i).on.sync === sync),
      isHanded = (from, to) => served.some((i) => i > from && i < to),
      acts = eventsOf("SyncAct")
        .slice(0, MANY)
        .map(K.event)
        .filter((e) => e.sync === sync);
    let now = null,
      taken = 0,
      left = null; // (the event by which all had come back: what is kept for one that wants more, no task has)
    const ends = (i) => ([now.to, now, left] = [i, null, null]);
    for (const { i, act, count, units } of acts) {
      const n = Number(units) || 1;
      if (now && left !== null && !isHanded(left, i)) ends(left);
      if (act === "take") {
        taken += n;
        left = null;
        if (count === 0) now ??= all[all.push({ from: i, to: last }) - 1];
      } else {
        if (["release", "forget"].includes(act)) taken = Math.max(0, taken - n);
        if (now && count > 0) ends(i);
        else if (now && taken === 0) left ??= i;
      }
    }
    if (now && left !== null && !isHanded(left, last)) ends(left);
    const within = (i) => Math.max(begin, Math.min(t[i], end)),
      [longest] = all
        .map(({ from, to }) => ({ from: within(from), to: within(to) }))
        .sort((a, b) => b.to - b.from - (a.to - a.from)),
      some = isSemaphore({ sync });
    if (!longest || longest.to - longest.from < least) return "";
    const had = new Set(
      K.trace.holds
        .filter((hold) => hold.sync === sync && t[hold.from] < longest.to && t[hold.to ?? last] > longest.from)
        .map(({ who }) => who),
    );
    return had.size < 3
      ? ""
      : `<p>${some ? `No permit of ${K.tokens(sync)}` : K.up(K.tokens(sync))} was ${some ? "" : "never "}free from ${K.clock(longest.from)} to ${K.clock(longest.to)}: ${K.plural(had.size, "task")} had ${some ? "some" : "it"} in turn. Had one of them come sooner, another one would have had to wait longer.</p>`;
  }
  /** Of waits that timers have ended, the longest of these sums: what was each for, and where did that lead, until then? */
  function thenHTML(sums) {
    const all = sums
        .flatMap((sum) => (sum.parts ?? []).map((part) => ({ ...part, who: sum.who })))
        .sort((a, b) => b.ns - a.ns),
      long = all
        .filter(({ ns }) => ns > all[0].ns / 2)
        .slice(0, NAMED)
        .map((part) => ({ ...part, ended: part.on.timer ? null : K.endedBy(part.who, part.from) }))
        .filter(({ ended }) => ended)
        .sort((a, b) => a.from - b.from);
    return long
      .map(({ from, on, who, ended: { at, before } }) => {
        const chain = K.chainOf(who, K.trace.t[from], K.trace.t[before], before),
          senders = senderWords(on, who, before),
          several = long.length > 1,
          title = several
            ? `What it waited for when the timer came <span class="mute">at ${K.when(at)}</span>`
            : "What it waited for when that timer came";
        const rest =
          (chain.last?.key === "open" && chain.last.who === who && chain.last.waits?.filter((on) => !on.timer)) || [];
        if (rest.length && rest.length < chain.last.waits.length)
          chain.last = Object.assign(Object.create(chain.last), { waits: rest }); // (that timer has come)
        const each =
          chain.links.length || !rest.some(({ source }) => source)
            ? ""
            : rest
                .map((on) =>
                  K.otherEndWords(K.stateAt(before), on, true).replace(
                    /Its other end/,
                    `When that timer came, the other end of ${esc(on.source)}`,
                  ),
                )
                .map((words) => words && `<p>${words}</p>`)
                .join("");
        if (!chain.last || !(chain.links.length || several)) return senders + each;
        const led = chainHTML(chain, 1, [], before, title)[0],
          own = lineWords(chain.last) + (chain.links.length ? senderWords(chain.last.on, chain.last.who, before) : "");
        return led + senders + own;
      })
      .join("");
  }
  /** Of a task that the end of the run cut off: the wait that was cut off, which is perhaps not the longest of its sum. */
  function cutWait(sum) {
    const row = K.rowsOf(K.trace).rows.get(sum.who),
      k = row.kind.lastIndexOf(BAR.WAIT),
      waits = row.waits[k] ?? [];
    return row.at[k] === sum.from
      ? sum
      : {
          who: sum.who,
          from: row.at[k],
          at: row.at[k],
          on: waits.length === 1 ? waits[0] : null,
          times: 1,
          isLast: true,
        };
  }

  Object.assign(K, { longestOf, atLeast, withHeld, chainHTML });
})((window.K = window.K || {}));
