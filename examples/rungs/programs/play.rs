//! What each rung's `main` does: it plays the programs that its runtime can run.
//!
//! `cargo run --example rung5_timers make_tea` plays one. Without a name all are played, one after
//! another. The programs are beside this file, the same for all rungs. So a rung is its runtime and
//! nothing else, and two rungs differ only in that. `SECOND=20` makes a second of the tutorial 20
//! ms long; `STORY=1` has a rung tell what it does meanwhile ([`story`]).

use std::env;
use std::future::poll_fn;
use std::mem;
use std::process::ExitCode;
use std::task::Poll;
use std::time::Duration;

/// The tutorial's six programs and ours, and the first rung that can run each.
const ALL: [(&str, &str); 11] = [
    ("make_tea", "rung1_busy"),
    ("errors", "rung1_busy"),
    ("channel", "rung3_queue"),
    ("mutex", "rung3_queue"),
    ("three_cooks", "rung3_queue"),
    ("doorbell", "rung4_wakers"),
    ("alarms", "rung5_timers"),
    ("server", "rung6_reactor"),
    ("two_visitors", "rung6_reactor"),
    ("select", "rung7_join"),
    ("errors_in_tasks", "rung7_join"),
];

#[path = "../story.rs"]
pub(crate) mod story;

/// Includes the programs of these names, and makes the rung's `main`.
macro_rules! programs {
    ($($name:ident)+) => {
        $(mod $name {
            include!(concat!("programs/", stringify!($name), ".rs"));
        })+

        fn main() -> std::process::ExitCode {
            play::play(&[$((stringify!($name), || block_on($name::main()))),+])
        }
    };
}

/// A program's name, and its `main`.
pub(crate) type Program = (&'static str, fn());

/// Plays what the command line names, or all of `programs`.
pub(crate) fn play(programs: &[Program]) -> ExitCode {
    let Some(name) = env::args().nth(1) else {
        for (name, main) in programs {
            println!("---- {name} ----");
            main();
            story::end();
        }
        return ExitCode::SUCCESS;
    };
    if name == "--list" {
        for (name, _) in programs {
            println!("{name}");
        }
        return ExitCode::SUCCESS;
    }
    if let Some((_, main)) = programs.iter().find(|(known, _)| *known == name) {
        main();
        story::end();
        return ExitCode::SUCCESS;
    }
    match ALL.iter().find(|(known, _)| *known == name) {
        Some((_, rung)) => {
            eprintln!("This rung cannot run `{name}`; the first that can is {rung}.");
        }
        None => eprintln!("There is no program `{name}`."),
    }
    let names: Vec<&str> = programs.iter().map(|(name, _)| *name).collect();
    eprintln!("This rung runs: {}.", names.join(", "));
    ExitCode::from(2)
}

/// Lets the other tasks go first: wakes its own task and returns `Pending`, once.
#[allow(dead_code)] // of use where there are others
pub(crate) async fn yield_now() {
    let mut has_yielded = false;
    poll_fn(|cx| {
        if mem::replace(&mut has_yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// This many seconds of the tutorial.
pub(crate) fn seconds(seconds: f64) -> Duration {
    let second = env::var("SECOND").ok().and_then(|text| text.parse().ok()).unwrap_or(1000);
    Duration::from_millis(second).mul_f64(seconds)
}
