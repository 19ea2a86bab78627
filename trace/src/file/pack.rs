//! How do lines take little room?
//!
//! Most lines of a trace are alike but for their numbers. So a line is kept as its *shape* (the line
//! with a gap in place of each number) and the numbers. A shape is told once; after that a line is the
//! shape's number. Numbers are kept in columns, one for each gap, as the difference to the number before:
//! of what grows evenly nothing is left but ones. A *block* of lines is compressed, and written as one
//! line of base64. `docs/trace-format.md` has it byte by byte.
//!
//! Interface: [`Pack::line`], then [`Pack::block`]; [`Pack::begin_anew`]. Invariants: what is read
//! back is what was given, byte for byte, whatever the lines say. A block needs those before it, back to
//! the last that began anew, and none after it: so a file that was cut reads up to its last whole block.
//!
//! Not here: when a block is written (`file.rs`); reading (`replay/unpack.js`).

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use miniz_oxide::deflate::core::{
    CompressorOxide, TDEFLFlush, compress_to_output, create_comp_flags_from_zip_params,
};

use crate::words::names::Quick;

/// Marks, in a shape, where the line has a number. No line of JSON holds it.
const GAP: u8 = 0;
/// What an event's line begins with. Its number and its time grow from line to line, whatever the shape.
const EVENT: &[u8] = b"{\"n\":\0,\"t\":\0";
/// What has more digits is left as it is: a page counts in floating point.
const DIGITS: usize = 15;
/// A block of so many lines is full.
const LINES: usize = 4096;
/// So many shapes are remembered; a program may print what it likes.
const SHAPES: usize = 20_000;
/// Of 10: what more would save is not worth its time.
const EFFORT: i32 = 4;

/// Lines on their way to a block.
pub(crate) struct Pack {
    numbers_of: HashMap<Vec<u8>, usize, Quick>,
    shapes: Vec<Shape>,
    /// Of the event before: its number and its time.
    event: [u64; 2],
    deflate: Box<CompressorOxide>,
    /// The next block needs none before it.
    anew: bool,
    block: Block,
    /// The line at hand; kept for their room.
    shape: Vec<u8>,
    numbers: Vec<u64>,
}

#[derive(Default)]
struct Shape {
    /// How many of its numbers are kept with the events'.
    shared: usize,
    /// The numbers of its line before.
    last: Vec<u64>,
    /// In the block at hand.
    columns: Vec<Vec<u8>>,
    used: bool,
}

/// The block at hand.
#[derive(Default)]
struct Block {
    lines: usize,
    /// Bytes of numbers and shapes.
    size: usize,
    fresh: usize,
    fresh_shapes: Vec<u8>,
    /// The shapes of its lines.
    order: Vec<u8>,
    events: [Vec<u8>; 2],
    used: Vec<usize>,
}

impl Pack {
    pub(crate) fn new() -> Pack {
        let flags = create_comp_flags_from_zip_params(EFFORT, 0, 0);
        Pack {
            numbers_of: HashMap::default(),
            shapes: Vec::new(),
            event: [0; 2],
            deflate: Box::new(CompressorOxide::new(flags)),
            anew: true,
            block: Block::default(),
            shape: Vec::new(),
            numbers: Vec::new(),
        }
    }

    /// The blocks until now may be forgotten: the next one can be read without them.
    pub(crate) fn begin_anew(&mut self) {
        debug_assert!(self.block.lines == 0, "a block is at hand");
        self.numbers_of.clear();
        self.shapes.clear();
        self.event = [0; 2];
        self.deflate.reset();
        self.anew = true;
    }

    /// Takes lines, each of which ends with its line break.
    pub(crate) fn lines(&mut self, lines: &[u8]) {
        lines.split_inclusive(|byte| *byte == b'\n').for_each(|line| self.line(line));
    }

    /// Takes a line, which ends with its line break.
    pub(crate) fn line(&mut self, line: &[u8]) {
        self.take_apart(line.strip_suffix(b"\n").unwrap_or(line));
        let number = self.number_of_shape();
        let (shape, block) = (&mut self.shapes[number], &mut self.block);
        if !shape.used {
            shape.used = true;
            block.used.push(number);
        }
        block.lines += 1;
        block.size += 1 + self.numbers.len();
        varint(&mut block.order, number as u64);
        let (shared, own) = self.numbers.split_at(shape.shared);
        if let &[number, time] = shared {
            let next = [self.event[0].wrapping_add(1), self.event[1]];
            difference(&mut block.events[0], next[0], number);
            difference(&mut block.events[1], next[1], time);
            self.event = [number, time];
        }
        for ((&number, last), column) in own.iter().zip(&mut shape.last).zip(&mut shape.columns) {
            difference(column, *last, number);
            *last = number;
        }
    }

    /// Is this as much as a block should have, if it should have about so many bytes?
    pub(crate) fn is_full(&self, size: usize) -> bool {
        self.block.lines >= LINES || self.block.size >= size
    }

    /// Adds to `out` the lines since the last block, as one line. If there are none, nothing.
    pub(crate) fn block(&mut self, out: &mut Vec<u8>) {
        if self.block.lines == 0 {
            return;
        }
        let bytes = self.bytes();
        let mut compressed = Vec::new();
        compress_to_output(&mut self.deflate, &bytes, TDEFLFlush::Sync, |some| {
            compressed.extend_from_slice(some);
            true
        });
        if std::mem::take(&mut self.anew) {
            out.push(b'=');
        }
        let start = out.len();
        out.resize(start + compressed.len().div_ceil(3) * 4, 0);
        STANDARD.encode_slice(&compressed, &mut out[start..]).expect("there is room for it");
        out.push(b'\n');
        if self.shapes.len() > SHAPES {
            self.begin_anew();
        }
    }

    /// The block as it is before it is compressed; another one begins.
    fn bytes(&mut self) -> Vec<u8> {
        let block = std::mem::take(&mut self.block);
        let mut bytes = Vec::with_capacity(block.size * 2);
        varint(&mut bytes, block.lines as u64);
        varint(&mut bytes, block.fresh as u64);
        bytes.extend_from_slice(&block.fresh_shapes);
        bytes.extend_from_slice(&block.order);
        block.events.iter().for_each(|column| bytes.extend_from_slice(column));
        let mut used = block.used;
        used.sort_unstable();
        for number in used {
            let shape = &mut self.shapes[number];
            shape.used = false;
            for column in &mut shape.columns {
                bytes.append(column);
            }
        }
        let mut whole = Vec::with_capacity(bytes.len() + 4);
        varint(&mut whole, bytes.len() as u64);
        whole.append(&mut bytes);
        whole
    }

    /// Into its shape and its numbers.
    fn take_apart(&mut self, mut line: &[u8]) {
        self.shape.clear();
        self.numbers.clear();
        while !line.is_empty() {
            let text = line.iter().position(u8::is_ascii_digit).unwrap_or(line.len());
            self.shape.extend_from_slice(&line[..text]);
            line = &line[text..];
            let digits = line.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(line.len());
            let (number, rest) = line.split_at(digits);
            line = rest;
            match number {
                [] => {}
                [b'0', _, ..] => self.shape.extend_from_slice(number),
                _ if digits > DIGITS => self.shape.extend_from_slice(number),
                _ => {
                    self.shape.push(GAP);
                    let add = |sum, &digit: &u8| sum * 10 + u64::from(digit - b'0');
                    self.numbers.push(number.iter().fold(0, add));
                }
            }
        }
    }

    fn number_of_shape(&mut self) -> usize {
        if let Some(&number) = self.numbers_of.get(&self.shape) {
            return number;
        }
        let number = self.shapes.len();
        self.numbers_of.insert(self.shape.clone(), number);
        let shared = if self.shape.starts_with(EVENT) { 2 } else { 0 };
        let own = self.numbers.len() - shared;
        let columns = (0..own).map(|_| Vec::new()).collect();
        self.shapes.push(Shape { shared, last: vec![0; own], columns, used: false });
        let block = &mut self.block;
        block.fresh += 1;
        block.size += self.shape.len();
        varint(&mut block.fresh_shapes, self.shape.len() as u64);
        block.fresh_shapes.extend_from_slice(&self.shape);
        number
    }
}

impl std::fmt::Debug for Pack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pack").field("lines", &self.block.lines).finish_non_exhaustive()
    }
}

/// Seven bits a byte, the lowest first; the eighth says that more follow.
fn varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push((number & 0x7f) as u8);
}

/// From one number to another: even if it is not less, odd if it is.
fn difference(out: &mut Vec<u8>, from: u64, to: u64) {
    match to.checked_sub(from) {
        Some(more) => varint(out, more << 1),
        None => varint(out, ((from - to) << 1) - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unpack::unpack;

    fn packed(pack: &mut Pack, lines: &[&str]) -> String {
        let mut out = Vec::new();
        for line in lines {
            pack.line(format!("{line}\n").as_bytes());
        }
        pack.block(&mut out);
        String::from_utf8(out).unwrap()
    }

    const ODD: [&str; 9] = [
        "{\"n\":1,\"t\":1000,\"task\":\"task 1\"}",
        "{\"n\":2,\"t\":900,\"task\":\"task 20\"}",
        "{\"n\":7,\"t\":123456789012345,\"task\":\"task 0\"}",
        "{\"n\":8,\"t\":1234567890123456,\"task\":\"007\"}",
        "{\"n\":18446744073709551615,\"t\":0}",
        "",
        "0",
        "42 cups \\u0000 \u{1f375}9",
        "{\"note\":\"5-5\",\"t\":12,\"after\":3}",
    ];

    #[test]
    fn what_is_read_back_is_what_was_given() {
        let mut pack = Pack::new();
        let first = packed(&mut pack, &ODD);
        assert_eq!(unpack(&first), ODD);
        let second = packed(&mut pack, &ODD[..2]);
        assert!(second.len() < first.len() / 4, "its shapes are known");
        assert_eq!(unpack(&(first + &second)), [&ODD[..], &ODD[..2]].concat());
    }

    #[test]
    fn what_begins_anew_needs_nothing_before_it() {
        let mut pack = Pack::new();
        let first = packed(&mut pack, &ODD);
        pack.begin_anew();
        let second = packed(&mut pack, &ODD[1..4]);
        assert_eq!(unpack(&second), ODD[1..4]);
        assert_eq!(unpack(&(first + "{\"full\":1}\n" + &second)).len(), ODD.len() + 1 + 3);
    }

    #[test]
    fn a_cut_costs_the_block_that_it_goes_through_and_no_more() {
        let mut pack = Pack::new();
        let first = packed(&mut pack, &ODD);
        let whole = first.clone() + &packed(&mut pack, &ODD);
        // (At its very end is only what tells that it is over.)
        for cut in first.len()..whole.len() - 12 {
            assert_eq!(unpack(&whole[..cut]).len(), ODD.len(), "{cut}");
        }
    }

    #[test]
    fn shapes_without_end_are_not_remembered_for_ever() {
        let mut pack = Pack::new();
        let lines: Vec<String> =
            (0..SHAPES + 100).map(|n| "x".repeat(n % 200) + &words(n)).collect();
        let mut text = String::new();
        for some in lines.chunks(1000) {
            text += &packed(&mut pack, &some.iter().map(String::as_str).collect::<Vec<_>>());
        }
        assert!(pack.shapes.len() < SHAPES);
        assert_eq!(unpack(&text), lines);
    }

    /// A number in letters.
    fn words(number: usize) -> String {
        number.to_string().bytes().map(|digit| char::from(digit + b'A' - b'0')).collect()
    }
}
