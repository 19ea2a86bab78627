// A million users in one process: what does each cost, part by part, and how long is a line on its way to all?
//
//     cargo run --release -p kettle-chat --bin million -- [USERS…]
//
// A user is what the server has for one, over a stream in memory, and the stream's other end, which is ours. Each
// figure is taken in a process of its own, because memory that was used once is not given back.

use std::env::{args, current_exe};
use std::error::Error;
use std::future::pending;
use std::hint::black_box;
use std::mem::size_of_val;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use chat::client;
use chat::connection::{Connection, Heard, Lines};
use chat::measured::resident;
use chat::rooms::{Chat, Visitor};
use indicatif::{ProgressBar, ProgressIterator};
use kettle::io::{BufReader, DuplexStream, duplex, empty};
use kettle::runtime::Handle;
use kettle::task::yield_now;

/// The most bytes in each direction; a pipe takes memory only for those that are in it.
const PIPE: usize = 4096;
const PARTS: &[&str] =
    &["a task", "two pipes", "a place in a room", "a BufReader (not used)", "a user"];

#[kettle::main(flavor = "current_thread", crate = "kettle")]
async fn main() -> Result<(), Box<dyn Error>> {
    if args().nth(1).as_deref() == Some("--part") {
        let users = args().nth(3).ok_or("how many?")?.parse()?;
        return part(&args().nth(2).ok_or("which?")?, users).await;
    }
    let mut all: Vec<String> = args().skip(1).collect();
    if all.is_empty() {
        all = [1_000, 10_000, 100_000, 1_000_000].map(|users| users.to_string()).to_vec();
    }
    let chat = Arc::<Chat>::default();
    let future = client::serve(Connection::new(duplex(PIPE).0, Lines::default()), chat);
    println!("the future of a user's task: {} B", size_of_val(&future));
    for users in all {
        for part in PARTS {
            let mut command = Command::new(current_exe()?);
            if !command.args(["--part", part, &users]).status()?.success() {
                return Err(format!("{part} of {users} failed").into());
            }
        }
    }
    Ok(())
}

async fn part(name: &str, users: usize) -> Result<(), Box<dyn Error>> {
    let before = resident("self");
    let many = 0..users;
    match name {
        "a task" => {
            many.for_each(|_| drop(kettle::spawn(pending::<()>())));
            yield_now().await;
            print(name, users, before);
        }
        "two pipes" => keep(name, before, &many.map(|_| duplex(PIPE)).collect::<Vec<_>>()),
        "a place in a room" => {
            let chat = Arc::<Chat>::default();
            keep(name, before, &many.map(|_| Visitor::arrive(chat.clone()).0).collect::<Vec<_>>());
        }
        "a BufReader (not used)" => {
            keep(name, before, &many.map(|_| BufReader::new(empty())).collect::<Vec<_>>());
        }
        _ => whole(users, before).await?,
    }
    Ok(())
}

fn keep<T>(name: &str, before: u64, parts: &[T]) {
    print(name, parts.len(), before);
    black_box(parts);
}

fn print(name: &str, users: usize, before: u64) {
    let bytes = (resident("self") - before) / users as u64;
    println!("{{\"part\":\"{name}\",\"users\":{users},\"bytes\":{bytes}}}");
}

/// All come, read the welcome, and one says a line that all read.
async fn whole(users: usize, before: u64) -> Result<(), Box<dyn Error>> {
    let (chat, begun) = (Arc::new(Chat::default()), Instant::now());
    let mut ends = Vec::with_capacity(users);
    for _ in 0..users {
        let (here, there) = duplex(PIPE);
        ends.push(Connection::new(here, Lines::default()));
        kettle::spawn(client::serve(Connection::new(there, Lines::default()), chat.clone()));
        if ends.len() % 1_000 == 0 {
            yield_now().await;
        }
    }
    until(&mut ends, "* You are in lobby").await?;
    let arrived = begun.elapsed();
    print("a user", users, before);
    let said = Instant::now();
    ends[0].tell("hello\n");
    ends[0].flush().await?;
    until(&mut ends, "guest#1: hello").await?;
    println!(
        "{users:9} users came in {arrived:.1?}, and a line reached all in {:.1?}",
        said.elapsed()
    );
    print("a user, after it", users, before);
    chat.close();
    until(&mut ends, "* The server is closing").await?;
    drop(ends);
    while Handle::current().metrics().num_alive_tasks() > 0 {
        yield_now().await;
    }
    println!("{users:9} users were told goodbye: {}", chat.counts());
    Ok(())
}

/// Each reads up to a line that begins so.
async fn until(ends: &mut [Connection<DuplexStream, Lines>], words: &str) -> Result<(), String> {
    let bar = ProgressBar::new(ends.len() as u64);
    for end in ends.iter_mut().progress_with(bar) {
        loop {
            match end.hear().await {
                Ok(Heard::Line(line)) if line.starts_with(words) => break,
                Ok(Heard::Line(_)) => {}
                other => return Err(format!("not {words:?} but {other:?}")),
            }
        }
    }
    Ok(())
}
