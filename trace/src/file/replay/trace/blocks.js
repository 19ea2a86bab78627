// Which lines are in the trace?
//
// A line of the data that begins with "{" is there as it is. Any other is a block, which holds the rows of many lines: a
// piece of a deflate stream in base64 (docs/trace-format.md). It begins with "=" where a stream begins.
//
// Interface: `await K.lines(text, take)` calls `take` with a piece at a time, `{texts, of, at, numbers}`, and gives how many
// blocks were torn. A piece has a row for each of its lines: row `r` is of the template with the number `of[r]`, counted from the
// first piece on, and its numbers begin at `numbers[at[r]]`. `texts` are the templates that come up in it.
// `K.filled(template, numbers, at)` is a row's line.
// Invariants: lines that are there as they are come first (each is a template of its own), then those of the blocks, both in
// the order of the file. So an event comes after every file that it names. A block that is cut or makes no sense ends its
// stream; what comes before it is read.
// Not here: what a line says (model.js).
"use strict";
(function (K) {
  /** In a template, where a number goes. */
  const HOLE = "\0";

  K.lines = async function (text, take) {
    const plain = [],
      streams = [];
    for (const line of text.split("\n")) {
      if (line.startsWith("{")) plain.push(line);
      else if (line.startsWith("=")) streams.push([line.slice(1)]);
      else if (line && streams.length) streams.at(-1).push(line);
    }
    let torn = 0,
      first = plain.length;
    take({ texts: plain, of: Uint32Array.from(plain.keys()), at: new Uint32Array(first), numbers: new Float64Array() });
    for (const blocks of streams) {
      torn += await onAThread([blocks, first], function (piece) {
        first += piece.texts.length;
        take(piece);
      });
    }
    return torn;
  };
  K.filled = (template, numbers, at) =>
    template.split(HOLE).reduce((line, part, k) => line + numbers[at + k - 1] + part);

  /** Inflates a stream beside this thread, which reads meanwhile what there is. Where a page has no threads, or
   *  this one fails before it has sent anything, it is done here; if it fails later, the rest is torn. */
  async function onAThread(stream, take) {
    let thread = null,
      place = null,
      taken = false;
    try {
      return await new Promise(function (done, fails) {
        place = URL.createObjectURL(new Blob([`(${beside})(${inflater})`]));
        thread = new Worker(place);
        thread.onmessage = ({ data: { pieces, torn, failed } }) => {
          taken ||= pieces.length > 0;
          pieces.forEach(take);
          if (failed) fails();
          else if (torn !== undefined) done(torn);
        };
        thread.onerror = fails;
        thread.postMessage(stream);
      });
    } catch {
      return taken ? 1 : inflater()(stream, take);
    } finally {
      thread?.terminate();
      if (place) URL.revokeObjectURL(place);
    }
  }
  /** What that thread does: it sends some pieces at a time. (A promise that fails there is no error that `onerror` hears of.) */
  function beside(inflater) {
    let pieces = [];
    const send = (more) => {
      postMessage(
        { pieces, ...more },
        pieces.flatMap(({ of, at, numbers }) => [of.buffer, at.buffer, numbers.buffer]),
      );
      pieces = [];
    };
    onmessage = async ({ data }) => {
      try {
        send({
          torn: await inflater()(data, (piece) => {
            if (pieces.push(piece) === 8) send();
          }),
        });
      } catch {
        postMessage({ pieces: [], failed: true });
      }
    };
  }

  /** What takes the rows of a stream as far as it is whole, and gives 1 if that isn't to its end. (It uses nothing from outside.) */
  function inflater() {
    /** Each block ends like this (a sync flush), and the last one is followed by an end: a stream without one
     *  is an error, which may take along what was not read yet. */
    const FLUSHED = [0, 0, 255, 255],
      END = Uint8Array.of(1, 0, 0, 255, 255);

    async function inflated([blocks, first], take) {
      const stream = new DecompressionStream("deflate-raw"),
        reader = stream.readable.getReader(),
        unpack = unpacker(first);
      const given = give(blocks, stream.writable.getWriter());
      let rest = new Uint8Array(),
        torn = 0;
      try {
        for (let { value, done } = await reader.read(); !done; { value, done } = await reader.read()) {
          const bytes = joined(rest, value),
            piece = unpack(bytes);
          rest = bytes.subarray(piece.end);
          take(piece);
        }
      } catch {
        torn = 1; /* it makes no sense from here on */
      }
      return torn || rest.length || !(await given) ? 1 : 0;
    }

    /** What makes a piece of the rows that are whole; the first template is to have this number. */
    function unpacker(first) {
      /** Templates of more bytes together are forgotten. */
      const MOST = 2 ** 20,
        READ = new TextDecoder("utf-8", { ignoreBOM: true });
      let known = [],
        room = MOST;

      return function (bytes) {
        const { length } = bytes,
          piece = {
            texts: [],
            of: new Uint32Array(length),
            at: new Uint32Array(length),
            numbers: new Float64Array(length),
            end: 0,
          };
        let row = 0,
          count = 0,
          p = 0;
        function number() {
          let value = 0;
          for (let scale = 1, byte = 128; byte > 127 && p <= length; scale *= 128)
            value += ((byte = bytes[p++]) & 127) * scale;
          return value;
        }
        for (;;) {
          let template = known[number() - 1],
            text = null;
          if (p === 1 + piece.end && bytes[piece.end] === 0) {
            const size = number(),
              from = p;
            if ((p += size) > length) break;
            text = bytes.subarray(from, p);
            template = {
              number: 0,
              size,
              last: new Float64Array(text.reduce((holes, byte) => holes + (byte === 0), 0)),
            };
          }
          if (p > length) break;
          const { last } = template;
          for (let k = 0; k < last.length; k++) {
            const more = number();
            piece.numbers[count + k] = last[k] + (more % 2 ? -(more + 1) / 2 : more / 2);
          }
          if (p > length) break; // the rest of this row is yet to come
          if (text) {
            if ((room -= template.size) < 0) [known, room] = [[], MOST - template.size];
            template.number = first++;
            known.push(template);
            piece.texts.push(READ.decode(text));
          }
          [piece.of[row], piece.at[row]] = [template.number, count];
          for (let k = 0; k < last.length; k++) last[k] = piece.numbers[count++];
          [row, piece.end] = [row + 1, p];
        }
        return Object.assign(piece, {
          of: piece.of.slice(0, row),
          at: piece.at.slice(0, row),
          numbers: piece.numbers.slice(0, count),
        });
      };
    }
    function joined(a, b) {
      const both = new Uint8Array(a.length + b.length);
      both.set(a);
      both.set(b, a.length);
      return both;
    }

    /** Gives the blocks to the decompressor, up to one that was cut: was there none? */
    async function give(blocks, writer) {
      const whole = blocks.map(bytesOf);
      const cut = whole.findIndex((bytes) => !FLUSHED.every((byte, k) => bytes.at(k - 4) === byte));
      try {
        for (const bytes of cut < 0 ? whole : whole.slice(0, cut)) await writer.write(bytes);
        await writer.write(END);
        await writer.close();
      } catch {
        return false;
      } // the reader hears of it, too
      return cut < 0;
    }

    /** What stands in base64; nothing, if that was cut. */
    function bytesOf(block) {
      let text = "";
      try {
        text = atob(block);
      } catch {
        /* cut */
      }
      const bytes = new Uint8Array(text.length);
      for (let k = 0; k < text.length; k++) bytes[k] = text.charCodeAt(k);
      return bytes;
    }
    return inflated;
  }
})((window.K = window.K || {}));
