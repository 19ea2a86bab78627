//! Which tokens are cancelled with which?
//!
//! A token with all that were made of it: `child_token` adds a node below the token's own.
//! Cancelling a node cancels all nodes below it, and none above. All nodes that came from one token
//! are in one [`Tree`], a map behind one lock. So some of them can be cancelled while others come
//! and go, without an order in which locks must be taken.
//!
//! ```text
//!          server                 cancel(connection 1) cancels request 1 and request 2.
//!         /      \                If connection 1 is dropped instead, its requests are not
//!  connection 1  connection 2     cancelled, but hang below the server from then on:
//!    /      \                     cancelling the server still reaches them.
//!  request 1  request 2
//! ```
//!
//! The map is a `BTreeMap`, because it gives the memory of each node back when the node goes: a
//! server's token may live for months, and see millions of requests.
//!
//! Interface: [`Node`], one node of a tree; dropping it takes it out of the tree.
//!
//! Invariants: a node that is cancelled has no parent and no children, so nothing is cancelled
//! twice. A node is in its parent's `children`, and in no others. No waker is cloned, called or
//! dropped under the lock.
//!
//! tokio-util: each node has a lock of its own, and they are taken from the root downwards.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::mem;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::task::{Context, Poll};

use kettle_runtime::event::{Act, SyncKind, Units};
use parking_lot::Mutex;

use crate::sync::report::Report;
use crate::sync::wait_list::{Key, ToWake, WaitList};
use crate::sync::wait_together::{Waits, leave, poll_until};

/// One node of a tree: what all clones of a token share.
pub(super) struct Node {
    tree: Arc<Tree>,
    /// Its entry.
    key: u64,
    report: Arc<Report>,
}

type Tree = Mutex<Entries>;

/// All nodes of a tree, by keys that are counted up.
struct Entries {
    all: BTreeMap<u64, Entry>,
    next: u64,
}

struct Entry {
    cancelled: bool,
    parent: Option<u64>,
    children: BTreeSet<u64>,
    line: WaitList,
    report: Arc<Report>,
}

// No code of the program runs under the lock.
impl UnwindSafe for Node {}
impl RefUnwindSafe for Node {}

impl Node {
    /// The first node of a new tree.
    #[track_caller]
    pub(super) fn root() -> Node {
        let report = new_report();
        let mut entries = Entries { all: BTreeMap::new(), next: 0 };
        let key = entries.insert(Entry::new(None, false, report.clone()));
        Node { tree: Arc::new(Mutex::new(entries)), key, report }
    }

    /// A node below this one. If this is cancelled, so is the new one.
    #[track_caller]
    pub(super) fn child(&self) -> Node {
        let report = new_report();
        let mut entries = self.tree.lock();
        let cancelled = entries.at(self.key).cancelled;
        let parent = (!cancelled).then_some(self.key);
        let key = entries.insert(Entry::new(parent, cancelled, report.clone()));
        if !cancelled {
            entries.at(self.key).children.insert(key);
        }
        drop(entries);
        Node { tree: self.tree.clone(), key, report }
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.tree.lock().at(self.key).cancelled
    }

    /// Cancels this node and all below it, and wakes the tasks that wait for that.
    pub(super) fn cancel(&self) {
        let (mut to_wake, mut reports) = (ToWake::none(), Vec::new());
        let mut entries = self.tree.lock();
        entries.cut_off(self.key);
        let mut rest = VecDeque::from([self.key]);
        while let Some(key) = rest.pop_front() {
            let entry = entries.at(key);
            if mem::replace(&mut entry.cancelled, true) {
                continue;
            }
            entry.parent = None;
            entry.line.serve_all(&mut to_wake);
            reports.push(entry.report.clone());
            rest.extend(mem::take(&mut entry.children));
        }
        drop(entries);
        for report in reports {
            report.act(Act::Close, Units::All, 0);
        }
        to_wake.wake();
    }

    /// Waits until it is cancelled.
    pub(super) fn poll_cancelled(&self, place: &mut Option<Key>, cx: &Context<'_>) -> Poll<()> {
        let polled = poll_until(&self.tree, self.line(), place, cx, |entries| {
            entries.at(self.key).cancelled.then_some(())
        });
        let Err(Waits { ticket, replaced, old }) = polled else { return Poll::Ready(()) };
        self.report.waits(Units::Count(1), ticket, replaced);
        drop(old);
        Poll::Pending
    }

    /// A task no longer waits: its future was dropped.
    pub(super) fn leave(&self, place: Key) {
        if let Some(ticket) = leave(&self.tree, self.line(), place) {
            self.report.leaves(Units::Count(1), ticket);
        }
    }

    fn line(&self) -> impl Fn(&mut Entries) -> &mut WaitList {
        |entries| &mut entries.at(self.key).line
    }
}

impl Drop for Node {
    /// What is below it hangs below its parent from now on.
    fn drop(&mut self) {
        let mut entries = self.tree.lock();
        let parent = entries.cut_off(self.key);
        let Some(removed) = entries.all.remove(&self.key) else { return };
        for child in removed.children {
            entries.at(child).parent = parent;
            if let Some(parent) = parent {
                entries.at(parent).children.insert(child);
            }
        }
        debug_assert!(removed.line.is_empty(), "a task that waits has the token");
    }
}

impl Entries {
    fn insert(&mut self, entry: Entry) -> u64 {
        let key = self.next;
        self.next += 1;
        self.all.insert(key, entry);
        key
    }

    fn at(&mut self, key: u64) -> &mut Entry {
        self.all.get_mut(&key).expect("a node has its entry as long as it is named")
    }

    /// Takes a node out of its parent's children. Returns the parent.
    fn cut_off(&mut self, key: u64) -> Option<u64> {
        let parent = self.at(key).parent.take()?;
        self.at(parent).children.remove(&key);
        Some(parent)
    }
}

impl Entry {
    fn new(parent: Option<u64>, cancelled: bool, report: Arc<Report>) -> Entry {
        Entry { cancelled, parent, children: BTreeSet::new(), line: WaitList::new(), report }
    }
}

#[track_caller]
fn new_report() -> Arc<Report> {
    let report = Report::new(SyncKind::CancellationToken, 0);
    report.made();
    Arc::new(report)
}
