//! How is JSON written, fast and by hand?
//!
//! Straight into a buffer that is used again and again, without a tree of values and without
//! allocating. A trace has a line for each event, and an event may cost 200 ns with everything.
//!
//! Interface: [`Out`]; [`key`], [`raw`] (as it is), [`word`] (quoted, nothing to escape), [`text`]
//! (quoted and escaped), [`number`].
//!
//! Invariants: the output is one line, however many lines a text has, and contains neither `</` nor
//! `<!`, which would end or confuse the page's script tag.
//!
//! Not here: what is written (`json.rs`).

use std::ffi::OsString;
use std::fmt::Write;
use std::time::Duration;

/// Where lines and sentences gather. All of it is text, and not a `String`, because that would be
/// compiled with this crate: a debug build took four times as many instructions for each piece.
/// Writing to this one is compiled with std, which is always optimised.
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

/// A word of our own, in quotes: nothing in it needs to be escaped.
#[inline]
pub(crate) fn word(out: &mut Out, word: &str) {
    raw(out, "\"");
    raw(out, word);
    raw(out, "\"");
}

/// Any text, in quotes.
#[inline]
pub(crate) fn text(out: &mut Out, text: &str) {
    raw(out, "\"");
    escaped(out, text);
    raw(out, "\"");
}

/// Any text without its quotes.
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
        from = at + 1;
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

/// Is no byte of it special? (Sixteen are looked at together, because a debug build takes sixty
/// instructions for each turn of a loop.)
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
    const fn each(byte: u8) -> u128 {
        u128::from_ne_bytes([byte; 16])
    }
    // The highest bit of each byte says that it isn't 0: the sum carries into it.
    const LOW: u128 = each(0x7f);
    let isnt_0 = |bytes: u128| ((bytes & LOW) + LOW) | bytes;
    let bytes = u128::from_ne_bytes(*bytes);
    let plain = isnt_0(bytes & const { each(0xe0) })
        & isnt_0(bytes ^ const { each(b'"') })
        & isnt_0(bytes ^ const { each(b'\\') })
        & isnt_0(bytes ^ const { each(b'<') });
    plain & !LOW == !LOW
}

pub(crate) fn number(out: &mut Out, number: u64) {
    write!(out, "{number}").expect("there is always room");
}

/// At most 584 years: a longer time counts as for ever.
#[inline]
pub(crate) fn whole_nanos(time: Duration) -> u64 {
    time.as_secs().saturating_mul(1_000_000_000).saturating_add(u64::from(time.subsec_nanos()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::parse;

    fn written(write: impl FnOnce(&mut Out)) -> String {
        let mut out = Out::new();
        write(&mut out);
        out.into_string().unwrap()
    }

    #[test]
    fn what_lies_behind_584_years_is_for_ever() {
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
            let line = written(|out| text(out, original));
            assert_eq!(parse(&line).as_str().unwrap(), original, "{line}");
            assert!(!line.contains("</") && !line.contains("<!") && !line.contains('\n'), "{line}");
        }
    }
}
