//! What does a reader see of the figures?
//!
//! `docs/performance.md`, a template (`page.md.jinja`) that is filled with
//! `docs/records/performance.json`. **No time is on the page**: times are shares of tokio's; only
//! bytes are given as they are. A figure that was measured on several processors is a range, and
//! the rule holds for the worst.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use kettle_kit::report::{Outcome, Trouble};
use kettle_kit::tally::Tally;
use kettle_kit::tree;
use minijinja::{Environment, UndefinedBehavior, Value, context};

use crate::bench::figures::{BASE, Figures, INSTRUCTIONS, is_slower, rule};
use crate::bench::record::{self, Kept};
use crate::bench::row::OFF;

/// A row whose ratio of tokio to itself is so far from 1 says little.
const MUCH_NOISE: f64 = 0.1;
/// Rows that have a table of their own, where they are compared with threads.
const WAITING: &str = "waiting-";
const PAGE: &str = "docs/performance.md";

/// Makes the page from what is kept.
pub(crate) fn render() -> Result<(), Trouble> {
    fs::write(tree::root().join(PAGE), made(&record::load()?)?)?;
    println!("{PAGE} is made");
    Ok(())
}

/// Is the page what its figures say?
pub(crate) fn check() -> Outcome {
    if tree::read(PAGE)? == made(&record::load()?)? {
        return Ok(Tally::success());
    }
    Err(format!("{PAGE} is not what its figures say: `cargo xtask bench --render`").into())
}

/// The page's text.
fn made(kept: &[Kept]) -> Result<String, Trouble> {
    let rows: Vec<&[Kept]> = kept.chunk_by(|one, two| one.name() == two.name()).collect();
    let families = kept.chunk_by(|one, two| family(one) == family(two));
    let is_special = |row: &[Kept]| waiting(row).is_some() || row[0].figures.row.is_of_debug();
    let is_plain = |row: &&[Kept]| row[0].name() == family(&row[0]) && !is_special(row);
    let plain = rows.iter().copied().filter(is_plain);
    let page = context! {
        judged => rows.iter().filter(|row| rule(&row[0].figures).is_some()).count(),
        broken => rows.iter().filter_map(|row| broken(row)).collect::<Vec<_>>(),
        noisy => kept.iter().filter_map(noisy).collect::<Vec<_>>(),
        plain => plain.map(line).collect::<Vec<_>>(),
        families => families.clone().filter_map(growth).collect::<Vec<_>>(),
        waiting => rows.iter().filter_map(|row| waiting(row)).collect::<Vec<_>>(),
        debug => families.filter_map(debug).collect::<Vec<_>>(),
        processors => processors(kept),
    };
    let filled = environment().render_str(include_str!("page.md.jinja"), &page);
    Ok(filled.map_err(|error| format!("the page's template: {error:#}"))?)
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.set_keep_trailing_newline(true);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
}

/// The row, its rule and the processors on which it breaks it.
fn broken(row: &[Kept]) -> Option<String> {
    let is_broken = |kept: &&Kept| is_slower(&kept.figures);
    let processors = row.iter().filter(is_broken).map(|kept| kept.run.cpu.as_str());
    let processors = processors.collect::<Vec<_>>().join(" and ");
    let (words, _) = rule(&row[0].figures).filter(|_| !processors.is_empty())?;
    Some(format!("{} ({words} on {processors})", row[0].name()))
}

fn noisy(kept: &Kept) -> Option<String> {
    let noise = kept.figures.noise();
    (noise > MUCH_NOISE).then(|| format!("{} ({noise:.2})", kept.name()))
}

/// A line of the table of all rows.
fn line(row: &[Kept]) -> Value {
    let figures = &row[0].figures;
    let bytes = |runtime| range(medians(row, runtime), |it| format!("{it:.0}"));
    let others = figures.others().map(|other| format!("{other} {}", ratio(row, other)));
    let quartiles = row.iter().filter_map(|kept| kept.figures.ratio("kettle"));
    context! {
        name => row[0].name(),
        about => figures.row.about,
        unit => figures.row.unit,
        ratio => ratio(row, "kettle"),
        quartiles => range(quartiles.flat_map(|it| [it.lower, it.upper]), two_digits),
        bytes => (figures.row.unit == "B").then(|| [bytes("kettle"), bytes(BASE)]),
        others => others.collect::<Vec<_>>(),
    }
}

/// From the smallest on any processor to the largest: `0.73–1.06`.
fn range(all: impl Iterator<Item = f64>, shown: impl Fn(f64) -> String) -> String {
    let mut all: Vec<f64> = all.collect();
    all.sort_by(f64::total_cmp);
    let mut ends: Vec<String> =
        all.first().into_iter().chain(all.last()).map(|it| shown(*it)).collect();
    ends.dedup();
    ends.join("–")
}

/// The runtime's share of tokio's figure.
fn ratio(row: &[Kept], runtime: &str) -> String {
    let medians = row.iter().filter_map(|kept| Some(kept.figures.ratio(runtime)?.median));
    range(medians, two_digits)
}

fn two_digits(value: f64) -> String {
    format!("{value:.2}")
}

fn medians(row: &[Kept], runtime: &str) -> impl Iterator<Item = f64> {
    row.iter().filter_map(move |kept| kept.figures.median(runtime))
}

/// The name without the size: the rows `family:size` say how a figure changes with how many there
/// are.
fn family(kept: &Kept) -> &str {
    kept.name().split(':').next().unwrap_or_default()
}

fn growth(rows: &[Kept]) -> Option<Value> {
    let size = |kept: &Kept| Some(kept.name().split_once(':')?.1.to_owned());
    let (smallest, largest) = (&rows[0], &rows[rows.len() - 1]);
    let grown = |runtime| {
        // The figures of one processor.
        let multiple = |small: &Kept| {
            let of_both = |large: &&Kept| large.run.cpu == small.run.cpu;
            let large = rows.iter().rfind(of_both)?.figures.median(runtime)?;
            Some(large / small.figures.median(runtime)?)
        };
        let small = rows.iter().filter(|kept| kept.name() == smallest.name());
        range(small.filter_map(multiple), two_digits)
    };
    Some(context! {
        name => family(smallest),
        sizes => [size(smallest)?, size(largest)?],
        multiples => ["kettle", BASE].map(grown),
    })
}

/// The tutorial's server by tasks and by threads.
fn waiting(row: &[Kept]) -> Option<Value> {
    let visitors: f64 = row[0].name().strip_prefix(WAITING)?.parse().ok()?;
    let memory = |runtime| range(medians(row, runtime).map(|each| each * visitors), bytes);
    let times = |note| {
        let of = |kept: &Kept, runtime| kept.figures.note(runtime, note);
        let times = row.iter().filter_map(|kept| Some(of(kept, "threads")? / of(kept, "kettle")?));
        range(times, |it| format!("{it:.1}"))
    };
    Some(context! {
        visitors,
        memory => ["kettle", BASE, "threads"].map(memory),
        times => ["start-up ns", "answer ns"].map(times),
    })
}

/// A debug build with its doctor, beside one without, and beside tokio: the worst of all lengths.
fn debug(rows: &[Kept]) -> Option<Value> {
    let first = Some(&rows[0].figures).filter(|figures| figures.row.is_of_debug())?;
    let worst = |of: fn(&Figures, &str) -> Option<f64>, other| {
        let share = |kept: &Kept| Some(of(&kept.figures, "kettle")? / of(&kept.figures, other)?);
        rows.iter().filter_map(share).max_by(f64::total_cmp).map(two_digits)
    };
    let counted = |figures: &Figures, runtime: &str| figures.note(runtime, INSTRUCTIONS);
    let timed = |figures: &Figures, runtime: &str| Some(figures.ratio(runtime)?.median);
    let shares = [worst(counted, OFF), worst(timed, OFF), worst(timed, BASE)];
    Some(context! { about => first.row.about, shares })
}

/// On what the rows were measured, and for each processor when and with what.
fn processors(kept: &[Kept]) -> BTreeMap<&str, Vec<String>> {
    let mut all = BTreeMap::<&str, [BTreeSet<&str>; 3]>::new();
    for Kept { run, .. } in kept {
        let of = all.entry(&run.cpu).or_default();
        for (set, word) in of.iter_mut().zip([&run.day, &run.compiler, &run.versions]) {
            set.insert(word);
        }
    }
    let words = |set: BTreeSet<&str>| set.into_iter().collect::<Vec<_>>().join(" and ");
    all.into_iter().map(|(cpu, of)| (cpu, of.map(words).to_vec())).collect()
}

fn bytes(bytes: f64) -> String {
    let kilobytes = bytes / 1024.0;
    if kilobytes < 1024.0 {
        format!("{kilobytes:.0} KiB")
    } else {
        format!("{:.1} MiB", kilobytes / 1024.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::record::kept;

    #[test]
    fn a_row_is_a_range_over_processors_and_judged_by_the_worst() {
        let on = |cpu, kettle| kept("yield", cpu, &[("kettle", &[kettle; 3]), (BASE, &[100.0; 3])]);
        let row = [on("one", 73.0), on("two", 114.0)];
        assert_eq!(
            (ratio(&row[..1], "kettle"), ratio(&row, "kettle")),
            ("0.73".to_owned(), "0.73–1.14".to_owned())
        );
        assert_eq!(broken(&row[..1]), None);
        assert_eq!(broken(&row).unwrap(), "yield (≤ 1.02 on two)");
        let page = made(&row).unwrap();
        assert!(page.contains("**0 of 1 rows"), "{page}");
        assert!(page.contains("| 0.73–1.14 (0.73–1.14) |"), "{page}");
    }
}
