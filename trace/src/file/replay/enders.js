// Which task could end a wait, and which tasks wait for each other in a circle?
//
// Of a wait for a task's end that task is known, and of one for a lock its holder. Of a channel the record tells which task
// has received from it last, and which have sent: a receiver and a sender may be moved to another task, and no event tells
// that. So what is said of these is what they did, not what they have.
//
// Tasks wait in a circle if each waits for one thing alone, which the next one could end. Connections are left out:
// their halves may be with two tasks. So are a watch and a broadcast, of which a task that has never sent may have a sender.
//
// Interface: `K.enderOf(name, on, i)` (`{who, how}`, or null: `how` is "received" or "sent" where it is known only what that task did last),
// `K.enderWords(how, who)`, `K.keepersOf(sync, but, state)`, `K.circles()` (lists of `{who, on, at, next, how}`), `K.circleHTML(name)`.
// Invariant: all of this depends on the trace alone.
// Not here: the chain (causes.js), the verdicts of the doctor (they come with the trace).
"use strict";
(function (K) {
  const MANY = 20_000, FEW = 3, LOOKS = 20;
  const kinds = (ev) => K.trace.index.byEv.get(ev) ?? [];
  const rows = () => K.rowsOf(K.trace).rows;

  // Of each channel which task received from it, or waited for a value, from which event on; and at which event each task first used a sender.
  K.on("begin", (trace) => Object.assign(trace, { received: new Map(), sent: new Map(), circles: null }));
  K.on("event", function ({ ev, i, run, sync, act, on }) {
    const { received, sent } = K.trace, from = act === "get" ? sync : ev === "Wait" ? on?.value : null;
    if (!run) return;
    if (from && K.isChannel(from)) {
      const { at, who } = received.get(from) ?? received.set(from, { at: [], who: [] }).get(from);
      if (who.at(-1) !== run) { at.push(i); who.push(run); }
    } else if (["put", "take"].includes(act) && K.isChannel(sync)) {
      const users = sent.get(sync) ?? sent.set(sync, new Map()).get(sync);
      if (!users.has(run)) users.set(run, i);
    }
  });
  const isLeft = (name, s) => !["done", undefined].includes(s.tasks.get(name)?.where);
  /** The task that received from a channel last, or waits for a value of it, if it has not ended. */
  function receiverOf(channel, s) {
    const { at, who } = K.trace.received.get(channel) ?? { at: [] }, name = at.length ? who[K.upTo(at, s.i)] : undefined;
    return isLeft(name, s) ? name : undefined;
  }
  /** The task that has sent into a channel, if it has one sender, and one task alone of those that are left has used it. */
  function senderOf(channel, but, s) {
    const used = s.primitives.get(channel)?.senders === 1 ? [...(K.trace.sent.get(channel) ?? [])] : [], all = used.filter(([name, i]) => i <= s.i && name !== but && isLeft(name, s));
    return all.length === 1 ? all[0][0] : undefined;
  }
  /** The tasks that are there still and have made a watch or a broadcast, or used a sender of it, but for one; `sent`: which have sent; `last`: the last send. */
  K.keepersOf = function (sync, but, s) {
    const uses = kinds("SyncNew").concat(kinds("SyncAct").slice(0, MANY)).map(K.event).filter((e) => e.i <= s.i && e.sync === sync && e.run !== but && (e.ev === "SyncNew" || ["put", "senders"].includes(e.act))), puts = uses.filter((e) => e.act === "put");
    return Object.assign([...new Set(uses.map((e) => e.run))].filter((name) => name && s.tasks.get(name)?.where !== "done"), { sent: new Set(puts.map((e) => e.run)), last: puts.at(-1) });
  };
  /** Of a watch or a broadcast the one task of those that are there still which has sent there. */
  function feederOf(sync, but, s) {
    const keepers = K.keepersOf(sync, but, s), all = keepers.filter((name) => keepers.sent.has(name));
    return all.length === 1 && !s.primitives.get(sync)?.closed ? all[0] : undefined;
  }
  /** Of a wait for the next end in a set: one of its tasks that has not ended. */
  const memberLeft = (name, s) => [...K.trace.members].find((member) => rows().get(member)?.parent === name && isLeft(member, s));

  K.enderOf = function (name, on, i) {
    const s = K.stateAt(i), p = s.primitives.get(on.sync), is = (who, how = null) => (who && rows().has(who) ? { who, how } : null);
    if (on.source) return is(K.answererOf(on.source, i));
    if (on.task) return is(on.task);
    if (on.value) return K.isChannel(on.value) ? is(senderOf(on.value, name, s), "sent") : is(memberLeft(name, s));
    if (on.closed) return is(receiverOf(on.closed, s), "received");
    if (/^(watch|broadcast) /.test(on.sync ?? "")) return is(feederOf(on.sync, name, s), "sent");
    const holder = K.isChannel(on.sync ?? "") && !(p?.count < p?.room) ? undefined : K.knownHolders(p).find((who) => rows().has(who));
    return is(holder) ?? (K.isChannel(on.sync ?? "") && K.countKnown(p) ? is(receiverOf(on.sync, s), "received") : null);
  };
  /** ", from which task 3 received last", where `who` is how the page names it. */
  K.enderWords = (how, who) => (how === "received" ? `, from which ${who} received last` : how === "sent" ? `, where ${who} sent last` : "");

  // ----- circles -----

  /** What such a task waits for alone, and which one task could end that; null if that is not known. */
  function stuckOn(t, s) {
    const [on] = t.waits, p = s.primitives.get(on?.sync);
    if (t.where !== "waiting" || t.waits.length !== 1 || on.timer || on.source || /^(watch|broadcast) /.test(on.sync ?? "") || new Set(K.knownHolders(p)).size > 1) return null;
    const next = on.value && !K.isChannel(on.value) ? null : K.enderOf(t.name, on, s.i);
    return next && s.tasks.has(next.who) ? { who: t.name, on, at: t.since, next: next.who, how: next.how } : null;
  }
  function circlesAt(i) {
    const s = K.stateAt(i), found = [], seen = new Set(), links = new Map();
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
    const { t: time } = K.trace, began = (circle) => Math.max(...circle.map(({ at }) => time[at] ?? 0)), least = Math.max(20e6, (time[K.trace.last] - time[0]) / 20);
    return found.filter((circle) => time[i] - began(circle) > least).map((circle) => Object.assign(circle, { others: [...links.values()].filter((link) => circle.some(({ who }) => who === link.next) && !circle.includes(link)).map(({ who }) => who), from: circle.reduce((a, b) => (b.at > a.at ? b : a)).at, to: i }));
  }
  /** The circles of the end, and of the moments at which tasks were cancelled. */
  K.circles = function () {
    if (K.trace.circles) return K.trace.circles;
    const over = kinds("RunEnd").at(-1) ?? K.trace.last + 1, cancels = kinds("Cancel").filter((i) => i < over), many = K.trace.state.tasks.size > MANY / 10, all = new Map(), moments = new Set([...cancels.slice(0, many ? 0 : LOOKS).map((i) => i - 1), over - 1]);
    if (K.trace.state.tasks.size < MANY) for (const i of moments) for (const circle of i >= 0 ? circlesAt(i) : []) all.set(circle.map(({ who }) => who).toSorted().join(), circle);
    return (K.trace.circles = [...all.values()]);
  };
  const few = (names) => (names.length > FEW ? `${names.slice(0, FEW).join(", ")} and ${K.plural(names.length - FEW, "other task")}` : names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names[0]);
  /** "task 1 and task 3 waited for each other in a circle …"; of the circle that this task is in, or of the first; "" if there is none. */
  K.circleHTML = function (name) {
    const circle = K.circles().find((circle) => !name || circle.some(({ who }) => who === name)), names = circle?.map(({ who }) => K.nameHTML(who));
    if (!circle || K.trace.lints.some(({ lint }) => lint === "deadlock")) return "";
    const past = circle.to < K.trace.last, is = past ? "waited" : "waits", are = past ? "waited" : "wait", line = ({ at, on }) => { const place = K.waitLine(at, on); return place ? ` (<code>${K.esc(K.site(place.text))}</code>)` : ""; };
    const each = (link) => `for ${K.tokens(K.onWhat(link.on))}${line(link)}${K.enderWords(link.how, link.next === link.who ? "it" : K.nameHTML(link.next)) || `, which ${K.nameHTML(link.next)} ${/^(lock|rwlock|semaphore)/.test(link.on.sync ?? "") ? "had" : "was to end"}`}`;
    const since = ` since ${K.when(circle.from)}${past ? `, until ${K.clock(K.trace.t[circle.to])}` : ""}`, too = circle.others.length ? ` ${few(circle.others.map(K.nameHTML))} ${circle.others.length > 1 ? are : is} for ${circle.length > 1 ? "one of them" : "it"}.` : "";
    if (circle.length === 1) return `${names[0]} ${is} for itself${since}: ${each(circle[0])}.${too}`;
    return `${few(names)} ${are} for each other in a circle${since}: ${circle.slice(0, FEW).map((link) => `${K.nameHTML(link.who)} ${each(link)}`).join("; ")}${circle.length > FEW ? "; …" : ""}.${too}`;
  };
})(window.K = window.K || {});
