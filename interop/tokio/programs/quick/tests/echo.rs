//! Does a run of hyper on kettle leave a record that is whole, and is the doctor content with it?

use kettle::trace::fold::Fold;
use kettle::trace::{Event, doctor};

#[path = "../src/bin/echo.rs"]
mod echo;

#[test]
fn leaves_a_whole_record() {
    let ((), records) = kettle::trace::record(echo::main);
    assert!(records.iter().any(|record| matches!(record.event, Event::Turn { .. })));
    let fold = Fold::of(&records);
    assert!(fold.contradictions().is_empty(), "{:#?}", fold.contradictions());
    assert!(fold.is_whole() && !fold.is_driven());
    assert_eq!((fold.alive(), fold.queued(), fold.timer_count()), (0, 0, 0));
    let lints = doctor::examine(&records);
    assert!(lints.is_empty(), "{lints:#?}");
}
