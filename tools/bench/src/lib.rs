//! How fast is kettle beside its peers?
//!
//! `cargo xtask bench` builds package `benches`, runs its rows and says which are slower than tokio's
//! runtime of one thread. Each sample is a process of its own that measures itself; a round runs every
//! runtime once, in random order. What counts is the ratio to tokio *of the same round*: the median
//! over all rounds. tokio runs twice in each round, and how far the ratio of tokio to itself is from 1
//! is the noise of that row. `docs/records/performance.json` keeps every figure, and
//! `docs/performance.md` is rendered from it.
//!
//! Reading order: this file (the command), `row.rs` (what the rows are), `figures.rs` (samples and
//! ratios), `rule.rs` (what a row has to keep), `rounds.rs` (how samples are taken), `record.rs` (the
//! JSON file), `table.rs` (what is printed), `page.rs`, `tables.rs`, `chart.rs` and `notes.rs` (the
//! page), `machine.rs` (where it was measured).
//!
//! Not here: the rows themselves (`benches/`). No test fails because of time: what gates each change
//! are the counts (`counts.rs`).

mod chart;
mod counts;
mod figures;
mod machine;
mod notes;
mod page;
mod record;
mod rounds;
mod row;
mod rule;
mod table;
mod tables;

use std::process::ExitCode;
use std::time::SystemTime;

use clap::Args;

use record::Stamp;
use rounds::Rounds;
use row::{Build, Row, build};
use rule::is_slower;

pub use counts::{counts, every_row};
pub use page::check as check_page;

/// What the words of the command ask for.
#[derive(Args, Default)]
#[command(
    after_help = "Its status: 0, no row is slower than tokio; 1, one is, or takes more system \
    calls or bytes than it may; 2, something could not be measured."
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub struct Wish {
    /// Names of rows or families; if none, all
    #[arg(value_name = "ROW")]
    rows: Vec<String>,
    /// ROW is one row, not its family
    #[arg(long)]
    exact: bool,
    /// How many rounds
    #[arg(long, value_name = "N", default_value_t = 9)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
    /// Which runtimes run beside kettle and tokio (smol, monoio, raw, threads); if not said, all
    /// that a row knows
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    peers: Option<Vec<String>>,
    /// With what the order of the rounds is drawn; if not said, the time of day
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Keeps the figures in docs/records/performance.json, beside the rows that are not measured
    /// now, and renders the page anew
    #[arg(long)]
    save: bool,
    /// Lists the rows
    #[arg(long)]
    list: bool,
    /// Makes docs/performance.md from docs/records/performance.json
    #[arg(long)]
    render: bool,
    /// Counts what `cargo xtask test counts` compares, and keeps it
    #[arg(long)]
    counts: bool,
}

/// The command; what its status means stands in its help.
pub fn bench(wish: &Wish) -> ExitCode {
    match fulfil(wish) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(words) => {
            eprintln!("bench: {words}");
            ExitCode::from(2)
        }
    }
}

impl Wish {
    /// Is each name in it known?
    fn check(&self, known: &[Row]) -> Result<(), String> {
        let known_row = |name: &&String| known.iter().any(|row| row.is_called(name, self.exact));
        if let Some(name) = self.rows.iter().find(|name| !known_row(name)) {
            let names: Vec<&str> = known.iter().map(|row| row.name.as_str()).collect();
            return Err(format!("no row is called {name:?}; there are: {}", names.join(", ")));
        }
        let mut runtimes: Vec<&String> = known.iter().flat_map(|row| &row.peers).collect();
        runtimes.sort();
        runtimes.dedup();
        let peers = self.peers.iter().flatten();
        if let Some(peer) = peers.into_iter().find(|peer| !runtimes.contains(peer)) {
            return Err(format!("no peer is called {peer:?}; there are: {runtimes:?}"));
        }
        Ok(())
    }

    fn names(&self, row: &Row) -> bool {
        self.rows.is_empty() || self.rows.iter().any(|name| row.is_called(name, self.exact))
    }
}

/// Does what is wished; do all rows keep the rules?
fn fulfil(wish: &Wish) -> Result<bool, String> {
    if wish.render {
        page::render()?;
        return Ok(true);
    }
    if wish.counts {
        counts::keep()?;
        return Ok(true);
    }
    let stamp = Stamp::of_now();
    eprintln!("building the bench, with link-time optimisation: this takes minutes");
    let build = build(&["--profile", "bench-rows"], "bench-rows")?;
    let known = build.rows()?;
    wish.check(&known)?;
    if wish.list {
        for row in &known {
            println!("{:20} {}: {}", row.name, row.peers.join(","), row.about);
        }
        return Ok(true);
    }
    if wish.save && !known.iter().all(|row| wish.names(row)) {
        record::fits()?;
    }
    measure(wish, &build, &known, &stamp)
}

/// Measures what is wished; do all these rows keep the rules?
fn measure(wish: &Wish, build: &Build, known: &[Row], stamp: &Stamp) -> Result<bool, String> {
    let rows: Vec<&Row> = known.iter().filter(|row| wish.names(row)).collect();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let seed = wish.seed.unwrap_or(now.as_secs());
    let mut rounds = Rounds::of(&rows, wish.rounds.into(), wish.peers.as_deref(), seed);
    println!("{} rows; orders drawn with --seed {seed}", rows.len());
    // What is kept of another machine goes when all is measured anew.
    let beside = record::fits().is_ok();
    let (mut all, mut broken) = (Vec::new(), Vec::new());
    for row in rows {
        match rounds.measure(build, row) {
            Ok(figures) => all.push(figures),
            Err(words) => {
                // The other rows are measured all the same.
                eprintln!("bench: {words}");
                broken.push(row.name.as_str());
            }
        }
        if wish.save {
            // After each row: a run that is broken off has not been for nothing.
            record::keep(&all, stamp, known, beside)?;
        }
    }
    print!("\n{}", table::table(&all));
    if wish.save {
        page::render()?;
    }
    if !broken.is_empty() {
        return Err(format!("not measured, for the reasons above: {}", broken.join(", ")));
    }
    Ok(!all.iter().any(is_slower))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Words {
        #[command(flatten)]
        wish: Wish,
    }

    fn wish(text: &str) -> Result<Wish, clap::Error> {
        let words = ["bench"].into_iter().chain(text.split_whitespace());
        Words::try_parse_from(words).map(|words| words.wish)
    }

    #[test]
    fn words_become_a_wish() {
        let wished = wish("yield --rounds 3 --peers tokio,smol mpsc --save --seed 9").unwrap();
        assert_eq!(wished.rows, ["yield", "mpsc"]);
        assert_eq!((wished.rounds, wished.save, wished.seed), (3, true, Some(9)));
        assert_eq!(wished.peers.as_deref().unwrap(), ["tokio", "smol"]);
        assert!(wish("--rounds 0").is_err() && wish("--fast").is_err());
    }

    #[test]
    fn every_name_has_to_be_known() {
        let row = |name| Row::read(&format!("{name}\tp\tns\t-\t-\tkettle,tokio,smol\tx"));
        let known = ["yield", "yield-cold"].map(|name| row(name).unwrap());
        let check = |text: &str| wish(text).unwrap().check(&known);
        assert_eq!(check("yield"), Ok(()));
        assert_eq!(check("yield --exact --peers smol,tokio"), Ok(()));
        assert!(check("yield nonsense").unwrap_err().contains("nonsense"));
        assert!(check("cold").unwrap_err().contains("yield-cold"));
        assert!(check("--peers smol,smoll").unwrap_err().contains("smoll"));
        assert!(wish("yield").unwrap().names(&known[1]));
        assert!(!wish("yield --exact").unwrap().names(&known[1]));
    }
}
