//! Which lines are in the blocks of a trace? (For tests and tools: the page reads them in a browser.)
//!
//! Interface: [`unpack`], all lines of a trace in their order.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZFlush};

/// The lines of a trace; those in blocks, too. What is cut is left out.
pub(crate) fn unpack(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut stream = Stream::new();
    for line in text.split_terminator('\n') {
        if line.starts_with('{') {
            lines.push(line.to_owned());
            continue;
        }
        let block = line.strip_prefix('=').inspect(|_| stream = Stream::new()).unwrap_or(line);
        let Ok(block) = STANDARD.decode(block) else { continue };
        stream.inflate(&block);
        stream.read(&mut lines);
    }
    lines
}

struct Stream {
    state: Box<InflateState>,
    bytes: Vec<u8>,
    at: usize,
    shapes: Vec<(Vec<u8>, Vec<u64>)>,
    event: [u64; 2],
}

const EVENT: &[u8] = b"{\"n\":\0,\"t\":\0";

impl Stream {
    fn new() -> Stream {
        let state = InflateState::new_boxed(DataFormat::Raw);
        Stream { state, bytes: Vec::new(), at: 0, shapes: Vec::new(), event: [0; 2] }
    }

    fn inflate(&mut self, mut block: &[u8]) {
        let mut some = vec![0; 1 << 16];
        loop {
            let done = inflate(&mut self.state, block, &mut some, MZFlush::None);
            block = &block[done.bytes_consumed..];
            self.bytes.extend_from_slice(&some[..done.bytes_written]);
            if (done.bytes_consumed, done.bytes_written) == (0, 0) {
                return;
            }
        }
    }

    /// The block at hand, if it is whole.
    fn read(&mut self, lines: &mut Vec<String>) {
        let before = self.at;
        let size = if self.bytes.len() > self.at { self.varint() } else { return };
        if self.bytes.len() - self.at < usize::try_from(size).unwrap() {
            self.at = before;
            return;
        }
        let (count, fresh) = (self.varint(), self.varint());
        for _ in 0..fresh {
            let length = usize::try_from(self.varint()).unwrap();
            let shape = self.bytes[self.at..self.at + length].to_vec();
            self.at += length;
            let own = shape.split(|&byte| byte == 0).count() - 1 - shared(&shape);
            self.shapes.push((shape, vec![0; own]));
        }
        let order: Vec<usize> =
            (0..count).map(|_| usize::try_from(self.varint()).unwrap()).collect();
        let timed = order.iter().filter(|&&shape| shared(&self.shapes[shape].0) > 0).count();
        let mut events = [Vec::new(), Vec::new()];
        for (index, column) in events.iter_mut().enumerate() {
            for _ in 0..timed {
                let from = self.event[index].wrapping_add(u64::from(index == 0));
                self.event[index] = self.number_after(from);
                column.push(self.event[index]);
            }
        }
        let mut used = order.clone();
        used.sort_unstable();
        used.dedup();
        let mut columns = std::collections::HashMap::new();
        for shape in used {
            let rows = order.iter().filter(|&&other| other == shape).count();
            for gap in 0..self.shapes[shape].1.len() {
                for row in 0..rows {
                    let number = self.number_after(self.shapes[shape].1[gap]);
                    self.shapes[shape].1[gap] = number;
                    columns.insert((shape, row, gap), number);
                }
            }
        }
        let (mut rows, mut event) = (vec![0; self.shapes.len()], 0);
        for shape in order {
            let (text, row) = (&self.shapes[shape].0, rows[shape]);
            let mut numbers = Vec::new();
            if shared(text) > 0 {
                numbers.extend(events.iter().map(|column| column[event]));
                event += 1;
            }
            numbers.extend((0..self.shapes[shape].1.len()).map(|gap| columns[&(shape, row, gap)]));
            rows[shape] += 1;
            let mut numbers = numbers.into_iter();
            let mut line = Vec::new();
            for &byte in text {
                match byte {
                    0 => line.extend_from_slice(numbers.next().unwrap().to_string().as_bytes()),
                    _ => line.push(byte),
                }
            }
            lines.push(String::from_utf8(line).unwrap());
        }
    }

    fn varint(&mut self) -> u64 {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.bytes[self.at];
            self.at += 1;
            number |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                return number;
            }
        }
    }

    fn number_after(&mut self, from: u64) -> u64 {
        let difference = self.varint();
        if difference & 1 == 0 { from + (difference >> 1) } else { from - difference.div_ceil(2) }
    }
}

fn shared(shape: &[u8]) -> usize {
    if shape.starts_with(EVENT) { 2 } else { 0 }
}
