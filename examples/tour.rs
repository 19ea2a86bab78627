// Plays the tutorial's six programs, one after another, and shows what the runtime did.
//
// `cargo run --example tour`
//
// Each program is the example's own file, included here. It runs inside `kettle::trace::record`,
// which keeps every event of its runtime. Before it comes a question with three answers to choose
// from, and after it the right answer, with the one or two counts that prove it; `KETTLE_TOUR=all`
// prints the ledger with all counts. The first question is the one that chapter 1 of the book asks.
// In a terminal the tour waits for your guess and compares it; in a pipe it goes straight on. Its
// last line is a command that opens the replays, in which you can step through each run.

use std::env;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kettle::trace::{self, Ledger, Record, record};

mod make_tea {
    include!("make_tea.rs");
    pub(crate) fn run() {
        main();
    }
}

// Its `main` takes an address and never ends, so the tour brings a loop and visitors of its own.
#[allow(dead_code)]
mod server {
    use std::cell::Cell;
    use std::fmt::Arguments;

    /// The example prints each request. One of the fifty is enough here.
    macro_rules! println {
        ($($words:tt)*) => { print_once(format_args!($($words)*)) };
    }

    include!("server.rs");

    fn print_once(words: Arguments<'_>) {
        thread_local!(static PRINTED: Cell<bool> = const { Cell::new(false) });
        if !PRINTED.replace(true) {
            std::println!("{words} (and so on)");
        }
    }

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

mod visitors {
    include!("tour/visitors.rs");
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
    /// One of its tasks panics. Its message is enough here, even with `RUST_BACKTRACE=1`.
    pub(crate) fn run() {
        if cfg!(panic = "abort") {
            println!("(This build has `panic = \"abort\"`: the next panic ends the tour.)");
        }
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
        main().expect("the example handles its errors");
        std::panic::set_hook(usual);
    }
}

mod mutex {
    include!("mutex.rs");
    pub(crate) fn run() {
        main();
    }
}

/// The system's command to open a file.
const OPEN: &str = if cfg!(windows) {
    "explorer"
} else if cfg!(target_os = "macos") {
    "open"
} else {
    "xdg-open"
};

/// One stop of the tour.
struct Stop {
    name: &'static str,
    question: &'static str,
    /// Answers to choose from, called `a`, `b` and `c`.
    options: [&'static str; 3],
    right: char,
    run: fn(),
    /// Says in one or two sentences what the counts below it show.
    answer: fn(&Ledger) -> String,
    /// The rows of the ledger with these counts.
    proof: &'static [&'static str],
}

fn main() {
    println!("Six small programs, one thread. Before each comes a question, after it the answer,");
    println!("with the counts that prove it. KETTLE_TOUR=all prints every count.");
    let (mut replays, mut guesses) = (Vec::new(), Vec::new());
    for (number, stop) in (1..).zip(&STOPS) {
        println!("\n---- {number} of {}: examples/{}.rs ----\n", STOPS.len(), stop.name);
        let guess = ask(stop);
        replays.push(keep(stop.name, &play(stop, guess)));
        guesses.extend(guess.map(|guess| guess == stop.right));
    }
    if !guesses.is_empty() {
        let right = guesses.iter().filter(|right| **right).count();
        println!("\nYour guesses: {right} of {} were right.", guesses.len());
    }
    match contents(replays) {
        Ok(page) => println!("\nStep through it all in a browser:\n    {OPEN} {}", page.display()),
        Err(error) => println!("\nThe replays were not kept: {error}"),
    }
}

/// Asks the question. Only in a terminal does it wait for a guess.
fn ask(stop: &Stop) -> Option<char> {
    println!("{}\n", wrapped(stop.question));
    for (letter, option) in ('a'..).zip(stop.options) {
        println!("  {letter}) {}", wrapped(option).replace('\n', "\n     "));
    }
    let mut line = String::new();
    while io::stdin().is_terminal() && io::stdout().is_terminal() {
        print!("\nYour guess, a, b or c? (Enter alone runs it too) ");
        line.clear();
        let asked = io::stdout().flush().and_then(|()| io::stdin().read_line(&mut line));
        // If the terminal is gone, there is no guess. Another letter is asked for again.
        if asked.is_err() || line.trim().is_empty() || guessed(&line).is_some() {
            break;
        }
    }
    println!();
    guessed(&line)
}

/// The line's first letter, if it is one of the three.
fn guessed(line: &str) -> Option<char> {
    let letter = line.trim_start().chars().next()?.to_ascii_lowercase();
    ('a'..='c').contains(&letter).then_some(letter)
}

/// Compares a guess with the right answer, in words.
fn compared(guess: Option<char>, right: char) -> String {
    match guess {
        None => format!("It is {right}."),
        Some(letter) if letter == right => format!("You guessed {letter}, and {letter} it is."),
        Some(letter) => format!("You guessed {letter}, but it is {right}."),
    }
}

fn play(stop: &Stop, guess: Option<char>) -> Vec<Record> {
    let (began, worked_before) = (Instant::now(), processor_time());
    let ((), records) = record(stop.run);
    let (elapsed, worked_after) = (began.elapsed(), processor_time());
    let worked =
        worked_before.zip(worked_after).map(|(before, after)| after.saturating_sub(before));

    let ledger = Ledger::from_records(&records);
    let answer = format!("{} {}", compared(guess, stop.right), (stop.answer)(&ledger));
    println!("\n{}\n", wrapped(&answer));
    let counted = format!("{ledger}{}", of_the_system(elapsed, worked));
    let all = env::var_os("KETTLE_TOUR").is_some_and(|asked| asked == "all");
    let proves =
        |row: &&str| row.split_whitespace().next().is_some_and(|name| stop.proof.contains(&name));
    counted.lines().filter(|row| all || proves(row)).for_each(|row| println!("{row}"));
    records
}

/// Two more rows: the threads and the processor time, from the operating system.
fn of_the_system(elapsed: Duration, worked: Option<Duration>) -> String {
    let threads = match threads() {
        Some(threads) => format!("  threads {threads:>6}  in this process"),
        None => "  threads      ?  this system doesn't say".to_owned(),
    };
    let elapsed = elapsed.as_secs_f64();
    let time = format!("  time   {elapsed:>7.3}  seconds went by");
    match worked.map(|worked| worked.as_secs_f64()) {
        Some(worked) => format!("{threads}\n{time}, the processor worked for {worked:.3}\n"),
        None => format!("{threads}\n{time}\n"),
    }
}

/// Writes the records into a replay, in Cargo's target folder or in a temporary one.
fn keep(name: &str, records: &[Record]) -> io::Result<PathBuf> {
    let program = env::current_exe()?;
    let target = program.ancestors().find(|folder| folder.ends_with("target"));
    let folder = target.map_or_else(env::temp_dir, Path::to_path_buf).join("replay");
    fs::create_dir_all(&folder)?;
    let path = folder.join(format!("tour-{name}.html"));
    trace::save(&path, records)?;
    Ok(path)
}

/// A page beside the replays, with a link to each.
fn contents(replays: Vec<io::Result<PathBuf>>) -> io::Result<PathBuf> {
    let mut path = PathBuf::new();
    let mut page = String::from("<!doctype html><title>The tour</title>");
    for (stop, replay) in STOPS.iter().zip(replays) {
        path = replay?;
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        page.extend(["<p><a href=\"", &file, "\">", stop.name, "</a>: ", stop.question, "\n"]);
    }
    path.set_file_name("tour.html");
    fs::write(&path, page)?;
    Ok(path)
}

/// Breaks a text into lines that fit a terminal.
fn wrapped(text: &str) -> String {
    const WIDTH: usize = 75;
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

static STOPS: [Stop; 6] = [
    Stop {
        name: "make_tea",
        question: "`make_tea` prints a line, sleeps for two seconds, and prints another. The thread \
                   enters its body when it begins to run its lines, at the top or in the middle. \
                   How many times does it do that while this program runs?",
        options: [
            "Once. The body waits inside while something in the background counts two seconds.",
            "Many times. The runtime asks again and again until the `sleep` is ready.",
            "Twice. The body returns at the `.await`, and is entered again after two seconds.",
        ],
        right: 'c',
        run: make_tea::run,
        answer: |ledger| {
            let polls = ledger.of("polls", "of tasks");
            format!(
                "The runtime polled the program {polls} times, and each poll enters the body. \
                 Between the polls the thread slept."
            )
        },
        proof: &["polls", "parks"],
    },
    Stop {
        name: "server",
        question: "Fifty visitors are connected at the same moment, and none has sent a word \
                   yet. How many tasks and threads does the server have?",
        options: [
            "50 tasks on 50 threads: each visitor needs a thread that listens.",
            "51 tasks on one thread.",
            "One task on one thread: it asks each visitor in turn.",
        ],
        right: 'b',
        run: visitors::fifty_visitors,
        answer: |ledger| {
            let tasks = ledger.of("tasks", "spawned");
            format!(
                "There are {tasks} tasks: a handler for each visitor, and one that accepts the \
                 visitors. One thread can sleep until any of fifty sockets has something to read."
            )
        },
        proof: &["tasks", "threads"],
    },
    Stop {
        name: "channel",
        question: "The channel has room for 32 messages, and the sender sends one a second. \
                   Which of the two has to wait for the other?",
        options: [
            "Neither: there is always room.",
            "The receiver, for each message.",
            "Both, in turn.",
        ],
        right: 'b',
        run: channel::run,
        answer: |ledger| {
            let [room, value] =
                ["waits for room", "waits for a value"].map(|what| ledger.of("values", what));
            format!(
                "The receiver waited {value} times, the last time for the end of the channel. The \
                 sender waited {room} times."
            )
        },
        proof: &["values"],
    },
    Stop {
        name: "select",
        question: "`select!` waits for a cache, which takes one second, and for the network, \
                   which takes three and has a timeout of two. How long does the program run?",
        options: [
            "One second.",
            "Two seconds, until the timeout is over as well.",
            "Three seconds, because the request is already on its way.",
        ],
        right: 'a',
        run: select::run,
        answer: |ledger| {
            let [fired, cancelled] = ["fired", "cancelled"].map(|what| ledger.of("timers", what));
            format!(
                "Only {fired} timer fired, the cache's. `select!` dropped the other branch, \
                 which cancelled its {cancelled} timers."
            )
        },
        proof: &["timers", "time"],
    },
    Stop {
        name: "errors",
        question: "One task returns an `Err`, and another one panics. What ends the program?",
        options: ["Both do.", "The panic does.", "Neither does."],
        right: 'c',
        run: errors::run,
        answer: |ledger| {
            let [finished, panicked] =
                ["finished", "panicked"].map(|what| ledger.of("tasks", what));
            format!(
                "To the runtime an `Err` is an output like any other, so {finished} task finished. \
                 A panic ends only its own task: {panicked} task panicked, and `main` went on."
            )
        },
        proof: &["tasks"],
    },
    Stop {
        name: "mutex",
        question: "Ten tasks each add one to a number behind a lock. How many polls do the ten \
                   need together?",
        options: [
            "10: one each.",
            "20: each asks for the lock, waits, and is polled again when it is its turn.",
            "55: each time the lock is free, all tasks that still want it are polled.",
        ],
        right: 'a',
        run: mutex::run,
        answer: |ledger| {
            let of_tasks = ledger.polls_by_task.iter().filter(|(name, _)| !is_main(name));
            let polls = of_tasks.map(|(_, polls)| polls).sum::<u64>();
            let waits = ledger.of("locks", "waits");
            format!(
                "They needed {polls}. Since none of them has an `.await` while it holds the lock, on \
                 one thread no other task ever finds it taken: they waited for it {waits} times."
            )
        },
        proof: &["polls", "locks"],
    },
];

/// `block_on`'s own future.
fn is_main(name: &impl ToString) -> bool {
    name.to_string() == "main"
}

// ---- What the operating system says, if it is Linux ----

/// How many threads this process has, without that of kettle's doctor in a debug build.
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
