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
use kettle_kit::report::{Outcome, Trouble, none_of};
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
/// The part that has all the others.
const WHOLE: &str = "a user";
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
    users: u32,
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

/// On both runtimes, the bytes of each of the fewest users, and of each further one.
fn users(million: &[Part]) -> Value {
    let [kettle, tokio] = SERVERS.map(|program| {
        let its = |part: &&Part| part.program == program && part.name == WHOLE;
        million.iter().filter(its).collect::<Vec<_>>()
    });
    let rows = further(&kettle).into_iter().zip(further(&tokio));
    let rows = rows.map(|((users, kettle), (_, tokio))| context! { users, kettle, tokio });
    context! { fewest => [kettle.first(), tokio.first()], further => rows.collect::<Vec<_>>() }
}

/// The bytes of each user more, up to so many: without what a process has only once.
fn further(parts: &[&Part]) -> Vec<(u32, f64)> {
    let all = |part: &Part| part.bytes * f64::from(part.users);
    let more = |few: &Part, many: &Part| {
        (many.users, (all(many) - all(few)) / f64::from(many.users - few.users))
    };
    parts.windows(2).map(|pair| more(pair[0], pair[1])).collect()
}

/// Does no user cost more than two kilobytes, however many there are already?
pub(crate) fn is_flat(million: &Path) -> Outcome {
    let parts = samples::<Part>(Command::new(million).args(["1000", "10000", "100000"]))?;
    let whole: Vec<&Part> = parts.iter().filter(|part| part.name == WHOLE).collect();
    let more = further(&whole);
    if more.len() != 2 {
        return Err(Trouble::from(format!("{} figures of {WHOLE}, not 3", whole.len())));
    }
    let dear = more.iter().filter(|(_, bytes)| *bytes > 2_000.0);
    let words = dear.map(|(users, bytes)| format!("up to {users} users, each takes {bytes} bytes"));
    none_of(&words.collect::<Vec<_>>())
}
