//! How is a verdict told?
//!
//! In words that say what was seen and what to do next; the seven kinds never look alike. Colour
//! helps where there is a terminal, and says nothing that the words don't.
//!
//! Interface: [`refused`], [`line()`], [`not_run`], [`explain`].

use anstream::println;
use anstyle::Style;

use crate::places::{learn, shown};
use crate::prose::{BAD, BOLD, DIM, OK, WAIT, say, wrapped};
use crate::trial::{Seen, Verdict};

/// The compiler has refused it.
pub(crate) fn refused(rustc: &str) {
    println!("{BAD}{BOLD}It doesn't compile.{BOLD:#}{BAD:#} This is what rustc says:\n");
    println!("{}", rustc.trim_end());
}

/// One line for a check: its mark, what it claims, its name.
pub(crate) fn line(name: &str, claim: &str, verdict: &Verdict) {
    let (style, mark, _) = mark(verdict);
    println!("  {style}{mark}{style:#} {}", what(name, claim));
    if let Verdict::NotJudged(why) = verdict {
        let hang = " ".repeat(13);
        println!("{DIM}{}{DIM:#}", wrapped(&format!("({why})"), &hang, &hang));
    }
}

/// The line of a check that was left out.
pub(crate) fn not_run(name: &str, claim: &str) {
    println!("  {DIM}not run   {DIM:#} {}", what(name, claim));
}

fn what(name: &str, claim: &str) -> String {
    let hang = " ".repeat(13);
    wrapped(&format!("{claim}  {DIM}{name}{DIM:#}"), &hang, &hang).trim_start().to_owned()
}

/// How a verdict is marked on the line of its check, and called in full.
fn mark(verdict: &Verdict) -> (Style, &'static str, &'static str) {
    match verdict {
        Verdict::Passed => (OK, "passed    ", ""),
        Verdict::NotJudged(_) => (WAIT, "not judged", ""),
        Verdict::Todo(_) => (WAIT, "to be done", "Still to be done."),
        Verdict::Hangs(_) => (BAD, "hangs     ", "It hangs."),
        Verdict::Spins(_) => (BAD, "busy loop ", "A busy loop."),
        Verdict::NoReturn(_) => (BAD, "no return ", "Your code did not return."),
        Verdict::Wrong(_) => (BAD, "wrong     ", "Not yet right."),
    }
}

/// What was seen of a check that has not passed, in full.
pub(crate) fn explain(name: &str, claim: &str, seen: &Seen) {
    let (style, _, title) = mark(&seen.verdict);
    say(&format!("\n{style}{BOLD}{title}{BOLD:#}{style:#} The check `{name}` wants: {claim}."));
    match &seen.verdict {
        Verdict::Passed | Verdict::NotJudged(_) => {}
        Verdict::Todo(place) => {
            println!("It reached a `todo!()`\n  at {}", shown(&learn().join(place)));
            say("That is as it should be at the start.");
        }
        Verdict::Hangs(said) => {
            say("It waits, and nothing lets it go on.");
            quote("What is known of it, after what the program had printed by then:", said);
        }
        Verdict::Spins(count) => {
            quote("What was counted:", count);
            say(
                "Something is polled, is woken or sleeps for no time again and again, though nothing has changed. What begins it anew?",
            );
        }
        Verdict::NoReturn(doing) => quote("It was called, and has not returned:", doing),
        Verdict::Wrong(why) => quote("What it found:", why),
    }
    quote("What was printed by then:", &seen.printed);
}

fn quote(title: &str, text: &str) {
    if text.is_empty() {
        return;
    }
    println!("{title}");
    let bar = format!("  {DIM}|{DIM:#} ");
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        if at < SHOWN || lines.len() - at <= SHOWN {
            println!("{}", wrapped(line, &bar, &bar));
        } else if at == SHOWN {
            println!("{bar}{DIM}(many lines are left out){DIM:#}");
        }
    }
}

/// So many lines are shown of the beginning of a text, and of its end.
const SHOWN: usize = 100;
