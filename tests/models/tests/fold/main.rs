//! Do the events of any program tell all that happens in it?
//!
//! Random programs are run and folded: trees of tasks that sleep, yield, send, receive, lock,
//! select, join, abort, time out, block, talk over sockets and are woken from other threads. At each
//! turn the state that the events lead to must be the engine's own, and no record may contradict
//! those before it.
//!
//! Can it fail? `kinds.rs` takes one kind of event out of a record, each in its turn.

mod kinds;
mod pages;
mod plan;
mod play;
mod world;

use std::panic;
use std::sync::Once;

use kettle::trace::Record;
use kettle::trace::fold::Fold;
use proptest::prelude::*;

use plan::plan;
use play::play;

/// Panics that are part of a plan are not printed.
fn hide_planned_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if info.payload_as_str() != Some("as planned") {
                print(info);
            }
        }));
    });
}

/// What the fold of these records finds wrong; `unseen`: something was done where nobody records.
fn faults(records: &[Record], unseen: bool) -> String {
    let fold = Fold::of(records);
    let found: Vec<_> =
        fold.contradictions().iter().filter(|one| !(unseen && one.unseen)).collect();
    let Some(first) = found.first() else { return String::new() };
    let near = records.iter().filter(|one| one.seq + 15 > first.seq && one.seq < first.seq + 4);
    let near = near.map(|one| format!("{:>6} {:?} {:?}", one.seq, one.task, one.event));
    let found = found.iter().take(5).map(ToString::to_string);
    found.chain(near).collect::<Vec<_>>().join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_record_contradicts_those_before_it(plan in plan()) {
        hide_planned_panics();
        let records = play(&plan);
        let fold = Fold::of(&records);
        prop_assert!(fold.is_whole() && !fold.is_driven());
        let faults = faults(&records, plan.has_unseen());
        prop_assert!(faults.is_empty(), "{}", faults);
    }
}
