//! Would it be noticed if the engine forgot to tell something?
//!
//! A run in which everything happens is recorded, and one kind of event after the other is taken out
//! of the record, as if nothing had emitted it: numbers and turns are counted anew, as the recorder
//! would have counted them. The fold must find a contradiction each time, but for the few kinds that
//! nothing else depends on.

use std::collections::BTreeMap;
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::time::sleep;
use kettle::trace::fold::Fold;
use kettle::trace::{Event, Record, Recorder, note};
use kettle_events::Effect;

use crate::faults;
use crate::plan::{Deed, Handle, Plan};
use crate::play::play;

/// No other event follows from these, so nothing is missed with them.
///
/// - `SelectWin`: a branch that was ready and did not match its pattern looks the same.
/// - `Elapsed`: what was given up is waited for again, or isn't.
/// - `Join`: the output is the handle's owner's; the engine has forgotten the task by then.
/// - `Note`, `SourceNew`, `Unpolled`: they change nothing.
/// - Of an `Mpsc`, `Forget`: no receiver is left for those values; `Senders`: how many there
///   are shows nowhere else, and with `End` only that they are none; `Take` and `Release`: who has
///   reserved places shows nowhere else, and how many are taken is corrected by the next count.
/// - `Close` of a `Watch` and a `Broadcast`: that they had receivers shows in no count.
/// - `Notify Get`: the next `Put` says what is left, whatever was there.
/// - `Semaphore Take`: permits may be added, so more may come back than were taken.
const SILENT: [&str; 15] = [
    "Elapsed",
    "Join",
    "Note",
    "SelectWin",
    "SourceNew",
    "SyncAct Broadcast Close",
    "SyncAct Mpsc End",
    "SyncAct Mpsc Forget",
    "SyncAct Mpsc Release",
    "SyncAct Mpsc Senders",
    "SyncAct Mpsc Take",
    "SyncAct Notify Get",
    "SyncAct Semaphore Take",
    "SyncAct Watch Close",
    "Unpolled",
];

/// Everything at least once.
fn plan() -> Plan {
    let sleeps = |millis: &[u64]| -> Vec<Vec<Deed>> {
        millis.iter().map(|millis| vec![Deed::Sleep(*millis)]).collect()
    };
    let run = vec![
        Deed::Each(sleeps(&[300, 301, 302, 450])),
        Deed::ResetSleep(20, 200),
        Deed::Timeout(50, vec![Deed::Yield]),
        Deed::Spend(200),
        Deed::Spawn(vec![Deed::Sleep(1), Deed::Yield], Handle::Drop),
        Deed::Spawn(vec![Deed::Sleep(90)], Handle::AbortAndAwait),
        Deed::Spawn(vec![Deed::Lock(0, vec![Deed::Sleep(10)])], Handle::Drop),
        Deed::Spawn(vec![Deed::Timeout(2, vec![Deed::Lock(0, vec![])])], Handle::Drop),
        Deed::Spawn(vec![Deed::Lock(0, vec![Deed::Yield])], Handle::Drop),
        Deed::Spawn(vec![Deed::Send(0), Deed::Send(0), Deed::Send(0)], Handle::Drop),
        Deed::Spawn(vec![Deed::Permits(2, vec![Deed::Sleep(10)])], Handle::Drop),
        Deed::Spawn(vec![Deed::Permits(2, vec![Deed::Yield])], Handle::Drop),
        Deed::Spawn(vec![Deed::Share(true, vec![Deed::Sleep(10)])], Handle::Drop),
        Deed::Spawn(vec![Deed::Share(false, vec![Deed::Yield])], Handle::Drop),
        Deed::Spawn(vec![Deed::Meet], Handle::Drop),
        Deed::Notify(false),
        Deed::WaitNotified,
        Deed::Meet,
        Deed::Spawn(vec![Deed::Reserve(1, 2, 1), Deed::WaitClosed(1)], Handle::Drop),
        Deed::Sleep(30),
        Deed::Recv(0),
        Deed::RecvMany(0, 4),
        Deed::Recv(1),
        Deed::Select(vec![vec![Deed::Recv(2)], vec![Deed::Sleep(3)]], false),
        Deed::Blocking(Handle::Await),
        Deed::Sockets(2_000),
        Deed::Oneshot(vec![Deed::Yield], true),
        Deed::Oneshot(vec![Deed::Sleep(4)], false),
        Deed::Advance(50),
        Deed::CloneSender(2),
        Deed::TrySend(1),
        Deed::DropReceiver(1),
        Deed::Local(sleeps(&[1, 2])),
    ];
    Plan { paused: true, event_interval: 7, runs: vec![run], panics: false }
}

/// The record of a run with every kind of event but `Lost`.
fn everything() -> Vec<Record> {
    // Where the job ends before it is awaited, its thread need not send a message.
    let is_message = |record: &Record| matches!(record.event, Event::Message { .. });
    let mut runs = std::iter::repeat_with(|| play(&plan()));
    let mut records =
        runs.find(|run| run.iter().any(is_message)).expect("there is always one more");
    let (recorder, recording) = Recorder::new();
    let mut builder = Builder::new_current_thread();
    builder.enable_all().trace(recorder).build().unwrap().block_on(async {
        note("said");
        #[expect(unused_must_use, reason = "that is what is told")]
        sleep(Duration::ZERO);
    });
    records.extend(recording.records());
    records
}

/// Its name; of what was done with a primitive, what it was and which.
fn kind(event: &Event) -> String {
    let name = format!("{event:?}");
    let name = name.split([' ', '{']).next().unwrap_or_default();
    match event {
        Event::SyncAct { kind, act, .. } => format!("{name} {kind:?} {act:?}"),
        Event::SyncNew { kind, .. } => format!("{name} {kind:?}"),
        _ => name.to_owned(),
    }
}

/// As a recorder would have written it without the records that `drop` chooses.
fn without(records: &[Record], mut drop: impl FnMut(&Record) -> bool) -> Vec<Record> {
    let (mut seq, mut turn) = (0, 0);
    let mut kept = Vec::new();
    for record in records {
        if record.seq == 1 {
            (seq, turn) = (0, 0); // another runtime's
        }
        if drop(record) {
            continue;
        }
        seq += 1;
        turn += u64::from(matches!(record.event, Event::Turn { .. }));
        kept.push(Record { seq, turn, ..*record });
    }
    kept
}

#[test]
fn every_kind_of_event_is_missed() {
    let records = everything();
    assert_eq!(faults(&records, false), "");
    let mut kinds = BTreeMap::new();
    for record in &records {
        *kinds.entry(kind(&record.event)).or_insert(0) += 1;
    }
    assert_eq!(kinds.len(), 65, "{:?}", kinds.keys());
    let unmissed: Vec<_> = kinds
        .keys()
        .filter(|missing| {
            let rest = without(&records, |record| kind(&record.event) == **missing);
            let fold = Fold::of(&rest);
            fold.contradictions().is_empty() && !fold.is_driven()
        })
        .collect();
    assert_eq!(unmissed, SILENT);
}

#[test]
fn what_is_left_of_a_record_can_be_folded() {
    let records = everything();
    for begin in 0..records.len() {
        // As a ring would keep it: the first of them says that others are missing.
        let mut rest = records[begin..].to_vec();
        rest[0].event = Event::Lost { records: 1 };
        let fold = Fold::of(&rest);
        assert_eq!(fold.contradictions(), []);
        assert_eq!(fold.is_whole(), rest[1..].iter().any(|record| record.seq == 1));
    }
    // And in no order at all, there are contradictions, but no more than that.
    let mut mixed = records;
    for index in 0..mixed.len() {
        let other = index * 7_919 % mixed.len();
        mixed.swap(index, other);
    }
    mixed.reverse(); // (of some lengths, these swaps change nothing)
    assert!(!Fold::of(&mixed).contradictions().is_empty());
}

/// Not even one of these can be missing: the very next records show it.
const NEVER_ONE: [&str; 17] = [
    "Cancel",
    "Defer",
    "Park",
    "PollStart",
    "SourceAdd",
    "SourceClear",
    "SourceReady",
    "Spawn",
    "SyncAct Mutex Take",
    "SyncNew",
    "TimerAdd",
    "TimerCancel",
    "TimerCascade",
    "TimerFire",
    "TimerMove",
    "Unpark",
    "Wake",
];

#[test]
fn a_single_one_is_missed() {
    let records = everything();
    for (index, record) in records.iter().enumerate() {
        let coalesced =
            matches!(record.event, Event::Wake { effect: Effect::Coalesced | Effect::Stale, .. });
        let kind = kind(&record.event);
        if !NEVER_ONE.iter().any(|never| kind.starts_with(never)) || coalesced {
            continue;
        }
        // One that is never used is missed by none.
        let named = |other: &&Record| other.event.things().eq(record.event.things());
        if kind.starts_with("SyncNew") && records.iter().filter(named).count() == 1 {
            continue;
        }
        if kind == "Defer" && defers_of_its_turn(&records, index) > 1 {
            continue; // a wake of a turn may be by any of them
        }
        let mut at = 0..;
        let rest = without(&records, |_| at.next() == Some(index));
        assert_ne!(faults(&rest, false), "", "nobody misses {} {:?}", record.seq, record.event);
    }
}

/// How many wakers were deferred in the turn of this record and in the one before, which the fold
/// still remembers.
fn defers_of_its_turn(records: &[Record], index: usize) -> usize {
    let turn = |record: &&Record| matches!(record.event, Event::Turn { .. });
    let defers = |record: &&Record| matches!(record.event, Event::Defer { .. });
    let (before, after) = records.split_at(index);
    let mut turns = before.iter().rev().filter(turn);
    let from = turns.nth(1).map_or(0, |turn| turn.seq);
    let before = before.iter().filter(|record| record.seq >= from).filter(defers).count();
    before + after.iter().take_while(|record| !turn(record)).filter(defers).count()
}
