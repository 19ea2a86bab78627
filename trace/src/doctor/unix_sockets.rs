//! Which Unix sockets are connected to each other?
//!
//! `/proc/self/net/unix` does not say, but the system tells who asks it by a message, as `ss` does (see `sock_diag(7)`).
//!
//! Interface: [`table`]. Invariant: the descriptor by which it asks is closed when it returns.

/// The state of a socket that listens, in those tables, and of one that is connected.
pub(super) const LISTENS: &str = "0A";
pub(super) const CONNECTED: &str = "01";

/// A table like that of `/proc/self/net/tcp`, with numbers in place of addresses; empty, if the system doesn't tell.
pub(super) fn table() -> String {
    diag::answers().unwrap_or_default().iter().flat_map(|answer| lines(answer)).collect()
}

/// Those of one socket. One that waits to be accepted has no number: the one that has connected to it is known by its listener.
fn lines(answer: &[u8]) -> Vec<String> {
    const NAME: u16 = 0;
    const PEER: u16 = 2;
    const QUEUE: u16 = 3;
    const DATAGRAMS: u8 = 2;
    let (Some(kind), Some(state)) = (answer.get(1), answer.get(2)) else { return Vec::new() };
    let Some(own) = number_at(answer, 4) else { return Vec::new() };
    let line = |here: &str, there: &str, state: &str| {
        format!("x {here} {there} {state} x 00: x x x {own}\n")
    };
    let listens = format!("{state:02X}") == LISTENS;
    let (mut lines, mut there) =
        (Vec::new(), if listens { String::new() } else { "nobody".to_owned() });
    let attributes = attributes(answer.get(16..).unwrap_or_default());
    // A datagram comes from the other end alone; or, where there is none, from any socket that knows the name.
    let knows = |what: u16| attributes.iter().find(|(kind, _)| *kind == what);
    let peer = knows(PEER).and_then(|(_, value)| number_at(value, 0));
    if *kind == DATAGRAMS && (peer == Some(0) || peer.is_none() && knows(NAME).is_none()) {
        let gone = format!("gone-{own}");
        let own = own.to_string();
        return vec![line(&gone, &own, CONNECTED), line(&own, &gone, CONNECTED)];
    }
    for (kind, value) in attributes {
        match (kind, number_at(value, 0)) {
            (PEER, Some(0)) => there = format!("queue-of-{own}"),
            (PEER, Some(peer)) => there = peer.to_string(),
            (QUEUE, _) => {
                let waiting = (0..value.len() / 4).filter_map(|nth| number_at(value, 4 * nth));
                let waits = |it: u32| line(&format!("queue-of-{it}"), &it.to_string(), CONNECTED);
                lines.extend(waiting.map(waits));
            }
            _ => {}
        }
    }
    let here = own.to_string();
    lines.push(if listens { line(&here, &here, LISTENS) } else { line(&here, &there, CONNECTED) });
    lines
}

fn number_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// Each with its kind.
fn attributes(mut rest: &[u8]) -> Vec<(u16, &[u8])> {
    let mut found = Vec::new();
    while let [low, high, one, other, ..] = *rest {
        let length = usize::from(u16::from_ne_bytes([low, high]));
        let Some(value) = rest.get(4..length) else { break };
        found.push((u16::from_ne_bytes([one, other]), value));
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    found
}

#[cfg(target_os = "linux")]
mod diag {
    use std::io::Read;
    use std::time::Duration;

    use socket2::{Domain, Protocol, Socket, Type};

    use super::number_at;

    const NETLINK: i32 = 16;
    const SOCK_DIAG: i32 = 4;
    const BY_FAMILY: u16 = 20;
    const DONE: u16 = 3;

    /// What is told of each Unix socket: `unix_diag_msg`, and attributes.
    pub(super) fn answers() -> Option<Vec<Vec<u8>>> {
        let mut socket =
            Socket::new(Domain::from(NETLINK), Type::DGRAM, Some(Protocol::from(SOCK_DIAG)))
                .ok()?;
        socket.set_read_timeout(Some(Duration::from_secs(1))).ok()?;
        socket.send(&question()).ok()?;
        let (mut answers, mut buffer) = (Vec::new(), vec![0; 1 << 16]);
        loop {
            let length = socket.read(&mut buffer).ok()?;
            let mut rest = &buffer[..length];
            while let Some(length) = number_at(rest, 0).map(|length| length as usize) {
                let (kind, answer) = (rest.get(4..6)?, rest.get(16..length)?);
                match u16::from_ne_bytes(kind.try_into().ok()?) {
                    BY_FAMILY => answers.push(answer.to_vec()),
                    DONE => return Some(answers),
                    _ => return None,
                }
                rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
            }
        }
    }

    /// A `nlmsghdr` and a `unix_diag_req`: of all, with name, other end and queue.
    fn question() -> Vec<u8> {
        const REQUEST_DUMP: u32 = 0x301 << 16;
        const UNIX: u32 = 1;
        const WANTED: u32 = 1 | 4 | 8;
        let kind = u32::from(BY_FAMILY) | REQUEST_DUMP;
        let kind = if cfg!(target_endian = "little") { kind } else { kind.rotate_left(16) };
        let unix = if cfg!(target_endian = "little") { UNIX } else { UNIX << 24 };
        let words = [40, kind, 1, 0, unix, u32::MAX, 0, WANTED, 0, 0];
        words.into_iter().flat_map(u32::to_ne_bytes).collect()
    }
}

#[cfg(not(target_os = "linux"))]
mod diag {
    pub(super) fn answers() -> Option<Vec<Vec<u8>>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the system tells of a socket with this state and number: `unix_diag_msg`, and attributes, each of words.
    fn answer(state: u8, number: u32, attributes: &[(u16, &[u32])]) -> Vec<u8> {
        let mut bytes = vec![1, 1, state, 0];
        bytes.extend(number.to_ne_bytes());
        bytes.extend([0; 8]);
        for (kind, words) in attributes {
            let length = u16::try_from(4 + 4 * words.len()).unwrap();
            bytes.extend(length.to_ne_bytes().into_iter().chain(kind.to_ne_bytes()));
            bytes.extend(words.iter().flat_map(|word| word.to_ne_bytes()));
        }
        bytes
    }

    #[test]
    fn each_socket_is_a_line_with_its_other_end() {
        let line = |here: &str, there: &str, state, by| {
            format!("x {here} {there} {state} x 00: x x x {by}\n")
        };
        let of = |state, attributes: &[(u16, &[u32])]| lines(&answer(state, 7, attributes));
        assert_eq!(of(1, &[(2, &[8])]), [line("7", "8", CONNECTED, 7)]);
        assert_eq!(of(1, &[(4, &[0, 0]), (2, &[8])]), [line("7", "8", CONNECTED, 7)]);
        assert_eq!(of(1, &[]), [line("7", "nobody", CONNECTED, 7)]);
        assert_eq!(
            of(1, &[(2, &[0])]),
            [line("7", "queue-of-7", CONNECTED, 7)],
            "not accepted yet"
        );
        let listener = [line("queue-of-3", "3", CONNECTED, 7), line("7", "7", LISTENS, 7)];
        assert_eq!(of(10, &[(3, &[3])]), listener, "with one in its queue");
        let datagrams = |attributes: &[(u16, &[u32])]| {
            let mut bytes = answer(1, 7, attributes);
            bytes[1] = 2;
            lines(&bytes)
        };
        let gone = [line("gone-7", "7", CONNECTED, 7), line("7", "gone-7", CONNECTED, 7)];
        assert_eq!(datagrams(&[(2, &[0])]), gone, "the other end is closed");
        assert_eq!(datagrams(&[]), gone, "it has none, and no name");
        assert_eq!(datagrams(&[(0, &[1])]), [line("7", "nobody", CONNECTED, 7)], "it has a name");
        assert_eq!(datagrams(&[(2, &[8])]), [line("7", "8", CONNECTED, 7)]);
        let cut = answer(1, 7, &[(2, &[8])]);
        assert_eq!(
            lines(&cut[..18]),
            [line("7", "nobody", CONNECTED, 7)],
            "the attribute is cut off"
        );
        assert!(lines(&cut[..6]).is_empty());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_system_tells_of_a_pair() {
        use std::os::fd::AsRawFd;
        use std::os::unix::net::UnixStream;
        let pair = UnixStream::pair().unwrap();
        let number = |end: &UnixStream| {
            let name = format!("/proc/self/fd/{}", end.as_raw_fd());
            let link = std::fs::read_link(name).unwrap().to_string_lossy().into_owned();
            link.trim_start_matches("socket:[").trim_end_matches(']').to_owned()
        };
        let (one, other) = (number(&pair.0), number(&pair.1));
        let told = table();
        assert!(told.contains(&format!("x {one} {other} {CONNECTED} ")), "{told}");
    }
}
