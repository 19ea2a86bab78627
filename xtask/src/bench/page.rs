//! What does a reader see of the figures?
//!
//! `docs/performance.md`, a template (`page.md.jinja`) that is filled with
//! `docs/records/performance.json`. **No time is on the page**: times are shares of tokio's; only
//! bytes are given as they are.

use std::collections::BTreeSet;
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
    let families = || kept.chunk_by(|one, two| family(one) == family(two));
    let is_of_debug = |it: &Kept| it.figures.row.is_of_debug();
    let grown = families().filter(|rows| !is_of_debug(&rows[0]));
    let is_plain =
        |it: &&Kept| it.name() == family(it) && waiting(it).is_none() && !is_of_debug(it);
    let page = context! {
        judged => kept.iter().filter(|it| rule(&it.figures).is_some()).count(),
        broken => kept.iter().filter_map(broken).collect::<Vec<_>>(),
        noisy => kept.iter().filter_map(noisy).collect::<Vec<_>>(),
        plain => kept.iter().filter(is_plain).map(line).collect::<Vec<_>>(),
        families => grown.filter_map(growth).collect::<Vec<_>>(),
        waiting => kept.iter().filter_map(waiting).collect::<Vec<_>>(),
        debug => families().filter_map(debug).collect::<Vec<_>>(),
        runs => (0..4).map(|word| runs(kept, word)).collect::<Vec<_>>(),
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

/// The row and its rule, if it breaks that.
fn broken(kept: &Kept) -> Option<String> {
    let (words, _) = rule(&kept.figures).filter(|_| is_slower(&kept.figures))?;
    Some(format!("{} ({words})", kept.name()))
}

fn noisy(kept: &Kept) -> Option<String> {
    let noise = kept.figures.noise();
    (noise > MUCH_NOISE).then(|| format!("{} ({noise:.2})", kept.name()))
}

/// A line of the table of all rows.
fn line(kept: &Kept) -> Value {
    let figures = &kept.figures;
    let ratio = |runtime| figures.ratio(runtime).map(|it| two_digits(it.median));
    let bytes = |runtime| figures.median(runtime).map(|it| format!("{it:.0}"));
    let others = figures.others().map(|other| Some(format!("{other} {}", ratio(other)?)));
    let mut quartiles = figures
        .ratio("kettle")
        .map_or(Vec::new(), |it| vec![it.lower, it.upper].into_iter().map(two_digits).collect());
    quartiles.dedup();
    context! {
        name => kept.name(),
        about => figures.row.about,
        unit => figures.row.unit,
        ratio => ratio("kettle"),
        quartiles => quartiles.join("–"),
        bytes => (figures.row.unit == "B").then(|| [bytes("kettle"), bytes(BASE)]),
        others => others.collect::<Vec<_>>(),
    }
}

fn two_digits(value: f64) -> String {
    format!("{value:.2}")
}

/// The name without the size: the rows `family:size` say how a figure changes with how many there
/// are.
fn family(kept: &Kept) -> &str {
    kept.name().split(':').next().unwrap_or_default()
}

fn growth(rows: &[Kept]) -> Option<Value> {
    let (smallest, largest) = (&rows[0], &rows[rows.len() - 1]);
    let size = |kept: &Kept| Some(kept.name().split_once(':')?.1.to_owned());
    let grown = |runtime| {
        let small = smallest.figures.median(runtime)?;
        Some(two_digits(largest.figures.median(runtime)? / small))
    };
    Some(context! {
        name => family(smallest),
        sizes => [size(smallest)?, size(largest)?],
        multiples => ["kettle", BASE].map(grown),
    })
}

/// The tutorial's server by tasks and by threads.
fn waiting(kept: &Kept) -> Option<Value> {
    let visitors: f64 = kept.name().strip_prefix(WAITING)?.parse().ok()?;
    let memory = |runtime| kept.figures.median(runtime).map(|each| bytes(each * visitors));
    let times = |note| {
        let of = |runtime| kept.figures.note(runtime, note);
        Some(format!("{:.1}", of("threads")? / of("kettle")?))
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

/// A word of all runs: the processor, the day, the compiler, the packages.
fn runs(kept: &[Kept], word: usize) -> BTreeSet<&str> {
    let runs = kept.iter().map(|it| &it.run);
    runs.map(|run| [&*run.cpu, &run.day, &run.compiler, &run.versions][word]).collect()
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
    fn a_row_that_breaks_its_rule_is_told() {
        let of = |kettle| kept("yield", &[("kettle", &[kettle; 3]), (BASE, &[100.0; 3])]);
        assert_eq!(broken(&of(73.0)), None);
        let page = made(&[of(114.0)]).unwrap();
        assert!(page.contains("**0 of 1 rows keep the rule.** Not kept: yield (≤ 1.02)"), "{page}");
        assert!(page.contains("| 1.14 (1.14) |"), "{page}");
    }
}
