//! Where do two runs of one schedule part?
//!
//! At the first event that is of another kind in one of them, or was caused at another line. Ids
//! and times are not compared, because they are never the same. The loop's sleeps don't count.
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
        let sentence = teller.told(record)?.to_owned();
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
