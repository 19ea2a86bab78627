//! Do programs of published packages run on a virtual clock, with both ends in the process?
//!
//! `interop/tokio/programs/closed` has a test for each package. Each is searched under a thousand
//! seeds, as it is and with faults of the network, and under fewer in which each run has to repeat
//! itself, event by event.
//!
//! Interface: [`closed`].

use std::env;
use std::fs;

use cargo_kettle::checkout::PATCH;
use kettle_kit::cargo::tally;
use kettle_kit::report::{Outcome, Report};

use crate::cargo::elsewhere;

const TESTS: [&str; 10] = [
    "axum",
    "bb8",
    "framed",
    "h2",
    "hyper",
    "mini_redis",
    "redis",
    "reqwest",
    "tokio_tungstenite",
    "tower",
];

/// How each is searched: with so many seeds, twice or not, and with these faults.
const MODES: [(&str, bool, &str); 4] =
    [("1000", false, ""), ("1000", false, "net"), ("100", true, ""), ("100", true, "net")];

pub(crate) fn closed(report: &mut Report) {
    for mode in MODES {
        for test in TESTS {
            let (seeds, twice, faults) = mode;
            let twice = if twice { ", each twice" } else { "" };
            let with = if faults.is_empty() { "" } else { ", with faults" };
            let name = format!("{test}: {seeds} seeds{twice}{with}");
            report.long_check(&name, "on a virtual clock", || search(test, mode));
        }
    }
}

/// A search that goes over to the real clock fails, too.
fn search(test: &str, (seeds, twice, faults): (&str, bool, &str)) -> Outcome {
    let found = env::temp_dir().join(format!("kettle-closed-{}", std::process::id()));
    let args = ["test", "--locked", "-p", "closed-programs", "--", "--exact", test];
    let mut command = elsewhere(PATCH, &args);
    command.env("KETTLE_SEEDS", seeds).env("KETTLE_REPORT", &found).env("KETTLE_FAULTS", faults);
    command.envs(twice.then_some(("KETTLE_TWICE", "1")));
    let outcome = tally(&mut command, test);
    let line = fs::read_to_string(&found).unwrap_or_default();
    let _ = fs::remove_file(found); // there is none if it was not built
    let is_searched = line.contains(&format!("and {seeds} seeds pass\","));
    outcome.and_then(|tally| if is_searched { Ok(tally) } else { Err(line.into()) })
}
