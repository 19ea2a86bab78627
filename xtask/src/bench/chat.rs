//! What does a client of the chat cost, on kettle and on tokio?
//!
//! `cargo xtask bench --chat` builds `examples/chat` for both, and runs its programs `load` and `million` on both in
//! turn. Each of their lines that is JSON is a sample. `docs/records/chat.json` keeps them all, with the run.
//!
//! Interface: [`measure`], and [`figures`]: what the page shows. No time is on it, only ratios within a round.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use kettle_kit::cargo::{finish, succeed};
use kettle_kit::report::Trouble;
use kettle_kit::{process, tree};
use minijinja::{Value, context};
use serde::{Deserialize, Serialize};

use crate::bench::figures::quantile;
use crate::bench::run::Run;
use crate::cargo::elsewhere;

const FILE: &str = "docs/records/chat.json";
/// The server of each runtime, by the name of its program.
const SERVERS: [&str; 2] = ["chat", "chat-on-tokio"];
/// So many clients, and so many rounds.
const CLIENTS: [(u64, usize); 2] = [(4_000, 3), (19_900, 1)];
const LIMIT: Duration = Duration::from_mins(30);

#[derive(Deserialize, Serialize)]
struct Record {
    run: Run,
    load: Vec<Load>,
    million: Vec<Part>,
}

/// One visit of a server.
#[derive(Deserialize, Serialize)]
struct Load {
    program: String,
    clients: u64,
    #[serde(rename = "a second")]
    a_second: f64,
    /// Bytes of each client in the process and in the kernel, before and after the lines.
    idle: [f64; 2],
    after: [f64; 2],
    /// p50, p99, max, in microseconds.
    waited: [f64; 3],
}

/// One part of one of many users in one process.
#[derive(Deserialize, Serialize)]
struct Part {
    #[serde(default)]
    program: String,
    #[serde(rename = "part")]
    name: String,
    users: u64,
    bytes: f64,
}

/// Measures, keeps it, and leaves the page to be rendered.
pub(super) fn measure() -> Result<(), Trouble> {
    let run = Run::new()?;
    let target = tree::target()?;
    succeed(&["build", "--release", "-p", "kettle-chat"])?;
    let twin = ["build", "--release", "--target-dir", &target.to_string_lossy()];
    finish(&mut elsewhere("examples/chat/on-tokio", &twin), "chat-on-tokio")?;
    let built = |name: &str| target.join("release").join(name);
    let mut load = Vec::new();
    for (clients, rounds) in CLIENTS {
        let servers: Vec<PathBuf> = SERVERS.iter().map(|name| built(name)).collect();
        let args = servers.iter().cycle().take(rounds * servers.len());
        let mut command = Command::new(built("load"));
        load.extend(samples::<Load>(command.arg(clients.to_string()).args(args))?);
    }
    let mut million = Vec::new();
    for (program, server) in ["million", "million-on-tokio"].iter().zip(SERVERS) {
        let parts = samples::<Part>(&mut Command::new(built(program)))?;
        million.extend(parts.into_iter().map(|part| Part { program: server.to_owned(), ..part }));
    }
    let text = serde_json::to_string_pretty(&Record { run, load, million });
    let text = text.map_err(|error| error.to_string())?;
    Ok(fs::write(tree::root().join(FILE), text + "\n")?)
}

fn samples<T: for<'a> Deserialize<'a>>(command: &mut Command) -> Result<Vec<T>, Trouble> {
    let said = process::run(command, LIMIT)?.expect_success()?.stdout;
    let lines = said.lines().filter(|line| line.starts_with('{'));
    let samples: Result<_, _> = lines.map(serde_json::from_str).collect();
    samples.map_err(|error| Trouble::from(format!("{error} in {said}")))
}

/// What the page shows; nothing before the first run.
pub(super) fn figures() -> Result<Value, Trouble> {
    if !Path::new(&tree::root().join(FILE)).exists() {
        return Ok(Value::from(()));
    }
    let record: Record =
        serde_json::from_str(&tree::read(FILE)?).map_err(|error| format!("{FILE}: {error}"))?;
    let clients = CLIENTS.iter().map(|(clients, _)| visits(&record.load, *clients));
    Ok(context! {
        clients => clients.collect::<Vec<_>>(),
        users => users(&record.million),
    })
}

fn visits(load: &[Load], clients: u64) -> Value {
    let [kettle, tokio] = SERVERS.map(|program| {
        let its = |sample: &&Load| sample.program == program && sample.clients == clients;
        load.iter().filter(its).collect::<Vec<_>>()
    });
    let both = |of: fn(&Load) -> f64| {
        let median = |samples: &[&Load]| {
            quantile(&samples.iter().map(|sample| of(sample)).collect::<Vec<_>>(), 0.5)
        };
        vec![median(&kettle), median(&tokio)]
    };
    // Wall time: the lowest and the highest of the rounds.
    let ratio = |of: fn(&Load) -> f64| {
        let rounds = kettle.iter().zip(&tokio);
        let ratios: Vec<f64> = rounds.map(|(ours, theirs)| of(ours) / of(theirs)).collect();
        let [lowest, highest] = [0.0, 1.0].map(|part| quantile(&ratios, part));
        if ratios.len() < 2 {
            format!("{lowest:.2}")
        } else {
            format!("{lowest:.2}–{highest:.2}")
        }
    };
    context! {
        clients,
        process => both(|sample| sample.idle[0]),
        process_after => both(|sample| sample.after[0]),
        kernel => both(|sample| sample.idle[1]),
        kernel_after => both(|sample| sample.after[1]),
        accepts => ratio(|sample| sample.a_second),
        waited => [
            ratio(|sample| sample.waited[0]),
            ratio(|sample| sample.waited[1]),
            ratio(|sample| sample.waited[2]),
        ],
    }
}

/// Both runtimes' bytes of a whole user, for each number of them.
fn users(million: &[Part]) -> Vec<Value> {
    let whole = |part: &&Part| part.program == SERVERS[0] && part.name == "a user";
    let ours = million.iter().filter(whole);
    let row = |part: &Part| {
        let same = |other: &&Part| {
            other.program == SERVERS[1] && other.name == part.name && other.users == part.users
        };
        let tokio = million.iter().find(same).map(|other| other.bytes);
        context! { users => part.users, kettle => part.bytes, tokio }
    };
    ours.map(row).collect()
}
