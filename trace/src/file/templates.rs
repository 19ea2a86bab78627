//! How does a line say only what is new in it?
//!
//! As a *row*: the lines of a trace are much alike, and differ in their numbers. A line without its
//! numbers is a template, which is written once; a row has the template's number, and by how much
//! each number of the line is greater than the one at its place in the template's row before.
//! A number has up to 15 digits, no leading zero, and is after a space, `.`, `,`, `[` or `":`. A
//! row is varints (seven bits a byte, the lowest first): its template's number, from 1, or 0,
//! length and text of a new one; then each difference, d as 2d and -d as 2d - 1, at first to 0.
//!
//! Interface: [`Templates::pack`], and [`Templates::unpack`] in the same order. Invariant: what is
//! unpacked is what was packed, byte for byte; both forget the templates at the same row.
//!
//! Not here: how rows get into a file (`blocks.rs`); reading them in a browser
//! (`page/record/blocks.js`).

use std::collections::HashMap;

/// In a template, where a number goes. (In JSON, it is escaped.)
const HOLE: u8 = 0;
/// The most digits of a number that JavaScript has exactly.
const DIGITS: usize = 15;
/// Templates of more bytes together are forgotten.
const MOST: usize = 1 << 20;

/// The templates that there are until now.
#[derive(Default)]
pub(crate) struct Templates {
    numbers: HashMap<Vec<u8>, usize>,
    /// Each with the numbers of its latest row.
    all: Vec<(Vec<u8>, Vec<u64>)>,
    bytes: usize,
    /// Of the line at hand; kept for their room.
    template: Vec<u8>,
    values: Vec<u64>,
}

impl Templates {
    /// Adds the row of a line, which is given without its end.
    pub(crate) fn pack(&mut self, line: &[u8], out: &mut Vec<u8>) {
        self.split(line);
        let number = if let Some(&number) = self.numbers.get(&self.template) {
            varint(number as u64 + 1, out);
            number
        } else {
            varint(0, out);
            varint(self.template.len() as u64, out);
            out.extend_from_slice(&self.template);
            self.add(self.template.clone())
        };
        for (last, &value) in self.all[number].1.iter_mut().zip(&self.values) {
            let more = value.wrapping_sub(*last).cast_signed();
            varint((more << 1 ^ more >> 63).cast_unsigned(), out);
            *last = value;
        }
    }

    /// The lines of these rows; `None` if they make no sense.
    pub(crate) fn unpack(&mut self, mut rows: &[u8]) -> Option<String> {
        let mut lines = Vec::new();
        while !rows.is_empty() {
            let number = match usize::try_from(varint_of(&mut rows)?).ok()? {
                0 => {
                    let length = usize::try_from(varint_of(&mut rows)?).ok()?;
                    self.add(rows.split_off(..length)?.to_vec())
                }
                known => known - 1,
            };
            let (template, last) = self.all.get_mut(number)?;
            let mut parts = template.split(|byte| *byte == HOLE);
            lines.extend_from_slice(parts.next().unwrap_or_default());
            for (last, part) in last.iter_mut().zip(parts) {
                let more = varint_of(&mut rows)?;
                *last = last.wrapping_add(more >> 1 ^ (more & 1).wrapping_neg());
                lines.extend_from_slice(last.to_string().as_bytes());
                lines.extend_from_slice(part);
            }
            lines.push(b'\n');
        }
        String::from_utf8(lines).ok()
    }

    /// Another template, and its number.
    fn add(&mut self, template: Vec<u8>) -> usize {
        self.bytes += template.len();
        if self.bytes > MOST {
            self.numbers.clear();
            self.all.clear();
            self.bytes = template.len();
        }
        let holes = template.split(|byte| *byte == HOLE).count() - 1;
        self.numbers.insert(template.clone(), self.all.len());
        self.all.push((template, vec![0; holes]));
        self.all.len() - 1
    }

    /// The line's template and its numbers: where a value or a word begins, so that names of files
    /// stay whole.
    fn split(&mut self, line: &[u8]) {
        self.template.clear();
        self.values.clear();
        let mut from = 0;
        while from < line.len() {
            let digits = line[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            let begins = matches!(line[..from], [.., b' ' | b'.' | b',' | b'['] | [.., b'"', b':']);
            let run = &line[from..from + digits.max(1)];
            if begins && (1..=DIGITS).contains(&digits) && (run[0] != b'0' || digits == 1) {
                self.template.push(HOLE);
                self.values
                    .push(run.iter().fold(0, |value, digit| value * 10 + u64::from(digit - b'0')));
            } else {
                self.template.extend_from_slice(run);
            }
            from += run.len();
        }
    }
}

/// Seven bits in each byte, the lowest first; all but the last have the eighth.
fn varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 128 {
        out.push(number.to_le_bytes()[0] | 128);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

fn varint_of(rows: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = *rows.split_off_first()?;
        number |= u64::from(byte & 127) << shift;
        if byte < 128 {
            return Some(number);
        }
    }
    None
}
