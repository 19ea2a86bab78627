//! Where do two runs of one schedule first differ?
//!
//! They should not differ: if they do, the program depends on something that a schedule doesn't
//! decide, such as a clock or a thread. The difference is the first event whose kind or source line
//! isn't the same in both. Ids and times aren't compared, since they always differ, nor the loop's
//! own events: turns, sleeps, moves of the clock and of the wheel.
//!
//! Interface: [`first_difference`] gets the records of both runs, and gives a sentence for each.

use std::mem::{Discriminant, discriminant};

use kettle_events::{Event, Place, Record};

use crate::words::teller::Teller;

/// What each run did at the first difference, with its source line; `None` if they never differ.
pub(super) fn first_difference(left: &[Record], right: &[Record]) -> Option<[String; 2]> {
    let (mut left, mut right) = (steps(left), steps(right));
    loop {
        let both = [left.next(), right.next()];
        let [left_key, right_key] = both.each_ref().map(|step| Some(step.as_ref()?.key));
        if left_key != right_key {
            let is_over = || "(the run is over)".to_owned();
            return Some(both.map(|step| step.map_or_else(is_over, |step| step.sentence)));
        }
        left_key?; // both runs are over
    }
}

struct Step {
    /// What is compared: the event's kind, and the line of the program that it belongs to.
    key: (Discriminant<Event>, Option<Place>),
    sentence: String,
}

/// The events of a run, without those that the story or the comparison leaves out.
fn steps(records: &[Record]) -> impl Iterator<Item = Step> {
    let mut teller = Teller::default();
    records.iter().filter_map(move |record| {
        // Before any event is left out, since the teller learns names from each of them.
        let sentence = teller.story_sentence(record)?.to_owned();
        let is_loops_own = matches!(
            record.event,
            Event::Park { .. }
                | Event::Unpark { .. }
                | Event::Turn { .. }
                | Event::Advance { .. }
                | Event::TimerCascade { .. }
        );
        // For an event that makes a thing: the line that made it.
        let at = record.event.made().or(record.at.place());
        let line = at.map(|at| format!("   ({}:{})", at.file(), at.line())).unwrap_or_default();
        let key = (discriminant(&record.event), at);
        if is_loops_own { None } else { Some(Step { key, sentence: sentence + &line }) }
    })
}
