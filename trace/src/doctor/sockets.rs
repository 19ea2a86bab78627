//! Has each connection of this program both of its ends in the program?
//!
//! Linux lists the connections with their addresses, in `/proc/self/net/tcp`, and a process its own sockets. If the other
//! end of each is its own, too, tasks that wait for each other's sockets, with nothing under way, wait forever: unless the system
//! ends a connection, which it may while a timer of its own runs for that; or a task waits for visitors, and one comes. Then
//! it is no proof. And nothing is said of a server, in which `main` waits for visitors itself, or for something that they
//! may bring; nor if there are child processes, which may have inherited a socket.
//!
//! Interface: [`look`]. Not here: what else could happen (`asleep.rs`).

use std::collections::BTreeSet;
use std::fs;

use kettle_events::{Direction, Resource};

use super::run::Run;
use crate::fold::Source;

/// So the types end whose values are connected, and that wait for visitors.
const STREAM: &str = "TcpStream";
const LISTENER: &str = "TcpListener";
/// The state of a socket that listens, in those tables.
const LISTENS: &str = "0A";

/// Is each socket that is waited for one end of a connection, both ends of which are in this program? If so: what could
/// still end such a wait, in words; `""`: nothing.
pub(super) fn look(run: &Run) -> Option<&'static str> {
    let streams = awaited(run).all(|what| what.ends_with(STREAM) || what.ends_with(LISTENER));
    let visitors = awaited(run).any(|what| what.ends_with(LISTENER));
    if !streams || visitors && !main_waits_at_a_stream(run) || has_children() {
        return None;
    }
    let tables = ["tcp", "tcp6"].map(|name| fs::read_to_string(format!("/proc/self/net/{name}")));
    let tables = tables.into_iter().map(Result::unwrap_or_default).collect::<String>();
    let timed = timers_of_pairs(&own()?, &tables)?;
    Some(match (visitors, timed) {
        (true, _) => "a visitor comes and changes that",
        (_, true) => "the system ends a connection",
        _ => "",
    })
}

/// Does this program have children, or is that not known?
fn has_children() -> bool {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let mut children = threads.map(|thread| fs::read_to_string(thread.path().join("children")));
    children.any(|children| children.is_ok_and(|children| !children.trim().is_empty()))
}

/// The types of the sockets that are waited for.
fn awaited(run: &Run) -> impl Iterator<Item = &'static str> {
    let sources = run.fold.sources().map(|(_, source)| source);
    let waited_for =
        |source: &&Source| Direction::ALL.iter().any(|to| !source.side(*to).waiters.is_empty());
    sources.filter(waited_for).map(|source| source.what)
}

/// Or for a task that does, and for nothing else?
fn main_waits_at_a_stream(run: &Run) -> bool {
    let mut at = run.main();
    for _ in run.alive() {
        let waits = at.map(|task| run.awaits(task)).unwrap_or_default();
        match waits.iter().map(|wait| wait.on).collect::<Vec<_>>()[..] {
            [Resource::Task(task)] => at = run.fold.task(task),
            [Resource::Source(source, _)] => {
                return run.fold.source_of(source).is_some_and(|it| it.what.ends_with(STREAM));
            }
            _ => return false,
        }
    }
    false
}

/// The numbers of this program's sockets.
fn own() -> Option<BTreeSet<String>> {
    let links = fs::read_dir("/proc/self/fd").ok()?.flatten();
    let links = links
        .filter_map(|entry| fs::read_link(entry.path()).ok()?.into_os_string().into_string().ok());
    Some(
        links
            .filter_map(|link| Some(link.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
            .collect(),
    )
}

/// In these tables: do the ones that are our own belong together, two by two, and are there no others? If so: does a timer of the
/// system's run for one of them?
fn timers_of_pairs(own: &BTreeSet<String>, tables: &str) -> Option<bool> {
    let (mut ends, mut timed) = (BTreeSet::new(), false);
    for line in tables.lines() {
        let columns: Vec<&str> = line.split_ascii_whitespace().collect();
        let [_, here, there, state, _, timer, _, _, _, inode, ..] = columns[..] else { continue };
        if own.contains(inode) {
            ends.insert((here, if state == LISTENS { here } else { there }));
            timed |= !timer.starts_with("00:");
        }
    }
    let paired = ends.iter().all(|(here, there)| ends.contains(&(*there, *here)));
    (paired && ends.len() == own.len()).then_some(timed)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        ];
        let table = all.concat();
        let own = |own: &[&str]| own.iter().map(ToString::to_string).collect();
        let pairs = |those: &[&str]| timers_of_pairs(&own(those), &table);
        assert_eq!((pairs(&["7", "8"]), pairs(&[])), (Some(false), Some(false)));
        assert_eq!(pairs(&["7", "8", "5"]), Some(false), "it listens, too");
        assert_eq!(pairs(&["3", "4"]), Some(true), "the system asks again whether there is room");
        assert_eq!(pairs(&["7"]), None, "the other end is elsewhere");
        assert_eq!(pairs(&["7", "8", "9"]), None, "one goes out of the program");
        assert_eq!(pairs(&["7", "8", "6"]), None, "of one nothing is known");
    }
}
