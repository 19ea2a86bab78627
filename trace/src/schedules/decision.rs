//! How is a decision of the runtime written down?
//!
//! As `12:task:1/3`: at choice 12 the question was which task is next, and the answer was number 1
//! of 3, counted from 0. Commas separate the decisions of a list. A program and a list of decisions
//! determine a run.
//!
//! Interface: [`Decision`] is one decision; [`list`] writes a list, [`parse`] reads one;
//! [`is_order`] says whether a question is about the order of things.

use std::fmt;

use kettle_events::{Fault, Point};
use parking_lot::Mutex;

/// One answer of a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decision {
    /// The number of the question, from 1.
    pub(crate) choice: u64,
    /// What the question was about.
    pub(crate) point: Point,
    /// How many answers there were.
    pub(crate) among: usize,
    /// The answer; 0 is the usual one.
    pub(crate) chosen: usize,
}

/// The points with their words. A fault (of the network) has its word in itself.
pub(crate) const POINTS: [(Point, &str); 8] = [
    (Point::Task, "task"),
    (Point::Timer, "timer"),
    (Point::Source, "source"),
    (Point::Deferred, "deferred"),
    (Point::Select, "select"),
    (Point::Transfer, "transfer"),
    (Point::Budget, "budget"),
    (Point::Spurious, "spurious"),
];

/// The word for a point.
pub(crate) fn word(point: Point) -> &'static str {
    match point {
        Point::Fault(fault) => fault.word,
        _ => POINTS.iter().find(|(known, _)| *known == point).map_or("something", |(_, word)| word),
    }
}

/// Does the answer change only the order in which things happen?
pub(crate) fn is_order(point: Point) -> bool {
    !matches!(point, Point::Transfer | Point::Budget | Point::Spurious | Point::Fault(_))
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Decision { choice, point, among, chosen } = self;
        write!(f, "{choice}:{}:{chosen}/{among}", word(*point))
    }
}

/// The text of a list.
pub(crate) fn list(decisions: &[Decision]) -> String {
    let all: Vec<String> = decisions.iter().map(Decision::to_string).collect();
    all.join(",")
}

/// The list that a text stands for. Its choices must rise. An error says what isn't understood.
pub(crate) fn parse(text: &str) -> Result<Vec<Decision>, String> {
    let mut decisions: Vec<Decision> = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let wrong = || format!("{part:?} is no decision. One is written as 12:task:1/3");
        let decision = parse_one(part).ok_or_else(wrong)?;
        if decisions.last().is_some_and(|last| last.choice >= decision.choice) {
            return Err(format!("{part:?} comes after a later choice: the choices have to rise"));
        }
        decisions.push(decision);
    }
    Ok(decisions)
}

fn parse_one(text: &str) -> Option<Decision> {
    let [choice, word, answer] = text.split(':').collect::<Vec<_>>()[..] else { return None };
    let known = POINTS.into_iter().find(|(_, known)| *known == word).map(|(point, _)| point);
    let point = known.or_else(|| word.starts_with("net.").then(|| Point::Fault(fault(word))))?;
    let (chosen, among) = answer.split_once('/')?;
    let (choice, chosen, among) = (choice.parse().ok()?, chosen.parse().ok()?, among.parse().ok()?);
    let is_possible = 0 < choice && 0 < chosen && chosen < among;
    is_possible.then_some(Decision { choice, point, among, chosen })
}

/// The fault with this word. It is made once and never freed, because a point refers to its fault
/// for as long as the program runs.
fn fault(word: &str) -> &'static Fault {
    static READ: Mutex<Vec<&'static Fault>> = Mutex::new(Vec::new());
    let mut read = READ.lock();
    let known = read.iter().find(|fault| fault.word == word).copied();
    known.unwrap_or_else(|| {
        let new = Box::leak(Box::new(Fault { word: word.to_owned().leak(), does: &[] }));
        read.push(new);
        new
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_it_is_written() {
        let text = "12:task:1/3,30:transfer:7/12,31:net.cut:2/3";
        let decisions = parse(text).unwrap();
        assert_eq!(list(&decisions), text);
        assert_eq!(decisions[0], Decision { choice: 12, point: Point::Task, among: 3, chosen: 1 });
        for (point, word) in POINTS {
            assert_eq!(parse(&format!("1:{word}:1/2")).unwrap()[0].point, point);
        }
        assert_eq!(parse(" "), Ok(Vec::new()));
    }

    #[test]
    fn anything_else_is_refused_with_words() {
        for text in
            ["12", "12:task", "12:task:1", "12:tea:1/2", "12:task:0/2", "12:task:2/2", "0:task:1/2"]
        {
            let words = parse(text).unwrap_err();
            assert_eq!(words, format!("{text:?} is no decision. One is written as 12:task:1/3"));
        }
        let words = parse("3:task:1/2,3:task:1/2").unwrap_err();
        assert_eq!(words, "\"3:task:1/2\" comes after a later choice: the choices have to rise");
    }
}
