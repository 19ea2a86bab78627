// Which lines are in the blocks of the trace?
//
// A block is many lines in little room (docs/trace-format.md): the shapes of its lines, which of them
// comes when, and a column of numbers for each gap of a shape. A shape is read once, as JSON with gaps; an
// event is then that object with its numbers put in, so that no line is ever made and parsed.
//
// Interface: `await K.unpack(text, later)` gives all lines as objects, in the order of the file, and how
// many were torn. `later` are fields for which an event has room, to be set by others.
// Invariants: nothing here knows what a line says. A block that is cut or makes no sense ends its stream;
// what comes before it is read.
// Not here: what becomes of the lines (model.js).
"use strict";
(function (K) {
  const EVENT = '{"n":\0,"t":\0';

  K.unpack = async function (text, later = []) {
    const parts = []; // lines as they are, and streams of blocks: in the order of the file
    let stream = null, torn = 0, from = 0;
    while (from < text.length) {
      let to = text.indexOf("\n", from);
      if (to < 0) to = text.length;
      if (text[from] === "{") parts.push(text.slice(from, to));
      else if (to > from) {
        if (text[from] === "=") stream = null;
        const line = text.slice(text[from] === "=" ? from + 1 : from, to);
        stream ??= { blocks: [] };
        stream.blocks.push(line);
        parts.push(stream);
      }
      from = to + 1;
    }
    for (const part of new Set(parts)) if (typeof part !== "string") part.reader = new Reader(await inflated(part.blocks), later);
    const lines = [];
    for (const part of parts) {
      if (typeof part !== "string") torn += part.reader.block(lines) ? 0 : 1;
      else try {
        const o = JSON.parse(part);
        if (o !== null && typeof o === "object") lines.push(o); else torn += 1;
      } catch { torn += 1; }
    }
    return { lines, torn };
  };

  /** Each block ends like this (a sync flush), and the last one is followed by an end: a stream without one
   *  is an error, which may take along what was not read yet. */
  const FLUSHED = [0, 0, 255, 255], END = Uint8Array.of(1, 0, 0, 255, 255);

  /** The bytes of a stream, as far as it is whole. */
  async function inflated(blocks) {
    const inflater = new DecompressionStream("deflate-raw"), writer = inflater.writable.getWriter();
    const quiet = () => {}; // the reader hears of it, too
    for (const block of blocks) {
      let bytes;
      try { bytes = bytesOf(atob(block)); } catch { break; }
      if (!FLUSHED.every((byte, k) => bytes.at(k - 4) === byte)) break; // it was cut
      writer.write(bytes).catch(quiet);
    }
    writer.write(END).catch(quiet);
    writer.close().catch(quiet);
    const reader = inflater.readable.getReader(), chunks = [];
    let size = 0;
    try {
      for (let { value, done } = await reader.read(); !done; { value, done } = await reader.read()) {
        chunks.push(value);
        size += value.length;
      }
    } catch { /* it makes no sense from here on */ }
    const all = new Uint8Array(size);
    let at = 0;
    for (const chunk of chunks) { all.set(chunk, at); at += chunk.length; }
    return all;
  }

  function bytesOf(text) {
    const bytes = new Uint8Array(text.length);
    for (let k = 0; k < text.length; k++) bytes[k] = text.charCodeAt(k);
    return bytes;
  }

  class Reader {
    constructor(bytes, later) { Object.assign(this, { bytes, later, at: 0, shapes: [], event: [0, 0], utf8: new TextDecoder() }); }

    /** Adds the next block's lines; false if it isn't there or makes no sense. */
    block(lines) {
      try {
        const size = this.varint();
        if (this.at + size > this.bytes.length) throw new Error("cut");
        const end = this.at + size;
        this.read(lines);
        if (this.at !== end) throw new Error("torn");
        return true;
      } catch {
        this.at = this.bytes.length;
        return false;
      }
    }

    read(lines) {
      const count = this.varint(), fresh = this.varint();
      for (let k = 0; k < fresh; k++) {
        const length = this.varint();
        this.shapes.push(shape(this.utf8.decode(this.bytes.subarray(this.at, this.at += length)), this.later));
      }
      const order = new Uint32Array(count), used = new Map();
      let events = 0;
      for (let k = 0; k < count; k++) {
        const number = this.varint(), shape = this.shapes[number];
        order[k] = number;
        events += shape.shared > 0;
        used.set(number, (used.get(number) ?? 0) + 1);
      }
      const n = this.column(this.event, 0, 1, new Array(events)), t = this.column(this.event, 1, 0, new Array(events));
      for (const number of [...used.keys()].sort((a, b) => a - b)) {
        const shape = this.shapes[number], gaps = shape.last.length;
        shape.numbers = new Array(used.get(number) * gaps);
        for (let gap = 0; gap < gaps; gap++) this.column(shape.last, gap, 0, shape.numbers, gap, gaps);
        shape.from = 0;
      }
      let event = 0;
      for (let k = 0; k < count; k++) {
        const shape = this.shapes[order[k]], from = shape.from;
        shape.from += shape.last.length;
        if (shape.shared) lines.push(shape.make(shape.numbers, from, n[event], t[event++]));
        else lines.push(shape.make(shape.numbers, from, 0, 0));
      }
    }

    /** Numbers, each told as the difference to the one before, which is `step` more than that was. They go into a
     *  list of rows, with `by` numbers in each: most blocks have one row or two of a shape, so a list for each
     *  column was half of the page’s memory. */
    column(last, index, step, numbers, from = 0, by = 1) {
      let value = last[index];
      for (let k = from; k < numbers.length; k += by) {
        const difference = this.varint();
        value += step + (difference % 2 ? -(difference + 1) / 2 : difference / 2);
        numbers[k] = value;
      }
      last[index] = value;
      return numbers;
    }

    varint() {
      let byte = this.bytes[this.at++];
      if (byte === undefined) throw new Error("cut");
      if (byte < 0x80) return byte;
      let number = byte & 0x7f, unit = 0x80;
      for (;;) {
        byte = this.bytes[this.at++];
        if (byte === undefined) throw new Error("cut");
        number += (byte & 0x7f) * unit; // not by shifts: they end at 32 bits
        if (byte < 0x80) return number;
        unit *= 0x80;
      }
    }
  }

  // ----- a shape: JSON with gaps -----
  const NUMBER = "\uFFFE", DIGITS = "\uFFFF"; // no characters: they stand for a gap, whole or within a text

  function shape(text, later) {
    const gaps = text.split("\0").length - 1, shared = text.startsWith(EVENT) ? 2 : 0;
    const made = { shared, last: new Array(gaps - shared).fill(0), numbers: [], from: 0 };
    made.make = maker(text, shared, later) ?? ((numbers, from, n, t) => {
      const all = [n, t].slice(0, shared).concat(numbers.slice(from));
      return JSON.parse(text.replace(/\0/g, () => all.shift()));
    });
    return made;
  }

  /** A function that makes the object; null if the shape is no JSON object by itself. It is put together as
   *  code, all of whose texts are in quotes: so the browser makes a million objects of one kind as if they
   *  were written here. What an event has changed, and its sentence, are made when they are asked for. */
  function maker(text, shared, later) {
    if (text.includes(NUMBER) || text.includes(DIGITS)) return null;
    let quoted = false, json = "";
    for (let k = 0; k < text.length; k++) {
      const c = text[k];
      if (c === "\\") json += c + text[++k];
      else if (c === "\0") json += quoted ? DIGITS : `"${NUMBER}"`;
      else {
        if (c === '"') quoted = !quoted;
        json += c;
      }
    }
    let template;
    try { template = JSON.parse(json); } catch { return null; }
    if (template === null || typeof template !== "object" || Array.isArray(template)) return null;
    const code = { gap: -shared, names: [], fields: [], late: "" };
    const keys = Object.keys(template);
    for (const key of keys) {
      const value = template[key], sentence = key === "say" && typeof value === "string" && value.includes(DIGITS);
      if (shared && (sentence || key === "then")) {
        if (!code.late) {
          code.fields.push("this.#numbers = c; this.#from = f;");
          code.late = "#numbers; #from;";
        }
        code.late += ` get ${key}() { const c = this.#numbers, f = this.#from; return ${value_of(value, code, !sentence)}; }`;
      } else code.fields.push(`this[${JSON.stringify(key)}] = ${value_of(value, code, true)};`);
    }
    if (shared) for (const key of later) if (!(key in template)) code.fields.push(`this[${JSON.stringify(key)}] = undefined;`);
    const body = `"use strict";       class Line { ${code.late} constructor(c, f, n, t) { ${code.fields.join(" ")} } }
      return (c, f, n, t) => new Line(c, f, n, t);`;
    return new Function("k", "name", body)(code.names, name);
  }

  /** The code of a value. Gaps are counted in the order in which the line has them. */
  function value_of(template, code, keep) {
    if (template === NUMBER) return gap(code);
    if (typeof template === "string") {
      const parts = template.split(DIGITS);
      if (parts.length !== 2 || !keep) return parts.map((part, k) => (k ? gap(code) + " + " : "") + JSON.stringify(part)).join(" + ");
      const k = code.names.push(names(parts)) - 1;
      return `name(k[${k}], ${gap(code)})`;
    }
    if (template === null || typeof template !== "object") return JSON.stringify(template);
    if (Array.isArray(template)) return `[${template.map((one) => value_of(one, code, keep)).join(", ")}]`;
    return `{ ${Object.keys(template).map((key) => `[${JSON.stringify(key)}]: ${value_of(template[key], code, keep)}`).join(", ")} }`;
  }

  function gap(code) {
    const at = code.gap++;
    return at === -2 ? "n" : at === -1 ? "t" : `c[f + ${at}]`;
  }

  /** Names come again and again, in lines of many shapes: each is made once. */
  const all = new Map();
  function names([before, after]) {
    const key = `${before}\0${after}`, known = all.get(key) ?? { before, after, made: [] };
    all.set(key, known);
    return known;
  }
  function name({ before, after, made }, number) {
    return number < 1e6 ? made[number] ??= before + number + after : before + number + after;
  }
})(window.K = window.K || {});
