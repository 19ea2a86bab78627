// A task waited for bytes, a connection or a process: what did the other end do meanwhile?
//
// Interface: `pipeWords`, `unreadBytesWords`, `trafficOf`, `acceptedWords`, `childWords`,
// `endOfChild`: each takes a sum of a wait (causes.js), and gives words or a task.
// Invariant: a task is named as the other end's only if both ends are in this record.
// Not here: locks and channels (requests.js).
"use strict";
(function (K) {
  const { MANY, NAMED, esc, eventsOf, senderWords, span, thenIs } = K;
  /** Of a wait for a child's end: pipes that nothing is read from, in which it may wait for room. */
  function childWords({ from, on, who }) {
    const row = K.sourceType(on?.source ?? "") === "Process" && K.rowsOf(K.trace).rows.get(who),
      to = row && (row.endAt(from) ?? K.trace.count);
    const full = row
      ? [...K.stateAt(to - 1).sources.values()]
          .filter(
            ({ name, what, read, closed, registered }) =>
              (registered || !K.madeOf(name).ends) &&
              /^(PipeReader|ChildStd)/.test(what) &&
              K.sourceType(name) !== "ChildStdin" &&
              read.ready &&
              !closed &&
              !K.moved(name)?.read.at.some((i) => i < to),
          )
          .map(({ name }) => name)
      : [];
    return full.length
      ? `<p>Meanwhile ${full
          .slice(0, NAMED)
          .map((name) => `${esc(name)}, ${esc(K.childOf(name)) || "a pipe"},`)
          .join(
            " and ",
          )} ${full.length > 1 ? "were" : "was"} readable, and nothing was read from ${full.length > 1 ? "them" : "it"}: a child that finds its pipe full waits for room.</p>`
      : "";
  }
  /** Of a wait for the other end of a connection that was accepted only in the middle of it. */
  function acceptedWords({ on, who, at, from = at }) {
    const end = on?.source && !K.isDatagram(on.source) && K.otherEnd(on.source),
      made = end && K.madeOf(end);
    return made?.i > from && made.run && made.run !== who
      ? `<p>The connection of ${esc(on.source)} had to wait for ${span(K.trace.t[made.i] - K.trace.t[Math.min(from, K.madeOf(on.source)?.i ?? from)])}, until ${K.nameHTML(made.run)} accepted it at ${K.when(made.i)}: as ${esc(end)}.</p>`
      : "";
  }
  /** (It may have ended before that: it is asked when its task is polled.) */
  const endOfChild = (e) => `${esc(K.sentence(e.i).slice(0, -1))}, seen at ${K.when(e.i)}`;
  /** Of a wait for a child: which of its other pipes are open then, when its end was asked for, and how it ended. */
  function pipeWords({ from, on, who }) {
    const child = K.childOf(on?.source ?? "") && K.madeOf(on.source).ends[0],
      row = K.rowsOf(K.trace).rows.get(who),
      to = child && (row.endAt(from) ?? K.trace.count) - 1;
    const others = child
      ? [...K.stateAt(to).sources.values()]
          .map(({ name }) => name)
          .filter(
            (name) => name !== on.source && K.madeOf(name)?.ends?.[0] === child && K.sourceType(name) !== "Process",
          )
      : [];
    const kills = child
        ? eventsOf("SourceTry")
            .slice(0, MANY)
            .map(K.event)
            .filter(
              (e) =>
                e.direction === "write" &&
                K.sourceType(e.source) === "Process" &&
                K.madeOf(e.source).ends?.[0] === child,
            )
        : [],
      killed = kills.length
        ? `<p>${kills[0].run ? K.nameHTML(kills[0].run) : "A thread"} asked the system to kill ${K.childOf(kills[0].source)} at ${K.when(kills[0].i)}: that is signal 9.</p>`
        : "";
    const over =
      child &&
      eventsOf("ChildEnd")
        .map(K.event)
        .find((e) => e.child === child);
    return (
      killed +
      (over ? `<p>${K.up(endOfChild(over))}.</p>` : "") +
      others
        .map((name) => {
          const user = K.userOf(name, to),
            used = K.useWords(name, to, (who) => thenIs(K.stateAt(to), who));
          return `<p>${K.up(K.childOf(name))} (${esc(name)}), ${to < K.trace.last ? "was still open then" : "is open still"}${used && `: ${used}`}${closedLater(name, to)}.</p>${(K.stateAt(to).tasks.get(user)?.waits ?? []).map((on) => senderWords(on, user, to)).join("")}`;
        })
        .join("")
    );
  }
  const closedLater = (name, i) => {
    const gone = eventsOf("SourceDrop").find((at) => at > i && K.event(at).source === name);
    return gone === undefined ? "" : `; it was closed at ${K.when(gone)}`;
  };
  /** In a record without an end: what was written at one end of a connection, and not read at the other so far. */
  function unreadBytesWords() {
    if (!K.trace.cut) return "";
    const unread = [...K.moved.all()]
      .filter(([name]) => !K.isDatagram(name))
      .map(([name, { write }]) => ({
        name,
        by: new Set(write.at.map((i) => K.event(i).run)),
        end: K.otherEnd(name),
        bytes: (write.sum.at(-1) ?? 0) - (K.moved(K.otherEnd(name))?.read.sum.at(-1) ?? 0),
        i: write.at.at(-1),
      }))
      .filter(({ end, bytes }) => end && bytes > 0 && (K.moved(end)?.drop ?? null) === null); // (nobody could read them there any more)
    return unread
      .slice(0, NAMED)
      .map(
        ({ name, by, end, bytes, i }) =>
          `<p>${K.up(K.plural(bytes, "byte"))} that ${by.size > 1 ? "tasks" : K.event(i).run ? K.nameHTML(K.event(i).run) : "a task"} wrote to ${esc(name)} (${by.size > 1 ? "the last at " : ""}${K.link(i)}) had not been read at the other end, ${esc(end)}, when the record ends.</p>`,
      )
      .join("");
  }
  /** What has gone through a socket by the end of a wait to read from it. */
  function trafficOf({ key, from, on, who, times }) {
    const row = K.rowsOf(K.trace).rows.get(who),
      flow = key === "socket" && on.direction === "read" && K.moved(on.source),
      to = row && (row.endAt(from) ?? K.trace.last);
    const by = (side) => flow[side].sum[K.upTo(flow[side].at, to - 1)] ?? 0,
      bytes = (n) => (n ? K.plural(n, "byte") : "nothing");
    const end = flow && K.otherEnd(on.source),
      used = end && K.useWords(end, to - 1, () => ""),
      peer = end
        ? `<p>The other end of ${esc(on.source)} is ${esc(end)}${used && `, ${used}`}${K.stateAt(to - 1).sources.has(end) ? (to > K.trace.last ? "; it is open" : `; it was open then${closedLater(end, to)}`) : ", and which is closed"}.</p>`
        : "";
    const sent =
        end && K.moved(end)?.counted ? (K.moved(end).write.sum[K.upTo(K.moved(end).write.at, to - 1)] ?? 0) : 0,
      all =
        sent > 0 && sent === by("read")
          ? `<p>All ${K.plural(sent, "byte")} that had been written there were read: nothing was under way.</p>`
          : "",
      only = flow && /^Child|Pipe/.test(K.sourceType(on.source));
    return flow?.counted
      ? `${peer}${all}<p class="mute">Before ${to > K.trace.last ? "the record ends" : times > 1 ? "the end of the longest" : "the end of this wait"}, ${bytes(by("read"))} had been read from ${esc(on.source)}${only ? "" : `, and ${bytes(by("write"))} written to it`}.</p>`
      : "";
  }
  Object.assign(K, { childWords, acceptedWords, endOfChild, pipeWords, unreadBytesWords, trafficOf });
})((window.K = window.K || {}));
