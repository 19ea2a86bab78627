//! Where do two runs of one schedule part?
//!
//! At the first event that is of another kind in one of them, or was caused at another line. Ids and times are not
//! compared, because they are never the same. The loop's sleeps don't count.
//!
//! Interface: [`first_difference`].

use std::mem::{Discriminant, discriminant};

use kettle_events::{Event, Place, Record};

use crate::words::teller::Teller;

/// The sentence of each at which they part, with the line of the program.
pub(super) fn first_difference(one: &[Record], other: &[Record]) -> Option<[String; 2]> {
    let (mut one, mut other) = (told(one), told(other));
    loop {
        let both = [one.next(), other.next()];
        let [this, that] = both.each_ref().map(|event| event.as_ref().map(|(key, _)| key));
        if this != that {
            let said = |event: Option<(_, String)>| event.map(|(_, sentence)| sentence);
            return Some(
                both.map(|one| said(one).unwrap_or_else(|| "(the run is over)".to_owned())),
            );
        }
        this?;
    }
}

/// What is compared of each event, and its sentence and line.
type Told = ((Discriminant<Event>, Option<Place>), String);

fn told(records: &[Record]) -> impl Iterator<Item = Told> {
    let mut teller = Teller::default();
    records.iter().filter_map(move |record| {
        if !teller.is_for_the_story(&record.event) {
            teller.pass(record);
            return None;
        }
        let sentence = teller.sentence(record).trim().to_owned();
        let of_sleeps = matches!(
            record.event,
            Event::Park { .. }
                | Event::Unpark { .. }
                | Event::Turn { .. }
                | Event::Advance { .. }
                | Event::TimerCascade { .. }
        );
        let at = record.event.made().or(record.at.place());
        let line = at.map(|at| format!("   ({}:{})", at.file(), at.line())).unwrap_or_default();
        (!of_sleeps).then(|| ((discriminant(&record.event), at), sentence + &line))
    })
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::time::Duration;

    use kettle_runtime::{Config, Runtime, Timer, clock};

    use super::*;
    use crate::memory::recorder::Recorder;

    fn records(naps: usize, millis: u64) -> Vec<Record> {
        let (recorder, recording) = Recorder::new();
        let sink = Some(Box::new(recorder) as Box<_>);
        let runtime = Runtime::with(Config { start_paused: true, sink, ..Config::default() });
        runtime.unwrap().block_on(async {
            for _ in 0..naps {
                let mut timer = Timer::new(clock::now() + Duration::from_millis(millis));
                poll_fn(|cx| timer.poll(cx)).await;
            }
            kettle_events::note("tea");
        });
        recording.records()
    }

    #[test]
    fn the_first_event_that_differs_is_told_and_times_are_not_compared() {
        let usual = records(2, 1);
        assert_eq!(first_difference(&usual, &records(2, 2)), None);
        let Some([one, other]) = first_difference(&usual, &records(1, 1)) else {
            panic!("they differ")
        };
        assert!(one.contains("timer 2") && other.contains("tea"), "{one} / {other}");
    }
}
