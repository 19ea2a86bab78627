//! What do the two protocols make of bytes? Without a runtime: they are plain functions.

use chat::connection::{Bytes, Heard, LEFT, LONGEST, Lines, Protocol, TOO_LONG};
use chat::web::Web;

/// Everything that is heard of these bytes, given in pieces.
fn heard(protocol: &mut impl Protocol, pieces: &[&[u8]], ended: bool) -> Vec<Heard> {
    let (mut bytes, mut all) = (Bytes::default(), Vec::new());
    for (at, piece) in pieces.iter().enumerate() {
        bytes.unread.extend_from_slice(piece);
        bytes.ended = ended && at + 1 == pieces.len();
        while let Some(heard) = protocol.hear(&mut bytes) {
            let is_last = matches!(heard, Heard::End(_));
            all.push(heard);
            if is_last {
                return all;
            }
        }
    }
    all
}

fn line(text: &str) -> Heard {
    Heard::Line(text.to_owned())
}

#[test]
fn a_line_is_whole_at_its_end() {
    let pieces: &[&[u8]] = &[b"on", b"e\r", b"\ntwo\n\nth", b"ree"];
    assert_eq!(heard(&mut Lines::default(), pieces, false), [line("one"), line("two"), line("")]);
    let all = [line("one"), line("two"), line(""), line("three"), Heard::End(LEFT)];
    assert_eq!(heard(&mut Lines::default(), pieces, true), all);
    let torn: &[&[u8]] = &[b"caf\xc3", b"\xa9\ncaf\xe9\n"];
    assert_eq!(heard(&mut Lines::default(), torn, false), [line("caf\u{e9}"), Heard::NotUtf8]);
}

#[test]
fn a_line_has_a_thousand_bytes_and_its_end_none_of_them() {
    assert!(TOO_LONG.contains(&LONGEST.to_string()));
    let long = "x".repeat(LONGEST);
    let hear = |text: String| heard(&mut Lines::default(), &[text.as_bytes()], false);
    for end in ["\n", "\r\n"] {
        assert_eq!(hear(format!("{long}{end}")), [line(&long)]);
        assert_eq!(hear(format!("{long}x{end}")), [Heard::End(TOO_LONG)]);
    }
    assert_eq!(hear(format!("{long}\r")), [], "an end may come");
    assert_eq!(hear(format!("{long}x")), [Heard::End(TOO_LONG)], "it is too long already");
}

#[test]
fn a_request_is_no_line() {
    for request in ["GET / HTTP/1.1\r\n", "POST /chat HTTP/1.1\r\n"] {
        let heard = heard(&mut Lines::default(), &[request.as_bytes()], false);
        assert!(matches!(heard[..], [Heard::End(_)]), "{heard:?}");
    }
    let talk = "I like HTTP/1.1\r\nas in\nGET / HTTP/1.1\r\n";
    let heard = heard(&mut Lines::default(), &[talk.as_bytes()], false);
    let lines = ["I like HTTP/1.1", "as in", "GET / HTTP/1.1"].map(line);
    assert_eq!(heard, lines, "a request has a path, and is the first line");
}

/// A frame of a browser: masked, here with zeros.
fn frame(kind: u8, text: &[u8]) -> Vec<u8> {
    let length = u8::try_from(text.len()).expect("a short one");
    [&[kind, 0x80 | length, 0, 0, 0, 0], text].concat()
}

#[test]
fn a_message_may_come_in_fragments_with_a_ping_in_between() {
    // A text that goes on, a ping, and the end, in the middle of a letter.
    let parts = [frame(0x01, b"caf\xc3"), frame(0x89, b"hm"), frame(0x80, b"\xa9")].concat();
    let bytewise: Vec<&[u8]> = parts.chunks(1).collect();
    assert_eq!(heard(&mut Web::default(), &bytewise, false), [line(""), line("caf\u{e9}")]);
}

#[test]
fn a_web_socket_ends_in_its_own_ways() {
    let end = |bytes: &[u8], ended| heard(&mut Web::default(), &[bytes], ended);
    assert_eq!(end(&frame(0x88, &[]), false), [Heard::End(LEFT)]);
    assert_eq!(end(b"", true), [Heard::End(LEFT)], "without a word");
    assert_eq!(end(&frame(0x81, b"\xff"), false), [Heard::End("That was not UTF-8.")]);
    let unmasked = end(b"\x81\x02hi", false);
    assert_eq!(unmasked, [Heard::End("That was no frame of a WebSocket.")]);
    let long = [frame(0x01, &[b'x'; 100]), frame(0x00, &[b'x'; 100]).repeat(10)].concat();
    assert_eq!(end(&long, false), [Heard::End(TOO_LONG)]);
}
