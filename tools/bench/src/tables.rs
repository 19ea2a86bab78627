//! Which tables does the page have?
//!
//! All rows with their ratios; how costs grow; the ten thousand visitors that wait; and what the
//! samples told besides.

use std::fmt::Write;

use crate::figures::{AGAIN, BASE, Figures, Ratio};
use crate::record::Kept;
use crate::rule::{Rule, rules};

/// Rows that have a table of their own, where they are compared with threads.
const WAITING: &str = "waiting-";

/// Is the row in none of the other tables?
pub(crate) fn is_plain(kept: &Kept) -> bool {
    let name = &kept.figures.row.name;
    !name.contains(':') && !name.starts_with(WAITING)
}

/// The rows, each with what it was before and what it has to keep.
pub(crate) fn rows(rows: &[Kept]) -> String {
    let mut text = "\n## Rows\n\n\
        | row | one operation | kettle ÷ tokio | before | noise | rule of its own | others ÷ tokio |\n\
        |---|---|---|--:|--:|---|---|\n"
        .to_owned();
    for kept in rows.iter().filter(|kept| is_plain(kept)) {
        let Figures { row, .. } = &kept.figures;
        let ratio = kept.figures.ratio("kettle").map(Ratio::in_words).unwrap_or_default();
        let before = kept.before.as_ref().map(|before| format!("{:.2}", before.ratio));
        let judged = |rule: &Rule| {
            let is = if rule.is == ratio { String::new() } else { format!(": {}", rule.is) };
            let verdict = if rule.kept { "" } else { " **broken**" };
            format!("{}{is}{verdict}", rule.words)
        };
        let rules = rules(&kept.figures);
        let judged: Vec<String> =
            rules.iter().filter(|rule| !(rule.common && rule.kept)).map(judged).collect();
        // Writing to a `String` can't fail.
        let _ = writeln!(
            text,
            "| {} | {}{} | {ratio} | {} | {:.2} | {} | {} |",
            row.name,
            row.about,
            if row.unit == "ns (wall)" { " *(wall time)*" } else { "" },
            before.unwrap_or_default(),
            kept.figures.noise(),
            judged.join("<br>"),
            kept.figures.others(),
        );
    }
    text
}

/// How a figure changes with how many there are: the rows of a family, `family:size`.
pub(crate) fn growth(rows: &[Kept]) -> String {
    let mut text = String::new();
    let family = |kept: &Kept| family_and_size(kept).map(|(family, _)| family.to_owned());
    for rows in rows.chunk_by(|one, two| family(one) == family(two)) {
        let Some((name, _)) = rows.first().and_then(family_and_size) else { continue };
        let sizes = rows.iter().filter_map(family_and_size).map(|(_, size)| size);
        let medians = |runtime| -> Vec<f64> {
            rows.iter().filter_map(|kept| kept.figures.median(runtime)).collect()
        };
        let steps = |medians: Vec<f64>| medians.iter().map(|median| median / medians[0]).collect();
        let share = |kept: &Kept| Some(kept.figures.ratio("kettle")?.median);
        let list = |values: Vec<f64>| {
            values.iter().map(|value| format!("{value:.2}")).collect::<Vec<_>>().join(", ")
        };
        let _ = writeln!(
            text,
            "| {name} | {} | {} | {} | {} |",
            sizes.collect::<Vec<_>>().join(", "),
            list(steps(medians("kettle"))),
            list(steps(medians(BASE))),
            list(rows.iter().filter_map(share).collect()),
        );
    }
    headed(
        "\n## Growth\n\n\
        The same work among more and more tasks, timers or connections (of these as many as the \
        system's limit of descriptors lets be, in powers of ten). The cost of an operation, relative \
        to the smallest size.\n\n\
        | row | sizes | kettle | tokio | kettle ÷ tokio |\n|---|---|---|---|---|\n",
        &text,
    )
}

fn family_and_size(kept: &Kept) -> Option<(&str, &str)> {
    kept.figures.row.name.split_once(':')
}

/// The tutorial's server by tasks and by threads.
pub(crate) fn waiting(rows: &[Kept]) -> String {
    let mut text = String::new();
    for Kept { figures, .. } in rows {
        let Some(visitors) = figures.row.name.strip_prefix(WAITING) else { continue };
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
    headed(
        "\n## 10,000 waiting\n\n\
        The tutorial's server, `server`, and the same with a thread for each visitor, \
        `server_threads`: all visitors connect and say nothing; then the memory is read; then all \
        ask. Memory is by how much the process has grown in memory for all of them (of a thread \
        without what the system keeps for it); start-up and answering are CPU time, the threads' \
        divided by kettle's.\n\n\
        | visitors | memory: kettle | tokio | threads | start-up, threads ÷ tasks | answering | \
        right answers: kettle, tokio, threads |\n\
        |--:|--:|--:|--:|--:|--:|---|\n",
        &text,
    )
}

/// What the samples told besides their own ratio: counts as they are, times as shares of tokio's.
pub(crate) fn besides(rows: &[Kept]) -> String {
    let mut text = String::new();
    for Kept { figures, .. } in rows.iter().filter(|kept| is_plain(kept)) {
        for runtime in figures.runtimes.iter().filter(|runtime| runtime.name != AGAIN) {
            let told = told(figures, &runtime.name);
            if !told.is_empty() {
                let (row, name) = (&figures.row.name, &runtime.name);
                let _ = writeln!(text, "| {row} | {name} | {} |", told.join(", "));
            }
        }
    }
    headed(
        "\n## Besides\n\nCounts and bytes as they are; what is a time, as a share of tokio's.\n\n\
         | row | runtime | found |\n|---|---|---|\n",
        &text,
    )
}

/// A table with its head; nothing, if it has no line.
fn headed(head: &str, lines: &str) -> String {
    if lines.is_empty() { String::new() } else { head.to_owned() + lines }
}

fn told(figures: &Figures, runtime: &str) -> Vec<String> {
    let mut told = Vec::new();
    let unit = figures.row.unit.as_str();
    if let Some(median) = figures.median(runtime).filter(|_| !is_time(unit)) {
        told.push(format!("{} {unit}", short(median)));
    }
    let notes =
        figures.runtimes.iter().filter(|one| one.name == runtime).flat_map(|one| &one.notes);
    for (name, value) in notes {
        let what = name.trim_end_matches(" us").trim_end_matches(" ns");
        if !is_time(name) {
            told.push(format!("{name} {}", short(*value)));
        } else if let Some(base) = figures.note(BASE, name).filter(|_| runtime != BASE) {
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
    use crate::record::kept;

    fn noted(mut kept: Kept, notes: &[(&str, f64)]) -> Kept {
        for (runtime, (name, value)) in kept.figures.runtimes.iter_mut().zip(notes) {
            runtime.notes.push(((*name).to_owned(), *value));
        }
        kept
    }

    #[test]
    fn figures_have_three_digits() {
        assert_eq!([1234.5, 43.21, 1.0].map(short), ["1234", "43.2", "1.00"]);
        assert_eq!([20_480.0, 5_500_000.0].map(bytes), ["20 KiB", "5.2 MiB"]);
    }

    #[test]
    fn a_time_is_told_only_as_a_share() {
        let both = [("kettle", &[50.0][..]), (BASE, &[100.0])];
        let late = noted(kept("r", &both), &[("p99 us", 30.0), ("p99 us", 60.0)]).figures;
        assert_eq!(told(&late, "kettle"), ["p99 0.50 × tokio's"]);
        assert_eq!(told(&late, BASE), Vec::<String>::new());
        let calls = noted(kept("r", &both), &[("system calls", 4.4), ("system calls", 6.2)]);
        assert_eq!(told(&calls.figures, BASE), ["system calls 6.20"]);
        let mut bytes = kept("r", &both).figures;
        bytes.row.unit = "B".to_owned();
        assert_eq!(told(&bytes, "kettle"), ["50.0 B"]);
        assert!(is_time("ns (wall)") && is_time("p50 us") && !is_time("status"));
    }

    #[test]
    fn a_row_has_all_of_it_in_one_line() {
        let row = kept(
            "echo",
            &[("kettle", &[199.0]), (BASE, &[100.0]), (AGAIN, &[100.0]), ("raw", &[90.0])],
        );
        let text = rows(&[row, kept("growth-f:10", &[])]);
        let line = "| echo | x | 1.99 (1.99–1.99) | 0.50 | 0.00 | ≤ 1.02 **broken** | raw 0.90 |\n";
        assert!(text.ends_with(line), "{text}");
    }

    #[test]
    fn a_family_has_its_sizes_and_steps() {
        let of = |name: &str, kettle: f64, tokio: f64| {
            kept(name, &[("kettle", &[kettle]), (BASE, &[tokio])])
        };
        let rows = [of("yield", 1.0, 1.0), of("g:1", 10.0, 20.0), of("g:10", 15.0, 60.0)];
        let text = growth(&rows);
        assert!(text.ends_with("| g | 1, 10 | 1.00, 1.50 | 1.00, 3.00 | 0.50, 0.25 |\n"), "{text}");
        assert_eq!((text.matches("\n| ").count(), growth(&rows[..1]).len()), (2, 0));
    }

    #[test]
    fn those_who_wait_are_compared_with_threads() {
        let runtimes = [("kettle", &[2000.0][..]), (BASE, &[3000.0]), ("threads", &[20_480.0])];
        let notes = [("start-up ns", 10.0), ("start-up ns", 11.0), ("start-up ns", 35.0)];
        let text = waiting(&[noted(kept("waiting-10", &runtimes), &notes)]);
        let line = "| 10 | 20 KiB | 29 KiB | 200 KiB | 3.5 | - | -, -, - |\n";
        assert!(text.ends_with(line), "{text}");
    }
}
