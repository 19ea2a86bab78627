//! How fast is kettle beside tokio?
//!
//! `cargo xtask bench` builds the package `benches`, runs its rows and lists those that are slower
//! than tokio's runtime of one thread. With `--save`, the figures go to
//! `docs/records/performance.json`, from which `docs/performance.md` is rendered. Some rows are for
//! a debug build, in which the doctor is on by default: they show what it costs.
//!
//! Reading order: this file (the command), `row.rs` (what the rows are, and how a sample is taken),
//! `measure.rs` (rounds), `figures.rs` (ratios, and the rule that each row has to keep), `saved.rs`
//! (the JSON file), `page.rs` with its template (the page).
//!
//! Not here: the rows themselves (`benches/`). No test fails because of time; instead, each change
//! is checked by counts of instructions (`counts.rs`).

mod counts;
mod figures;
mod measure;
mod page;
mod row;
mod saved;

use std::process::ExitCode;

use clap::Args;
use kettle_kit::report::Trouble;

use figures::{Figures, breaks_its_rule, terminal_line};
use row::{Bench, Row, chosen};
use saved::Run;

pub(crate) use counts::{counts, every_row};
pub(crate) use page::check as check_page;

/// The arguments of `cargo xtask bench`.
#[derive(Args, Default)]
#[command(
    after_help = "Its status: 0, no row is slower than tokio; 1, one is, or takes more bytes \
    than it may; 2, something could not be measured."
)]
pub(crate) struct Options {
    /// Rows, or how their names begin (`growth`); if none, all
    #[arg(value_name = "ROW")]
    rows: Vec<String>,
    /// How many rounds
    #[arg(long, value_name = "N", default_value_t = 9)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
    /// Replaces the figures of these rows in docs/records/performance.json, and renders the page
    /// again
    #[arg(long)]
    save: bool,
    /// Makes docs/performance.md from docs/records/performance.json
    #[arg(long)]
    render: bool,
    /// Counts and saves what `cargo xtask test counts` compares with
    #[arg(long)]
    counts: bool,
}

/// The command. Its help explains its status.
pub(crate) fn bench(options: &Options) -> ExitCode {
    let done = if options.render {
        page::render().map(|()| true)
    } else if options.counts {
        counts::save().map(|()| true)
    } else {
        measure(options)
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(trouble) => {
            eprintln!("bench: {trouble}");
            ExitCode::from(2)
        }
    }
}

/// Measures the chosen rows. Returns whether each of them keeps its rule.
fn measure(options: &Options) -> Result<bool, Trouble> {
    // Before the build, which takes minutes: a package might be updated meanwhile.
    let run = Run::new()?;
    let debug_build = Bench::new(&[], "debug")?;
    let known = debug_build.rows()?; // all rows, since each build lists the same ones
    let rows = chosen(&options.rows, &known)?;
    let optimised_build = build_optimised(&rows)?;
    let (mut measured, mut failed) = (Vec::new(), Vec::new());
    for row in rows {
        let optimised_build = optimised_build.as_ref().filter(|_| !row.is_debug());
        let build = optimised_build.unwrap_or(&debug_build);
        match measure::measure(build, row, options.rounds.into()) {
            Ok(figures) => {
                if options.save {
                    // After each row, so that an interrupted run loses only its last one.
                    saved::save(&figures, &run, &known)?;
                }
                measured.push(figures);
            }
            Err(trouble) => {
                // The other rows are measured all the same.
                eprintln!("bench: {trouble}");
                failed.push(row.name.as_str());
            }
        }
    }
    let all_keep_their_rules = print_results(&measured);
    if options.save {
        page::render()?;
    }
    if !failed.is_empty() {
        return Err(format!("not measured, for the reasons above: {}", failed.join(", ")).into());
    }
    Ok(all_keep_their_rules)
}

/// Builds the bench with all optimisations, unless all these rows are for a debug build.
fn build_optimised(rows: &[&Row]) -> Result<Option<Bench>, Trouble> {
    if rows.iter().all(|row| row.is_debug()) {
        return Ok(None);
    }
    eprintln!("building the bench, with link-time optimisation: this takes minutes");
    Ok(Some(Bench::new(&["--profile", "bench-rows"], "bench-rows")?))
}

/// Prints a line for each row that was measured. Returns whether each of them keeps its rule.
fn print_results(measured: &[Figures]) -> bool {
    println!("\nkettle ÷ tokio (quartiles), noise, the row's rule, others ÷ tokio:\n");
    for figures in measured {
        println!("{}", terminal_line(figures));
    }
    let broken = measured.iter().filter(|figures| breaks_its_rule(figures)).count();
    println!("\n{} rows, {broken} of them break their rule", measured.len());
    broken == 0
}
