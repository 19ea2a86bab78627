// Where in the program is a wait?
//
// A wait is told with the line at which it began, and with what else its line says: which branch, which call, which
// others wait there. The scripts of the answer share, too, what they name at most and a link to an event.
//
// Interface: `lineHTML(place)`, `placeWords(sum)`, `waitedFor(i, waits)`; `eventsOf(ev)`,
// `toEvent(i, html)`, `atTime(i)`; `NAMED`, `MANY`, `LISTED`.
// Invariant: a line is one of the program, never one of kettle's.
// Not here: how long a wait was, and for what (causes.js).
"use strict";
(function (K) {
  const { esc, waitLine } = K;
  /** So many are in a list at most. */
  const LISTED = 300;
  /** So many are named; of more it is said how many they are. */
  const NAMED = 3;
  /** The events of a task that has more are not looked through. */
  const MANY = 20_000;
  /** These causes begin at an event whose line tells nothing of them. */
  const POINTLESS = ["recorder", "advanced", "poll", "drop", "running", "ready", "local", "pool", "hosted"];
  /** Of these the call is told, beside its line. */
  const TIMED = ["timer", "late", "idle"];
  const eventsOf = (ev) => K.trace.index.byEv.get(ev) ?? [];
  const toEvent = (i, html, more = "") => `<a href="#${esc(K.address(i))}" data-go="${i}"${more}>${html}</a>`;
  /** When that was; "" if it is not in the record. */
  const atTime = (i) => (i >= 0 ? ` at ${K.when(i)}` : "");

  /** "`sleep` in main.rs:6". */
  const lineHTML = (at) =>
    `${K.timerWord(at) ? `<code>${K.timerWord(at)}</code> in ` : ""}<code>${esc(K.site(at.text))}</code>`;
  /** What else was waited for: of a timer its line. */
  const otherWords = (from, on) => {
    const at = on.timer && waitLine(from, on);
    return at ? `a timer, ${lineHTML(at)},` : K.tokens(K.onWhat(on));
  };
  /** What a wait that began at an event was for, all of it. */
  const waitedFor = (i, waits) => {
    const at = waits.length === 1 && waits[0].timer && waitLine(i, waits[0]);
    return at ? `a timer, ${lineHTML(at)}` : K.tokens(waits.length > 1 ? K.anyOf(waits) : K.onWhat(waits[0]));
  };
  /** The same in words; of a wait that a timer ended both lines. */
  function placeWords({ at: i, from = i, key, on, beside, lines, who, times, waits, parts }, ofOne = false) {
    const e = K.event(i),
      place = !on && e?.ev === "Cancel" ? K.lineOf(e) : null;
    if (place) return `<code>${esc(K.site(place.text))}</code>`;
    const lasting =
      key === "open" && waits
        ? [
            ...new Set(
              waits
                .map((on) => waitLine(from, on))
                .filter(Boolean)
                .map(({ text }) => K.site(text)),
            ),
          ]
        : [];
    if (lasting.length > 1) return K.several(lasting, (line) => `<code>${esc(line)}</code>`, "line", ", ", " and ");
    const at = POINTLESS.includes(key) ? null : waitLine(from, on),
      timer = key === "before" && (K.endedBy(who, from)?.timer ?? beside?.find((on) => on.timer)),
      limit = timer && waitLine(from, timer),
      others = beside?.filter((beside) => !on?.timer || !beside.timer) ?? [],
      branch = who && !(lines?.size > 1) && on && K.branchOf(K.rowsOf(K.trace).rows.get(who), from, on);
    const isOwn = (limit, at) => limit && limit.file === at?.file && limit.line === at.line,
      by = (part) => K.endedBy(who, part.from)?.timer;
    const each =
      parts &&
      parts.length === times &&
      parts.every((part) => by(part) && isOwn(waitLine(part.from, by(part)), waitLine(part.from, part.on)));
    const longest = times > 1 && !ofOne && !each ? "the longest " : "";
    const inJoin = branch?.what === "join" ? `, in ${branch.name} of its <code>join!</code>` : "";
    const more = isOwn(limit, at)
      ? /\btimeout/.test(K.callAt(at))
        ? `, ${longest}ended by its <code>timeout</code>`
        : ""
      : limit
        ? `, ${longest}ended by ${lineHTML(limit)}`
        : others.length && !inJoin
          ? `, and${times > 1 && !ofOne ? " in the longest" : ""} for ${K.several([...new Set(others.map((other) => otherWords(from, other)))], (words) => words, "thing", " and for ")} as well`
          : "";
    return !at
      ? ""
      : (TIMED.includes(key) ? lineHTML(at) : `<code>${esc(K.site(at.text))}</code>`) +
          alsoIn(lines, at, TIMED.includes(key)) +
          inJoin +
          more;
  }
  /** " and 48": the other lines of waits that are one sum, with the call there if that is another one (`timed`); of many, how many. */
  function alsoIn(lines, at, timed) {
    const here = K.site(at.text),
      others = new Map([...(lines ?? [])].map((line) => [K.site(line.text), line]).filter(([line]) => line !== here)),
      file = here.replace(/\d+$/, ""),
      call = (line) => (timed && K.timerWord(line) !== K.timerWord(at) && K.timerWord(line)) || "";
    return others.size > NAMED
      ? ` and ${K.number(others.size)} other lines`
      : [...others]
          .map(
            ([text, line]) =>
              ` and ${call(line) && `<code>${call(line)}</code> in `}<code>${esc(text.replace(file, ""))}</code>`,
          )
          .join("");
  }

  Object.assign(K, { LISTED, NAMED, MANY, POINTLESS, eventsOf, toEvent, atTime, lineHTML, waitedFor, placeWords });
})((window.K = window.K || {}));
