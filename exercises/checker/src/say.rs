//! How is everything told on the terminal?
//!
//! Lists, and verdicts: what was seen, in words that say what to do next.
//!
//! Interface: [`list`], [`ladder`], [`command`]; [`check`], [`explain`], [`refused`].

use anstream::println;
use anstyle::Style;
use kettle_kit::tree::shown;

use crate::catalogue::{Exercise, Kind};
use crate::learner;
use crate::progress::{self, Progress, has_passed, learn};
use crate::prose::{BAD, BOLD, DIM, OK, WAIT, say};
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
        "\n{DIM}*  replaces a file of kettle; passed, it is a part in `cargo exercise assemble`\n\
         h  a hunt: an engine with one fault{DIM:#}"
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

/// The command that starts it, and what it is about.
pub(crate) fn command(exercise: &Exercise) -> String {
    format!("cargo exercise {}  {DIM}{}{DIM:#}", exercise.called(), exercise.sheet.title)
}

/// One line for a check: its verdict, what it claims, its name. Without a verdict it was not run.
pub(crate) fn check(name: &str, claim: &str, verdict: Option<Verdict>, may_fail: bool) {
    let (style, mark) = match verdict {
        None => (DIM, "not run"),
        Some(verdict) if may_fail && verdict != Verdict::Passed => (WAIT, "untidy"),
        Some(verdict) => (colour(verdict), mark(verdict)),
    };
    let hang = " ".repeat(13);
    let claim = format!("{claim}  {DIM}{name}{DIM:#}");
    let options = textwrap::Options::new(textwrap::termwidth().min(100));
    let claim = textwrap::fill(&claim, options.initial_indent(&hang).subsequent_indent(&hang));
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

/// What was seen of a check that has not passed, in full, under a title of the caller's or, if that
/// is empty, of the verdict.
pub(crate) fn explain(own_title: &str, name: &str, claim: &str, seen: &Seen) {
    let (title, reason) = match seen.verdict {
        Verdict::Passed => return,
        Verdict::Todo => {
            ("Still to be done.", "It reached a `todo!()`, as it should at the start, at")
        }
        Verdict::Hangs => {
            ("It hangs.", "It waits, and nothing lets it go on. What is known of it:")
        }
        Verdict::Spins => (
            "A busy loop.",
            "Something is polled, is woken or sleeps for no time again and again, though \
             nothing has changed. What begins it anew? What was counted:",
        ),
        Verdict::NoReturn => ("Your code did not return.", "It was called, and has not returned:"),
        Verdict::Wrong => ("Not yet right.", "What it found:"),
    };
    let (style, title) =
        if own_title.is_empty() { (colour(seen.verdict), title) } else { (WAIT, own_title) };
    say(&format!("\n{style}{BOLD}{title}{BOLD:#}{style:#} The check `{name}` wants: {claim}."));
    let place = shown(&learn().join(&seen.reason));
    quote(reason, if seen.verdict == Verdict::Todo { &place } else { &seen.reason });
    quote("What was printed by then:", &seen.printed);
}

fn quote(title: &str, text: &str) {
    if text.is_empty() {
        return;
    }
    say(title);
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        if at < SHOWN || lines.len() - at <= SHOWN {
            println!("  {DIM}|{DIM:#} {line}");
        } else if at == SHOWN {
            println!("  {DIM}| (many lines are left out){DIM:#}");
        }
    }
}

/// So many lines are shown of the beginning of a text, and of its end.
const SHOWN: usize = 50;

/// The compiler has refused it.
pub(crate) fn refused(rustc: &str) {
    println!("{BAD}{BOLD}It doesn't compile.{BOLD:#}{BAD:#} This is what rustc says:\n\n{rustc}");
}
