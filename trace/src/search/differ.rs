//! Where do two runs of one schedule part?
//!
//! At the first event that one of them tells otherwise. Numbers of things are counted in each run from 1, so the
//! sentences can be compared; times are left out, because the machine's clock is never the same.
//!
//! Interface: [`first_difference`].

use kettle_events::{Event, Record};

use crate::words::teller::Teller;

/// The sentence of each at which they part, with the line of the program.
pub(super) fn first_difference(one: &[Record], other: &[Record]) -> Option<[String; 2]> {
    let (mut one, mut other) = (told(one), told(other));
    loop {
        match (one.next(), other.next()) {
            (None, None) => return None,
            (one, other) if one == other => {}
            (one, other) => {
                let end = || "(the run is over)".to_owned();
                return Some([one.unwrap_or_else(end), other.unwrap_or_else(end)]);
            }
        }
    }
}

/// Each event's sentence and line, without those of the loop's sleeps.
fn told(records: &[Record]) -> impl Iterator<Item = String> {
    let mut teller = Teller::default();
    records.iter().filter_map(move |record| {
        let sentence = without_times(teller.sentence(record));
        let of_sleeps = matches!(
            record.event,
            Event::Park { .. }
                | Event::Unpark { .. }
                | Event::Turn { .. }
                | Event::Advance { .. }
                | Event::TimerCascade { .. }
        );
        let at = record.event.made().or(record.at);
        let at = at.map(|at| format!("   ({}:{})", at.file(), at.line())).unwrap_or_default();
        (!of_sleeps).then(|| sentence + &at)
    })
}

/// `timer 1, due at 2.001 s, goes into the wheel: level 0, slot 2` becomes `timer 1, due at … s, goes into the wheel`.
fn without_times(sentence: &str) -> String {
    let sentence = sentence.split_once(": level").map_or(sentence, |(timer, _)| timer);
    let plain = |word: &str| {
        let is_time = word.contains('.') && word.trim_end_matches(',').parse::<f64>().is_ok();
        if is_time { "…".to_owned() } else { word.to_owned() }
    };
    sentence.trim().split(' ').map(plain).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::time::Duration;

    use kettle_runtime::{Config, Runtime, Timer, clock};

    use super::*;
    use crate::memory::recorder::Recorder;

    fn records(names: [&'static str; 2], wait: u64) -> Vec<Record> {
        let (recorder, recording) = Recorder::new();
        let sink = Some(Box::new(recorder) as Box<_>);
        let runtime = Runtime::with(Config { start_paused: true, sink, ..Config::default() });
        runtime.unwrap().block_on(async {
            for name in names {
                let mut timer = Timer::new(clock::now() + Duration::from_millis(wait));
                poll_fn(|cx| timer.poll(cx)).await;
                kettle_events::note(name);
            }
        });
        recording.records()
    }

    #[test]
    fn the_first_event_that_differs_is_told_and_times_are_not_compared() {
        let usual = records(["tea", "milk"], 1);
        assert_eq!(first_difference(&usual, &usual), None);
        assert_eq!(first_difference(&usual, &records(["tea", "milk"], 2)), None);
        let Some([one, other]) = first_difference(&usual, &records(["tea", "lemon"], 1)) else {
            panic!("they differ")
        };
        assert!(one.contains("milk") && other.contains("lemon"), "{one} / {other}");
    }
}
