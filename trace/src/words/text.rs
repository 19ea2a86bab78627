//! How is JSON written, fast and by hand?
//!
//! It is written straight into a buffer that is reused, without a tree of values and without
//! allocations: a trace has a line for each event, and an event may cost 200 ns in all.
//!
//! Interface: [`Out`] is the buffer. [`raw`] writes a text as it is, [`word`] with quotes, [`text`]
//! with quotes and escapes, [`escaped`] with escapes alone; [`key`] writes a key, [`number`] a
//! number; [`whole_nanos`] turns a time into a number.
//!
//! Invariants: the output is one line, even if a text has several, and contains neither `</` nor
//! `<!`, which would end or confuse the page's script tag.
//! Elsewhere: what is written (`json.rs`).

use std::ffi::OsString;
use std::fmt::Write;
use std::time::Duration;

/// The buffer for lines and sentences. It isn't a `String`, because a `String`'s functions are
/// compiled together with this crate: in a debug build, each piece of text took four times as many
/// instructions. Writing to an `OsString` is compiled with std, which is always optimised.
pub(crate) type Out = OsString;

/// Text that needs no quotes and no escaping.
#[inline]
pub(crate) fn raw(out: &mut Out, text: &str) {
    let _ = out.write_str(text); // there is always room
}

/// `,"name":`
#[inline]
pub(crate) fn key(out: &mut Out, name: &str) {
    raw(out, ",\"");
    raw(out, name);
    raw(out, "\":");
}

/// A text in which nothing needs to be escaped, in quotes.
#[inline]
pub(crate) fn word(out: &mut Out, word: &str) {
    raw(out, "\"");
    raw(out, word);
    raw(out, "\"");
}

/// Any text, escaped and in quotes.
#[inline]
pub(crate) fn text(out: &mut Out, text: &str) {
    raw(out, "\"");
    escaped(out, text);
    raw(out, "\"");
}

/// Any text, escaped, without quotes.
pub(crate) fn escaped(out: &mut Out, text: &str) {
    if is_plain(text.as_bytes()) {
        return raw(out, text);
    }
    for (number, line) in text.split('\n').enumerate() {
        raw(out, if number > 0 { "\\n" } else { "" });
        if is_plain(line.as_bytes()) { raw(out, line) } else { escaped_line(out, line) }
    }
}

fn escaped_line(out: &mut Out, line: &str) {
    let mut from = 0;
    for (at, byte) in line.bytes().enumerate().filter(|(_, byte)| is_special(*byte)) {
        if byte == b'<' && !line[at..].starts_with("</") && !line[at..].starts_with("<!") {
            continue;
        }
        raw(out, &line[from..at]);
        from = at + 1; // behind the special byte
        match byte {
            b'"' => raw(out, "\\\""),
            b'\\' => raw(out, "\\\\"),
            b'\r' => raw(out, "\\r"),
            b'\t' => raw(out, "\\t"),
            _ => write!(out, "\\u{byte:04x}").expect("there is always room"),
        }
    }
    raw(out, &line[from..]);
}

fn is_special(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\' || byte == b'<'
}

/// Is no byte of it special? (Sixteen bytes are checked together, because a debug build takes sixty
/// instructions for each pass of a loop.)
fn is_plain(mut text: &[u8]) -> bool {
    while let Some((first, rest)) = text.split_first_chunk() {
        if !are_plain(first) {
            return false;
        }
        text = rest;
    }
    let mut last = [b' '; 16];
    last[..text.len()].copy_from_slice(text);
    are_plain(&last)
}

fn are_plain(bytes: &[u8; 16]) -> bool {
    const fn sixteen(byte: u8) -> u128 {
        u128::from_ne_bytes([byte; 16])
    }
    // Sets the highest bit of each byte that isn't 0: the sum carries into that bit.
    const LOW_BITS: u128 = sixteen(0x7f);
    let mark_nonzero = |bytes: u128| ((bytes & LOW_BITS) + LOW_BITS) | bytes;
    // A byte is plain if it has one of the bits of 0xe0 (so it isn't below 0x20) and is none of
    // the three characters.
    let bytes = u128::from_ne_bytes(*bytes);
    let plain = mark_nonzero(bytes & const { sixteen(0xe0) })
        & mark_nonzero(bytes ^ const { sixteen(b'"') })
        & mark_nonzero(bytes ^ const { sixteen(b'\\') })
        & mark_nonzero(bytes ^ const { sixteen(b'<') });
    plain & !LOW_BITS == !LOW_BITS
}

pub(crate) fn number(out: &mut Out, number: u64) {
    write!(out, "{number}").expect("there is always room");
}

/// A time in nanoseconds. More than 584 years don't fit, and become `u64::MAX`.
#[inline]
pub(crate) fn whole_nanos(time: Duration) -> u64 {
    time.as_secs().saturating_mul(1_000_000_000).saturating_add(u64::from(time.subsec_nanos()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::parse;

    #[test]
    fn a_time_of_more_than_584_years_is_the_largest_number() {
        assert_eq!(whole_nanos(Duration::from_millis(2)), 2_000_000);
        assert_eq!(whole_nanos(Duration::MAX), u64::MAX);
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
            "a control\u{1b}[1mcharacter among many others",
            "a name of <T> or \"T\" among many others",
        ];
        for original in texts {
            let mut out = Out::new();
            text(&mut out, original);
            let line = out.into_string().unwrap();
            assert_eq!(parse(&line).as_str().unwrap(), original, "{line}");
            assert!(!line.contains("</") && !line.contains("<!") && !line.contains('\n'), "{line}");
        }
    }
}
