//! Is the record of a run whole, does the page open, and is the doctor content?

use std::fs;

use kettle::trace::fold::Fold;
use kettle::trace::{self, Event, Record, doctor};

/// A program's own source, and a test that runs and folds it.
macro_rules! programs {
    ($($name:ident $file:literal)*) => { $(
        mod $name {
            include!($file);

            #[test]
            fn leaves_a_whole_record() {
                let (_, records) = kettle::trace::record(main);
                crate::examine::examine(stringify!($name), &records);
            }
        }
    )* };
}

/// How many things were done out of sight, on other threads, is not known beforehand: a program may
/// look names up or read files there. What was done in sight must fit together.
pub(crate) fn examine(name: &str, records: &[Record]) {
    let fold = Fold::of(records);
    let contradictions = fold.contradictions().iter().filter(|one| !one.unseen);
    let contradictions: Vec<_> = contradictions.map(ToString::to_string).collect();
    assert!(contradictions.is_empty(), "{}", contradictions.join("\n"));
    assert!(fold.is_whole() && !fold.is_driven());
    assert_eq!((fold.alive(), fold.queued(), fold.timer_count()), (0, 0, 0));
    assert!(records.iter().any(|record| matches!(record.event, Event::Turn { .. })));
    let lints = doctor::examine(records);
    assert!(lints.is_empty(), "{lints:#?}");

    let page = std::env::temp_dir().join(format!("kettle-{name}-{}.html", std::process::id()));
    trace::save(&page, records).unwrap();
    let text = fs::read_to_string(&page).unwrap();
    fs::remove_file(&page).unwrap();
    assert!(text.starts_with("<!doctype html>") && text.contains("<script"));
}
