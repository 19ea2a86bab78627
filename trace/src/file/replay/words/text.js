// How is an event said, and how is a name shown?
//
// The headline of an event is its own sentence, `say`, as the story in the terminal prints it; the
// line below says what the event teaches (events.js). Names in both are drawn as tokens: colour, shape, number.
//
// Interface: `K.sentence(i)` (plain words), `K.headline(i)` and `K.aside(i, state)` (HTML),
// `K.look(name)`, `K.chip(name)`, `K.chipHTML(name)`, `K.nameHTML(name)`, `K.tokens(text)`, `K.prose(text)`, `K.lineOf(e)`,
// `K.origin(name)`, `K.kept(label)`, `K.levelOf(e)`, `K.el`, `K.svg`, `K.esc`, `K.span(ns)`, `K.clock(ns)`, `K.nth`, `K.plural`, `K.number`,
// `K.often`, `K.several`, `K.up`, `K.onWhat(on)`, `K.onShort(on)`, `K.isSameWait(a, b)`, `K.isLock(name)`, `K.wakeOf(poll)`, `K.pollAfter(wake)`, `K.inPollAfter(name, wake)`, `K.pollOf(e)`, `K.missing(from, to)`, `K.unkept()`.
// Invariant: everything that comes from the trace goes through `K.esc` before it is HTML.
// Not here: what is said of a kind of event (events.js), boxes and pictures (the folder boxes), sources (panes.js).
"use strict";
(function (K) {
  const NAMED = 3;
  // ----- small tools -----
  /** A pixel's tenth is as exact as anything is drawn. */
  K.round = (x) => Math.round(x * 10) / 10;
  const make =
    (ns) =>
    (tag, attrs, ...children) => {
      const node = ns ? document.createElementNS(ns, tag) : document.createElement(tag);
      for (const [name, value] of Object.entries(attrs ?? {})) {
        if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
        else if (value === true) node.setAttribute(name, "");
        else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
      }
      node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
      return node;
    };
  K.el = make(null);
  K.svg = make("http://www.w3.org/2000/svg");
  const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  K.esc = (text) => String(text).replace(/[&<>"']/g, (c) => ESCAPES[c]);
  /** "channel.rs:33": enough to find it, and short enough for a label. */
  K.site = (place) => place.replace(/^.*\//, "").replace(/(:\d+):\d+$/, "$1");
  /** What a task is, and where it was spawned: "producer · channel.rs:33"; "" if that is not recorded. */
  K.origin = function (name) {
    const { what, made } = K.trace.state.tasks.get(name) ?? jobOrigin(name);
    return [/^[\p{ID_Continue}:]+$/u.test(what ?? "") && what !== name ? what : "", made ? K.site(made.text) : ""]
      .filter(Boolean)
      .join(" · ");
  };
  /** A job has the line of its call, and no function's name but that of kettle's own. */
  function jobOrigin(name) {
    const row = name.startsWith("job") ? K.rowsOf(K.trace).rows.get(name) : null,
      start = row && K.event(row.at[0]);
    return start?.ev === "BlockingStart"
      ? { what: insideWhat(start).replace(/^an? .*/, ""), made: start.at }
      : {};
  }
  /** A label that ends with a line's number: where there is little room, the number is what stays. */
  K.kept = (label) => {
    const [, words, line] = /^(.*?)((?::|line |port )\d+|\d+ to \d+)?$/.exec(label);
    return `<span>${K.esc(words)}</span><b>${line ?? ""}</b>`;
  };
  /** How many events are missing between these two. */
  K.missing = (from, to) => K.trace.lost.reduce((n, lost) => (lost.i >= from && lost.i < to ? n + lost.lost : n), 0);
  /** How many came before the first one, in a file that begins in the middle of a run. */
  K.unkept = () => K.trace.header.before ?? 0;
  /** The wake that led to a poll, and the poll that a wake led to: not across a gap, where there may have been others. */
  K.wakeOf = (poll) => {
    const wake = K.trace.index.wakeOfPoll.get(poll);
    return wake === undefined || K.missing(wake, poll) ? undefined : wake;
  };
  K.pollAfter = (wake) => {
    const poll = K.trace.index.pollOfWake.get(wake);
    return poll === undefined || K.missing(wake, poll) ? undefined : poll;
  };
  /** What this task did in the poll that a wake led to. */
  K.inPollAfter = function (name, wake) {
    const did = [];
    for (let i = K.pollAfter(wake) + 1, e = K.event(i); e && !(e.ev === "PollEnd" && e.run === name); e = K.event(++i))
      if (e.run === name) did.push(e);
    return did;
  };
  K.plural = (n, word) => `${K.number(n)} ${word}${n === 1 ? "" : word.endsWith("ch") ? "es" : "s"}`;
  /** "task 1, task 2, task 3 and 4 other tasks"; `last`: what is before the last of a few. */
  K.several = (list, show = K.nameHTML, what = "task", between = ", ", last = between) => {
    const some = list.slice(0, NAMED).map((one) => show(one)),
      more = list.length - some.length;
    return more
      ? `${some.join(between)} and ${K.plural(more, `other ${what}`)}`
      : some.length > 1
        ? some.slice(0, -1).join(between) + last + some.at(-1)
        : some.join("");
  };
  K.often = (n) => (n === 1 ? "once" : `${K.number(n)} times`);
  K.up = (name) => name[0].toUpperCase() + name.slice(1);
  K.number = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
  K.nth = (n) => n + (n % 100 > 10 && n % 100 < 14 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th"));
  /** A point in time, as exact as it matters. */
  K.clock = (ns) =>
    ns < 1e6 ? `${(ns / 1e3).toFixed(1)} µs` : ns < 1e9 ? `${(ns / 1e6).toFixed(2)} ms` : `${(ns / 1e9).toFixed(3)} s`;
  /** A length of time, as one would say it. */
  K.span = (ns) =>
    ns < 999.5
      ? `${Math.round(ns)} ns`
      : ns < 995e3
        ? `${+(ns / 1e3).toPrecision(2)} µs`
        : ns < 999.5e6
          ? `${+(ns / 1e6).toPrecision(3)} ms`
          : ns < 6e10
            ? `${+(ns / 1e9).toFixed(2)} s`
            : `${+(ns / 6e10).toFixed(1)} min`;
  /** "≥ 1.2 s", of what lasted at least so long: it is never rounded up. */
  K.least = function (ns) {
    const digits = (n) => 10 ** (Math.floor(Math.log10(ns)) + 1 - n),
      step = ns < 1e3 ? 1 : ns < 1e6 ? digits(2) : ns < 1e9 ? digits(3) : ns < 6e10 ? 1e7 : 6e9;
    return `≥ ${K.span(Math.floor(ns / step) * step)}`;
  };

  // ----- tokens -----
  /** Who holds or waits for something may be a thread, or not known. */
  K.isNoTask = (name) => !name || name === "a thread";
  /** `{shape: 1 … 6, colorVar: "--t1" …}`: main's is its own; of the others every fifth looks the same, with another
   *  number. A job has no colour of its own, nor has a task that is not known. */
  K.look = function (name) {
    if (!name || name.startsWith("job") || K.isNoTask(name)) return { shape: 3, colorVar: "--other" };
    const number = +(/(\d+)$/.exec(name)?.[1] ?? 0),
      n = name.startsWith("main") ? 1 : ((number + 4) % 5) + 2;
    return { shape: n, colorVar: `--t${n}` };
  };
  /** What stands in the token: the number, or `m` for main. */
  const mark = (name) => {
    const number = /(\d+)$/.exec(name ?? "")?.[1] ?? "";
    if (K.isNoTask(name)) return name === "a thread" ? "th" : "–";
    return name.startsWith("main") ? `m${number}` : name.startsWith("job") ? `j${number}` : number;
  };
  /** `box`: the middle and the size of a token inside a picture. A long number makes it wider, so that it can be read. */
  K.chipHTML = function (name, box) {
    const { shape: own, colorVar } = K.look(name),
      text = mark(name),
      long = text.length > 1,
      shape = long ? 3 : own; // (a long number tells more than a shape)
    const wide = box?.mute ? 1 : long ? ([1.1, 1.45, 1.85, 2.2][text.length - 2] ?? 2.8) : 1;
    const place = box
      ? ` x="${box.x - (box.size * wide) / 2}" y="${box.y - box.size / 2}" width="${box.size * wide}" height="${box.size}"`
      : "";
    return (
      `<svg class="chip${text.length > 2 ? " long" : ""}${text.length > 3 ? " longer" : ""}"${place} viewBox="0 0 ${24 * wide} 24" aria-hidden="true" style="--c:var(${colorVar});--wide:${wide}"><use href="#s${shape}" width="24" height="24"${wide > 1 ? ` transform="scale(${wide} 1)"` : ""}/>` +
      (box?.mute
        ? ""
        : `<text x="${12 * wide}" y="${long ? 17.2 : shape === 2 ? 19.4 : shape === 6 ? 17.4 : 16.4}"${long ? ' class="number"' : ""}>${K.esc(text)}</text>`) +
      `</svg>`
    );
  };
  K.chip = function (name) {
    const box = document.createElement("span");
    box.innerHTML = K.chipHTML(name);
    return box.firstChild;
  };
  K.hue = (name) => `style="--c:var(${K.look(name).colorVar})"`;
  K.nameHTML = (name) =>
    `<span class="who" ${K.hue(name)}>${K.chipHTML(name)} <span class="name">${K.esc(name)}</span></span>`;
  /** The line of the program that did it, or that panicked; null if it has none. */
  K.lineOf = (e) => e?.made ?? K.panicAt(e)?.at ?? e?.at ?? null;
  /** What kind of line that is, in front of it: other code may poll a future of ours. */
  K.lineWord = (e) => (e?.line === "made" ? "made at " : "");
  /** Was it made by a function of kettle's own? */
  K.keptInside = (e) => !e.src || K.trace.files.get(e.src.file)?.whose === "kettle";
  /** Text with the names in it drawn as tokens. */
  K.tokens = (text) =>
    K.esc(text).replace(/(?<!the |\/)\b(main(?: \d+)?|task \d+|job \d+)\b(?!\(|\.rs\b| thread| function)/g, (name) =>
      K.nameHTML(name),
    );
  /** The same, with what is between backticks as code. */
  K.prose = (text) => K.tokens(K.timed(text)).replace(/`([^`]+)`/g, "<code>$1</code>");
  K.link = (i) => `<a href="#e=${K.trace.n[i]}" data-go="${i}">event ${K.trace.n[i]}</a>`;

  /** " since 0.160 s (event 88)"; "" if that is not known. */
  K.since = (i) => (i >= 0 && K.event(i) ? ` since ${K.when(i)}` : "");
  /** "0.160 s (event 88)". */
  K.when = (i) => `${K.clock(K.trace.t[i])} (${K.link(i)})`;

  // ----- sentences -----

  /** The first queueing of a new task: no wake, though it is told as one. */
  K.isAdmission = (e) => K.trace.admissions.has(e.i);
  const hasBegun = (e) => {
    const job = K.rowsOf(K.trace).rows.get(e.task)?.job;
    return !!job && job.waited !== null && job.since + job.waited <= e.real;
  };
  /** A function of kettle's own that is public, by its name: "fs::read_dir", "File::sync_all"; "" of all others. */
  function ownCall({ src }) {
    const { lines } = K.trace.files.get(src.file),
      [first, last] = K.functionAround(lines, src.line),
      head = lines.slice(first - 1, last).find((line) => /^(?!\s*\/\/).*\bfn /.test(line)) ?? "",
      name = /^\s*pub (?:async )?fn (?:poll_)?(\w+)/.exec(head)?.[1];
    const of = /^\s/.test(head)
      ? /^impl(?:<.*?>)? (\w+)/.exec(lines.slice(0, first - 1).findLast((line) => /^impl\b/.test(line)) ?? "")?.[1]
      : "fs";
    return name && of ? `${of}::${name}` : "";
  }
  /** Which end of a watch or a broadcast is gone, by the function of kettle that tells it: "senders", "receivers"; "" if that doesn't tell. */
  K.leftWithout = (e) => /(sender|receiver)s?$/.exec(within(e))?.[1].concat("s") ?? "";
  /** In which function of kettle's was it told? */
  const within = (K.within = ({ src }) =>
    /\bfn (\w+)/.exec(
      K.trace.files
        .get(src?.file)
        ?.lines?.slice(0, src.line)
        .findLast((line) => /^\s*(pub.* )?fn /.test(line)) ?? "",
    )?.[1] ?? "");
  function insideWhat(e) {
    const line = K.keptInside(e) ? K.codeAt(e.src) : "",
      fs = /\bfs::(\w+)\(/.exec(line);
    return fs
      ? `fs::${fs[1]}`
      : /options\.open\(/.test(line)
        ? (/\bFile::(create_new|create|open)\b/.exec(K.codeAt(e.at))?.[0] ?? "OpenOptions::open")
        : /to_socket_addrs/.test(line)
          ? "lookup_host"
          : /Kind::Write =>/.test(line)
            ? "a write"
            : /Kind::Read \|/.test(line)
              ? "a read, or a seek"
              : line && /(^|\/)src\/fs\//.test(e.src.file)
                ? ownCall(e)
                : "";
  }
  /** What the panic hook noted by this event: `{place, message, at}`, with `at` the line if the page has its text; null of all other events. */
  K.panicAt = function (e) {
    const found = e?.ev === "Note" ? PANIC.exec(e.text) : null,
      at = found && K.place(found[1]);
    return (
      found && {
        place: found[1],
        message: found[2] ?? "",
        at: K.trace.files.get(at.file)?.lines?.[at.line - 1] !== undefined ? at : null,
      }
    );
  };
  const PANIC = /^panicked at ([^ ]+?:\d+):\d+(?:: ([^]*))?$/;
  /** With which words, and where, a task or a job panicked last, as the panic hook noted it, and by which event, `i`; null if that is not told. */
  K.panicOf = function (name) {
    const i = (K.trace.index.byEv.get("Note") ?? []).findLast((i) => {
      const e = K.event(i);
      return (e.run ?? e.task) === name && K.panicAt(e);
    });
    return i === undefined ? null : { ...K.panicAt(K.event(i)), i };
  };
  /** What a number in the message of a panic means; "" if it has none: a `JoinError` writes that of a `task::Id`. */
  K.otherNumber = (message, before) =>
    ((found) => (found ? `${before}${found[0]} is a <code>task::Id</code>: this page counts otherwise` : ""))(
      /\btask \d+(?= (?:panicked|was cancelled))|(?<=JoinError::\w+\()Id\(\d+\)/.exec(message),
    );
  /** So much of a panic's message stands in a sentence; its title has it all, as has the event that tells it. */
  const SAID = 110;
  /** " with “no tea”, at main.rs:9"; "" if that is not told. */
  K.panicWords = function (name) {
    const { place, message } = K.panicOf(name) ?? {},
      all = [...(message ?? "")],
      whole = K.esc(message ?? "");
    const said =
      all.length > SAID + 20 ? `<span title="${whole}">${K.esc(all.slice(0, SAID).join("").trimEnd())}…</span>` : whole;
    return place
      ? `${message ? ` with “${said}”${K.otherNumber(message, ", whose ")}` : ""}, at <code>${K.esc(K.site(place))}</code>`
      : "";
  };
  /** The seconds of a sentence, as the page says times. */
  K.timed = (text) =>
    text.replace(/\b(at |until )?(\d+\.\d{3}(?:\d{3})?) s\b/g, (_, point, s) =>
      point ? point + K.clock(Math.round(s * 1e9)) : K.span(Math.round(s * 1e9)),
    );
  const isLocal = (name) => K.rowsOf(K.trace).rows.get(name)?.local;
  /** Is it a `JoinSet` that stores its waker at a task? */
  K.joins = (e) => e.ev === "Wait" && K.trace.members.has(e.on?.task);
  K.on("trace", (trace) => {
    trace.madeSources = trace.children = null;
  }); // (asked for while the record was read they had but the first)
  /** Of which type is a source? */
  const typeOf = (K.sourceType = (source) => K.madeOf(source)?.what ?? "");
  /** The event that says what a source is: of a child's pipe its second, of one that is known late that of its joining. */
  K.madeOf = (source) =>
    (K.trace.madeSources ??= new Map(
      ["SourceAdd", "SourceNew"]
        .flatMap((ev) => K.trace.index.byEv.get(ev) ?? [])
        .map((i) => [K.event(i).source, K.event(i)]),
    )).get(source);
  /** "the stdout of child 1, sort": children have their numbers in the order of their starts; "" if it is no child's. */
  K.childOf = function (source) {
    const { what, ends } = K.madeOf(source) ?? {},
      pipe = /^Child(Std\w+)$/.exec(what)?.[1].toLowerCase();
    if (!ends?.[0] || !(pipe || what === "Process")) return "";
    return `${pipe ? `the ${pipe} of ` : ""}${K.childNamed(ends[0])}`;
  };
  /** "child 1, sort", by the system's number. */
  K.childNamed = function (child) {
    const made = (K.trace.children ??= [
        ...new Map(
          (K.trace.index.byEv.get("SourceNew") ?? [])
            .map(K.event)
            .filter((e) => /^(Process|Child)/.test(e.what))
            .map((e) => [e.ends?.[0], e])
            .reverse(),
        ).values(),
      ].reverse()),
      n = made.findIndex((e) => e.ends[0] === child),
      name = /Command::new\("([^"]+)"/.exec(made[n] && K.callAt(K.lineOf(made[n])))?.[1];
    return n < 0 ? `child process ${child}` : `child ${n + 1}${name ? `, ${name}` : ""}`;
  };
  const SIGNALS = { 1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM" };
  /** "a socket", "a pipe", "a child’s end": what a source is; "a source" if that is not told. */
  K.sourceWord = function (source) {
    const type = typeOf(source ?? "");
    return /^Process$/.test(type)
      ? "a child’s end"
      : /^Child|Pipe/.test(type)
        ? "a pipe"
        : /^Signal/.test(type)
          ? "a signal"
          : /^(Tcp|Udp|Unix)/.test(type)
            ? "a socket"
            : "a source";
  };
  /** "SIGHUP", "signal 10": for which signal a source is; "" if it is for none. */
  K.signalOf = function (source) {
    const number = typeOf(source) === "SignalSocket" && K.madeOf(source).ends?.[0];
    return number ? (SIGNALS[number] ?? `signal ${number}`) : "";
  };
  /** Whatever listens accepts, and never writes. */
  K.listens = (source) => /Listener$/.test(typeOf(source));
  /** A write that moves no bytes is the end of a connect, if it is the first that succeeds: else of it no bytes are told. */
  const connects = (K.connects = (e) =>
    e.ev === "SourceTry" &&
    e.direction === "write" &&
    e.result === "done" &&
    (e.bytes ?? null) === null &&
    (/Stream$/.test(typeOf(e.source))
      ? K.moved(e.source)?.uses.find((i) => K.event(i).result === "done") === e.i
      : isStream(e)));
  /** One of which no type is told, since it never had to wait: it is a stream, if bytes went through it later. */
  const isStream = ({ i, source }) => {
    const flow = typeOf(source) ? null : K.moved(source);
    return flow?.uses[0] === i && flow.read.at.length + flow.write.at.length > 0;
  };
  /** A child is asked to be ended by the system: told as a write. */
  K.isKill = (e) => e.ev === "SourceTry" && e.direction === "write" && typeOf(e.source) === "Process";
  /** From where a message comes, or what no task has done: before the first turn of a run, and after its end, it may be of the same thread. */
  K.outsider = function (i) {
    const { byEv } = K.trace.index,
      last = (ev) => {
        const all = byEv.get(ev) ?? [];
        return all[K.upTo(all, i)] ?? -1;
      };
    return Math.max(last("RunStart"), last("RunEnd")) > Math.max(last("Turn"), last("PollStart"))
      ? "code outside of the run"
      : "another thread";
  };
  function said(e) {
    const told = typeof e.say === "string" && e.say ? e.say : `an event of a newer version: ${e.ev}`,
      say = e.ev === "Note" ? told : K.timed(told),
      fate = K.trace.notices.fates.get(e.i);
    if (fate)
      return fate === "nobody"
        ? `${say}: no task does`
        : say.replace(/(leaves a notification in \S+ \d+).*/, "$1, where one is left already: the two are one");
    const select = /^Select(Start|Win)$/.test(e.ev) ? K.stateAt(e.i).selects.get(e.run) : null;
    if (e.ev === "SelectStart" && K.writtenAs(select)?.guarded)
      return say.replace(/asks its (\d+) branches/, "asks its $1 branches, but those whose if is false");
    const { lent, count: losers } = K.losersOf(e.ev === "SelectWin" ? select : undefined);
    if (losers === 0) return say.replace(": the other futures are dropped", "");
    if (lent.length)
      return say.replace(
        "the other futures are dropped",
        `${K.of({ 1: "the other is dropped, and", 0: "" }, losers - lent.length) ?? "the others are dropped, and"} ${lent.map((k) => K.branchesOf(select)[k]).join(" and ")} put aside`.trim(),
      );
    if (losers === 1) return say.replace("the other futures are dropped", "the other future is dropped");
    if (e.kind === "semaphore" && e.act === "put" && /left\.got/.test(K.codeAt(e.src)))
      return `${e.run ?? "a thread"} drops its wait for ${e.sync}, and the ${K.plural(Number(e.units), "permit")} that it had been given so far: ${K.number(e.count)} free now`;
    if (e.kind === "rw_lock" && e.act === "put" && /left\.got/.test(K.codeAt(e.src)))
      return `${e.run ?? "a thread"} drops its wait for ${e.sync}, and what it had been given of it so far`;
    if (e.kind === "pipe" && e.act === "refuse") return say.replace("nothing is sent", "nothing is written");
    if (e.ev === "TimerFire" && e.late)
      return say.replace(/, [^,]* late$/, `, ${K.span(K.trace.reader.lateAt.get(e.i) ?? e.late)} late`); // (the event's own is in whole milliseconds)
    if (e.ev === "SourceDrop" && e.run)
      return `${e.run} drops ${e.source}${K.childOf(e.source) && `, ${K.childOf(e.source)}`}`;
    if (K.setWakes(e)) return say.replace(/^.* wakes? /, `the local set of ${K.event(e.i - 1).task} wakes `);
    if (e.ev === "Wake" && e.by === "io" && K.wakingSource(e.i))
      return say.replace("a source wakes", `${K.wakingSource(e.i)} wakes`);
    if (K.isAdmission(e))
      return `${e.task} is put into ${isLocal(e.task) ? "the queue of its local set" : "the run queue"}${e.place ? `, as number ${e.place}` : ""}`;
    if (e.ev === "Message") return say.replace("another thread", K.outsider(e.i));
    if (!e.run && ["Spawn", "Cancel"].includes(e.ev) && K.event(e.i - 1)?.ev === "Message")
      return say.replace(/^code outside of any task (spawn|ask)s/, `${K.outsider(e.i)} has $1ed`);
    if (e.ev === "Cancel" && hasBegun(e)) return `${say}, which a thread has begun: it runs on`;
    if (e.ev === "BlockingStart" && insideWhat(e)) return `${say}: ${insideWhat(e)}`;
    if (K.joins(e)) return `the set that ${e.on.task} is in will hear of its end`;
    if (e.act === "close" && K.leftWithout(e))
      return say.replace("without receivers, or without senders", `without ${K.leftWithout(e)}`);
    if (
      e.ev === "SourceTry" &&
      e.direction === "write" &&
      (e.bytes ?? null) === null &&
      /: it fails: (connection refused|connection timed out|.*unreachable)/.test(say) &&
      /Stream$/.test(typeOf(e.source)) &&
      K.moved(e.source)?.uses[0] === e.i
    )
      return say.replace(`tries to write ${e.source}`, `asks whether ${e.source} is connected`);
    if (connects(e))
      return say.replace(`tries to write ${e.source}: done`, `asks whether ${e.source} is connected: it is`);
    if (e.ev === "ChildEnd") return say.replace(/^child process \d+/, K.childNamed(e.child).replace(/,.*/, "$&,"));
    if (K.isKill(e)) return `${e.run ?? "a thread"} asks the system to kill the child of ${e.source}`;
    if (e.ev === "SourceTry" && K.sourceType(e.source) === "Process")
      return `${e.run ?? "a thread"} asks whether the child of ${e.source} has ended: ${e.result === "done" ? "it has" : "not yet"}`;
    if (e.ev === "SourceTry" && K.signalOf(e.source))
      return `${e.run ?? "a thread"} asks whether ${K.signalOf(e.source)} has come (${e.source}): ${e.result === "done" ? "it has" : "not yet"}`;
    if (e.ev === "SourceNew" && K.signalOf(e.source)) return `${say}, for ${K.signalOf(e.source)}`;
    if (["Wait", "Unwait"].includes(e.ev) && e.on?.source && K.listens(e.on.source))
      return say.replace("waits to read", "waits to accept at");
    if (["Wait", "Unwait"].includes(e.ev) && e.on?.source && /^for/.test(K.toDo(e.on)))
      return say.replace(`waits to ${TO[e.on.direction]} ${e.on.source}`, `waits for ${K.onWhat(e.on)}`);
    if (["Wait", "Unwait"].includes(e.ev) && K.isChannel(e.on?.sync ?? "") && e.on.units > 1)
      return say.replace("room in", `room for ${K.number(e.on.units)} in`);
    if (e.ev === "SourceReady" && typeOf(e.source) === "Process")
      return say.replace(": readable", `: ${(K.childOf(e.source) || "its child").replace(/,.*/, "$&,")} has ended`);
    if (e.ev === "SourceClear" && (typeOf(e.source) === "Process" || K.listens(e.source) || K.signalOf(e.source)))
      return `${e.source} counts as not ready until the system reports it`;
    if (e.ev === "SourceTry" && K.listens(e.source))
      return say.replace(`tries to read ${e.source}`, `tries to accept at ${e.source}`);
    return say;
  }
  K.sentence = function (i) {
    const e = K.event(i);
    if (!e) return "";
    const say = said(e);
    const text = say.startsWith("select!") ? say : say[0].toUpperCase() + say.slice(1);
    return /[.!?…]$/.test(text) ? text : `${text}.`;
  };
  K.headline = function (i) {
    const text = K.sentence(i),
      e = K.event(i),
      own = e?.ev === "Note" ? (K.panicAt(e)?.message ?? e.text) : "",
      at = own ? text.lastIndexOf(own) : -1;
    // A name keeps its small letter, also at the beginning: it is a name. (What the program itself says names no task of the page: a JoinError has another number.)
    const words = /^(Main|Task \d|Job \d)/.test(text) ? text[0].toLowerCase() + text.slice(1) : text;
    return at < 0 ? K.tokens(words) : K.tokens(words.slice(0, at)) + K.esc(words.slice(at));
  };

  const { compare } = new Intl.Collator("en", { numeric: true });
  /** By their words: a `select!` polls its branches in another order each time, so that of what it waits for tells nothing. (Of very many the first few are said.) */
  K.inOrder = (all, word = (one) => one) =>
    all.length > 1 && all.length < 100 ? all.toSorted((a, b) => compare(word(a), word(b))) : all;
  /** What a task waits to do. */
  const TO = (K.TO = { read: "read", write: "write", priority: "read priority data", error: "fetch an error" });
  /** Is it one of those that a task has until it gives it back? */
  K.isLock = (name) => /^(lock|rwlock|semaphore) /.test(name);
  K.toDo = ({ source, direction }) =>
    K.sourceType(source) === "Process"
      ? "for the child’s end"
      : K.signalOf(source)
        ? `for ${K.signalOf(source)}`
        : `to ${K.listens(source) ? "accept" : TO[direction]}`;
  const onSync = (on) =>
    K.isChannel(on.sync)
      ? `room in ${on.sync}`
      : on.sync.startsWith("pipe")
        ? `${on.units === "all" ? "room" : "bytes"} in ${on.sync}`
        : on.sync.startsWith("rwlock")
          ? `${on.sync}, to ${on.units === "all" ? "write" : "read"}`
          : on.sync.startsWith("semaphore")
            ? `${K.plural(on.units, "permit")} of ${on.sync}`
            : on.sync;
  K.onWhat = (on) =>
    !on
      ? "nothing"
      : on.timer
        ? on.timer
        : on.source && K.sourceType(on.source) === "Process"
          ? `the end of ${K.childOf(on.source) || "a child process"} (${on.source})`
          : on.source && K.sourceType(on.source) === "SignalSocket"
            ? `${K.signalOf(on.source) || "a signal"} (${on.source})`
            : on.source && K.listens(on.source)
              ? `a connection at ${on.source}`
              : on.source
                ? `${on.source}${K.childOf(on.source) && ` (${K.childOf(on.source)})`}, to ${TO[on.direction]}`
                : on.value
                  ? K.isChannel(on.value)
                    ? `a value in ${on.value}`
                    : `the next end in ${on.value}`
                  : on.closed
                    ? `the other end of ${on.closed} to go`
                    : on.sync
                      ? onSync(on)
                      : on.task
                        ? `the end of ${on.task}`
                        : on.deferred
                          ? "the end of this phase of the loop"
                          : "something";
  /** Is it one wait? (Two branches may be in one line, each with its ticket.) */
  K.isSameWait = (a, b) => K.onWhat(a) === K.onWhat(b) && a.ticket === b.ticket;
  /** The same where there is little room: without what the thing's own name tells. */
  K.onShort = (on) =>
    !on
      ? ""
      : on.source
        ? `${on.source} ${K.listens(on.source) ? "accept" : on.direction}`
        : on.sync && !K.isChannel(on.sync)
          ? on.sync
          : on.value && !K.isChannel(on.value)
            ? on.value
            : on.deferred
              ? "gave way"
              : K.onWhat(on)
                  .replace(/^(the|a) /, "")
                  .replace(/ to go$/, "");
  /** What a branch of a `select!` has taken in: "had read 3 bytes from pipe 1"; "" if nothing. */
  K.tookWords = (took) =>
    (took ?? [])
      .map(
        ({ from, units }) =>
          `had ${/^(pipe|source)/.test(from) ? `read ${K.plural(units, "byte")}` : `received ${K.plural(units, "value")}`} from ${from}`,
      )
      .join(" and ");
  /** Of several: "timers 1, 2", or the first and how many more; `word`: each in these words. */
  K.onAll = (waits, word = K.onShort) => {
    const [first, ...more] = K.inOrder(waits.map(word));
    return !first
      ? ""
      : !more.length
        ? first
        : waits.every((on) => on.timer)
          ? `timers ${[first, ...more].map((name) => name.replace("timer ", "")).join(", ")}`
          : `${first} +${more.length}`;
  };

  /** The beginning of the poll that an event belongs to. */
  K.pollOf = function (e) {
    const all = K.trace.index.byTask.get(e.run) ?? [];
    for (let at = K.upTo(all, e.i); at >= 0; at--)
      if (K.event(all[at]).ev === "PollStart" && K.event(all[at]).task === e.run) return all[at];
    return -1;
  };

  K.beginWords = () =>
    K.unkept()
      ? `<b>The record begins here,</b> in the middle of the run: a flight recorder keeps the last events only, and ${K.plural(K.unkept(), "event")} came before. All that there was at this moment is shown.`
      : "";
  /** What there was before an event, of which nothing is told. */
  K.gapWords = function (i, link) {
    const mains = [...K.trace.state.tasks.values()].filter(({ kind }) => kind === "main"),
      hasReturned = mains.length > 0 && mains.every(({ ended }) => ended < i);
    return K.event(i).ev === "BlockingEnd" && K.trace.index.byEv.get("RunEnd")?.at(-1) < i
      ? "the runtime’s end waited for this job"
      : K.awayWords(i - 1, i, link) ||
          `${hasReturned ? `${mains.at(-1).name} had returned, and the program was perhaps outside of the runtime; or ` : ""}the machine was busy elsewhere, or the recorder wrote its file`;
  };
  K.aside = function (i, state) {
    const e = K.event(i);
    if (!e) return "";
    const gap = K.trace.gaps.get(i),
      text = K.about(e, "teaches", state) ?? "";
    return (
      (i === 0 && K.unkept() ? `${K.beginWords()} ` : "") +
      text +
      (gap ? ` <b>Before this, ${K.span(gap)} in which nothing was told:</b> ${K.gapWords(i)}.` : "") +
      (K.trace.cut && i === K.trace.last
        ? ` <b>${K.written(K.trace) ? "Written here." : "Cut here."}</b> ${K.cutWords(K.trace)}`
        : "")
    );
  };

  // What became of a notification: `nobody` waited for it, or it `merged` with the one that was left. (The record has to have its beginning.)
  K.on("begin", (trace) => {
    trace.notices = { waiting: new Map(), left: new Map(), fates: new Map() };
  });
  K.on("event", function (e) {
    const {
        notices: { waiting, left, fates },
        header,
      } = K.trace,
      of = e.on?.sync ?? e.sync;
    if (typeof of !== "string" || !of.startsWith("notify ") || header.before) return;
    const line = waiting.get(of) ?? new Set();
    waiting.set(of, line);
    if (e.ev === "Wait") line.add(e.on.ticket);
    if (["Unwait", "Served"].includes(e.ev)) line.delete(e.on.ticket ?? line.values().next().value); // (the one that is served is told without its ticket)
    if (e.ev !== "SyncAct") return;
    if (e.act === "put" && (e.units === "all" ? !line.size : left.get(of) > 0))
      fates.set(e.i, e.units === "all" ? "nobody" : "merged");
    if (e.units === "all") line.clear();
    left.set(of, e.count);
  });

  K.LEVELS = ["story", "tasks", "engine"];
  /** Of a kind that is not known: only for who wants it all. */
  K.levelOf = (e) => K.about(e, "level") ?? 2;
})((window.K = window.K || {}));
