//! In which branch of `select!`, `join!` and `timeout` does something happen? The record says what
//! the program knows.

use std::cell::RefCell;
use std::collections::HashMap;
use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use futures_util::future::FutureExt;
use futures_util::stream::{FuturesUnordered, StreamExt};
use kettle::task::{Id, JoinSet, LocalSet, spawn_local, yield_now};
use kettle::time::{sleep, timeout};
use kettle::trace::{Event, Record};
use kettle::{join, select, try_join};
use kettle_events::{Kind, Resource, ScopeKind, SyncKind, note};

use crate::common::time::{Xorshift, ms};
use crate::records;

/// What happens while this future runs in a local set.
fn recorded(future: impl Future<Output = ()>) -> Vec<Record> {
    records::recorded(async { LocalSet::new().run_until(future).await })
}

/// The scopes that are open at a record.
#[derive(Default)]
struct Scopes(HashMap<u64, Open>);

struct Open {
    what: ScopeKind,
    branches: u32,
    task: Option<Id>,
    parent: Option<Id>,
}

impl Scopes {
    fn see(&mut self, record: &Record) {
        let (task, parent) = (record.task, record.scope);
        match record.event {
            Event::Scope { scope, what, branches } => {
                assert!(record.place.file().ends_with("events/src/scope.rs"), "{record:?}");
                self.0.insert(scope.get(), Open { what, branches, task, parent });
            }
            Event::ScopeEnd { scope, won, .. } => {
                let ended = self.0.remove(&scope.get()).expect("a scope ends once");
                assert!(won.is_none_or(|won| won < ended.branches), "{record:?}");
            }
            _ => {}
        }
    }

    /// The branches around a record, from outside to inside: all of open scopes, and of its task.
    fn path(&self, record: &Record) -> String {
        let (mut path, mut at) = (String::new(), record.scope);
        while let Some(branch) = at.map(Id::get) {
            let has_it = |(id, open): &(&u64, &Open)| {
                branch > **id && branch <= **id + u64::from(open.branches)
            };
            let (id, open) = self.0.iter().find(has_it).expect("its scope is open");
            assert_eq!(open.task, record.task, "{record:?}");
            path.insert_str(0, &step(open.what, branch - id - 1));
            at = open.parent;
        }
        path
    }
}

fn step(what: ScopeKind, branch: u64) -> String {
    format!("/{what:?} {branch}")
}

/// Is each note in the branch that it names, and does each scope end? How many notes there were.
fn check(records: &[Record]) -> usize {
    let (mut scopes, mut notes) = (Scopes::default(), 0);
    for record in records {
        scopes.see(record);
        if let Event::Note { text } = record.event {
            assert_eq!(scopes.path(record), text, "{record:?}");
            notes += 1;
        }
    }
    assert_eq!(scopes.0.len(), 0, "left open");
    notes
}

/// Notes before and after each of its polls where it believes to be.
struct Noted<F> {
    place: &'static str,
    future: Pin<Box<F>>,
}

fn noted<F: Future>(place: &str, future: F) -> Noted<F> {
    Noted { place: place.to_owned().leak(), future: Box::pin(future) }
}

impl<F: Future> Future for Noted<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        note(self.place);
        let polled = self.future.as_mut().poll(cx);
        note(self.place);
        polled
    }
}

type Shape = Pin<Box<dyn Future<Output = ()>>>;

/// A future of random shape that is polled at this place, and its parts at places within it.
fn shape(random: &RefCell<Xorshift>, depth: u64, place: &str) -> Shape {
    let below = |end| random.borrow_mut().below(end);
    let part = |what, branch| shape(random, depth - 1, &format!("{place}{}", step(what, branch)));
    let three = |what| (part(what, 0), part(what, 1), part(what, 2));
    let nap = ms(below(5));
    match below(if depth == 0 { 2 } else { 8 }) {
        0 => Box::pin(noted(place, sleep(nap))),
        1 => Box::pin(noted(place, yield_now())),
        2 => {
            let (a, b, c) = three(ScopeKind::Select);
            let race = async move {
                select! { () = a => {} () = b => {} () = c => {} }
            };
            Box::pin(noted(place, race))
        }
        3 => {
            let mut a = part(ScopeKind::Select, 1);
            let rounds = async move {
                while let Some(()) = select! { () = sleep(ms(1)) => Some(()), () = &mut a => None }
                {
                }
            };
            Box::pin(noted(place, rounds))
        }
        4 => {
            let (a, b, c) = three(ScopeKind::Join);
            Box::pin(noted(place, async move { _ = join!(a, b, c) }))
        }
        5 => {
            let (a, b, c) = three(ScopeKind::TryJoin);
            let (a, b, c) = (a.map(Ok), b.map(Ok), c.map(Err::<(), ()>));
            Box::pin(noted(place, async move { _ = try_join!(a, b, c) }))
        }
        6 => Box::pin(noted(place, timeout(nap, part(ScopeKind::Timeout, 0)).map(drop))),
        _ => {
            let (one, other) = (shape(random, depth - 1, ""), shape(random, depth - 1, ""));
            let first = async move {
                let mut set = JoinSet::new();
                set.spawn_local(one);
                set.spawn_local(other);
                set.join_next().await;
            };
            Box::pin(noted(place, first))
        }
    }
}

#[test]
fn each_event_is_in_the_branch_that_the_program_knows() {
    let random = RefCell::new(Xorshift(42));
    let notes: usize =
        (0..100).map(|_| check(&recorded(async { shape(&random, 4, "").await }))).sum();
    assert!(notes > 1_000, "{notes}");
}

#[test]
fn futures_of_another_crates_combinator_are_no_branches() {
    let place = step(ScopeKind::Join, 1);
    let records = recorded(async move {
        let some: FuturesUnordered<_> = (0..3).map(|n| noted(&place, sleep(ms(n)))).collect();
        join!(sleep(ms(2)), some.collect::<Vec<()>>());
    });
    assert!(check(&records) >= 6);
}

/// What runs next on the thread is in no branch, in the same poll and in another task's.
#[test]
fn a_panic_leaves_the_branch() {
    let records = recorded(async {
        let panics = async || select! { () = async { panic!("on purpose") } => {} };
        let mut first: Shape = Box::pin(panics());
        let mut poll =
            |cx: &mut Context<'_>| catch_unwind(AssertUnwindSafe(|| first.as_mut().poll(cx)));
        assert!(poll_fn(|cx| Poll::Ready(poll(cx).is_err())).await);
        note("");
        spawn_local(panics()).await.unwrap_err();
        note("");
    });
    assert_eq!(check(&records), 2);
}

#[test]
fn a_scope_goes_with_its_future_to_another_task() {
    let (inside, moved) = (step(ScopeKind::Select, 0), step(ScopeKind::Join, 0));
    let records = recorded(async move {
        let here = Rc::new(RefCell::new(format!("{inside}{moved}")));
        let known = here.clone();
        let branch = poll_fn(move |_| {
            note(known.borrow().clone().leak());
            Poll::<()>::Pending
        });
        let mut both: Shape = Box::pin(async { _ = join!(branch, sleep(ms(5))) });
        select! { biased; () = &mut both => {} () = yield_now() => {} }
        *here.borrow_mut() = moved;
        let task = spawn_local(both);
        sleep(ms(1)).await;
        task.abort();
        task.await.unwrap_err();
    });
    assert_eq!(check(&records), 3);
}

/// Also the scopes within a branch that lost.
#[test]
fn a_scope_ends_with_its_future() {
    let records = recorded(async {
        let slow =
            async { _ = timeout(ms(9), async { join!(pending::<()>(), pending::<()>()) }).await };
        select! { () = slow => {} () = sleep(ms(1)) => {} }
        note("");
    });
    let ended = |record: &&Record| matches!(record.event, Event::ScopeEnd { .. });
    let note = records.iter().position(|it| matches!(it.event, Event::Note { .. })).unwrap();
    assert_eq!(records[..note].iter().filter(ended).count(), 3);
    check(&records);
}

/// The handles of a set wait in its scope; the task that asks it for the next end doesn't.
#[test]
fn members_are_waited_for_by_their_set() {
    let records = recorded(async {
        let mut set = JoinSet::new();
        set.spawn_local(yield_now());
        set.join_next().await;
    });
    let new =
        records::picked!(records, Event::SyncNew { kind: SyncKind::JoinSet, sync, .. } => sync);
    let set = Some(new[0]);
    let scope = |is: fn(&Resource) -> bool| {
        let waits = |it: &&Record| matches!(&it.event, Event::Wait { on, .. } if is(on));
        records.iter().find(waits).expect("it waits").scope
    };
    assert_eq!(scope(|on| matches!(on, Resource::Task(_))), set);
    assert_eq!(scope(|on| matches!(on, Resource::SyncValue(..))), None);
}

/// And a set's tasks name it, though each is polled for itself.
#[test]
fn tasks_name_their_local_set() {
    let records = recorded(async { spawn_local(async { note("") }).await.unwrap() });
    let host = |it: &Record| match it.event {
        Event::Scope { scope, what: ScopeKind::LocalSet, .. } => Some((scope, it.task)),
        _ => None,
    };
    let (set, host) = records.iter().find_map(host).expect("the set is polled");
    let spawned = |it: &Record| match it.event {
        Event::Spawn { kind: Kind::Local, set, .. } => Some((set, it.task)),
        _ => None,
    };
    assert_eq!(records.iter().find_map(spawned), Some((Some(set), host)));
    check(&records);
}
