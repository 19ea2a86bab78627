//! Has each connection of this program both of its ends in the program?
//!
//! Linux lists the connections with their addresses, in `/proc/self/net/tcp`, and a process its own sockets. If the other
//! end of each is its own, too, no one else can make one ready: so tasks that wait for each other's sockets, with
//! nothing under way, wait forever. If a task waits for visitors, one may come. That is no proof then; and nothing is said of a
//! server, in which `main` waits for visitors itself, or for something that they may bring.
//!
//! Interface: [`are_all_within`], [`may_have_visitors`]. Not here: what else could happen (`asleep.rs`).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use kettle_events::{Direction, Resource};

use super::run::Run;
use crate::fold::Source;

/// So the types end whose values are connected, and that wait for visitors.
const STREAM: &str = "TcpStream";
const LISTENER: &str = "TcpListener";
/// The state of a socket that listens, in those tables.
const LISTENS: &str = "0A";

/// Is each socket that is waited for one end of a connection, both ends of which are in this program?
pub(super) fn are_all_within(run: &Run) -> bool {
    let streams = awaited(run).all(|what| what.ends_with(STREAM) || what.ends_with(LISTENER));
    if !streams || may_have_visitors(run) && !main_waits_at_a_stream(run) {
        return false;
    }
    let known = || {
        let tables =
            ["tcp", "tcp6"].map(|name| fs::read_to_string(format!("/proc/self/net/{name}")));
        let tables = tables.into_iter().map(Result::unwrap_or_default).collect::<String>();
        Some(are_paired(&own()?, &tables))
    };
    known() == Some(true)
}

/// Does a task wait for a visitor?
pub(super) fn may_have_visitors(run: &Run) -> bool {
    awaited(run).any(|what| what.ends_with(LISTENER))
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

/// In these tables: do the ones that are our own belong together, two by two, and are there no others?
fn are_paired(own: &BTreeSet<String>, tables: &str) -> bool {
    let mut ends = BTreeMap::new();
    for line in tables.lines() {
        let columns: Vec<&str> = line.split_ascii_whitespace().collect();
        let [_, here, there, state, _, _, _, _, _, inode, ..] = columns[..] else { continue };
        if own.contains(inode) {
            ends.insert((here, if state == LISTENS { here } else { there }), inode);
        }
    }
    let paired = ends.keys().all(|(here, there)| ends.contains_key(&(*there, *here)));
    paired && ends.len() == own.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_within_a_program_are_told_from_others() {
        let line = |here: &str, there: &str, inode: u32| {
            let state = if there == "0:0" { LISTENS } else { "01" };
            format!("   0: {here} {there} {state} 0:0 00:0 0 0 0 {inode} 1 x 20\n")
        };
        let table = [
            "  sl  local_address rem_address st\n".to_owned(),
            line("A:1", "A:2", 7),
            line("A:2", "A:1", 8),
            line("A:3", "B:9", 9),
            line("A:4", "0:0", 5),
        ]
        .concat();
        let paired =
            |own: &[&str]| are_paired(&own.iter().map(ToString::to_string).collect(), &table);
        assert!(paired(&["7", "8"]) && paired(&[]));
        assert!(!paired(&["7"]), "the other end is elsewhere");
        assert!(!paired(&["7", "8", "9"]), "one goes out of the program");
        assert!(paired(&["7", "8", "5"]), "it listens, too");
        assert!(!paired(&["7", "8", "6"]), "of one nothing is known");
    }
}
