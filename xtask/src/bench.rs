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
//! `figures.rs` and `growth.rs` (medians and verdicts), `paper.rs` (the JSON file), `page.rs` and `chart.rs` (what is
//! made of it), `machine.rs` (where it was measured).
//!
//! Not here: the rows themselves (`benches/`), and the counts that gate each change
//! (`counts.rs`): no test fails because of time.

mod chart;
mod figures;
mod growth;
mod machine;
mod page;
mod paper;
mod rounds;
mod row;

use std::process::ExitCode;

use figures::Figures;
use row::Row;

use crate::counts;

pub(crate) use row::{Build, build, sample};

const HELP: &str = "\
  cargo xtask bench [ROW...] [--rounds N] [--peers A,B] [--save]
                    measures the rows, or those named, or of the families named
      --rounds N    how many rounds; 7 if not said
      --peers A,B   who runs beside kettle and tokio; if not said, all that a row knows
      --save        keep the figures in docs/performance.json and render the page anew
  cargo xtask bench --render    make docs/performance.md from docs/performance.json
  cargo xtask bench --counts    count what `cargo xtask test counts` compares, and keep it
";

/// What the words of the command ask for.
#[derive(Default)]
struct Wish {
    /// Names of rows or families; none: all.
    rows: Vec<String>,
    rounds: usize,
    peers: Option<Vec<String>>,
    save: bool,
    render: bool,
    counts: bool,
}

pub(crate) fn bench(words: &[String]) -> ExitCode {
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
        let mut wish = Wish { rounds: 7, ..Wish::default() };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word.as_str() {
                "--rounds" => {
                    let rounds = value()?.parse().ok().filter(|rounds| *rounds > 0);
                    wish.rounds = rounds.ok_or("--rounds needs a number above 0")?;
                }
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

    fn names(&self, row: &Row) -> bool {
        self.rows.is_empty() || self.rows.iter().any(|name| row.is_called(name))
    }
}

/// Does what is wished; have all targets been met?
fn fulfil(wish: &Wish) -> Result<bool, String> {
    if wish.render {
        page::render()?;
        return Ok(true);
    }
    if wish.counts {
        counts::keep()?;
        return Ok(true);
    }
    println!("building the bench, with link-time optimisation: this takes minutes");
    let build = build(&["--profile", "bench-rows"], "bench-rows")?;
    let known = build.rows()?;
    let order: Vec<String> = known.iter().map(|row| row.name.clone()).collect();
    let rows: Vec<Row> = known.into_iter().filter(|row| wish.names(row)).collect();
    if rows.is_empty() {
        return Err(format!("no row is called one of {:?}", wish.rows));
    }
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
    let mut all = Vec::new();
    for row in rows {
        let figures = rounds::measure(&build, row, wish.rounds, wish.peers.as_deref(), width)?;
        println!("{}", figures.in_words(width));
        all.push(figures);
        if wish.save {
            // After each row: a run that is broken off has not been for nothing.
            paper::keep(&all, &order)?;
        }
    }
    let failed: Vec<&str> = all.iter().filter(|row| row.fails()).map(|f| &*f.row.name).collect();
    if wish.save {
        page::render()?;
    }
    for family in growth::families(all.iter()) {
        let (kettle, tokio) = family.grown();
        let verdict = if family.passes() { "met" } else { "MISSED" };
        println!("{} grows {kettle:.2} times, tokio {tokio:.2}: {verdict}", family.family);
    }
    println!("\n{} rows, {} targets missed: {}", all.len(), failed.len(), failed.join(", "));
    Ok(!all.iter().any(Figures::fails_the_project))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn words_become_a_wish() {
        let wish = Wish::read(&words("yield --rounds 3 --peers tokio,smol mpsc --save")).unwrap();
        assert_eq!(wish.rows, ["yield", "mpsc"]);
        assert_eq!((wish.rounds, wish.save, wish.render), (3, true, false));
        assert_eq!(wish.peers.unwrap(), ["tokio", "smol"]);
        assert!(Wish::read(&words("--rounds")).is_err());
        assert!(Wish::read(&words("--rounds 0")).is_err());
        assert!(Wish::read(&words("--fast")).is_err());
    }
}
