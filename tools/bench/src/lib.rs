//! How fast is kettle beside its peers?
//!
//! `cargo xtask bench` builds package `benches`, runs its rows and says which targets are met.
//! Each sample is a process of its own that measures itself; a round runs every runtime once, in
//! random order. What counts is the ratio to tokio *of the same round*: the median over all rounds,
//! with its quartiles. tokio runs twice in each round, and how far the ratio of tokio to itself is
//! from 1 is the noise of that row. **A target is met if the upper quartile is no more than the
//! target and the noise.** `docs/performance.json` keeps every figure, and `docs/performance.md` is
//! rendered from it.
//!
//! Reading order: this file (the command), `row.rs` (what the rows are), `rounds.rs` (samples),
//! `plan.rs` (how long it takes), `figures.rs`, `targets.rs` and `growth.rs` (ratios and verdicts),
//! `paper.rs` (the JSON file), `table.rs` (what is printed), `page.rs`, `tables.rs`, `chart.rs` and
//! `notes.rs` (the page), `machine.rs` (where it was measured).
//!
//! Not here: the rows themselves (`benches/`), and the counts that gate each change
//! (`counts.rs`): no test fails because of time.

mod chart;
mod counts;
mod figures;
mod growth;
mod machine;
mod notes;
mod page;
mod paper;
mod plan;
mod rounds;
mod row;
mod table;
mod tables;
mod targets;

use std::process::ExitCode;
use std::time::SystemTime;

use figures::Figures;
use paper::Stamp;
use plan::Plan;

pub use counts::{counts, every_row};
pub use page::check as check_page;

use row::{Build, Row, build};

const HELP: &str = "\
  cargo xtask bench [ROW...] [--rounds N] [--peers A,B] [--save]
                    measures all rows, or those named, or of the families named
      --exact       ROW is one row, not its family
      --rounds N    how many rounds; 7 if not said
      --peers A,B   who runs beside kettle and tokio: smol, monoio, raw, threads; if not said, all
                    that a row knows
      --seed N      with what the order of the rounds is drawn; if not said, the time of day
      --save        keep the figures in docs/performance.json, beside the rows that are not measured
                    now, and render the page anew
  cargo xtask bench --list      the rows, with their targets
  cargo xtask bench --render    make docs/performance.md from docs/performance.json
  cargo xtask bench --counts    count what `cargo xtask test counts` compares, and keep it

Its status: 0, each gated target was met; 1, one was missed; 2, something could not be measured.
";

/// What the words of the command ask for.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
struct Wish {
    /// Names of rows or families; none: all.
    rows: Vec<String>,
    exact: bool,
    rounds: usize,
    peers: Option<Vec<String>>,
    seed: u64,
    save: bool,
    list: bool,
    render: bool,
    counts: bool,
}

pub fn bench(words: &[String]) -> ExitCode {
    if words.iter().any(|word| word == "--help") {
        print!("{HELP}");
        return ExitCode::SUCCESS;
    }
    match Wish::read(words).and_then(|wish| fulfil(&wish)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(words) => {
            eprintln!("bench: {words}");
            ExitCode::from(2)
        }
    }
}

impl Wish {
    fn read(words: &[String]) -> Result<Wish, String> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let mut wish = Wish { rounds: 7, seed: now.as_secs(), ..Wish::default() };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word.as_str() {
                "--rounds" => {
                    let rounds = value()?.parse().ok().filter(|rounds| *rounds > 0);
                    wish.rounds = rounds.ok_or("--rounds needs a number above 0")?;
                }
                "--seed" => {
                    wish.seed = value()?.parse().map_err(|_| "--seed needs a number")?;
                }
                "--exact" => wish.exact = true,
                "--list" => wish.list = true,
                "--peers" => wish.peers = Some(value()?.split(',').map(str::to_owned).collect()),
                "--save" => wish.save = true,
                "--render" => wish.render = true,
                "--counts" => wish.counts = true,
                flag if flag.starts_with('-') => {
                    return Err(format!("no flag is called `{flag}`\n\n{HELP}"));
                }
                row => wish.rows.push(row.to_owned()),
            }
        }
        Ok(wish)
    }

    /// Is each name in it known?
    fn check(&self, known: &[Row]) -> Result<(), String> {
        let known_row = |name: &&String| known.iter().any(|row| row.is_called(name, self.exact));
        if let Some(name) = self.rows.iter().find(|name| !known_row(name)) {
            let names: Vec<&str> = known.iter().map(|row| row.name.as_str()).collect();
            return Err(format!("no row is called {name:?}; there are: {}", names.join(", ")));
        }
        let mut runtimes: Vec<&String> = known.iter().flat_map(|row| &row.runtimes).collect();
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

/// Does what is wished; have all gated targets been met?
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
    println!("building the bench, with link-time optimisation: this takes minutes");
    let build = build(&["--profile", "bench-rows"], "bench-rows")?;
    let known = build.rows()?;
    wish.check(&known)?;
    if wish.list {
        for row in &known {
            println!("{}", row.in_words());
        }
        return Ok(true);
    }
    if wish.save && !known.iter().all(|row| wish.names(row)) {
        paper::fits()?;
    }
    measure(wish, &build, &known, &stamp)
}

/// Measures what is wished; have all gated targets been met?
fn measure(wish: &Wish, build: &Build, known: &[Row], stamp: &Stamp) -> Result<bool, String> {
    let rows: Vec<Row> = known.iter().filter(|row| wish.names(row)).cloned().collect();
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
    let peers = wish.peers.as_deref();
    let plan = Plan::of(&rows, wish.rounds, peers);
    println!("{}; orders drawn with --seed {}", plan.in_words(), wish.seed);
    // What is kept of another machine goes when all is measured anew.
    let beside = paper::fits().is_ok();
    let (mut all, mut broken) = (Vec::new(), Vec::new());
    for (done, row) in rows.into_iter().enumerate() {
        let (name, head) =
            (row.name.clone(), format!("{} {:width$}", plan.progress(done), row.name));
        match rounds::measure(build, row, wish.rounds, peers, wish.seed, &head) {
            Ok(figures) => all.push(figures),
            Err(words) => {
                // The other rows are measured all the same.
                eprintln!("bench: {words}");
                broken.push(name);
            }
        }
        if wish.save {
            // After each row: a run that is broken off has not been for nothing.
            paper::keep(&all, stamp, known, beside)?;
        }
    }
    print!("\n{}", table::table(&all));
    if wish.save {
        page::render()?;
    }
    if !broken.is_empty() {
        return Err(format!("not measured, for the reasons above: {}", broken.join(", ")));
    }
    Ok(!all.iter().flat_map(Figures::targets).any(|target| target.gated && target.is_missed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn words_become_a_wish() {
        let text = "yield --rounds 3 --peers tokio,smol mpsc --save --seed 9";
        let wish = Wish::read(&words(text)).unwrap();
        assert_eq!(wish.rows, ["yield", "mpsc"]);
        assert_eq!((wish.rounds, wish.save, wish.render), (3, true, false));
        assert_eq!(wish.peers.as_deref().unwrap(), ["tokio", "smol"]);
        assert_eq!((wish.seed, wish.exact), (9, false));
        assert!(Wish::read(&words("--rounds")).is_err());
        assert!(Wish::read(&words("--rounds 0")).is_err());
        assert!(Wish::read(&words("--fast")).is_err());
        assert!(Wish::read(&words("--seed x")).is_err());
    }

    #[test]
    fn every_name_has_to_be_known() {
        let row = |name| Row::read(&format!("{name}\tp\tns\t-\tgated\t-\tkettle,tokio,smol\tx"));
        let known = ["yield", "yield-cold"].map(|name| row(name).unwrap());
        let check = |text: &str| Wish::read(&words(text)).unwrap().check(&known);
        assert_eq!(check("yield"), Ok(()));
        assert_eq!(check("yield --exact --peers smol,tokio"), Ok(()));
        assert!(check("yield nonsense").unwrap_err().contains("nonsense"));
        assert!(check("cold").unwrap_err().contains("yield-cold"));
        assert!(check("--peers smol,smoll").unwrap_err().contains("smoll"));
        let wish = |text: &str| Wish::read(&words(text)).unwrap();
        assert!(wish("yield").names(&known[1]) && !wish("yield --exact").names(&known[1]));
    }
}
