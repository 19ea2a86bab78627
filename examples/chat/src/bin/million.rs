// A million users in one process: what does each cost, and how long is a line on its way to all?
//
//     cargo run --release -p kettle-chat --bin million -- [USERS]
//
// A user is what the server has for one, over a stream in memory, and the stream's other end, which
// is ours. (Linux says how much memory that takes.)

use std::env::args;
use std::error::Error;
use std::fs;
use std::sync::Arc;
use std::time::Instant;

use chat::client;
use chat::connection::{Connection, Heard, Lines};
use chat::rooms::Chat;
use kettle::io::{DuplexStream, duplex};
use kettle::runtime::Handle;
use kettle::task::yield_now;

/// The most bytes in each direction; a pipe takes memory only for those that are in it.
const PIPE: usize = 4096;
/// What Linux counts memory in.
const PAGE: u64 = 4096;

#[kettle::main(flavor = "current_thread", crate = "kettle")]
async fn main() -> Result<(), Box<dyn Error>> {
    let users: u64 = args().nth(1).map_or(Ok(1_000_000), |number| number.parse())?;
    let (chat, before, begun) = (Arc::new(Chat::default()), resident()?, Instant::now());
    let mut ends = Vec::new();
    for number in 1..=users {
        let (here, there) = duplex(PIPE);
        ends.push(Connection::new(here, Lines::default()));
        kettle::spawn(client::serve(Connection::new(there, Lines::default()), chat.clone()));
        if number % 1_000 == 0 {
            yield_now().await;
        }
    }
    until(&mut ends, "* You are in lobby").await?;
    let (arrived, each) = (begun.elapsed(), (resident()? - before) / users);
    println!("{users} users came in {arrived:.1?}, and take {each} bytes each");
    let said = Instant::now();
    ends[0].tell("hello\n");
    ends[0].flush().await?;
    until(&mut ends, "guest#1: hello").await?;
    println!("a line reached all in {:.1?}", said.elapsed());
    chat.close();
    until(&mut ends, "* The server is closing").await?;
    drop(ends);
    while Handle::current().metrics().num_alive_tasks() > 0 {
        yield_now().await;
    }
    println!("they were told goodbye: {}", chat.counts());
    Ok(())
}

/// Each reads up to a line that begins so.
async fn until(ends: &mut [Connection<DuplexStream, Lines>], words: &str) -> Result<(), String> {
    for end in ends {
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

/// The memory of this process, in bytes.
fn resident() -> Result<u64, Box<dyn Error>> {
    let statm = fs::read_to_string("/proc/self/statm")?;
    let pages = statm.split(' ').nth(1).ok_or("statm has another form")?;
    Ok(pages.parse::<u64>()? * PAGE)
}
