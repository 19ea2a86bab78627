//! How is JSON written, fast and by hand?
//!
//! Straight into a buffer of bytes that is used again and again: no tree of values, no allocation,
//! and std's formatter for numbers only. A trace is a line an event, and an event may cost 200 ns
//! with everything.
//!
//! Interface: [`key`], [`field!`](field), [`raw`], [`text`], [`word`], [`number`], [`nanos`].
//!
//! Invariants: what is written is UTF-8, one line however many lines a text has, and holds neither
//! `</` nor `<!`: so it may be in a page's script tag, which those would end or confuse.
//!
//! Not here: what is written (`json.rs`, `perfetto.rs`).

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

/// A whole number. (Each line has some, and without optimisation `write!` takes three times as
/// long.)
pub(crate) fn number(out: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0; 20];
    let mut first = digits.len();
    while first == digits.len() || number > 0 {
        first -= 1;
        digits[first] = b"0123456789"[(number % 10) as usize];
        number /= 10;
    }
    out.extend_from_slice(&digits[first..]);
}

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
            assert!(!line.contains("</") && !line.contains("<!") && !line.contains('\n'), "{line}");
        }
    }
}
