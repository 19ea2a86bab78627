//! How is JSON written, fast and by hand?
//!
//! Straight into a buffer of bytes that is used again and again: no tree of values, no formatter,
//! no allocation. A trace is a line an event, and an event may cost 200 ns with everything.
//!
//! Interface: [`key`], [`field!`](field), [`raw`], [`text`], [`long_text`], [`word`], [`number`],
//! [`nanos`]; [`pair`], for other writers.
//!
//! Invariants: what is written is UTF-8, one line however many lines a text has, and holds neither
//! `</` nor `<!`: so it may be in a page's script tag, which those would end or confuse.
//!
//! Not here: what is written (`json.rs`, `chrome.rs`).

use std::time::Duration;

/// A key as it is in the line, known when this is compiled: copied at one go.
macro_rules! field {
    ($name:literal) => {
        concat!(",\"", $name, "\":")
    };
}
pub(crate) use field;

/// What needs no quotes and no escaping.
#[inline]
pub(crate) fn raw(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

/// `,"name":`
#[inline]
pub(crate) fn key(out: &mut Vec<u8>, name: &str) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
}

/// A word of our own, in quotes: nothing in it needs to be escaped.
#[inline]
pub(crate) fn word(out: &mut Vec<u8>, word: &str) {
    debug_assert!(!word.bytes().any(is_special), "{word:?} has to be escaped");
    out.push(b'"');
    out.extend_from_slice(word.as_bytes());
    out.push(b'"');
}

/// Any text, in quotes.
#[inline]
pub(crate) fn text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    escaped(out, text);
    out.push(b'"');
}

/// Any text without its quotes.
pub(crate) fn escaped(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    // Almost no text has anything special. (No early exit: so the compiler looks at many at once.)
    if !bytes.iter().fold(false, |any, &byte| any | is_special(byte)) {
        out.extend_from_slice(bytes);
        return;
    }
    let mut before = 0;
    for &byte in bytes {
        escape(out, before, byte);
        before = byte;
    }
}

/// A whole source file, in quotes: as [`text`] does it. But in a debug build a loop over bytes takes
/// a quarter of a millisecond for a file, while the program waits and its clock goes on; so it is
/// left to `std` to find what is special, which is not built for debugging.
pub(crate) fn long_text(out: &mut Vec<u8>, text: &str) {
    let controls = ('\0'..' ').filter(|&control| control != '\n');
    out.push(b'"');
    if controls.into_iter().any(|control| text.contains(control)) {
        escaped(out, text);
    } else {
        escaped_by_std(out, text);
    }
    out.push(b'"');
}

/// Of a text without control characters other than the ends of lines.
fn escaped_by_std(out: &mut Vec<u8>, text: &str) {
    let find = |sought: char, from: usize| text[from..].find(sought).map(|after| from + after);
    let mut ahead = ['\n', '"', '\\', '<'].map(|sought| (sought, find(sought, 0)));
    let mut from = 0;
    while let Some(next) =
        ahead.iter_mut().filter(|next| next.1.is_some()).min_by_key(|next| next.1)
        && let (sought, Some(at)) = *next
    {
        out.extend_from_slice(&text.as_bytes()[from..at]);
        // Of `</` and `<!` it is the second that is escaped.
        from =
            at + if text[at..].starts_with("</") || text[at..].starts_with("<!") { 2 } else { 1 };
        escaped(out, &text[at..from]);
        next.1 = find(sought, from);
    }
    out.extend_from_slice(&text.as_bytes()[from..]);
}

fn is_special(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\' || byte == b'<'
}

fn escape(out: &mut Vec<u8>, before: u8, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    match byte {
        b'"' => out.extend_from_slice(b"\\\""),
        b'\\' => out.extend_from_slice(b"\\\\"),
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\t' => out.extend_from_slice(b"\\t"),
        b'/' if before == b'<' => out.extend_from_slice(b"\\/"),
        b'!' if before == b'<' => out.extend_from_slice(b"\\u0021"),
        0..=0x1f => {
            out.extend_from_slice(b"\\u00");
            out.push(HEX[usize::from(byte >> 4)]);
            out.push(HEX[usize::from(byte & 15)]);
        }
        _ => out.push(byte),
    }
}

/// A whole number.
pub(crate) fn number(out: &mut Vec<u8>, number: u64) {
    // Straight to where it belongs: room for the largest, then no more than is needed. (Digits that
    // are gathered elsewhere and copied at once are waited for by the processor: 40 ns an event.)
    let (start, count) = (out.len(), number.checked_ilog10().map_or(1, |power| power as usize + 1));
    out.extend_from_slice(&[0; 20]);
    out.truncate(start + count);
    let mut rest = number;
    let mut pairs = out[start..].rchunks_exact_mut(2);
    for room in &mut pairs {
        room.copy_from_slice(pair(rest));
        rest /= 100;
    }
    if let [first] = pairs.into_remainder() {
        *first = pair(rest)[1];
    }
}

/// The last two digits of a number.
#[inline]
pub(crate) fn pair(number: u64) -> &'static [u8; 2] {
    // It is below a hundred.
    #[allow(clippy::cast_possible_truncation)]
    let place = (number % 100) as usize;
    &PAIRS[place]
}

/// `00` to `99`.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[b'0'; 2]; 100];
    let mut number: u8 = 0;
    while number < 100 {
        pairs[number as usize] = [b'0' + number / 10, b'0' + number % 10];
        number += 1;
    }
    pairs
};

/// A time in whole nanoseconds.
#[inline]
pub(crate) fn nanos(out: &mut Vec<u8>, time: Duration) {
    number(out, whole_nanos(time));
}

/// 584 years at the most: what lies behind is for ever.
#[inline]
pub(crate) fn whole_nanos(time: Duration) -> u64 {
    time.as_secs().saturating_mul(1_000_000_000).saturating_add(u64::from(time.subsec_nanos()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::parse;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_are_written_in_full() {
        for value in (0..=1_001).chain([9_999, 10_000, 1_002_123_456, u64::MAX - 1, u64::MAX]) {
            assert_eq!(written(|out| number(out, value)), value.to_string());
        }
        assert_eq!(written(|out| nanos(out, Duration::from_millis(2))), "2000000");
        assert_eq!(written(|out| nanos(out, Duration::MAX)), u64::MAX.to_string());
    }

    #[test]
    fn any_text_comes_back_as_it_was_and_cannot_end_the_tag() {
        let texts = [
            "",
            "plain",
            "\"quoted\" and \\ back",
            "lines\nof\r\na\ttext\u{1}\u{1f}",
            "</script><!-- <script> --> <\\/ </</<!<!",
            "ends in <",
            "a <\"</\n<<!</é<é\\<\\</",
            "Tee für 小林 🫖 \u{2028}",
        ];
        for original in texts {
            let line = written(|out| text(out, original));
            assert_eq!(parse(&line).as_str().unwrap(), original, "{line}");
            assert_eq!(line, written(|out| long_text(out, original)));
            assert!(!line.contains("</") && !line.contains("<!") && !line.contains('\n'), "{line}");
        }
    }
}
