//! Has each connection of this program both of its ends in the program?
//!
//! Linux lists the connections with their addresses, in `/proc/self/net`, those of Unix sockets on request
//! (`unix_sockets.rs`), and a process its own descriptors. If the other
//! end of each is its own, too, tasks that wait for each other's sockets, with nothing under way, wait forever: unless the system
//! ends a connection, which it may while a timer of its own runs for that; or a task waits for visitors, and one comes. Then
//! it is no proof. And nothing is said of a server, in which `main` waits for visitors itself, or for something that they
//! may bring; nor if there are child processes, which may have inherited a socket, or another process has one of them, too. A
//! connection that is not accepted yet belongs to its listener; a pipe is whole if both of its ends are here, and has no name,
//! by which any program opens it. Only what the selector watches is asked about.
//!
//! Interface: [`look`], [`is_kettles`]. Not here: what else could happen (`asleep.rs`).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use kettle_events::{Direction, Resource};

use super::run::Run;
use super::system::only_children_signal;
use super::unix_sockets::{self, CONNECTED, LISTENS};
use crate::fold::Source;

/// So the types end whose values are connected, and may be one end of a pipe, or wait for visitors.
const CONNECTIONS: [&str; 4] = ["TcpStream", "UnixStream", "UnixDatagram", "UdpSocket"];
const PIPES: [&str; 2] = ["PipeReader", "PipeWriter"];
const LISTENERS: [&str; 2] = ["TcpListener", "UnixListener"];
/// Where a signal is waited for: a pair of the program's own, into which the handler writes.
pub(super) const SIGNALS: &str = "SignalSocket";
/// The tables of connections.
const TABLES: [&str; 4] = ["tcp", "tcp6", "udp", "udp6"];
/// Both ends of a pipe.
const BOTH: usize = 0b11;
/// A selector, and that by which a thread wakes one.
const SELECTOR: &str = "anon_inode:[eventpoll]";
const WAKER: &str = "anon_inode:[eventfd]";

/// Is what has this type a socket or pipe of kettle's, and no descriptor of the program's own?
pub(super) fn is_kettles(what: &str) -> bool {
    [&CONNECTIONS[..], &PIPES, &LISTENERS].iter().any(|of| is_one(of, what))
}

fn is_one(of: &[&str], what: &str) -> bool {
    of.iter().any(|end| what.ends_with(end))
}

/// Is each socket that is waited for one end of a connection, both ends of which are in this program? If so: what could
/// still end such a wait, in words; `""`: nothing.
pub(super) fn look(run: &Run) -> Option<&'static str> {
    let visitors = awaited(run).any(|what| is_one(&LISTENERS, what));
    // (Of a child that has ended there is a signal no more.)
    let may_be = |what: &str| is_kettles(what) || what == SIGNALS && only_children_signal();
    if !awaited(run).all(may_be) || visitors && !main_waits_at_a_connection(run) || has_children() {
        return None;
    }
    let open = descriptors()?;
    let watched = watched(&open)?;
    let asked: Vec<_> = open.iter().filter(|one| watched.contains(&one.name)).collect();
    if asked.iter().any(|one| !one.is_a("socket") && !one.is_a("pipe") && one.link != WAKER) {
        return None;
    }
    let tables = TABLES.map(|name| fs::read_to_string(format!("/proc/self/net/{name}")));
    let tables = tables.into_iter().map(Result::unwrap_or_default).collect::<String>();
    let tables = tables + &unix_sockets::table();
    let own = open.iter().filter_map(|one| one.number("socket")).collect();
    let sockets = asked.iter().filter_map(|one| one.number("socket")).collect();
    let (timed, pairs) = pairs((&own, &sockets), &tables)?;
    let pipes = asked.iter().filter(|one| one.is_a("pipe")).map(|one| one.link.clone());
    let (pipes, whole): (Vec<_>, _) = (pipes.collect(), ends_of(&open)?);
    let half = pipes.iter().any(|pipe| whole.get(&**pipe) != Some(&BOTH));
    let sockets = pairs.iter().map(|number| format!("socket:[{number}]"));
    if half || are_elsewhere(&sockets.chain(pipes).collect()) {
        return None;
    }
    Some(match (visitors, timed) {
        (true, _) => "a visitor comes and changes that",
        (_, true) => "the system ends a connection",
        _ => "",
    })
}

/// Does this program have children that have not ended? (One that has ended, and was not waited for, has nothing open.)
fn has_children() -> bool {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let children = threads.map(|thread| fs::read_to_string(thread.path().join("children")));
    let children = children.flatten().collect::<String>();
    let has_ended = |child: &str| {
        let stat = fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
        stat.rsplit_once(')').is_some_and(|(_, state)| state.trim_start().starts_with('Z'))
    };
    children.split_whitespace().any(|child| !has_ended(child))
}

/// The types of the sockets that are waited for.
fn awaited(run: &Run) -> impl Iterator<Item = &'static str> {
    let sources = run.fold.sources().map(|(_, source)| source);
    let waited_for =
        |source: &&Source| Direction::ALL.iter().any(|to| !source.side(*to).waiters.is_empty());
    sources.filter(waited_for).map(|source| source.what)
}

/// Does `main` wait for a stream of TCP, or for a task that does, and for nothing else? (A pair and a pipe are how a
/// program's tasks tell each other what a visitor wants.)
fn main_waits_at_a_connection(run: &Run) -> bool {
    let mut at = run.main();
    for _ in run.alive() {
        let waits = at.map(|task| run.awaits(task)).unwrap_or_default();
        match waits.iter().map(|wait| wait.on).collect::<Vec<_>>()[..] {
            [Resource::Task(task)] => at = run.fold.task(task),
            [Resource::Source(source, _)] => {
                return run.fold.source_of(source).is_some_and(|it| it.what.ends_with("TcpStream"));
            }
            _ => return false,
        }
    }
    false
}

/// One of this program's: what it refers to, and its name in `/proc`.
struct Descriptor {
    link: String,
    name: String,
}

impl Descriptor {
    fn is_a(&self, kind: &str) -> bool {
        self.number(kind).is_some()
    }

    fn number(&self, kind: &str) -> Option<&str> {
        self.link.strip_prefix(kind)?.strip_prefix(":[")?.strip_suffix(']')
    }
}

fn descriptors() -> Option<Vec<Descriptor>> {
    let known = fs::read_dir("/proc/self/fd").ok()?.flatten().filter_map(|entry| {
        let link = fs::read_link(entry.path()).ok()?.to_string_lossy().into_owned();
        Some(Descriptor { link, name: entry.file_name().into_string().ok()? })
    });
    Some(known.collect())
}

/// Has another process one of these, too, perhaps by inheritance? (Known are those whose descriptors this one may see.)
fn are_elsewhere(links: &BTreeSet<String>) -> bool {
    let own = std::process::id().to_string();
    let others = fs::read_dir("/proc").into_iter().flatten().flatten();
    let is_other = |name: &str| name.starts_with(|c: char| c.is_ascii_digit()) && name != own;
    let others = others.filter(|entry| entry.file_name().to_str().is_some_and(is_other));
    let theirs = others.filter_map(|entry| fs::read_dir(entry.path().join("fd")).ok()).flatten();
    let mut theirs = theirs.flatten().filter_map(|entry| fs::read_link(entry.path()).ok());
    theirs.any(|link| link.to_str().is_some_and(|link| links.contains(link)))
}

fn about(name: &str) -> Option<String> {
    fs::read_to_string(format!("/proc/self/fdinfo/{name}")).ok()
}

/// The names of those that a selector watches. (Others don't matter: what is waited for is among these.)
fn watched(open: &[Descriptor]) -> Option<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for selector in open.iter().filter(|one| one.link == SELECTOR) {
        let about = about(&selector.name)?;
        let watched = about.lines().filter_map(|line| line.strip_prefix("tfd:"));
        found.extend(watched.filter_map(|line| Some(line.split_whitespace().next()?.to_owned())));
    }
    Some(found)
}

/// Which ends of each pipe are here.
fn ends_of(open: &[Descriptor]) -> Option<BTreeMap<&str, usize>> {
    let mut ends = BTreeMap::new();
    for Descriptor { link, name } in open.iter().filter(|one| one.is_a("pipe")) {
        let about = about(name)?;
        let flags = about.lines().find_map(|line| line.strip_prefix("flags:"))?;
        let access = usize::from_str_radix(flags.trim(), 8).ok()? & BOTH; // it reads, writes, or does both
        *ends.entry(&**link).or_default() |= [1, 2, BOTH, 0][access];
    }
    Some(ends)
}

/// In these tables: has each of our own that is asked about its other end among our own? If so: does a timer of the
/// system's run for one of them, and which are those and their other ends?
fn pairs<'a>(
    (own, asked): (&BTreeSet<&str>, &BTreeSet<&str>),
    tables: &'a str,
) -> Option<(bool, BTreeSet<&'a str>)> {
    let lines = tables.lines().filter_map(|line| {
        let columns: Vec<&str> = line.split_ascii_whitespace().collect();
        let [_, here, there, state, _, timer, _, _, _, inode, ..] = columns[..] else {
            return None;
        };
        Some((here, there, state, timer, inode))
    });
    let lines: Vec<_> = lines.collect();
    let listens = |inode: &str, state: &str| state == LISTENS && own.contains(inode);
    let listeners = lines.iter().filter(|line| listens(line.4, line.2));
    let listeners: Vec<_> = listeners.map(|line| (line.0, line.4)).collect();
    let (mut ends, mut known) = (BTreeMap::new(), BTreeMap::new());
    for (here, there, state, timer, inode) in lines {
        let in_line = inode == "0" && state == CONNECTED;
        let listener = || listeners.iter().find(|(at, _)| accepts(at, here)).map(|(_, it)| *it);
        let by = if in_line { listener().unwrap_or(inode) } else { inode };
        if own.contains(by) {
            let there = if state == LISTENS { here } else { there };
            ends.insert((here, there), (!timer.starts_with("00:"), by));
            known.insert(inode, (here, there));
        }
    }
    let (mut timed, mut both) = (false, BTreeSet::new());
    for inode in asked {
        let (here, there) = known.get(inode)?;
        for (is_timed, inode) in [ends.get(&(*there, *here))?, ends.get(&(*here, *there))?] {
            timed |= is_timed;
            both.insert(*inode);
        }
    }
    Some((timed, both))
}

/// Does a listener at this address, or at any one with that port, accept connections to there?
fn accepts(listener: &str, here: &str) -> bool {
    let any = |(address, port): (&str, &str)| {
        address.bytes().all(|digit| digit == b'0') && here.ends_with(&format!(":{port}"))
    };
    listener == here || listener.rsplit_once(':').is_some_and(any)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As a source names what it has: a type's last name.
    #[test]
    fn a_socket_is_known_by_its_name() {
        for what in ["TcpStream", "UnixListener", "UdpSocket", "PipeReader"] {
            assert!(is_kettles(what), "{what}");
        }
        assert!(!is_kettles("AsyncFd") && !is_kettles("OwnedFd"));
    }

    #[test]
    fn connections_within_a_program_are_told_from_others() {
        let line = |here: &str, there: &str, timer: &str, inode: u32| {
            let state = if there == "0:0" { LISTENS } else { "01" };
            format!("   0: {here} {there} {state} 0:0 {timer}:0 0 0 0 {inode} 1 x 20\n")
        };
        let all = [
            "  sl  local_address rem_address st\n".to_owned(),
            line("A:1", "A:2", "00", 7),
            line("A:2", "A:1", "00", 8),
            line("A:3", "B:9", "00", 9),
            line("A:4", "0:0", "00", 5),
            line("A:6", "A:7", "04", 3),
            line("A:7", "A:6", "00", 4),
            line("A:14", "0:0", "00", 14),
            line("A:14", "A:8", "00", 0),
            line("A:8", "A:14", "00", 10),
            line("A:5", "A:9", "00", 0),
            line("A:9", "A:5", "00", 11),
        ];
        let table = all.concat();
        let of = |own: &[&str], asked: &[&str]| {
            let [own, asked] = [own, asked].map(|some| some.iter().copied().collect());
            super::pairs((&own, &asked), &table)
        };
        let pairs = |those: &[&str]| of(those, those).map(|(timed, _)| timed);
        assert_eq!((pairs(&["7", "8"]), pairs(&[])), (Some(false), Some(false)));
        assert_eq!(pairs(&["7", "8", "5"]), Some(false), "it listens, too");
        assert_eq!(pairs(&["3", "4"]), Some(true), "the system asks again whether there is room");
        assert_eq!(pairs(&["14", "10"]), Some(false), "it is in the listener's queue");
        assert_eq!(pairs(&["5", "11"]), None, "it is in another listener's queue");
        assert_eq!(pairs(&["7"]), None, "the other end is elsewhere");
        assert_eq!(pairs(&["7", "8", "9"]), None, "one goes out of the program");
        let beside = of(&["7", "8", "9"], &["7"]);
        assert_eq!(beside, Some((false, ["7", "8"].into())), "but that is not asked about");
        assert_eq!(pairs(&["7", "8", "6"]), None, "of one nothing is known");
    }
}
