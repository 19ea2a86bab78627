//! Does the engine do, step by step, what its papers say?
//!
//! Each file in `golden/` tells a tutorial program's whole run under the virtual clock, a line for
//! every event, with the reason why it must be so behind `#`. The lines were derived from the
//! design, before the engine ran them; none is filtered out. Tasks are named in the order of their
//! spawns, and places in the source are left out, so nothing but a change of behaviour changes a
//! line.
//!
//! There is no command that writes these files. Who changes the engine's behaviour changes the
//! lines by hand, and their reasons with them.

use std::fmt::Write as _;

use kettle::trace::{record, story};

/// `kettle` as the examples see it here: what stands behind `#[kettle::main]` builds a runtime whose
/// clock is paused and whose dice are known.
mod kettle_in_virtual_time {
    pub(crate) use ::kettle::*;

    pub(crate) mod __private {
        use kettle_runtime::{Config, Runtime};

        pub(crate) fn main<F: Future>(
            _start_paused: bool,
            _name: Option<&str>,
            future: F,
        ) -> F::Output {
            let config = Config {
                start_paused: true,
                rng_seed: Some(0),
                sink: kettle::trace::default_sink().expect("a recorder"),
                ..Config::default()
            };
            Runtime::with(config).expect("a runtime").block_on(future)
        }
    }
}

/// Declares a module with an example's own source and a `run`.
macro_rules! example {
    ($name:ident, $file:literal) => {
        mod $name {
            use crate::kettle_in_virtual_time as kettle;
            include!($file);
            pub(crate) fn run() {
                let _ = main();
            }
        }
    };
}

example!(make_tea, "../examples/make_tea.rs");
example!(channel, "../examples/channel.rs");
example!(select, "../examples/select.rs");
example!(mutex, "../examples/mutex.rs");
example!(errors, "../examples/errors.rs");

#[test]
fn make_tea() {
    check(make_tea::run, include_str!("golden/make_tea.txt"));
}

#[test]
fn channel() {
    check(channel::run, include_str!("golden/channel.txt"));
}

#[test]
fn select() {
    check(select::run, include_str!("golden/select.txt"));
}

#[test]
fn mutex() {
    check(mutex::run, include_str!("golden/mutex.txt"));
}

#[test]
fn errors() {
    check(errors::run, include_str!("golden/errors.txt"));
}

/// Runs a program twice: it must be told as the file tells it, and the second time in the same
/// words.
fn check(run: fn(), golden: &str) {
    let expected = expected(golden);
    for _ in 0..2 {
        let ((), records) = record(run);
        let told = story::plain(&records);
        let told: Vec<_> = told.lines().collect();
        assert!(told == expected, "{}", difference(&told, &expected));
    }
}

/// The lines of a golden file without their reasons, which none may lack.
fn expected(golden: &str) -> Vec<&str> {
    let lines = golden.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (event, reason) = line.split_once(" # ").unwrap_or((line, ""));
            assert!(!reason.trim().is_empty(), "this line has no reason: {line}");
            event.trim_end()
        })
        .collect()
}

/// Where the two part, with what was told around it.
fn difference(told: &[&str], expected: &[&str]) -> String {
    let same = told.iter().zip(expected).take_while(|(told, expected)| told == expected).count();
    let mut text = format!("they part at event {}\n", same + 1);
    for line in &told[same.saturating_sub(3)..same] {
        let _ = writeln!(text, "      same  {line}");
    }
    for line in expected.iter().skip(same).take(4) {
        let _ = writeln!(text, "  expected  {line}");
    }
    for line in told.iter().skip(same).take(4) {
        let _ = writeln!(text, "      told  {line}");
    }
    text
}
