// Where is each waker?
//
// Each is drawn where the wake will come from, in the colour and shape of the task that will be woken: channels, locks,
// sockets, branches of `select!`, handles, other threads.
//
// Interface: `wakerParts(trace)`: the parts that this trace uses, each a function of state and event that gives HTML;
// `K.isNamed(state, name)`.
// Invariant: a part is there if the trace ever uses it.
// Not here: timers (wheel.js), how much room a part gets (style.css).
"use strict";
(function (K) {
  const { esc, number, plural, titleHTML, wakers } = K;
  /** A part with nothing in it: among many it steps behind the others. */
  const idleOf = (word, note) => ({ html: titleHTML(word, note), idle: true });
  const rowsHTML = (html, more = "") => `<ul class="rows ${more}">${html}</ul>`;
  /** What the event is about, by name: it is among the first of its box, whatever else is there. */
  K.isNamed = (s, name) => {
    const e = K.event(s.i);
    return !!e && [e.timer, e.sync, e.source, ...Object.values(e.on ?? {})].includes(name);
  };
  const hotClass = (s, record) => (record.since === s.i || K.isNamed(s, record.name) ? " hot" : asked(s, record));
  /** What the task waits for that the reader follows, or else the event's, or has waited for up to its wake; where the event has none, what is waited for in vain. */
  function askedFor(s) {
    const e = K.event(s.i),
      name = K.pinned ?? e?.task ?? e?.run,
      row = e?.ev === "Wake" && !K.pinned ? K.rowsOf(K.trace).rows.get(name) : null,
      k = row?.barAt(s.i) ?? -1;
    return [
      ...(name ? [name] : K.stuckAt(s.i)).flatMap((name) => s.tasks.get(name)?.waits ?? []),
      ...(row?.kind[k] === K.BAR.READY && row.at[k] === s.i ? (row.waits[k - 1] ?? []) : []),
    ].flatMap(Object.values);
  }
  /** Is it one of these? Then it is in sight, unless something was touched. */
  const asked = (s, { name }) => (askedFor(s).includes(name) ? " asked" : "");
  const listHTML = (book) => book.values();
  /** Of many, those shown: the first ones, with the one that is touched. */
  const someOf = (s, all, room) => {
    const waits = askedFor(s); // (what the event is about, or what its task waits for, is among them)
    const { shown, left } = K.few(
      all.map((r) => r.name),
      room,
      (
        all.find((r) => K.isNamed(s, r.name)) ??
        all.find((r) => r.since === s.i) ??
        all.find((r) => waits.includes(r.name))
      )?.name,
    );
    return { shown: all.filter((r) => shown.includes(r.name)), left: left.length };
  };
  const andMore = (left, word) => (left ? `<li class="rest-of">and ${number(left)} more ${word}</li>` : "");
  function channels(s) {
    const ended = (c) => c.closed || c.senders === 0;
    const over = (c) => c.since < s.i && !c.count && ended(c) && K.trace.most.channels > 2;
    const known = listHTML(s.primitives).filter((p) => K.isChannel(p.name)),
      all = known.filter((c) => !over(c));
    if (!all.length) return idleOf("Channels", known.length ? "all are over" : "none open");
    const full = K.trace.most.channels <= 2,
      { shown, left } = someOf(s, all, full ? 2 : 5);
    return full
      ? shown.map((c) => rail(s, c)).join("")
      : titleHTML("Channels", plural(all.length, "channel")) +
          rowsHTML(shown.map((c) => channelRow(s, c)).join("") + andMore(left, "channels"));
  }
  /** (A oneshot has no sender any more when it has sent; it was closed if nothing was ever in it.) */
  const taken = (c) => c.kind === "oneshot" && c.high > 0 && c.count === 0 && !c.closed;
  const senders = (c) =>
    taken(c)
      ? "its value was taken"
      : c.kind === "oneshot"
        ? c.closed || (c.senders === 0 && !c.high)
          ? "closed"
          : "one value, once"
        : c.senders === null
          ? ""
          : c.closed
            ? "closed by its receiver"
            : c.senders === 0
              ? "no sender left"
              : `${plural(c.senders, "sender")} alive`;
  /** What other threads put in and took out is not told. */
  const unused = (c) => K.event(c.since)?.ev === "SyncNew";
  const room = (c) => (c.kind === "oneshot" ? "" : c.room === null ? "no limit" : `room for ${number(c.room)}`);
  /** Who waits, on its other end, for this one to go. */
  const tillClosed = (p) => p.closed_waiting.length > 0 && `till it closes ${wakers(p.closed_waiting)}`;
  function rail(s, c) {
    const wait = (names, word, say) =>
      `<div class="end" aria-label="${say}: ${esc(K.namesOf(names))}"><div class="wait${names.length ? " on" : ""}">${wakers(names, 4)}</div>${word}</div>`;
    const places = [
        ...(c.handed ?? []).flatMap((who) => Array(K.wantedBy(who, c.name, s.i)).fill(`kept ${K.chipHTML(who)}`)),
        ...(c.holders ?? []).map(
          (who) => `${K.chipHTML(who)} ${s.tasks.get(who)?.where === "done" ? "is over" : "reserved"}`,
        ),
      ],
      len = c.count ?? 0;
    const capacity = c.kind === "oneshot" ? 1 : c.room;
    const keeps = c.line.length && (K.comesFree(s, c.name) || K.wantedBy(c.line[0], c.name, s.i) > 1),
      lined = keeps ? `kept ${K.chipHTML(c.line[0])}` : "reserved"; // (the first in line may want more than has come)
    let cells;
    if (capacity && capacity <= 6) {
      cells = Array.from({ length: capacity }, (_, k) =>
        k < len
          ? `<span class="cell full">value</span>`
          : `<span class="cell">${places[k - len] ?? (c.line.length ? lined : taken(c) ? "taken" : "free")}</span>`,
      ).join("");
    } else {
      const share = capacity ? Math.min(1, len / capacity) : Math.min(1, len / Math.max(8, c.high));
      cells =
        `<span class="gauge"><i style="width:${(share * 100).toFixed(1)}%"></i></span><b class="num">${number(len)}${capacity ? ` of ${number(capacity)}` : ""}</b>` +
        (c.holders.length
          ? `<small>reserved: ${wakers([...new Set(c.holders)], 3)}</small>`
          : c.high
            ? `<small>at most ${number(c.high)} so far</small>`
            : "");
    }
    return (
      `<div class="whole">${titleHTML(esc(c.name[0].toUpperCase() + c.name.slice(1)), [room(c), senders(c), tillClosed(c), unused(c) && "no task has used it"].filter(Boolean).join(", "))}` +
      `<div class="rail${hotClass(s, c)}${c.closed || taken(c) || (c.senders === 0 && (c.kind !== "oneshot" || !c.high)) ? " closed" : ""}">${wait(c.line, "to send", "waiting to send")}<div class="cells${capacity && capacity <= 6 ? "" : " many"}">${cells}</div>${wait(c.value_waiting, "to get", "waiting to receive")}</div></div>`
    );
  }
  const channelRow = (s, c) =>
    `<li class="line${hotClass(s, c)}" title="${c.kind === "oneshot" ? "oneshot, " : ""}${senders(c)}"><span>${esc(c.name)}</span><b class="num">${unused(c) ? "" : `${number(c.count ?? 0)}${c.room ? ` of ${number(c.room)}` : ""}`}</b>` +
    `<small>${[c.handed?.length && `kept for ${wakers(c.handed)}`, c.holders?.length && `reserved by ${wakers([...new Set(c.holders)])}`, c.line.length && `to send ${wakers(c.line)}`, c.value_waiting.length && `to get ${wakers(c.value_waiting)}`, tillClosed(c), unused(c) && "no task has used it", `${c.kind === "oneshot" ? "oneshot, " : ""}${senders(c)}`].filter(Boolean).join(" · ")}</small></li>`;

  function primitives(s) {
    const all = listHTML(s.primitives).filter((p) => !K.isChannel(p.name));
    if (!all.length) return idleOf("Locks and others", "none used yet");
    const many = K.trace.most.primitives > 2,
      { shown, left } = someOf(s, all, many ? 8 : 4);
    const counted = (p) =>
      [
        p.count === null ? "" : (K.of(K.PRIMITIVES, p.kind)?.count?.(p.count, p) ?? ""),
        p.closed ? K.closedWord(p) : "",
        p.kind === "join_set"
          ? ""
          : p.waits
            ? `waited for ${K.often(p.waits)}`
            : `no task has waited${p.kind === "watch" ? " for a value" : ""}`,
      ]
        .filter(Boolean)
        .join(", ");
    /** Nothing, of a kind that no task can hold. */
    const held = (p) => K.holdWords(p, wakers);
    const holder = (p) =>
      held(p) && `<div class="holder${p.holders.length || p.handed.length ? " on" : ""}">${held(p)}</div>`;
    const line = (p) => [...p.line, ...p.value_waiting];
    const queue = (p) =>
      tillClosed(p) && !line(p).length
        ? ""
        : `<div class="queue" aria-label="in line: ${esc(K.namesOf(line(p)))}">${line(p).length ? `<span>${K.of(K.PRIMITIVES, p.kind ?? "")?.one ? "waits" : "in line"}</span> ${wakers(line(p), 7)}` : `<span>no task ${K.of(K.PRIMITIVES, p.kind ?? "")?.one ? "waits" : "in line"}</span>`}</div>`;
    const ends = (p) =>
      tillClosed(p)
        ? `<div class="queue" aria-label="till it closes: ${esc(K.namesOf(p.closed_waiting))}"><span>till it closes</span> ${wakers(p.closed_waiting, 7)}</div>`
        : "";
    const name = (p) => esc(p.name[0].toUpperCase() + p.name.slice(1));
    const more = left ? rowsHTML(andMore(left, "primitives")) : "";
    if (many)
      return (
        `<div class="tall">${titleHTML("Locks and others", plural(all.length, "primitive"))}</div>` +
        shown
          .map(
            (p) =>
              `<div class="hook short${hotClass(s, p)}" title="${name(p)}: ${esc(counted(p))}"><b>${name(p)}</b>${holder(p)}${line(p).length || tillClosed(p) ? queue(p) + ends(p) : p.kind === "semaphore" && (p.holders.length || p.handed.length) && p.count > 0 ? `<small>${number(p.count)} free</small>` : held(p) ? "" : `<small>${esc(counted(p) || "no task waits")}</small>`}</div>`,
          )
          .join("") +
        more
      );
    return (
      shown
        .map(
          (p) =>
            `<div class="whole">${titleHTML(name(p), counted(p))}<div class="hook${hotClass(s, p)}">${holder(p)}${queue(p)}${ends(p)}</div></div>`,
        )
        .join("") + more
    );
  }

  const TAGS = { new: "not polled yet", waiting: "waiting", ready: "ready", won: "✓ won", dropped: "✕ dropped" };
  /** In which branch of this `select!` an event happens. */
  function branchNow(e, select) {
    const row = K.rowsOf(K.trace)
      .rows.get(e.run)
      ?.branches.findLast((row) => row.what === "select" && row.kind[row.barAt(e.i)] === K.BAR.POLL);
    return row?.of === select.branches.length ? row.number : undefined;
  }
  /** Is a `select!` without a winner over? Its task has ended; it was dropped, or has gone on with its `else`; or the task has been polled since, and did not ask it. */
  function isGone(s, { task, begun, since }) {
    const where = s.tasks.get(task)?.where,
      { rows, gone } = K.rowsOf(K.trace),
      polls = rows.get(task),
      k = polls?.barAt(s.i) ?? -1;
    const isOver = (gone.get(`${task} ${begun}`) ?? []).some((i) => i >= since && i <= s.i);
    return (
      where === "done" ||
      isOver ||
      (where !== "polling" && k >= 0 && polls.at[polls.kind.lastIndexOf(K.BAR.POLL, k)] > since)
    );
  }
  /** Behind a win: another one of the task, which a `join!` asks in turn with it, and whose branches wait; else the same. */
  function goesOn(s, select) {
    if (select.won === null || select.since === s.i) return select;
    const at = (row) => row.barAt(s.i),
      row = K.rowsOf(K.trace)
        .rows.get(select.task)
        ?.branches.find((row) => row.kind[at(row)] === K.BAR.WAIT),
      other = row && K.stateAt(row.at[at(row)]).selects.get(select.task);
    return other && other.begun !== select.begun ? other : select;
  }
  function selects(s, e) {
    const all = listHTML(s.selects)
      .map((x) => goesOn(s, x))
      .filter((x) => (x.won === null ? !isGone(s, x) : x.since > s.i - 12));
    if (!all.length) return idleOf("select!", "none at work");
    const isOver = (x) => x.won !== null && x.since < s.i;
    all.sort((a, b) => isOver(a) - isOver(b) || b.since - a.since);
    const x = all.find((x) => x.task === e?.run && !isOver(x)) ?? all[0];
    const written = K.branchesOf(x),
      losers = K.losersOf(x),
      asked = branchNow(e, x),
      t = s.tasks.get(x.task),
      begins = e?.ev === "SelectStart" && e.run === x.task;
    const before = t?.where === "polling" && t.since > 0 ? K.stateAt(t.since - 1) : null,
      begun = before?.selects.get(x.task)?.begun === x.begun ? before.selects.get(x.task).branches : [];
    const body = x.branches.map((b, k) => {
      const polled = asked === k && e.run === x.task,
        now = polled || (e?.branch === k && e.run === x.task);
      const code = written?.[k] ?? (b.at && K.functionAt(b.at)),
        breaks = code && esc(code).replace(/([(,.]|::)(?=\S)/g, "$1<wbr>");
      const took = b.state === "won" || b.state === "ready" ? "" : K.tookWords(b.took);
      // (A wake is called once for all that the task waits for; the branch hears of it when it is polled.)
      const waited = b.waits ?? [],
        left =
          b.state === "waiting" && !polled && (["waiting", "queued"].includes(t?.where) || begun[k]?.polls === b.polls) // (or not asked in this poll)
            ? waited.filter((on) => (before?.tasks.get(x.task) ?? t).waits.some((one) => K.isSameWait(one, on)))
            : waited,
        came = waited.filter((on) => !left.includes(on)), // (of a limit and what it limits one may have)
        woken = came.length > 0;
      const held = polled
        ? ""
        : b.state === "dropped"
          ? (b.waits.length ? ` while it waited for ${esc(b.waits.map(K.onWhat).join(", "))}` : "") +
            (took && `; <b>it ${esc(took)}</b>`)
          : (waited.length ? ` for ${esc(K.onAll(woken ? came : left, K.onWhat))}` : "") +
            (took && `; it ${esc(took)}`);
      const lent = losers.unasked.includes(k)
        ? "not asked: off, or another was ready first"
        : losers.lent.includes(k) && "put aside: only a reference to it was dropped";
      return (
        `<li class="branch${now ? " hot" : begins && k === (e.first ?? x.branches.length - 1) ? " asked" : ""}"><b class="num">${k + 1}</b><span>${code ? `<code>${breaks}</code>` : `branch ${k + 1}`}</span>` +
        `<small><span class="tag ${lent || polled ? "new" : b.state}">${lent || (polled ? "being polled" : woken ? "woken" : b.state === "ready" && !now ? "its value doesn’t fit" : b.state === "new" && t?.where !== "polling" ? "off: its if is false" : (TAGS[b.state] ?? ""))}</span>${held}${b.polls ? ` · ${plural(b.polls, "poll")}` : ""}</small></li>`
      );
    });
    const more = all.filter((other) => other !== x && other.won === null).length;
    return (
      titleHTML(
        "select!",
        `${x.won !== null && x.since < s.i ? "was " : ""}inside ${K.chipHTML(x.task)}${more ? `, and ${more} more` : ""}`,
      ) + rowsHTML(body.join(""), "ordered")
    );
  }

  /** What has one direction alone. */
  const ONLY = (name) =>
    /^Process|^Signal|Reader$|Std(out|err)$/.test(K.sourceType(name)) || K.listens(name)
      ? "read"
      : /Writer$|Stdin$/.test(K.sourceType(name))
        ? "write"
        : null;
  const LAST = { would_block: "would block", done: "done", failed: "failed" };
  const WAYS = { read: ["R", "read"], write: ["W", "write"], priority: ["P", "priority data"], error: ["E", "error"] };
  const whatOf = ({ name, what }) => K.childOf(name) || (what ?? "");
  function sockets(s) {
    const all = listHTML(s.sources);
    if (!all.length) return idleOf("Sockets", "none open");
    const { shown, left } = someOf(s, all, 6);
    /** (Of a socket's rare directions those that were used.) */
    const waysOf = (r) =>
      ONLY(r.name)
        ? [ONLY(r.name)]
        : Object.keys(WAYS).filter((way) => ["read", "write"].includes(way) || r[way].last || r[way].waits.length);
    const bit = (r, way) => {
      const { ready, waits } = r[way],
        [letter, word] = WAYS[way],
        is = !r.registered ? "not registered with the system" : ready ? "ready, as far as is known" : "not ready";
      return `<span class="bit${ready && r.registered ? " set" : ""}" title="${word}: ${is}">${letter}</span><span class="hang" aria-label="${word}: ${esc(K.namesOf(waits))} waits">${waits.length ? wakers(waits, 3) : ""}</span>`;
    };
    /** What its last call in each direction came to. */
    const last = (r) =>
      waysOf(r)
        .filter((way) => r[way].last)
        .map((way) => {
          const { last, bytes } = r[way],
            came = last === "done" && Number.isFinite(bytes) ? plural(bytes, "byte") : (LAST[last] ?? esc(last));
          return `last ${way === "read" && K.listens(r.name) ? "accept" : WAYS[way][1]}: ${came}`;
        })
        .join(", ") || "not tried yet";
    const line = (r) =>
      `<li class="socket${hotClass(s, r)}"><span class="of" title="${esc(`${r.name} ${whatOf(r)}`)}">${esc(r.name)} <small class="kept">${K.kept(whatOf(r))}</small></span>` +
      `<span class="bits">${waysOf(r)
        .map((way) => bit(r, way))
        .join(
          "",
        )}</span><small>${last(r)}${r.closed ? "; the other side is closed, or there was an error" : ""}${r.registered ? "" : "; never had to wait"}</small></li>`;
    return (
      titleHTML("Sockets", "R read, W write; filled: ready") +
      rowsHTML(shown.map(line).join("") + andMore(left, "sockets"))
    );
  }

  /** What the handle of a task is for at the moment; nothing for `main`, which has none. */
  function handleOf(s, t) {
    const waits = t.joiner && s.tasks.get(t.joiner)?.waits.some((on) => on.task === t.name);
    const small = (words, title) => `<small title="${esc(title)}">${words}</small>`;
    if (waits) return small(`${K.chipHTML(t.joiner)} waits`, `${t.joiner} waits for its end`);
    if (t.joined)
      return t.joined === "ready"
        ? small("✓ taken", "its output is taken")
        : small(
            t.joined === "asked" ? "asked" : `✕ ${t.joined}`,
            `it was asked for${t.joined === "asked" ? "" : `: a JoinError, ${t.joined}`}`,
          );
    if (t.detached) return small("dropped", "its handle is dropped");
    if (t.where === "done")
      return t.how === "ready"
        ? small("output kept", "its output waits in the handle")
        : small("error kept", "a JoinError waits in the handle");
    return small("held", "its handle is held");
  }
  // First those where something can still happen, then the latest.
  const rank = (t) => (t.joiner && !t.joined ? 0 : t.where === "done" && t.handle ? 1 : t.joined || t.detached ? 3 : 2),
    sooner = (a, b) => rank(a) - rank(b) || b.since - a.since;
  const HANDLES = 8,
    mains = (tasks) => tasks.filter((t) => t.kind === "main"),
    soonest = (tasks) =>
      K.foremost(
        tasks.filter((t) => t.kind !== "main"),
        HANDLES,
        sooner,
      );
  function joins(s, e) {
    const all = s.tasks.size - s.tasks.each(mains).length;
    if (!all) return idleOf("Join handles", s.jobs.size ? "of jobs only: see Other threads" : "no task so far");
    const best = K.foremost(s.tasks.each(soonest), all > HANDLES ? HANDLES - 1 : HANDLES, sooner),
      shown = best.sort((a, b) => s.tasks.number(a.name) - s.tasks.number(b.name));
    const touched = (t) =>
      e &&
      ((e.task === t.name && (K.about(e, "kind") === "task" || (t.since === s.i && t.where === "done"))) ||
        e.on?.task === t.name);
    return (
      titleHTML("Join handles", "wakers at a task’s end") +
      rowsHTML(
        shown
          .map(
            (t) =>
              `<li class="handle${touched(t) ? " hot" : asked(s, t)}"><span>${K.nameHTML(t.name)}</span>${handleOf(s, t)}</li>`,
          )
          .join("") + andMore(all - shown.length, all - shown.length === 1 ? "task" : "tasks"),
        "beside",
      )
    );
  }

  function otherThreads(s, e) {
    const jobs = listHTML(s.jobs),
      message = s.message,
      now = e?.ev === "Message" || e?.by === "message";
    const { shown, left } = someOf(s, jobs, 4),
      over =
        e?.ev === "BlockingEnd"
          ? `<li class="handle job hot"><span>${K.chipHTML(e.task)} ${esc(e.task)}</span><small>over</small></li>`
          : "";
    const job = (j) =>
      `<li class="handle job${hotClass(s, j)}"><span>${K.chipHTML(j.name)} ${esc(j.name)}</span><small>${j.by ? `for ${K.chipHTML(j.by)}: ` : ""}${K.times.jobWords(j.name, s.i)}</small></li>`;
    return (
      titleHTML("Other threads", s.counts.messages ? `${plural(s.counts.messages, "message")} received` : "") +
      rowsHTML(
        over +
          shown.map(job).join("") +
          andMore(left, "jobs") +
          `<li class="post${now ? " hot" : ""}"><i aria-hidden="true">✉</i><span>${message ? `last message: ${esc(String(message.kind).replace(/_/g, " "))}` : "no message received"}</span></li>`,
      )
    );
  }

  const gaveWay = (s) =>
    !s.deferred.length
      ? idleOf("Gave way", "no task")
      : titleHTML("Gave way", "woken in step 2") +
        `<div class="hook"><div class="queue">${s.deferred.length ? wakers(s.deferred, 9) : "<span>no task</span>"}</div></div>`;

  /** Which parts this trace ever uses, in the order in which they stand. */
  function wakerParts(trace) {
    const { index, most, books, waited, state } = trace,
      used = (table) => books[table].size > 0,
      parts = [];
    const add = (is, draw) => {
      if (is) parts.push(draw);
    };
    add(used("selects"), selects);
    add(most.channels, channels);
    add(most.primitives, primitives);
    add(used("sources"), sockets);
    add(waited.has("task") || state.tasks.values().some((t) => t.joined), joins);
    add(used("jobs") || index.byEv.has("Message"), otherThreads);
    add(index.byEv.has("Defer"), gaveWay);
    return { parts, wheel: used("timers") };
  }

  Object.assign(K, { wakerParts });
})((window.K = window.K || {}));
