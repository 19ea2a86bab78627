//! Where do two runs of one schedule first differ?
//!
//! At the first event that has another kind in one of them, or was caused by another line. Ids and
//! times aren't compared, because they always differ, nor are the loop's turns and sleeps.
//!
//! Interface: [`first_difference`].

use std::mem::{Discriminant, discriminant};

use kettle_events::{Event, Place, Record};

use crate::words::teller::Teller;

/// The first sentences that differ, with the program's lines.
pub(super) fn first_difference(one: &[Record], other: &[Record]) -> Option<[String; 2]> {
    let (mut one, mut other) = (steps(one), steps(other));
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

/// Of an event what is compared, and its sentence with its line.
type Step = ((Discriminant<Event>, Option<Place>), String);

fn steps(records: &[Record]) -> impl Iterator<Item = Step> {
    let mut teller = Teller::default();
    records.iter().filter_map(move |record| {
        let sentence = teller.story_sentence(record)?.to_owned();
        let is_of_the_loop = matches!(
            record.event,
            Event::Park { .. }
                | Event::Unpark { .. }
                | Event::Turn { .. }
                | Event::Advance { .. }
                | Event::TimerCascade { .. }
        );
        let at = record.event.made().or(record.at.place());
        let line = at.map(|at| format!("   ({}:{})", at.file(), at.line())).unwrap_or_default();
        (!is_of_the_loop).then(|| ((discriminant(&record.event), at), sentence + &line))
    })
}
