//! Which tables does the page have?
//!
//! All rows with their ratios and targets; how costs grow; the ten thousand who wait; and what the
//! samples told besides.

use std::fmt::Write;

use crate::figures::{AGAIN, BASE, Figures, Ratio};
use crate::growth;
use crate::table::{others, verdict};

/// Rows that have a table of their own, where they are compared with threads.
const WAITING: &str = "waiting-";

/// Is the row in none of the other tables?
pub(crate) fn is_plain(figures: &Figures) -> bool {
    !figures.row.name.contains(':') && !figures.row.name.starts_with(WAITING)
}

/// The rows, each with its targets.
pub(crate) fn rows(rows: &[&Figures]) -> String {
    let mut text = "\n## Rows\n\n\
        | row | one operation | kettle ÷ tokio | noise | target | | others ÷ tokio |\n\
        |---|---|---|--:|---|---|---|\n"
        .to_owned();
    for figures in rows.iter().filter(|figures| is_plain(figures)) {
        let row = &figures.row;
        let name = if row.gated { format!("**{}**", row.name) } else { row.name.clone() };
        let ratio = figures.ratio("kettle").map(Ratio::in_words).unwrap_or_default();
        let mut cells = (String::new(), String::new());
        for target in figures.targets() {
            let mut words = target.words.clone();
            if target.is != ratio {
                let _ = write!(words, ": {}", target.is);
            }
            let verdict = match verdict(target.met) {
                "MISSED" => "**missed**",
                other => other,
            };
            for (cell, part) in [(&mut cells.0, words.as_str()), (&mut cells.1, verdict)] {
                *cell += if cell.is_empty() { "" } else { "<br>" };
                *cell += part;
            }
        }
        // Writing to a `String` can't fail.
        let _ = writeln!(
            text,
            "| {name} | {}{} | {ratio} | {:.2} | {} | {} | {} |",
            row.about,
            of_what(figures),
            figures.noise(),
            cells.0,
            cells.1,
            others(figures),
        );
    }
    text
}

/// What is compared, if not CPU time.
fn of_what(figures: &Figures) -> &'static str {
    if figures.row.unit == "ns (wall)" { " *(wall time)*" } else { "" }
}

/// How a figure changes with how many there are.
pub(crate) fn growth(rows: &[&Figures]) -> String {
    let families = growth::families(rows.iter().copied());
    if families.is_empty() {
        return String::new();
    }
    let mut text = "\n## Growth\n\n\
        The same work among more and more tasks, timers or connections (of these as many as the \
        system's limit of descriptors lets be, in powers of ten). What an operation costs, the \
        smallest being 1. The biggest may cost twice as much as the smallest, and kettle's share of \
        tokio's cost may not grow, but for the noise of both ends.\n\n\
        | row | sizes | kettle | tokio | kettle ÷ tokio | noise | |\n\
        |---|---|---|---|---|--:|---|\n"
        .to_owned();
    let list = |values: &[f64]| values.iter().map(|v| format!("{v:.2}")).collect::<Vec<_>>();
    for family in families {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {:.2} | {} |",
            family.family,
            family.sizes().join(", "),
            list(&family.steps("kettle")).join(", "),
            list(&family.steps(BASE)).join(", "),
            list(&family.shares()).join(", "),
            family.noise(),
            if family.passes() { "met" } else { "**missed**" },
        );
    }
    text
}

/// The tutorial's server by tasks and by threads.
pub(crate) fn waiting(rows: &[&Figures]) -> String {
    let rows: Vec<_> =
        rows.iter().filter_map(|row| Some((row, row.row.name.strip_prefix(WAITING)?))).collect();
    if rows.is_empty() {
        return String::new();
    }
    let mut text = "\n## 10,000 waiting\n\n\
        The tutorial's server, `server`, and the same with a thread for each visitor, \
        `server_threads`: all visitors connect and say nothing; then the memory is read; then all \
        ask. Memory is by how much the process has grown in memory for all of them (of a thread \
        without what the system keeps for it); start-up and answering are CPU time, the threads' \
        divided by kettle's.\n\n\
        | visitors | memory: kettle | tokio | threads | start-up, threads ÷ tasks | answering | \
        right answers: kettle, tokio, threads |\n\
        |--:|--:|--:|--:|--:|--:|---|\n"
        .to_owned();
    for (figures, visitors) in rows {
        let count: f64 = visitors.parse().unwrap_or(1.0);
        let memory =
            |runtime| figures.median(runtime).map_or("-".to_owned(), |each| bytes(each * count));
        let note = |runtime: &str, name: &str| figures.note(runtime, name);
        let share = |name: &str| {
            let pair = note("threads", name).zip(note("kettle", name));
            pair.map_or("-".to_owned(), |(threads, tasks)| format!("{:.1}", threads / tasks))
        };
        let answers = ["kettle", BASE, "threads"].map(|runtime| {
            note(runtime, "answers").map_or("-".to_owned(), |answers| format!("{answers:.0}"))
        });
        let _ = writeln!(
            text,
            "| {visitors} | {} | {} | {} | {} | {} | {} |",
            memory("kettle"),
            memory(BASE),
            memory("threads"),
            share("start-up ns"),
            share("answer ns"),
            answers.join(", "),
        );
    }
    text
}

/// What the samples told besides their own ratio: counts as they are, times as shares of tokio's.
pub(crate) fn besides(rows: &[&Figures]) -> String {
    let mut text = String::new();
    for figures in rows.iter().filter(|figures| is_plain(figures)) {
        for (runtime, _) in figures.runtimes.iter().filter(|(name, _)| name != AGAIN) {
            let told = told(figures, runtime);
            if !told.is_empty() {
                let name = &figures.row.name;
                let _ = writeln!(text, "| {name} | {runtime} | {} |", told.join(", "));
            }
        }
    }
    if text.is_empty() {
        return text;
    }
    format!(
        "\n## Besides\n\nCounts and bytes as they are; what is a time, as a share of tokio's.\n\n\
         | row | runtime | found |\n|---|---|---|\n{text}"
    )
}

fn told(figures: &Figures, runtime: &str) -> Vec<String> {
    let mut told = Vec::new();
    let unit = figures.row.unit.as_str();
    if let Some(median) = figures.median(runtime).filter(|_| !is_time(unit)) {
        told.push(format!("{} {unit}", short(median)));
    }
    for (name, value) in figures.notes(runtime) {
        let what = name.trim_end_matches(" us").trim_end_matches(" ns");
        if !is_time(&name) {
            told.push(format!("{name} {}", short(value)));
        } else if let Some(base) = figures.note(BASE, &name).filter(|_| runtime != BASE) {
            told.push(format!("{what} {} × tokio's", short(value / base)));
        }
    }
    told
}

/// Is this the name of a unit of time, or of a note in one?
fn is_time(name: &str) -> bool {
    ["ns", "us", "ns (wall)"].iter().any(|unit| {
        name.strip_suffix(unit).is_some_and(|rest| rest.is_empty() || rest.ends_with(' '))
    })
}

fn bytes(bytes: f64) -> String {
    let kilobytes = bytes / 1024.0;
    if kilobytes < 1024.0 {
        format!("{kilobytes:.0} KiB")
    } else {
        format!("{:.1} MiB", kilobytes / 1024.0)
    }
}

/// Three digits.
fn short(value: f64) -> String {
    match value {
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::of;

    fn noted(mut figures: Figures, notes: &[(&str, f64)]) -> Figures {
        for (index, (_, samples)) in figures.runtimes.iter_mut().enumerate() {
            let (name, value) = notes[index];
            samples[0].notes.push((name.to_owned(), value));
        }
        figures
    }

    #[test]
    fn figures_have_three_digits() {
        assert_eq!([1234.5, 43.21, 1.0].map(short), ["1234", "43.2", "1.00"]);
        assert_eq!([20_480.0, 5_500_000.0].map(bytes), ["20 KiB", "5.2 MiB"]);
    }

    #[test]
    fn a_time_is_told_only_as_a_share() {
        let both = [("kettle", &[50.0][..]), (BASE, &[100.0])];
        let late = noted(of("r", "-", &both), &[("p99 us", 30.0), ("p99 us", 60.0)]);
        assert_eq!(told(&late, "kettle"), ["p99 0.50 × tokio's"]);
        assert_eq!(told(&late, BASE), Vec::<String>::new());
        let calls = noted(of("r", "-", &both), &[("system calls", 4.4), ("system calls", 6.2)]);
        assert_eq!(told(&calls, BASE), ["system calls 6.20"]);
        let mut bytes = of("r", "-", &both);
        bytes.row.unit = "B".to_owned();
        assert_eq!(told(&bytes, "kettle"), ["50.0 B"]);
        assert!(is_time("ns (wall)") && is_time("p50 us") && !is_time("status"));
    }

    #[test]
    fn a_row_has_its_targets_in_one_line() {
        let figures = of(
            "echo",
            "1.03 of raw",
            &[("kettle", &[99.0]), (BASE, &[100.0]), (AGAIN, &[100.0]), ("raw", &[90.0])],
        );
        let text = rows(&[&figures]);
        let line = "| **echo** | x | 0.99 (0.99–0.99) | 0.00 | ≤ 1.03 × raw: 1.10 (1.10–1.10) | \
            **missed** | raw 0.90 |\n";
        assert!(text.ends_with(line), "{text}");
        let growth = of("growth-f:10", "-", &[]);
        assert!(!rows(&[&growth]).contains("growth"));
    }

    #[test]
    fn those_who_wait_are_compared_with_threads() {
        let runtimes = [("kettle", &[2000.0][..]), (BASE, &[3000.0]), ("threads", &[20_480.0])];
        let figures = of("waiting-10", "-", &runtimes);
        let notes = [("start-up ns", 10.0), ("start-up ns", 11.0), ("start-up ns", 35.0)];
        let text = waiting(&[&noted(figures, &notes)]);
        let line = "| 10 | 20 KiB | 29 KiB | 200 KiB | 3.5 | - | -, -, - |\n";
        assert!(text.ends_with(line), "{text}");
    }
}
