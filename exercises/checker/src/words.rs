//! How is a verdict told?
//!
//! In words that say what was seen and what to do next; the six kinds never look alike. Colour
//! helps where there is a terminal, and says nothing that the words don't.
//!
//! Interface: [`refused`], [`line()`], [`explain`], [`readme`], [`OK`], [`BAD`], [`DIM`], [`BOLD`].

use anstream::println;
use anstyle::{AnsiColor, Style};

use crate::places::{learn, short};
use crate::trial::{Seen, Verdict};

pub(crate) const OK: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default();
pub(crate) const WAIT: Style = AnsiColor::Yellow.on_default();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const BOLD: Style = Style::new().bold();

/// A README for the terminal: headings and stress as such, links as their words, code as it stands.
pub(crate) fn readme(text: &str) {
    let mut in_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        } else if in_code {
            println!("  {line}");
        } else if line.starts_with('#') {
            println!("{BOLD}{}{BOLD:#}", line.trim_start_matches('#').trim());
        } else {
            println!("{}", without_stress(&without_links(line)));
        }
    }
}

/// Without the stars that mean stress. A star in code means what it means there.
fn without_stress(line: &str) -> String {
    let pieces = line.split('`').enumerate();
    let plain = |(at, piece): (usize, &str)| {
        if at % 2 == 1 { piece.to_owned() } else { piece.replace('*', "") }
    };
    pieces.map(plain).collect::<Vec<_>>().join("`")
}

/// `[words](where)` as `words`.
fn without_links(line: &str) -> String {
    let mut words = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("](") {
        let Some((_, behind)) = after.split_once(')') else { break };
        words.push_str(&before.replacen('[', "", before.matches('[').count()));
        rest = behind;
    }
    words + rest
}

/// The compiler has refused it.
pub(crate) fn refused(rustc: &str) {
    println!("{BAD}{BOLD}It doesn't compile.{BOLD:#}{BAD:#} This is what rustc says:\n");
    println!("{}", rustc.trim_end());
}

/// One line for a check: its mark, its name, what it claims.
pub(crate) fn line(name: &str, claim: &str, verdict: &Verdict) {
    let (style, mark) = mark(verdict);
    println!("  {style}{mark}{style:#} {claim}  {DIM}{name}{DIM:#}");
    if let Verdict::NotJudged(why) = verdict {
        println!("             {DIM}({why}){DIM:#}");
    }
}

/// The line of a check that was left out.
pub(crate) fn not_run(name: &str, claim: &str) {
    println!("  {DIM}not run    {claim}  {name}{DIM:#}");
}

fn mark(verdict: &Verdict) -> (Style, &'static str) {
    match verdict {
        Verdict::Passed => (OK, "passed    "),
        Verdict::NotJudged(_) => (WAIT, "not judged"),
        Verdict::Todo(_) => (WAIT, "to be done"),
        Verdict::Hangs(_) => (BAD, "hangs     "),
        Verdict::Spins(_) => (BAD, "busy loop "),
        Verdict::Wrong(_) => (BAD, "wrong     "),
    }
}

/// What was seen, in full.
pub(crate) fn explain(name: &str, claim: &str, seen: &Seen) {
    let (style, _) = mark(&seen.verdict);
    match &seen.verdict {
        Verdict::Passed | Verdict::NotJudged(_) => {}
        Verdict::Todo(place) => {
            println!(
                "\n{style}{BOLD}Still to be done.{BOLD:#}{style:#} The check `{name}` reached a `todo!()`"
            );
            println!("  at {}", short(&learn().join(place)));
            println!("That is as it should be at the start. The check wants: {claim}.");
        }
        Verdict::Hangs(said) => {
            println!(
                "\n{style}{BOLD}It hangs.{BOLD:#}{style:#} The check `{name}` waits, and nobody will wake it."
            );
            println!("It wants: {claim}.");
            quote("What the program had said until then, the doctor's words among it:", said);
            println!("Ask of each `Pending`: who holds the waker now, and which event calls it?");
            if cfg!(not(target_os = "linux")) {
                println!(
                    "(Or it turns in a circle: on this system the two look the same from outside.)"
                );
            }
        }
        Verdict::Spins(count) => {
            println!(
                "\n{style}{BOLD}A busy loop.{BOLD:#}{style:#} In the check `{name}`, {count}."
            );
            println!("It wants: {claim}.");
            println!("Somebody is woken, or polls, although nothing has changed. Who, and why?");
        }
        Verdict::Wrong(why) => {
            println!(
                "\n{style}{BOLD}Not yet right.{BOLD:#}{style:#} The check `{name}` wants: {claim}."
            );
            quote("What it found:", why);
        }
    }
    quote("What was printed until then:", &seen.printed);
}

fn quote(title: &str, text: &str) {
    if text.is_empty() {
        return;
    }
    println!("{title}");
    for line in text.lines() {
        println!("  {DIM}|{DIM:#} {line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_in_code_stays() {
        assert_eq!(
            without_stress("the *last* poll, **now**: `*self`"),
            "the last poll, now: `*self`"
        );
        assert_eq!(without_links("see [a](b.md) and [`c`](d)."), "see a and `c`.");
    }
}
