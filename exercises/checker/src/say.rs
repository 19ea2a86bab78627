//! What does a learner read on the terminal?
//!
//! The lists, and the verdicts: what a check has seen, in words that say what to do next.
//!
//! Interface: [`list`], [`ladder`], [`command`]; [`check`], [`explain`], [`refused`].

use anstream::println;
use anstyle::Style;
use kettle_kit::tree::from_root;

use crate::catalogue::{Exercise, Kind};
use crate::learner;
use crate::progress::{self, Progress, has_passed, learn};
use crate::prose::{BAD, BOLD, DIM, OK, WAIT, say, width};
use crate::run::{Seen, Verdict};
use crate::rung;

/// All exercises, and how far the learner is.
pub(crate) fn list(all: &[Exercise], progress: &Progress) {
    let others: Vec<&Exercise> = all.iter().filter(|one| one.kind() != Kind::Rung).collect();
    let count = |some: &mut dyn Iterator<Item = &Exercise>| {
        some.filter(|one| has_passed(&one.name)).count()
    };
    let passed = count(&mut others.iter().copied());
    println!("{BOLD}Build a runtime, part by part{BOLD:#}   {passed} of {} passed\n", others.len());
    for exercise in &others {
        let here = progress.current.as_ref() == Some(&exercise.name);
        let mark = match exercise.kind() {
            Kind::Hunt => "h",
            _ if exercise.replaces().is_some() => "*",
            _ => "",
        };
        println!(
            "{} {:<5} {:<14} {:<34} {DIM}{}{}  {:>3} min{DIM:#}  {}",
            if here { ">" } else { " " },
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
    let rungs = count(&mut rung::rungs(all));
    println!(
        "\n{BOLD}The ladder{BOLD:#}: {rungs} of {} rungs passed  {DIM}cargo exercise rung{DIM:#}",
        rung::LAST
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

/// The command that starts it, and its title.
pub(crate) fn command(exercise: &Exercise) -> String {
    format!("cargo exercise {}  {DIM}{}{DIM:#}", exercise.called(), exercise.sheet.title)
}

/// One line for a check: its verdict, its claim, its name.
pub(crate) fn check(name: &str, claim: &str, verdict: Verdict, may_fail: bool) {
    let is_untidy = may_fail && !matches!(verdict, Verdict::Passed | Verdict::Todo);
    let (style, mark) = if is_untidy { (WAIT, "untidy") } else { (colour(verdict), mark(verdict)) };
    let hang = " ".repeat(13);
    let claim = format!("{claim}  {DIM}{name}{DIM:#}");
    let claim = textwrap::fill(&claim, width().initial_indent(&hang).subsequent_indent(&hang));
    println!("  {style}{mark:<10}{style:#} {}", claim.trim_start());
}

fn colour(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Passed => OK,
        Verdict::Todo => WAIT,
        _ => BAD,
    }
}

fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "passed",
        Verdict::Todo => "to be done",
        Verdict::Hangs => "hangs",
        Verdict::Spins => "busy loop",
        Verdict::NoReturn => "no return",
        Verdict::Wrong => "wrong",
    }
}

/// All that was seen of a check that has not passed, under the caller's title or, if that is empty,
/// under one for the verdict.
pub(crate) fn explain(own_title: &str, name: &str, claim: &str, seen: &Seen) {
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
        if own_title.is_empty() { (colour(seen.verdict), title) } else { (WAIT, own_title) };
    say(&format!("\n{style}{BOLD}{title}{BOLD:#}{style:#} The check `{name}` wants: {claim}."));
    let place = from_root(&learn().join(&seen.reason));
    quote(reason, if seen.verdict == Verdict::Todo { &place } else { &seen.reason });
    quote("Until then your answer printed:", &seen.printed);
}

fn quote(title: &str, text: &str) {
    if text.is_empty() {
        return;
    }
    say(title);
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        if at < SHOWN || lines.len() - at <= SHOWN {
            let hang = " ".repeat(4);
            let wrapped =
                textwrap::fill(line, width().subsequent_indent(&hang).initial_indent(&hang));
            println!("  {DIM}|{DIM:#} {}", wrapped.get(hang.len()..).unwrap_or_default());
        } else if at == SHOWN {
            println!("  {DIM}| (many lines are left out){DIM:#}");
        }
    }
}

/// How many lines are shown of the beginning of a text, and of its end.
const SHOWN: usize = 50;

/// Says why the compiler refuses the answer.
pub(crate) fn refused(rustc: &str) {
    println!("{BAD}{BOLD}It doesn't compile.{BOLD:#}{BAD:#} This is what rustc says:\n\n{rustc}");
}
