//! Is a run's record free of contradictions? For the tests that fold one.

use kettle::trace::fold::Fold;
use kettle::trace::{Event, Record};

/// Folds a run: no record contradicts those before it, at no turn and not at the end. Counts the
/// turns.
pub(crate) fn whole(records: &[Record]) -> (Fold, usize) {
    let fold = Fold::of(records);
    let told: Vec<_> = fold.contradictions().iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{}\n{}", told.join("\n"), around(records, &fold));
    assert!(fold.is_whole() && !fold.is_driven());
    let turns = records.iter().filter(|record| matches!(record.event, Event::Turn { .. }));
    (fold, turns.count())
}

/// What was told around the first contradiction.
fn around(records: &[Record], fold: &Fold) -> String {
    let seq = fold.contradictions().first().map_or(0, |first| first.seq);
    let near = records.iter().filter(|record| record.seq + 12 > seq && record.seq < seq + 4);
    let line = |record: &Record| format!("{:>6} {:?} {:?}", record.seq, record.task, record.event);
    near.map(line).collect::<Vec<_>>().join("\n")
}
