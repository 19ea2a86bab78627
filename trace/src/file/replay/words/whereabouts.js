// Where is a task, and what will bring it on?
//
// Answered from the state alone, as the engine would: ready (its place in the queue, while somebody
// holds the thread), waiting (where its waker is, what will call it, and what can't), over, not yet made. Every
// claim links to the event that made it so.
//
// Interface: `K.why.answer(state, name)` (HTML), `K.why.words(state, name)`; `K.whereIs(state, name)`,
// `K.wantsInLine(state, primitive, k)`, `K.ahead(state, on, place)`, `K.comesFree`, `K.reservers`, `K.jobWaits`.
// Invariant: what is said follows from the state at the event that is shown, not from what comes after.
// Not here: what happened (text.js), verdicts on mistakes (they come with the trace).
"use strict";
(function (K) {
  const { since } = K;
  const chipOf = (who) => K.nameHTML(who);
  const at = (place, after) =>
    place ? ` (${after ? "after " : ""}<code>${K.esc(K.site(place.text))}</code>)` : "";
  /** Where a task waits; for what is not kettle's, after which line. */
  const waitPlace = (t) => at(t.at, !t.waits.length);

  /** Has the doctor proven by then that nothing is left that could wake a task? */
  K.isHopeless = (i) =>
    K.trace.lints.some((lint) => lint.i <= i && lint.lint === "deadlock" && /nothing is left/.test(lint.say));
  /** Did anything end the sleep that began with event `i`, or with an event before it? (The doctor's own look does.) */
  K.wokeUp = (i) => (K.trace.index.byEv.get("Unpark") ?? []).at(-1) > i;
  /** Where a task waits for one of several things. */
  const atLine = (t, on) => at(lineOf(t, on) ?? t.at);
  const lineOf = (t, on) => (K.event(t.since)?.ev === "PollEnd" ? K.waitLine(t.since, on) : t.at);
  /** Of more things no lines are looked for. */
  const MANY = 60;
  /** Where it waits for all of its things but timers: each of several lines, if these are known and not many. */
  function atLines(t) {
    const all = t.waits.filter((on) => !on.timer),
      places = all.length > MANY ? [] : all.map((on) => lineOf(t, on)),
      lines = [...new Set(places.map((place) => place && K.site(place.text)))];
    return lines.length > 1 && lines.every(Boolean)
      ? ` (${K.several(lines, (line) => `<code>${K.esc(line)}</code>`, "line", ", ", " and ")})`
      : atLine(t, all[0] ?? t.waits[0]);
  }
  /** What the thread does meanwhile: the same for all. */
  function thread(s) {
    if (s.i >= (K.trace.index.byEv.get("RunEnd")?.at(-1) ?? Infinity))
      return "The run is over: no thread drives the runtime.";
    if (s.running)
      return `${chipOf(s.running)} holds the only thread; a poll can’t be interrupted, it ends when it returns.`;
    const [first] = s.ready,
      none = s.queue.length > s.ready.length ? "no task is ready but in a local set" : "no task is ready";
    if (s.parked)
      return `The thread sleeps${s.timeout !== null && s.timeout !== undefined ? "" : !K.isHopeless(s.i) ? " until something comes from outside" : K.wokeUp(s.i) ? " until an unpark, such as the doctor’s, ends that" : " for ever"}: ${none}.`;
    return first
      ? `The loop is at work; ${chipOf(first)} is the first in the run queue.`
      : `The loop is at work; ${none}.`;
  }

  const WHERE = {
    polling(s, t) {
      if (s.running === t.name)
        return `It <b>is</b> running: this is its ${K.nth(t.polls)} poll${t.since >= 0 ? `, begun at ${K.when(t.since)}` : ""}.`;
      return `It is being polled${since(t.since)}, and polls ${chipOf(s.running)} inside that poll.`;
    },
    queued(s, t) {
      if (t.kind === "local") return inSet(s, t);
      const place = s.ready.indexOf(t.name) + 1,
        before = s.ready.slice(0, place - 1);
      const others = before.length
        ? ` Before it: ${before.slice(0, 3).map(chipOf).join(", ")}${before.length > 3 ? ` and ${K.number(before.length - 3)} more` : ""}.`
        : "";
      const again = t.cancelling ? " Its end was asked for: when its turn comes, its future is dropped." : "";
      return `It is <b>ready</b>${since(t.since)}, at place ${place} of the run queue.${others}${again}`;
    },
    done(s, t) {
      const how =
        {
          ready: "It was <b>done</b>",
          panicked: "It <b>panicked</b>",
          cancelled: `It was <b>${K.droppedWord(t.name)}</b>${K.droppedWord(t.name) === "cut off" ? " by the end of the run" : ""}`,
        }[t.how] ?? "It ended";
      const i = (t.how === "panicked" && K.panicOf(t.name)?.i) || (t.ended ?? t.since);
      return `${how}${i >= 0 ? ` at ${K.when(i)}` : ""}, and is never polled again.`;
    },
    waiting(s, t) {
      const places = t.waits.map((on) =>
        [kept(s, t, on) + (t.waits.length > 1 ? atLine(t, on) : ""), K.stacks.html(s, t, on)].filter(Boolean).join(" "),
      );
      if (t.waits.length === 0) return nobodyHolds(s, t);
      const served = K.servedOf(s, t),
        begin = `It returned Pending${t.since >= 0 ? ` at ${K.when(t.since)}` : ""}${served ? atLine(t, served) : places.length > 1 ? "" : atLine(t, t.waits[0])}.`;
      if (served) return `${begin} ${isThere(served, s, t)}; the wake follows, whatever else it waits for.`;
      return `${begin} ${places.length > 1 ? `Its waker is in ${places.length} places; the first that calls it is enough.<ul>${places.map((b) => `<li>${b}</li>`).join("")}</ul>` : places[0]}${K.pollsASet(t.name, s.i) ? " If it polls a local set here, that has its waker, too." : ""}`;
    },
  };

  /** The loop knows nothing of a local set's queue. */
  function inSet(s, t) {
    const host = K.rowsOf(K.trace).rows.get(t.name)?.hostAt(s.i);
    return `It is <b>ready</b>${since(t.since)}, in the queue of its local set, which is looked at only while a task polls the set, by <code>run_until</code> or by awaiting it.${host ? ` ${chipOf(host)} did so last${whereIs(s, host)}.` : ""}`;
  }

  /** Behind a gap the last that is known of a task may be long over, unless all was told anew there. */
  function before(s, t) {
    const missing = t.where === "done" ? 0 : K.missing(Math.max(t.since, s.known), s.i);
    return missing
      ? `<b>Not known for sure:</b> ${K.plural(missing, "event")} ${missing === 1 ? "is" : "are"} missing since it was last heard of. Before them: `
      : "";
  }
  function isThere(on, s, t) {
    const shut = K.shutBy(on, t.since, s.i);
    return on.timer
      ? `<b>${K.up(K.esc(on.timer))}</b> has fired`
      : `What it waited for, ${K.tokens(K.onWhat(on))}, ${shut ? `does not come any more: ${K.lostSenders(shut) ? "the last sender was dropped" : "it was closed"} (${K.link(shut.i)})` : "is there"}`;
  }
  function nobodyHolds(s, t) {
    if (t.polls === 0) return "It was made, and is in no queue yet.";
    const on = K.servedOf(s, t),
      begun = `It returned Pending${t.since >= 0 ? ` at ${K.when(t.since)}` : ""}`;
    if (K.wokenSoon(s.i, t.name))
      return on
        ? `${begun}${atLine(t, on)}. ${isThere(on, s, t)}; the wake follows.`
        : "What it waited for is there; the wake follows.";
    if (on)
      return `${begun}${atLine(t, on)}. ${/^job/.test(on.task ?? "") ? `${chipOf(on.task)} has ended` : isThere(on, s, t)}: another thread has done that, and its message, which wakes this task, has not reached the loop yet.`;
    const held = K.wakerOf(s, t);
    if (held === "set")
      return `${begun}. Its waker is with the local set that it polls, whose tasks wake it, or with other code.`;
    if (held === "other")
      return `It waits for something kettle doesn’t know: its waker was cloned by other code, which holds it and has to call it. It returned Pending${t.since >= 0 ? ` at ${K.when(t.since)}` : ""}${waitPlace(t)}.`;
    return `It returned Pending${t.since >= 0 ? ` at ${K.when(t.since)}` : ""}${waitPlace(t)}, and none of kettle’s timers, sockets, channels or locks holds its waker. ${K.missing(-1, K.i) ? "Events are missing, in which it may have stored it elsewhere." : "If no other code does, <b>it will never go on</b>: it can only be dropped."}`;
  }

  /** Which task has the other end of a connection. */
  K.otherEndWords = otherEnd;
  function otherEnd(s, { source, direction }, then = false) {
    const end = K.otherEnd(source),
      made = end && K.madeOf(end),
      who = end && K.useWords(end, s.i, (who) => whereIs(s, who, then)),
      way = (name) =>
        ((n) =>
          n
            ? ` ${K.up(K.plural(n, "byte"))} for ${K.esc(name)} ${n === 1 ? "was" : "were"} written, and ${n === 1 ? "is" : "are"} not read yet.`
            : "")(K.onTheWay(name, s.i));
    const sent = end ? way(source) + way(end) : "";
    const flow = K.moved(end),
      was = (i) => (i ?? Infinity) <= s.i && `${K.event(i).run ? ` by ${chipOf(K.event(i).run)}` : ""} at ${K.when(i)}`,
      dropped = was(flow?.drop),
      shut = was(flow?.shut),
      lost = dropped ? K.onTheWay(end, flow.drop - 1) : 0,
      rest =
        direction === "read" && !K.isDatagram(source)
          ? `${K.onTheWay(source, s.i) ? " After that comes" : " What is left to read is"} ${lost && !(flow.shut !== null && flow.shut < flow.drop) ? "an error, a reset connection" : "the end of the stream"}.`
          : "";
    if (dropped || shut)
      return ` Its other end, <b>${K.esc(end)}</b>, was ${dropped ? `dropped${dropped}${lost ? `, with ${K.plural(lost, "byte")} that ${lost === 1 ? "was" : "were"} not read` : ""}` : `shut down${shut}, and writes no more`}.${sent}${rest}`;
    return !end || made?.i > s.i
      ? ""
      : ` Its other end is <b>${K.esc(end)}</b>, ${who || "which no task has used yet"}.${sent}`;
  }
  /** How much does the task in this place of a line want? */
  K.wantsInLine = (s, { name, all: { names, tickets } }, k) =>
    s.tasks.get(names[k])?.waits.find(({ sync, ticket }) => sync === name && ticket === tickets[k])?.units;
  /** Which tasks are before a place in a line, and what they want. */
  K.ahead = ahead;
  function ahead(s, on, place) {
    const { names } = s.primitives.get(on.sync).all,
      all = names.slice(0, place - 1),
      wants = (who, k) => K.wantsInLine(s, s.primitives.get(on.sync), k);
    const want = (who, k) => {
      const units = wants(who, k);
      return /^rwlock/.test(on.sync) && units
        ? units === "all"
          ? " (to write)"
          : " (to read)"
        : /^semaphore/.test(on.sync) && units > 1
          ? ` (for ${units})`
          : "";
    };
    return all.length
      ? `, behind ${all
          .slice(0, 3)
          .map((who, k) => chipOf(who) + want(who, k))
          .join(", ")}${all.length > 3 ? ` and ${K.number(all.length - 3)} more` : ""}`
      : "";
  }

  /** The event at which a task began another wait in the same line; null if there is none. */
  const otherWait = (K.otherWait = function (s, who, on) {
    const all = K.trace.index.byTask.get(who) ?? [],
      k = all.slice(0, K.upTo(all, s.i) + 1).findLastIndex((i) => {
        const e = K.event(i);
        return e.ev === "Wait" && e.run === who && e.on?.sync === on.sync && e.on.ticket !== on.ticket;
      });
    return k < 0 ? null : K.event(all[k]);
  });
  /** Which task has read last from the pipe in which there is no room, or written last into the one that is empty. */
  function pipeUser(s, t, on) {
    const [who, how] = K.pipeUser(on, s.i);
    return who
      ? ` ${chipOf(who)} ${who === t.name ? "itself " : ""}${how === "received" ? "read from" : "wrote into"} it last${who === t.name ? "" : whereIs(s, who)}.`
      : "";
  }
  const REPORTED = { read: "it readable", write: "it writable", priority: "priority data", error: "an error" };
  const reported = ({ source, direction }) =>
    K.sourceType(source) === "Process"
      ? "that the child has ended"
      : K.listens(source)
        ? "a connection there"
        : K.signalOf(source) || REPORTED[direction];
  /** Where one waker is, and what will call it. */
  function kept(s, t, on) {
    if (on.timer) {
      const timer = s.timers.get(on.timer);
      if (!timer)
        return `${K.esc(on.timer[0].toUpperCase() + on.timer.slice(1))} has fired or was dropped; the wake follows.`;
      return `Its waker is in the timer wheel: <b>${K.esc(on.timer)}</b>, level ${timer.level}, slot ${timer.slot}${since(timer.since)}. ${timer.due < s.t ? `It was due at ${K.clock(timer.due)}, ${K.span(s.t - timer.due)} ago: ${s.step === "timers" ? "the loop looks at its timers now" : "the loop has not looked at its timers since"}.` : `It is due at ${K.clock(timer.due)}; now it is ${K.clock(s.t)}.`}`;
    }
    if (on.source) {
      const what = K.childOf(on.source) || s.sources.get(on.source)?.what;
      return `Its waker is at <b>${K.esc(on.source)}</b>${what ? ` (${K.esc(what)})` : ""}: it is called when the operating system reports ${reported(on)}.${otherEnd(s, on)}`;
    }
    if (on.value && !K.isChannel(on.value))
      return `It waits for the next task of <b>${K.esc(on.value)}</b> to end: that end calls its waker.`;
    if (on.value || on.closed || K.isChannel(on.sync ?? "")) return atChannel(s, t, on);
    if (on.sync) {
      const p = s.primitives.get(on.sync),
        { kind } = p ?? {},
        place = K.forAll(on.sync) ? 0 : K.placeOf(s, on),
        known = (all) => (all ?? []).filter((name) => !K.isNoTask(name));
      const holders = [...new Set(known(p?.holders))],
        [next, ...rest] = known(p?.handed),
        several = (names) => K.several(names, (who) => chipOf(who) + (who === t.name ? " itself" : "")),
        [one] = holders;
      const mine = next === t.name ? otherWait(s, t.name, on) : null,
        keeps = next
          ? `kept for ${rest.length ? several([next, ...rest]) : chipOf(next) + (s.tasks.get(next)?.where === "waiting" && K.wokenSoon(s.i, next) ? ", which is woken soon" : whereIs(s, next))}.`
          : "",
        moved = K.trace.owned.has(on.sync),
        held =
          holders.length && (moved || kind === "semaphore")
            ? `${p.holders.length > known(p.holders).length ? "Of what has not come back of it some" : "What has not come back of it"} was taken by ${holders.length > 1 ? several(holders) : one === t.name ? `${chipOf(one)} itself` : chipOf(one) + whereIs(s, one)}${moved ? ", and its guard can go to another task" : ""}.`
            : one === t.name && holders.length === 1
              ? `${chipOf(one)} itself holds it.`
              : holders.length === 1
                ? `${chipOf(one)} holds it${whereIs(s, one)}.`
                : holders.length
                  ? `It is held by ${several(holders)}.`
                  : mine
                    ? `It is kept for this task, for another wait of it${at(K.lineOf(mine))}, begun at ${K.when(mine.i)}: as long as the task doesn’t poll that one, it keeps its turn.`
                    : next
                      ? kind === "semaphore" && p.holders.length
                        ? `What has come back is ${keeps}`
                        : `It is ${keeps}`
                      : p?.holders.includes("a thread")
                        ? "A thread holds it, outside of all tasks."
                        : "";
      if (["watch", "broadcast"].includes(kind)) return `It waits for <b>${K.esc(K.onWhat(on))}</b>.`;
      if (kind === "pipe") return `It waits for <b>${K.esc(K.onWhat(on))}</b>.${pipeUser(s, t, on)}`;
      if (kind === "barrier")
        return `It waits for <b>${K.esc(K.onWhat(on))}</b>: ${K.plural(p.count, "task")} ${p.count === 1 ? "has" : "have"} yet to come there.`;
      return `It waits for <b>${K.esc(K.onWhat(on))}</b>${place ? `, ${K.nth(place)} in line${ahead(s, on, place)}` : ""}.${held && ` ${held}`}${holders.length && keeps && !mine ? ` ${kind === "semaphore" ? "Some of it is" : "It is also"} ${keeps}` : ""}${kind === "semaphore" ? ((words) => words && ` ${words}`)(K.forgotWords(on.sync, s)) : ""}${kind === "semaphore" && place ? ` What was free, and what comes back, is kept for ${place === 1 ? "it" : "the first in line, until that has enough"}.` : ""}`;
    }
    if (on.task)
      return `It waits for the end of ${chipOf(on.task)}${whereIs(s, on.task)}: ${s.tasks.has(on.task) ? "that task’s last poll calls its waker" : "the job’s thread calls its waker"}.`;
    if (on.deferred) return "It gave way of its own accord; its waker is called at the end of this phase of the loop.";
    return "It waits for something that this page has no words for.";
  }
  /** Which task received last from the channel in which another one waits for room, and what it does. */
  function received(s, t, on) {
    const { who, how } = K.enderOf(t.name, on, s.i) ?? {};
    return how === "received"
      ? ` ${chipOf(who)} received from it last${whereIs(s, who)}.`
      : how === "waited"
        ? ` ${chipOf(who)} waited for a value there before${whereIs(s, who)}.`
        : "";
  }
  function atChannel(s, t, on) {
    const which = on.value ?? on.sync ?? on.closed,
      c = s.primitives.get(which),
      b = `<b>${K.esc(which)}</b>`;
    if (on.sync) {
      const place = K.placeOf(s, on),
        taken = c?.room > 0 ? c.room - c.count : 0,
        who = K.reservers(s, which),
        wants = Number(on.units) || 1;
      if (wants > 1 && place === 1) {
        const kept = taken - c.holders.length - c.handed.length,
          reserved = c.holders.length
            ? `, and ${K.plural(c.holders.length, "place")} reserved${who ? ` by ${who}` : ""}`
            : "";
        return `It wants to send ${wants} values: it is the first in line for as many places of the ${c.room} of ${b}, and ${kept > 0 ? `${kept} ${kept === 1 ? "is" : "are"} kept for it` : "none is free"}. There ${c.count === 1 ? "is" : "are"} ${K.plural(c.count, "value")} in it${reserved}. It runs again when ${wants - kept === 1 ? "one more place has" : `${wants - kept} ${kept > 0 ? "more " : ""}places have`} come free, or the receiver goes.${received(s, t, on)}`;
      }
      const room =
        taken > 0
          ? `has no room: ${K.plural(c.count, "value")} in it, and ${K.plural(taken, "place")} of its ${c.room} ${taken === 1 ? "is" : "are"} reserved${who ? ` by ${who}` : ", or given to a task that is to send next"}`
          : `is full${c?.room ? ` (${c.count} of ${c.room})` : ""}`;
      if (K.comesFree(s, which))
        return `It wants to send, and a place in ${b} has just come free, which ${place === 1 ? "it gets, the first in line" : `the first in line gets; it is ${K.nth(place)}`}.`;
      return `It wants to send${wants > 1 ? ` ${wants} values` : ""}, but ${b} ${room}${place ? `; it is ${K.nth(place)} in line${ahead(s, on, place)}` : ""}. It runs again when ${place > 1 ? "values have been received for those, and one more for it" : "a value is received"}, or the receiver goes.${received(s, t, on)}`;
    }
    if (on.closed) return `It waits for the other end of ${b} to go.`;
    const senders = K.sendersWords(on, s);
    return `It wants a value, and ${b} is empty. It runs again when a value is sent, or the last sender goes.${senders && ` ${senders}`}`;
  }
  /** Does the next event give to the first in line what has just come back? */
  K.comesFree = (s, sync) => ((next) => next?.ev === "Served" && next.on.sync === sync)(K.event(s.i + 1));
  /** "task 3 (main.rs:9, event 12)": which tasks have reserved places of a channel; "" if none is known. */
  K.reservers = function (s, which) {
    const names = [...new Set(s.primitives.get(which)?.holders)].filter((who) => !K.isNoTask(who));
    const taking = (who) => K.lastOf(who, s.i, (e) => e.act === "take" && e.sync === which);
    const of = (who) => {
      const e = taking(who),
        line = K.lineOf(e);
      return `${chipOf(who)}${e ? ` (${line ? `<code>${K.esc(K.site(line.text))}</code>, ` : ""}${K.link(e.i)}${s.tasks.get(who)?.where === "done" ? "; it is over, so other code has them now" : ""})` : ""}`;
    };
    return names.slice(0, 3).map(of).join(", ") + (names.length > 3 ? ` and ${K.number(names.length - 3)} more` : "");
  };
  /** What a job waits for on its thread, as far as that is told: "room in channel 1, in main.rs:9"; "" if nothing. */
  K.jobWaits = function (s, who) {
    const [on] = s.jobs.get(who)?.waits ?? [],
      all = K.trace.index.byTask.get(who) ?? [],
      line = on && K.lineOf(K.event(all[K.upTo(all, s.i)]));
    return on ? `<b>${K.tokens(K.onWhat(on))}</b>${line ? `, in <code>${K.esc(K.site(line.text))}</code>` : ""}` : "";
  };
  /** Where the job is that a task waits for. */
  const jobIs = (s, t, then) =>
    s.jobs.has(t.waits[0].task) ? `, which ${then ? "was" : "is"} ${K.times.jobWords(t.waits[0].task, s.i)}` : "";
  /** ", which itself waits for timer 1"; of a moment that is told as one of the past, "which itself waited". */
  K.whereIs = whereIs;
  function whereIs(s, who, then = false) {
    const t = s.tasks.get(who);
    if (!t)
      return s.jobs.has(who)
        ? `, ${K.times.jobWords(who, s.i)}${K.jobWaits(s, who) && `, where it waits for ${K.jobWaits(s, who)}`}`
        : "";
    if (t.where === "queued") return `, which ${then ? "was" : "is"} ready`;
    if (t.where === "polling") return `, which ${then ? "was" : "is"} being polled`;
    if (t.where === "waiting" && ((!t.waits.length && K.wokenSoon(s.i, who)) || K.servedOf(s, t)))
      return `, which ${then ? "was" : "is"} woken soon`;
    if (t.where === "waiting")
      return `, which itself ${then ? "waited" : "waits"}${t.waits.length ? ` for ${K.tokens(t.waits.length > 1 ? K.anyOf(t.waits) : K.onWhat(t.waits[0]))}${atLines(t)}${jobIs(s, t, then)}` : ""}`;
    return `, which ${then ? "was" : "is"} over`;
  }

  /** What other threads do is told late: what the job's thread has measured says where it is by now. */
  function ofJob(s, who) {
    const { since: begun, waited, ran, queue, left } = K.times.job(who, s.i),
      others = [...s.jobs.values()]
        .map((job) => job.name)
        .filter((job) => ((is) => !is.queue && is.ran === null)(K.times.job(job, s.i))),
      at = begun === null ? "" : ` since ${K.link(begun)}`;
    if (queue)
      return `It is in the blocking pool’s queue${at}: no thread of the pool has taken it yet${K.unheard(K.rowsOf(K.trace).rows.get(who)) ? ", as far as the loop has heard" : ""}${left === null || K.quiz?.on ? "" : `; one does ${K.span(left)} later`}.${others.length ? ` On threads of the pool ${others.length > 1 ? "are" : "is"} ${K.several(others, chipOf, "job")}.` : ""} A task that awaits it is woken when it ends.`;
    if (ran !== null)
      return `It has ended, after ${K.span(ran)} on its thread; the loop, which is at work, hears of it at its next turn.`;
    return `It runs on a thread of the blocking pool, which took it${begun === null ? "" : ` ${K.span(waited)} after it was handed over at ${K.link(begun)}`}${K.jobWaits(s, who) ? `, and waits there for ${K.jobWaits(s, who)}` : "; what it does there, but for channels, locks and permits, is not in the record"}. When it ends, it wakes the task that awaits it.`;
  }

  const why = (K.why = {});
  why.answer = (s, who) => {
    const t = s.tasks.get(who);
    if (t) return before(s, t) + WHERE[t.where](s, t);
    if (s.jobs.has(who)) return ofJob(s, who);
    const {
      job,
      at: [begun],
    } = K.rowsOf(K.trace).rows.get(who) ?? { at: [] };
    if (job && begun <= s.i)
      return job.ran === null
        ? "It was cancelled before it ran."
        : `It is over: it waited ${K.span(job.waited)} in the pool’s queue and ran for ${K.span(job.ran)}.`;
    const spawn = (K.trace.index.byTask.get(who) ?? []).length > 0;
    return spawn
      ? "It has not been made yet: a future that is neither spawned nor polled does nothing."
      : "This run has no such task.";
  };
  why.words = (s, who) => new DOMParser().parseFromString(why.answer(s, who), "text/html").body.textContent;

  Object.assign(K, { chipOf, thread });
})((window.K = window.K || {}));
