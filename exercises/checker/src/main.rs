//! `cargo exercise`: learn by building.

#![allow(dead_code)]
mod build;
mod catalogue;
mod package;
mod places;
mod prove;
mod trial;
mod words;

use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let all = match catalogue::all() {
        Ok(all) => all,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
    };
    let chosen: Result<Vec<_>, _> = if words.len() > 1 {
        words[1..].iter().map(|word| catalogue::find(&all, word)).collect()
    } else {
        Ok(all.iter().collect())
    };
    match chosen.and_then(|chosen| prove::prove(&chosen)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
