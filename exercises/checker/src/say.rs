//! What does a learner read on the terminal?
//!
//! The lists ([`list`], [`ladder`]), and the verdicts: [`check`] prints a line for each check, and
//! [`explain`] what a check that failed has seen, in words that say what to do next.

use anstream::println;
use anstyle::Style;
use kettle_kit::tree::from_root;

use crate::catalogue::{Exercise, Kind};
use crate::learner;
use crate::progress::{self, Progress, has_passed, learn};
use crate::prose::{BAD, BOLD, DIM, OK, WAIT, say, width};
use crate::run::{Listed, Seen, Verdict};
use crate::rung;

/// All exercises, and how far the learner is.
pub(crate) fn list(all: &[Exercise], progress: &Progress) {
    let (rungs, exercises): (Vec<&Exercise>, Vec<&Exercise>) =
        all.iter().partition(|exercise| exercise.kind() == Kind::Rung);
    let count_passed = |some: &[&Exercise]| some.iter().filter(|it| has_passed(&it.name)).count();
    let (passed, count) = (count_passed(&exercises), exercises.len());
    println!("{BOLD}Build a runtime, part by part{BOLD:#}   {passed} of {count} passed\n");
    for exercise in &exercises {
        let is_current = progress.current.as_ref() == Some(&exercise.name);
        let mark = match exercise.kind() {
            Kind::Hunt => "h",
            _ if exercise.replaces().is_some() => "*",
            _ => "",
        };
        println!(
            "{} {:<5} {:<14} {:<34} {DIM}{}{}  {:>3} min{DIM:#}  {}",
            if is_current { ">" } else { " " },
            format!("{}{mark}", exercise.number),
            exercise.name,
            exercise.sheet.title,
            "●".repeat(exercise.sheet.difficulty),
            "○".repeat(5 - exercise.sheet.difficulty),
            exercise.sheet.minutes,
            state(exercise),
        );
    }
    println!(
        "\n{DIM}*  replaces one of kettle's files; `cargo exercise assemble` uses it once it has passed\n\
         h  a hunt: find the one bug in an engine{DIM:#}"
    );
    let (passed, count) = (count_passed(&rungs), rungs.len());
    println!(
        "\n{BOLD}The ladder{BOLD:#}: {passed} of {count} rungs passed  {DIM}cargo exercise rung{DIM:#}"
    );
    match progress::at_hand(all, progress) {
        Some(next) => {
            let word = if learner::is_started(next) { "Go on" } else { "Begin" };
            println!("\n{BOLD}{word}{BOLD:#}: {}", command(next));
        }
        None => println!("\n{BOLD}All done.{BOLD:#} Your runtime: cargo exercise assemble"),
    }
}

/// The rungs of the ladder.
pub(crate) fn ladder(all: &[Exercise]) {
    println!("{BOLD}Seven runtimes, each built from the one before{BOLD:#}\n");
    for one in rung::rungs(all) {
        println!("  {}  {} {}", rung::number(one), one.sheet.question, state(one));
    }
    match rung::rungs(all).find(|one| !has_passed(&one.name)) {
        Some(next) => println!("\n{BOLD}Next{BOLD:#}: {}", command(next)),
        None => println!("\n{BOLD}All seven have passed.{BOLD:#}"),
    }
}

fn state(exercise: &Exercise) -> String {
    if has_passed(&exercise.name) {
        format!("{OK}(passed){OK:#}")
    } else if learner::is_started(exercise) {
        format!("{WAIT}(begun){WAIT:#}")
    } else {
        String::new()
    }
}

/// The command that starts an exercise, and its title.
pub(crate) fn command(exercise: &Exercise) -> String {
    format!("cargo exercise {}  {DIM}{}{DIM:#}", exercise.called(), exercise.sheet.title)
}

/// Prints one line for a check: its verdict, its claim, its name. A rung may pass without some
/// checks (`may_fail`).
pub(crate) fn check(check: &Listed, verdict: Verdict, may_fail: bool) {
    let is_untidy = may_fail && !matches!(verdict, Verdict::Passed | Verdict::Todo);
    let (style, mark) = if is_untidy { (WAIT, "untidy") } else { mark(verdict) };
    // The claim begins behind the mark.
    let indent = " ".repeat(13);
    let claim = format!("{}  {DIM}{}{DIM:#}", check.claim, check.name);
    let claim = textwrap::fill(&claim, width().initial_indent(&indent).subsequent_indent(&indent));
    println!("  {style}{mark:<10}{style:#} {}", claim.trim_start());
}

fn mark(verdict: Verdict) -> (Style, &'static str) {
    match verdict {
        Verdict::Passed => (OK, "passed"),
        Verdict::Todo => (WAIT, "to be done"),
        Verdict::Hangs => (BAD, "hangs"),
        Verdict::Spins => (BAD, "busy loop"),
        Verdict::NoReturn => (BAD, "no return"),
        Verdict::Wrong => (BAD, "wrong"),
    }
}

/// Prints all that was seen of a check that has not passed, under the caller's title or, if that is
/// empty, under one for the verdict.
pub(crate) fn explain(own_title: &str, check: &Listed, seen: &Seen) {
    let (title, reason) = match seen.verdict {
        Verdict::Passed => return,
        Verdict::Todo => ("Still to be done.", "It has reached this `todo!()`:"),
        Verdict::Hangs => {
            ("It hangs.", "It waits for something that doesn't come. This is known about the wait:")
        }
        Verdict::Spins => (
            "A busy loop.",
            "Something is polled, is woken or sleeps for no time again and again, although nothing \
             has changed. What starts the next round? This was counted:",
        ),
        Verdict::NoReturn => ("Your code did not return.", "A call into it is still running:"),
        Verdict::Wrong => ("Not right yet.", "It found this:"),
    };
    let (style, title) =
        if own_title.is_empty() { (mark(seen.verdict).0, title) } else { (WAIT, own_title) };
    let Listed { name, claim } = check;
    say(&format!("\n{style}{BOLD}{title}{BOLD:#}{style:#} The check `{name}` wants: {claim}."));
    // The reason is the place of the `todo!()`, as seen from the folder in which Cargo built.
    let place = from_root(&learn().join(&seen.reason));
    quote(reason, if seen.verdict == Verdict::Todo { &place } else { &seen.reason });
    quote("Until then your answer printed:", &seen.printed);
}

/// Prints a text below a title. Of a long text, only the beginning and the end are shown.
fn quote(title: &str, text: &str) {
    const SHOWN_LINES: usize = 50;
    if text.is_empty() {
        return;
    }
    say(title);
    let lines: Vec<&str> = text.lines().collect();
    for (index, line) in lines.iter().enumerate() {
        if index < SHOWN_LINES || lines.len() - index <= SHOWN_LINES {
            let indent = " ".repeat(4);
            let options = width().subsequent_indent(&indent).initial_indent(&indent);
            let wrapped = textwrap::fill(line, options);
            println!("  {DIM}|{DIM:#} {}", wrapped.get(indent.len()..).unwrap_or_default());
        } else if index == SHOWN_LINES {
            println!("  {DIM}| (many lines are left out){DIM:#}");
        }
    }
}

/// Says why the compiler refuses the answer.
pub(crate) fn refused(rustc: &str) {
    println!("{BAD}{BOLD}It doesn't compile.{BOLD:#}{BAD:#} This is what rustc says:\n\n{rustc}");
}
