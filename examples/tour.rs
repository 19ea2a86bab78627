// Plays the tutorial's six programs, one after another, and shows what the runtime did.
//
// `cargo run --example tour`
//
// Each program is the example's own file, included here. It runs inside `kettle::trace::record`,
// which keeps every event of its runtime. Before it begins you are asked to predict something,
// and what is printed after it has the answer: the ledger, counted from those events, and what
// the operating system says of threads and processor time. In a terminal, each program waits for
// your guess: Enter runs it. At the end stand the paths of the replays: pages for a browser, in which
// you step through what you have just seen.

use std::env;
use std::fs;
use std::future::{Future, poll_fn};
use std::io::{self, IsTerminal, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::task::Poll;
use std::time::{Duration, Instant};

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::runtime::{Builder, Handle};
use kettle::sync::oneshot;
use kettle::time::sleep;
use kettle::trace::{self, Ledger, Record, record};

mod make_tea {
    include!("make_tea.rs");
    pub(crate) fn run() {
        main();
    }
}

// Its `main` takes an address and never ends: the tour brings a loop and visitors of its own.
#[allow(dead_code)]
mod server {
    include!("server.rs");

    pub(crate) async fn serve(listener: TcpListener) {
        while let Ok((socket, _)) = listener.accept().await {
            kettle::spawn(async move {
                if let Err(e) = handle_connection(socket).await {
                    eprintln!("Error handling connection: {e}");
                }
            });
        }
    }
}

mod channel {
    include!("channel.rs");
    pub(crate) fn run() {
        main();
    }
}

mod select {
    include!("select.rs");
    pub(crate) fn run() {
        main();
    }
}

mod errors {
    include!("errors.rs");
    pub(crate) fn run() {
        main().expect("the example handles its errors");
    }
}

mod mutex {
    include!("mutex.rs");
    pub(crate) fn run() {
        main();
    }
}

/// One stop of the tour.
struct Stop {
    name: &'static str,
    prediction: &'static str,
    run: fn(),
    /// Says in one sentence what the ledger below it shows in numbers.
    answer: fn(&Ledger) -> String,
}

fn main() {
    println!("Six small programs, one thread. Before each a question, after each the answer.");
    let (stops, mut replays) = (stops(), Vec::new());
    for (number, stop) in (1..).zip(&stops) {
        println!("\n---- {number} of {}: examples/{}.rs ----\n", stops.len(), stop.name);
        let records = play(stop);
        replays.push(keep(stop.name, &records));
    }
    println!("\nWhat you have just seen, step by step, in a browser:");
    for replay in replays {
        match replay {
            Ok(path) => println!("    {}", path.display()),
            Err(error) => println!("    not kept: {error}"),
        }
    }
    println!("\nTo see every step of one of them, in words:");
    println!("    KETTLE_TRACE=- cargo run --example make_tea");
}

fn play(stop: &Stop) -> Vec<Record> {
    println!("{}\n", wrapped(&format!("Predict: {}", stop.prediction)));
    wait_for_a_guess();

    let (began, worked_before) = (Instant::now(), processor_time());
    let ((), records) = record(stop.run);
    let (elapsed, worked_after) = (began.elapsed(), processor_time());

    let ledger = Ledger::from_records(&records);
    println!("\n{}\n", wrapped(&format!("Answer: {}", (stop.answer)(&ledger))));
    print!("{ledger}");
    match threads() {
        Some(threads) => println!("  threads {threads:>6}  in this process"),
        None => println!("  threads      ?  this system doesn't tell"),
    }
    let elapsed = elapsed.as_secs_f64();
    match worked_before.zip(worked_after) {
        Some((before, after)) => {
            let worked = after.saturating_sub(before).as_secs_f64();
            println!(
                "  time   {elapsed:>7.3}  seconds went by, the processor worked for {worked:.3}"
            );
        }
        None => println!("  time   {elapsed:>7.3}  seconds went by"),
    }
    records
}

/// Writes what was recorded into a replay: where Cargo builds, or where there is room for a while.
fn keep(name: &str, records: &[Record]) -> io::Result<PathBuf> {
    let program = env::current_exe()?;
    let target = program.ancestors().find(|folder| folder.ends_with("target"));
    let folder = target.map_or_else(env::temp_dir, Path::to_path_buf).join("replay");
    fs::create_dir_all(&folder)?;
    let path = folder.join(format!("tour-{name}.html"));
    trace::save(&path, records)?;
    Ok(path)
}

/// Gives the reader time to predict. In a pipe nobody sits who could.
fn wait_for_a_guess() {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return;
    }
    print!("Your guess? (Enter runs it) ");
    // The terminal may be gone by now: then there is nobody to wait for.
    if io::stdout().flush().is_ok() {
        let _ = io::stdin().read_line(&mut String::new());
    }
    println!();
}

/// Breaks a text into lines that fit a terminal.
fn wrapped(text: &str) -> String {
    const WIDTH: usize = 80;
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is always one");
        if line.is_empty() {
            line.push_str(word);
        } else if line.len() + 1 + word.len() <= WIDTH {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines.join("\n")
}

fn stops() -> [Stop; 6] {
    [
        Stop {
            name: "make_tea",
            prediction: "this program prints, awaits a sleep of two seconds, and prints again. How \
                         often is its future polled, in all?",
            run: make_tea::run,
            answer: |ledger| {
                let (polls, parks) = (ledger.polls, ledger.parks);
                format!(
                    "{polls} polls, one before the sleep and one after it. In between the thread \
                     slept too (parks: {parks})."
                )
            },
        },
        Stop {
            name: "server",
            prediction: "fifty visitors are connected at the same moment, none has said a word \
                         yet. How many tasks are alive, on how many threads?",
            run: fifty_visitors,
            answer: |ledger| {
                let (tasks, io) = (ledger.tasks_spawned, ledger.wakes_by_cause.io);
                format!(
                    "{tasks} tasks, a handler for each visitor and the accept loop, woken {io} \
                     times because a socket was ready."
                )
            },
        },
        Stop {
            name: "channel",
            prediction: "the channel has room for 32 messages. How often must the sender wait for \
                         room, and how often the receiver for a message?",
            run: channel::run,
            answer: |ledger| {
                let (room, value) = (ledger.channel_waits_for_room, ledger.channel_waits_for_value);
                format!("the sender {room} times, the receiver {value} times.")
            },
        },
        Stop {
            name: "select",
            prediction: "the cache answers after one second, while the network (three) and its \
                         timeout (two) still run. How long does the program go on?",
            run: select::run,
            answer: |ledger| {
                let (fired, cancelled) = (ledger.timers_fired, ledger.timers_cancelled);
                format!(
                    "not a moment longer. {fired} timer fired; the loser was dropped, and the \
                     timers it held went with it (cancelled: {cancelled})."
                )
            },
        },
        Stop {
            name: "errors",
            prediction: "one task returns an `Err`, another panics. Does the runtime survive both?",
            run: errors::run,
            answer: |ledger| {
                let (finished, panicked) = (ledger.tasks_finished, ledger.tasks_panicked);
                format!(
                    "yes. To the runtime an `Err` is an output like any other (finished: \
                     {finished}); a panic ends its task alone (panicked: {panicked})."
                )
            },
        },
        Stop {
            name: "mutex",
            prediction: "ten tasks take the same lock. How often does one of them have to wait for \
                         it?",
            run: mutex::run,
            answer: |ledger| {
                let (takes, waits) = (ledger.lock_takes, ledger.lock_waits);
                format!(
                    "taken {takes} times, waited for {waits} times: on one thread, a task that \
                     doesn't await while it holds the lock can't be found holding it."
                )
            },
        },
    ]
}

// ---- The second stop: a server and its visitors, in one thread -----------------------------------

const VISITORS: usize = 50;

fn fifty_visitors() {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its own address");
        println!("Server listening on {address}");
        let server = kettle::spawn(server::serve(listener));

        let (starts, visits): (Vec<_>, Vec<_>) = (1..=VISITORS)
            .map(|number| {
                let (start, started) = oneshot::channel();
                (start, visit(address, number, started))
            })
            .unzip();
        // Visitors and host are part of this one future. Were they tasks, they would be counted.
        let (greetings, ()) = kettle::join!(all(visits), host(starts));

        assert!(greetings.iter().all(|text| text.ends_with("Hello from async Rust!")));
        println!("{} visitors were greeted.", greetings.len());
        server.abort();
        assert!(server.await.unwrap_err().is_cancelled());
    });
}

/// Connects, waits for the host's word, speaks, and listens to the end.
async fn visit(address: SocketAddr, number: usize, started: oneshot::Receiver<()>) -> String {
    let mut socket = TcpStream::connect(address).await.expect("a server that listens");
    started.await.expect("a host who starts us");
    let request = format!("GET /{number}");
    socket.write_all(request.as_bytes()).await.expect("a socket to write to");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.expect("an answer");
    answer
}

/// Waits until a handler serves each visitor, counts, and lets them speak.
async fn host(starts: Vec<oneshot::Sender<()>>) {
    let tasks = || Handle::current().metrics().num_alive_tasks();
    while tasks() < VISITORS + 1 {
        sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(tasks(), VISITORS + 1, "a handler for each visitor, and the accept loop");
    match threads() {
        Some(threads) => {
            assert_eq!(threads, 1, "one thread for all of them");
            println!("Now: {} tasks alive, Threads: {threads}", tasks());
        }
        None => println!("Now: {} tasks alive (this system doesn't tell its threads)", tasks()),
    }
    for start in starts {
        start.send(()).expect("a visitor who waits");
    }
}

/// All of these futures as one. Each poll asks everyone who is not ready yet: whoever was woken,
/// the waker was this future's.
async fn all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut futures: Vec<_> = futures.into_iter().map(Box::pin).collect();
    let mut outputs: Vec<_> = futures.iter().map(|_| None).collect();
    poll_fn(|cx| {
        for (future, output) in futures.iter_mut().zip(&mut outputs) {
            if output.is_none()
                && let Poll::Ready(value) = future.as_mut().poll(cx)
            {
                *output = Some(value);
            }
        }
        if outputs.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    outputs.into_iter().flatten().collect()
}

// ---- What the operating system says (Linux; elsewhere nothing) -----------------------------------

/// How many threads this process has. (In a debug build kettle's doctor has one of its own, which is
/// not counted.)
fn threads() -> Option<usize> {
    let folders = std::fs::read_dir("/proc/self/task").ok()?;
    let names = folders.flatten().map(|folder| std::fs::read_to_string(folder.path().join("comm")));
    Some(names.filter(|name| !matches!(name, Ok(name) if name == "kettle-doctor\n")).count())
}

/// How long a processor has worked for this thread.
fn processor_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanos = stat.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanos))
}
