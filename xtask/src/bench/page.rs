//! How are figures saved, and how does a reader see them?
//!
//! `docs/records/performance.json` has each row with the figures that the page quotes, and the run
//! that measured it (day, processor, compiler, peers). Measuring a row again replaces its figures.
//! `docs/performance.md` is rendered from it by a template (`page.md.jinja`). **No time is on the
//! page**: times are ratios to tokio's; only bytes are given as they are.

use std::collections::BTreeSet;
use std::process::Command;
use std::{fs, thread};

use cargo_metadata::MetadataCommand;
use kettle_kit::report::{Outcome, Trouble};
use kettle_kit::tally::Tally;
use kettle_kit::{process, tree};
use minijinja::{Environment, UndefinedBehavior, Value, context};
use serde::{Deserialize, Serialize};

use crate::bench::figures::{BASE, Figures, INSTRUCTIONS, is_slower, rule};
use crate::bench::row::{OFF, Row};

const FILE: &str = "docs/records/performance.json";

#[derive(Deserialize, Serialize)]
struct Record {
    rows: Vec<SavedRow>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct SavedRow {
    #[serde(flatten)]
    pub(crate) figures: Figures,
    pub(crate) run: Run,
}

impl SavedRow {
    pub(crate) fn name(&self) -> &str {
        &self.figures.row.name
    }
}

/// All rows that are kept, in the bench's order.
fn load() -> Result<Vec<SavedRow>, Trouble> {
    let record = serde_json::from_str::<Record>(&tree::read(FILE)?);
    Ok(record.map_err(|error| format!("{FILE}: {error}"))?.rows)
}

/// Keeps a row that was measured now beside all others that the bench has.
pub(crate) fn keep(now: &Figures, run: &Run, known: &[Row]) -> Result<(), Trouble> {
    let record = Record { rows: merged(load()?, now, run, known) };
    let text = serde_json::to_string_pretty(&record).map_err(|error| error.to_string())?;
    Ok(fs::write(tree::root().join(FILE), text + "\n")?)
}

fn merged(mut old: Vec<SavedRow>, now: &Figures, run: &Run, known: &[Row]) -> Vec<SavedRow> {
    old.retain(|kept| kept.name() != now.row.name);
    old.push(SavedRow { figures: now.clone(), run: run.clone() });
    let place = |kept: &SavedRow| known.iter().position(|row| row.name == kept.name());
    old.retain(|kept| place(kept).is_some());
    old.sort_by_key(place);
    old
}

/// The packages whose versions are kept; of several versions, the newest.
const PACKAGES: &[&str] = &["kettle", "tokio", "mio"];

/// One run of `cargo xtask bench`, in words.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Run {
    pub(crate) day: String,
    pub(crate) cpu: String,
    pub(crate) compiler: String,
    pub(crate) versions: String,
}

impl Run {
    /// The run of here and now.
    pub(crate) fn new() -> Result<Run, String> {
        let metadata = MetadataCommand::new().manifest_path(tree::root().join("Cargo.toml")).exec();
        let packages = metadata.map_err(|error| error.to_string())?.packages;
        let named = |name: &&str| {
            let its = packages.iter().filter(|package| *package.name == **name);
            Some(format!("{name} {}", its.map(|package| &package.version).max()?))
        };
        let versions: Vec<String> = PACKAGES.iter().filter_map(named).collect();
        Ok(Run {
            day: output_of("date", &["-u", "+%Y-%m-%d"]),
            cpu: cpu(),
            compiler: output_of("rustc", &["--version"]),
            versions: versions.join(", "),
        })
    }
}

/// A name alone (`AMD EPYC`) may be that of several generations: family and model tell them apart.
fn cpu() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let fields = info.lines().filter_map(|line| line.split_once(':'));
        let mut found = fields.filter(|(field, _)| field.trim() == name);
        found.next().map_or("unknown", |(_, value)| value.trim())
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let (name, family, model) = (field("model name"), field("cpu family"), field("model"));
    format!("{name} (family {family}, model {model}), {cores} cores")
}

/// The output of a program; empty if it can't be run.
fn output_of(program: &str, args: &[&str]) -> String {
    let mut command = Command::new(program);
    command.args(args).current_dir(tree::root());
    let finished = process::run(&mut command);
    finished.map(|finished| finished.stdout.trim().to_owned()).unwrap_or_default()
}

// ----- the page -----

/// A row whose ratio of tokio to itself is so far from 1 says little.
const MUCH_NOISE: f64 = 0.1;
/// Rows that have a table of their own, where they are compared with threads.
const WAITING: &str = "waiting-";
const PAGE: &str = "docs/performance.md";

/// Makes the page from what is kept.
pub(crate) fn render() -> Result<(), Trouble> {
    fs::write(tree::root().join(PAGE), made(&load()?)?)?;
    println!("{PAGE} is made");
    Ok(())
}

/// Is the page what its figures say?
pub(crate) fn check() -> Outcome {
    if tree::read(PAGE)? == made(&load()?)? {
        return Ok(Tally::success());
    }
    Err(format!("{PAGE} is not what its figures say: `cargo xtask bench --render`").into())
}

/// The page's text.
fn made(kept: &[SavedRow]) -> Result<String, Trouble> {
    let families = || kept.chunk_by(|one, two| family(one) == family(two));
    let is_of_debug = |it: &SavedRow| it.figures.row.is_of_debug();
    let grown = families().filter(|rows| !is_of_debug(&rows[0]));
    let is_plain =
        |it: &&SavedRow| it.name() == family(it) && waiting(it).is_none() && !is_of_debug(it);
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
fn broken(kept: &SavedRow) -> Option<String> {
    let (words, _) = rule(&kept.figures).filter(|_| is_slower(&kept.figures))?;
    Some(format!("{} ({words})", kept.name()))
}

fn noisy(kept: &SavedRow) -> Option<String> {
    let noise = kept.figures.noise();
    (noise > MUCH_NOISE).then(|| format!("{} ({noise:.2})", kept.name()))
}

/// A line of the table of all rows.
fn line(kept: &SavedRow) -> Value {
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
fn family(kept: &SavedRow) -> &str {
    kept.name().split(':').next().unwrap_or_default()
}

fn growth(rows: &[SavedRow]) -> Option<Value> {
    let (smallest, largest) = (&rows[0], &rows[rows.len() - 1]);
    let size = |kept: &SavedRow| Some(kept.name().split_once(':')?.1.to_owned());
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
fn waiting(kept: &SavedRow) -> Option<Value> {
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
fn debug(rows: &[SavedRow]) -> Option<Value> {
    let first = Some(&rows[0].figures).filter(|figures| figures.row.is_of_debug())?;
    let worst = |of: fn(&Figures, &str) -> Option<f64>, other| {
        let share =
            |kept: &SavedRow| Some(of(&kept.figures, "kettle")? / of(&kept.figures, other)?);
        rows.iter().filter_map(share).max_by(f64::total_cmp).map(two_digits)
    };
    let counted = |figures: &Figures, runtime: &str| figures.note(runtime, INSTRUCTIONS);
    let timed = |figures: &Figures, runtime: &str| Some(figures.ratio(runtime)?.median);
    let shares = [worst(counted, OFF), worst(timed, OFF), worst(timed, BASE)];
    Some(context! { about => first.row.about, shares })
}

/// A word of all runs: the processor, the day, the compiler, the packages.
fn runs(kept: &[SavedRow], word: usize) -> BTreeSet<&str> {
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

    fn kept(name: &str, runtimes: &[(&str, &[f64])]) -> SavedRow {
        SavedRow { figures: crate::bench::figures::of(name, runtimes), run: Run::default() }
    }

    #[test]
    fn a_row_takes_the_place_of_the_one_before() {
        let row = |name, kettle: f64| kept(name, &[("kettle", &[kettle])]);
        let old = vec![row("a", 1.0), row("b", 2.0), row("gone", 3.0)];
        let now = row("a", 4.0);
        let known = [&old[0], &old[1]].map(|kept| kept.figures.row.clone());
        let rows = merged(old.clone(), &now.figures, &now.run, &known);
        assert_eq!(rows, [now, old[1].clone()]);
    }

    #[test]
    fn a_row_that_breaks_its_rule_is_told() {
        let of = |kettle| kept("yield", &[("kettle", &[kettle; 3]), (BASE, &[100.0; 3])]);
        assert_eq!(broken(&of(73.0)), None);
        let page = made(&[of(114.0)]).unwrap();
        assert!(page.contains("**0 of 1 rows keep the rule.** Not kept: yield (≤ 1.02)"), "{page}");
        assert!(page.contains("| 1.14 (1.14) |"), "{page}");
    }
}
