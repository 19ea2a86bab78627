//! Where do two recordings differ?
//!
//! The longest common subsequence of their lines is what they share; the rest belongs to one of
//! them. Recordings are short, so the plain table of lengths does.
//!
//! Interface: [`diff`], [`Side`]; [`told`] for a difference as text.

use crate::step::Recording;

/// Whose line it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Both have it, here.
    Both,
    /// Only tokio's recording has it, here.
    Tokio,
    /// Only kettle's.
    Kettle,
}

/// So many common lines stand before a difference and behind it.
const AROUND: usize = 4;

/// The lines of both, in an order that is right for both. Where both have lines of their own,
/// tokio's come first.
pub fn diff(tokio: &Recording, kettle: &Recording) -> Vec<(Side, String)> {
    let (tokio, kettle) = (tokio.lines(), kettle.lines());
    let common = common(&tokio, &kettle);
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::new();
    while i < tokio.len() || j < kettle.len() {
        if i < tokio.len() && j < kettle.len() && tokio[i] == kettle[j] {
            lines.push((Side::Both, tokio[i].clone()));
            (i, j) = (i + 1, j + 1);
        } else if i < tokio.len() && (j == kettle.len() || common[i + 1][j] >= common[i][j + 1]) {
            lines.push((Side::Tokio, tokio[i].clone()));
            i += 1;
        } else {
            lines.push((Side::Kettle, kettle[j].clone()));
            j += 1;
        }
    }
    lines
}

/// `common[i][j]`: how many lines `tokio[i..]` and `kettle[j..]` have in common.
fn common(tokio: &[String], kettle: &[String]) -> Vec<Vec<u32>> {
    let mut common = vec![vec![0; kettle.len() + 1]; tokio.len() + 1];
    for i in (0..tokio.len()).rev() {
        for j in (0..kettle.len()).rev() {
            common[i][j] = if tokio[i] == kettle[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    common
}

/// A difference as text: `T` before what only tokio has, `K` before what only kettle has. Of long
/// stretches in common, the ends.
pub fn told(tokio: &Recording, kettle: &Recording) -> String {
    let lines = diff(tokio, kettle);
    let differs = |at: usize| lines.get(at).is_some_and(|(side, _)| *side != Side::Both);
    let is_near = |at: usize| (at.saturating_sub(AROUND)..=at + AROUND).any(differs);
    let mut text = String::new();
    let mut left_out = 0;
    for (at, (side, line)) in lines.iter().enumerate() {
        // One line left out would take as much room as it saves.
        if !is_near(at) && (left_out > 0 || !is_near(at + 1)) {
            left_out += 1;
            continue;
        }
        text += &gap(&mut left_out);
        let mark = match side {
            Side::Both => ' ',
            Side::Tokio => 'T',
            Side::Kettle => 'K',
        };
        text = text + &mark.to_string() + " " + line + "\n";
    }
    text + &gap(&mut left_out)
}

fn gap(left_out: &mut usize) -> String {
    match std::mem::take(left_out) {
        0 => String::new(),
        lines => format!("  … {lines} more in both\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::step::{Moment, Step};
    use std::time::Duration;

    fn recording(polls: &[usize]) -> Recording {
        let moment = |&task| Moment { time: Duration::ZERO, step: Step::Poll(task) };
        Recording { moments: polls.iter().map(moment).collect() }
    }

    #[test]
    fn what_both_have_stays_and_the_rest_has_its_side() {
        let text = told(&recording(&[0, 1, 2, 4]), &recording(&[0, 2, 3, 4]));
        let told = "  0.000 main is polled\nT 0.000 task 1 is polled\n  0.000 task 2 is polled\n\
             K 0.000 task 3 is polled\n  0.000 task 4 is polled\n";
        assert_eq!(text, told);
    }

    #[test]
    fn equal_recordings_are_one_stretch_in_common() {
        let polls: Vec<usize> = (0..20).collect();
        assert_eq!(told(&recording(&polls), &recording(&polls)), "  … 20 more in both\n");
    }

    #[test]
    fn long_stretches_are_shortened_and_one_line_is_not() {
        let polls: Vec<usize> = (1..=16).collect();
        let mut with_one_more = polls.clone();
        with_one_more.push(99);
        let text = told(&recording(&polls), &recording(&with_one_more));
        assert!(text.starts_with("  … 12 more in both\n  0.000 task 13 is polled\n"), "{text}");
        assert!(text.ends_with("task 16 is polled\nK 0.000 task 99 is polled\n"), "{text}");
        let text = told(&recording(&polls[..5]), &recording(&[1, 2, 3, 4, 5, 99]));
        assert!(text.starts_with("  0.000 task 1 is polled\n"), "{text}");
    }
}
