// Which task could end a wait, and which tasks wait for each other in a circle?
//
// Of a wait for a task's end that task is known, and of one for a lock its holder. Of a channel the record tells which task
// has received from it last: a receiver may be moved to another task, and no event tells that. So what is said of it is what it
// did, not what it has. Who could send is not said.
//
// Tasks wait in a circle if each waits for one thing alone, which the next one could end. Connections and pipes are left out:
// their halves may be with two tasks. So are a watch and a broadcast, of which a task that has never sent may have a sender.
//
// Interface: `K.enderOf(name, on, i)` (`{who, how}`, or null: `how` is "received", "waited" (for a value) or "sent" where it is known only what that task did last),
// `K.enderWords(how, who)`, `K.sendersWords(on, state, then)`, `K.forgotWords(semaphore, state)`, `K.circles()` (lists of `{who, on, at, next, how}`), `K.circleHTML(name)`, `K.circleBroke()`, `K.closesCircle(i)`.
// Invariant: all of this depends on the trace alone.
// Not here: the chain (causes.js), the verdicts of the doctor (they come with the trace).
"use strict";
(function (K) {
  const MANY = 20_000,
    FEW = 3,
    LOOKS = 20;
  const kinds = (ev) => K.trace.index.byEv.get(ev) ?? [];
  const rows = () => K.rowsOf(K.trace).rows;

  /** The task or the job that did this; "another thread" if it was neither. */
  const actor = ({ run, task }) => run ?? (/^job/.test(task ?? "") ? task : "another thread");
  // Of each channel which task received from it, or waited for a value, from which event on.
  K.on("begin", (trace) => Object.assign(trace, { received: new Map(), circles: null }));
  K.on("event", function (e) {
    const { ev, i, run, sync, act, on } = e,
      { received } = K.trace,
      from = act === "get" ? sync : ev === "Wait" ? on?.value : null;
    if (run && from && K.isChannel(from)) {
      const { at, who, got } = received.get(from) ?? received.set(from, { at: [], who: [], got: new Map() }).get(from);
      if (who.at(-1) !== run) {
        at.push(i);
        who.push(run);
      }
      if (act === "get" && !got.has(run)) got.set(run, i);
    }
  });
  const isLeft = (name, s) => !["done", undefined].includes(s.tasks.get(name)?.where);
  /** The task that received from a channel last, or has waited for a value of it, if it has not ended; and which it was. */
  function receiverOf(channel, s) {
    const { at, who, got } = K.trace.received.get(channel) ?? { at: [] },
      name = at.length ? who[K.upTo(at, s.i)] : undefined;
    return isLeft(name, s) ? [name, got.get(name) <= s.i ? "received" : "waited"] : [];
  }
  /** What was done with primitives up to an event, the last of it: so much that looking through it is no work. */
  K.actsUpTo = (i) => {
    const acts = kinds("SyncAct"),
      end = K.upTo(acts, i) + 1;
    return acts.slice(Math.max(0, end - MANY), end);
  };
  /** The last event by event `i` that is about a task, and is so; null if there is none. */
  K.lastOf = function (name, i, is) {
    const all = K.trace.index.byTask.get(name) ?? [];
    for (let k = K.upTo(all, i); k >= 0; k--) {
      const e = K.event(all[k]);
      if (is(e)) return e;
    }
    return null;
  };
  /** The event by which a task began its last wait for a primitive by event `i`; null if it hasn't waited for it. */
  K.waitFor = (name, sync, i) => K.lastOf(name, i, (e) => e.ev === "Wait" && e.run === name && e.on.sync === sync);
  /** How many places or permits it wanted then. */
  K.wantedBy = (name, sync, i) => Number(K.waitFor(name, sync, i)?.on.units) || 1;
  /** The event by which what was waited for since event `from` had no more to give by event `to`: it was closed, or lost its last sender; null if it gave something before, or wasn't. */
  K.shutBy = function (on, from, to) {
    const of = on?.sync ?? on?.value,
      acts = of
        ? K.actsUpTo(to)
            .filter((i) => i > from)
            .map(K.event)
            .filter(({ sync }) => sync === of)
        : [],
      k = acts.findIndex(({ act, units }) => act === "close" || act === "end" || (act === "senders" && units === 0));
    return k >= 0 && !acts.slice(0, k).some(({ act }) => act === "put") ? acts[k] : null;
  };
  /** Of such an event: was that its last sender's end? (A watch and a broadcast are closed by it.) */
  K.lostSenders = ({ act, kind }) => act !== "close" || ["watch", "broadcast"].includes(kind);
  /** Of a wait for room in a pipe the task that read from it last, of one for bytes the one that wrote last, and which of that it did. */
  K.pipeUser = function (on, i) {
    const wants = /^room/.test(K.onWhat(on)) ? "get" : "put",
      at = K.actsUpTo(i).findLast((at) => K.event(at).sync === on.sync && K.event(at).act === wants && K.event(at).run);
    return at === undefined ? [] : [K.event(at).run, wants === "get" ? "received" : "sent"];
  };
  const otherUser = (name, on, s) =>
    ((user) => (user[0] !== name && isLeft(user[0], s) ? user : []))(K.pipeUser(on, s.i));
  /** The tasks of a set that have not ended: those that its maker spawned into sets since it made this one, and before it made another. No event
   *  tells in which set a task is: none are named where one was made before any task was in the other. */
  K.membersOf = function (set, name, s) {
    const sets = kinds("SyncNew").filter((i) => K.event(i).kind === "join_set" && K.event(i).run === name),
      all = [...K.trace.members].filter((member) => rows().get(member)?.parent === name),
      since = (member) => rows().get(member).at[0];
    if (sets.length < 2) return all.filter((member) => isLeft(member, s));
    const of = sets.map((made, k) => all.filter((member) => since(member) > made && !(since(member) > sets[k + 1]))),
      at = sets.findIndex((made) => K.event(made).sync === set);
    return of.every((members) => members.length) ? (of[at] ?? []).filter((member) => isLeft(member, s)) : [];
  };
  /** Of a wait for the next end in a set: the one of its tasks that has not ended, if no other could end the wait as well. */
  const memberLeft = (set, name, s) => {
    const left = K.membersOf(set, name, s);
    return left.length === 1 ? left[0] : undefined;
  };

  /** It waits, and not for a timer: of several that have something it is the one that may never give it back. */
  const isStuck = (t) => t?.where === "waiting" && t.waits.length > 0 && !t.waits.some((on) => on.timer);
  K.enderOf = function (name, on, i) {
    const s = K.stateAt(i),
      p = s.primitives.get(on.sync),
      is = (who, how = null) => (who && rows().has(who) ? { who, how } : null);
    if (on.source) return is(K.answererOf(on, i));
    if (on.task) return is(on.task);
    if (on.value) return K.isChannel(on.value) ? null : is(memberLeft(on.value, name, s));
    if (on.closed) return is(...receiverOf(on.closed, s));
    if (/^pipe /.test(on.sync ?? "")) return is(...otherUser(name, on, s));
    if (/^(watch|broadcast) /.test(on.sync ?? "")) return null;
    const holder =
      K.isChannel(on.sync ?? "") && !(p?.count < p?.room)
        ? undefined
        : ((all) => all.find((who) => isStuck(s.tasks.get(who))) ?? all[0])(
            K.knownHolders(p).filter((who) => rows().has(who)),
          );
    return is(holder) ?? (K.isChannel(on.sync ?? "") ? is(...receiverOf(on.sync, s)) : null);
  };
  /** ", from which task 3 received last", where `who` is how the page names it. */
  K.enderWords = (how, who) =>
    how === "received"
      ? `, from which ${who} received last`
      : how === "waited"
        ? `, where ${who} waited for a value before`
        : how === "sent"
          ? `, where ${who} sent last`
          : "";

  // ----- who could still send -----

  /** Permits that were forgotten by then do not come back: how many, and by which tasks. "" if there are none. */
  K.forgotWords = function (sync, s) {
    const all = K.actsUpTo(s.i)
        .map(K.event)
        .filter((e) => e.sync === sync && e.kind === "semaphore" && e.act === "forget"),
      n = all.reduce((n, e) => n + Number(e.units), 0);
    return n > 0
      ? `${K.up(K.plural(n, "permit"))} of ${K.esc(sync)} ${n === 1 ? "was" : "were"} forgotten, by ${K.several([...new Set(all.map(actor))], nameOf, "task", ", ", " and ")} (${all.length > 1 ? "the last at " : ""}${K.link(all.at(-1).i)}): ${n === 1 ? "it does" : "they do"} not come back by ${n === 1 ? "itself" : "themselves"}.`
      : "";
  };
  const nameOf = (who) => (who === "another thread" ? who : K.nameHTML(who));
  /** Of a wait for a value: how many senders there are; `then`: told as of the past. HTML; "" if that is not known. */
  K.sendersWords = function (on, s, then = false) {
    const n = K.isChannel(on?.value ?? "") ? s.primitives.get(on.value)?.senders : 0,
      are = then ? (n === 1 ? "was" : "were") : n === 1 ? "is" : "are";
    return n ? `${then ? "Then " : ""}${K.plural(n, "sender")} of ${K.esc(on.value)} ${are} alive.` : "";
  };

  // ----- circles -----

  /** What such a task waits for alone, and which one task could end that; null if that is not known. */
  function stuckOn(t, s) {
    const [on] = t.waits,
      p = s.primitives.get(on?.sync);
    if (
      t.where !== "waiting" ||
      t.waits.length !== 1 ||
      on.timer ||
      on.source ||
      /^(watch|broadcast|pipe) /.test(on.sync ?? "") ||
      new Set(K.knownHolders(p)).size > 1
    )
      return null;
    const next = on.value && !K.isChannel(on.value) ? null : K.enderOf(t.name, on, s.i);
    return next && s.tasks.has(next.who) ? { who: t.name, on, at: t.since, next: next.who, how: next.how } : null;
  }
  function circlesAt(i) {
    const s = K.stateAt(i),
      found = [],
      seen = new Set(),
      links = new Map();
    for (const t of s.tasks.values()) {
      const way = [];
      for (let who = t.name; who && !seen.has(who);) {
        seen.add(who);
        const link = stuckOn(s.tasks.get(who), s);
        if (!link) break;
        links.set(who, link);
        way.push(link);
        const first = way.findIndex(({ who }) => who === link.next);
        if (first >= 0) found.push(way.slice(first));
        who = link.next;
      }
    }
    // (Such a wait of a moment may be one that another task ends.)
    const { t: time } = K.trace,
      began = (circle) => Math.max(...circle.map(({ at }) => time[at] ?? 0)),
      least = Math.max(20e6, (time[K.trace.last] - time[0]) / 20);
    return found
      .filter((circle) => time[i] - began(circle) > least)
      .map((circle) =>
        Object.assign(circle, {
          others: [...links.values()]
            .filter((link) => circle.some(({ who }) => who === link.next) && !circle.includes(link))
            .map(({ who }) => who),
          from: circle.reduce((a, b) => (b.at > a.at ? b : a)).at,
          to: i,
        }),
      );
  }
  /** The circles of the end, and of the moments at which tasks were cancelled. */
  K.circles = function () {
    if (K.trace.circles) return K.trace.circles;
    const over = kinds("RunEnd").at(-1) ?? K.trace.last + 1,
      cancels = kinds("Cancel").filter((i) => i < over),
      many = K.trace.state.tasks.size > MANY / 10,
      all = new Map(),
      moments = new Set([...cancels.slice(0, many ? 0 : LOOKS).map((i) => i - 1), over - 1]);
    if (K.trace.state.tasks.size < MANY)
      for (const i of moments)
        for (const circle of i >= 0 ? circlesAt(i) : [])
          all.set(
            circle
              .map(({ who }) => who)
              .toSorted()
              .join(),
            circle,
          );
    return (K.trace.circles = [...all.values()]);
  };
  /** "for room in channel 1 (main.rs:9), from which task 1 received last". */
  function linkWords({ at, on, how, who, next }, past) {
    const place = K.waitLine(at, on),
      ends = past ? "was to end" : "is to end";
    return `for ${K.tokens(K.onWhat(on))}${place ? ` (<code>${K.esc(K.site(place.text))}</code>)` : ""}${K.enderWords(how, next === who ? "it" : K.nameHTML(next)) || `, which ${K.nameHTML(next)} ${K.isLock(on.sync ?? "") ? (past ? "had" : "has") : ends}`}`;
  }
  const roundWords = (circle, past) =>
    circle
      .slice(0, FEW)
      .map((link) => `${K.nameHTML(link.who)} ${linkWords(link, past)}`)
      .join("; ") + (circle.length > FEW ? "; …" : "");
  /** " With this, main and task 1 wait for each other in a circle: …", if that is so from this event on; else "". */
  K.closesCircle = function (i) {
    const circle = K.circles().find(({ from }) => from === i);
    return circle?.length > 1
      ? ` <b>With this, ${few(circle.map(({ who }) => K.nameHTML(who)))} wait for each other in a circle:</b> ${roundWords(circle)}.`
      : "";
  };
  const few = (names) => K.several(names, (name) => name, "task", ", ", " and ");
  /** Was the first of the circles over before the run's end? */
  K.circleBroke = () => K.circles()[0]?.to + 1 < (K.trace.index.byEv.get("RunEnd")?.at(-1) ?? K.trace.last);
  /** "task 1 and task 3 waited for each other in a circle …"; of the circle that this task is in, or of the first; "" if there is none. */
  K.circleHTML = function (name) {
    const circle = K.circles().find((circle) => !name || circle.some(({ who }) => who === name)),
      names = circle?.map(({ who }) => K.nameHTML(who));
    if (!circle || K.trace.lints.some(({ lint }) => lint === "deadlock")) return "";
    const past = circle.to < K.trace.last,
      is = past ? "waited" : "waits",
      are = past ? "waited" : "wait";
    const since = ` since ${K.when(circle.from)}${past ? `, until ${K.clock(K.trace.t[circle.to + 1])}` : ""}`,
      too = circle.others.length
        ? ` ${few(circle.others.map(K.nameHTML))} ${circle.others.length > 1 ? are : is} for ${circle.length > 1 ? "one of them" : "it"}.`
        : "";
    if (circle.length === 1) return `${names[0]} ${is} for itself${since}: ${linkWords(circle[0], true)}.${too}`;
    return `${few(names)} ${are} for each other in a circle${since}: ${roundWords(circle, true)}.${too}`;
  };
})((window.K = window.K || {}));
