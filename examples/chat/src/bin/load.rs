// So many clients on loopback: what does each cost, and does every line reach each of them once and in order?
//
//     cargo run --release -p kettle-chat --bin load -- [CLIENTS] [SERVER…]
//
// Starts each server (a program; by default the one built beside this) and visits it with one task for each client.
// All are in one room. One of them says a line, and the next one when all have read it; each checks what it reads. The
// server counts, too: at the end both must have the same sum. The last line of each visit is its figures as JSON.

use std::env::{args, current_exe};
use std::error::Error;
use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chat::connection::{Connection, Heard, Lines};
use chat::measured::{buffers, cpu, files, resident, slab};
use indicatif::{ProgressBar, ProgressStyle};
use kettle::net::TcpStream;
use kettle::sync::{Semaphore, mpsc};
use kettle::task::JoinSet;

/// Lines that are said to all, one after the other.
const SAID: u64 = 20;
/// Clients that are on their way in at the same time: fewer than the server's backlog has room for.
const AT_ONCE: usize = 100;

/// A client's last line.
const CLOSING: &str = "* The server is closing. Goodbye.";

type Outcome<T> = Result<T, Box<dyn Error>>;

#[kettle::main(flavor = "current_thread", crate = "kettle")]
async fn main() -> Outcome<()> {
    let clients: u64 = args().nth(1).map_or(Ok(1_000), |number| number.parse())?;
    if clients + 50 > files() {
        let (may, need) = (files(), clients + 50);
        let why = format!("this process may open {may} files: `ulimit -n {need}` allows more");
        return Err(
            format!("{why}, up to `ulimit -Hn`; the kernel needs some 4 KiB for each").into()
        );
    }
    let mut servers: Vec<PathBuf> = args().skip(2).map(PathBuf::from).collect();
    if servers.is_empty() {
        servers.push(current_exe()?.with_file_name("chat"));
    }
    for server in servers {
        visit(Server::start(&server, clients + 100)?, clients).await?;
    }
    Ok(())
}

struct Server {
    program: Child,
    name: String,
    id: String,
    address: SocketAddr,
    printed: std::io::Lines<BufReader<ChildStdout>>,
}

impl Server {
    fn start(path: &Path, most: u64) -> Outcome<Server> {
        let mut program = Command::new(path);
        program.args(["127.0.0.1:0", "127.0.0.1:0", &most.to_string()]).stdout(Stdio::piped());
        let mut program =
            program.spawn().map_err(|error| format!("{}: {error}", path.display()))?;
        let mut printed = BufReader::new(program.stdout.take().expect("a pipe")).lines();
        let first = printed.next().ok_or("it says nothing")??;
        let address = first.split(' ').find_map(|word| word.trim_end_matches(':').parse().ok());
        let name = path.file_name().expect("a program").display().to_string();
        let (id, address) = (program.id().to_string(), address.ok_or("it names no address")?);
        Ok(Server { program, name, id, address, printed })
    }
}

/// What is taken at one moment: the server's memory, and the kernel's for both ends.
struct Memory([u64; 3]);

impl Memory {
    fn now(server: &Server) -> Memory {
        Memory([resident(&server.id), slab(), buffers()])
    }

    /// For each client, since then: in the process, and in the kernel.
    fn each(&self, since: &Memory, clients: u64, when: &str) -> [u64; 2] {
        let [process, slab, buffers] =
            [0, 1, 2].map(|at| self.0[at].saturating_sub(since.0[at]) / clients);
        println!(
            "  {when}: {process} B in the process; {slab} B slab, {buffers} B buffers in the kernel (both ends)"
        );
        [process, slab + buffers]
    }
}

async fn visit(mut server: Server, clients: u64) -> Outcome<()> {
    println!("{}, {clients} clients:", server.name);
    let (empty, begun, cpu_before) = (Memory::now(&server), Instant::now(), cpu(&server.id));
    let (tell, mut told) = mpsc::unbounded_channel();
    let doors = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = JoinSet::new();
    for _ in 0..clients {
        let (tell, doors, address) = (tell.clone(), doors.clone(), server.address);
        tasks.spawn(async move {
            let door = doors.acquire().await.expect("it is never closed");
            let mut client = Client::connect(address, begun).await?;
            drop(door);
            let _ = tell.send(Duration::ZERO);
            client.listen(&tell).await
        });
    }
    let bar = progress(clients, "clients");
    all(clients, &mut told, &bar).await;
    let (took, used) = (begun.elapsed(), cpu(&server.id) - cpu_before);
    let (a_second, each) =
        (f64::from(u32::try_from(clients)?) / took.as_secs_f64(), used * 1_000 / clients);
    println!(
        "  {a_second:.0} accepted and welcomed a second; {each} us of the server's CPU time each"
    );
    let idle = Memory::now(&server).each(&empty, clients, "idle");

    let mut speaker = Client::connect(server.address, begun).await?;
    let bar = progress(clients * SAID, "lines read");
    let (mut waited, cpu_before) = (Vec::new(), cpu(&server.id));
    for n in 0..SAID {
        let line = format!("tick {n} {}\n", begun.elapsed().as_nanos());
        speaker.connection.tell(&line);
        speaker.connection.flush().await?;
        speaker.tick().await?;
        waited.extend(all(clients, &mut told, &bar).await);
    }
    waited.sort();
    let at = |percent: usize| waited[(waited.len() - 1) * percent / 100];
    let (p50, p99, max) = (at(50), at(99), at(100));
    let each = (cpu(&server.id) - cpu_before) * 1_000_000 / (clients * SAID);
    println!(
        "  {SAID} lines to all: p50 {p50:.1?}, p99 {p99:.1?}, max {max:.1?}; {each} ns of its CPU time each"
    );
    let after = Memory::now(&server).each(&empty, clients, "after them");

    Command::new("kill").args(["-INT", &server.id]).status()?;
    let mut read = speaker.goodbye().await?;
    while let Some(client) = tasks.join_next().await {
        read += client??;
    }
    let counted = server.printed.find_map(|line| line.ok().filter(|line| line.contains("written")));
    let (counted, status) = (counted.ok_or("it says no sum")?, server.program.wait()?);
    println!("  the server says: {counted}; the clients have read {read}, each in order");
    let right = format!(", lines heard {SAID}, written {read}, missed 0, ");
    if !status.success() || !counted.contains(&right) {
        return Err("they disagree".into());
    }
    let [p50, p99, max] = [p50, p99, max].map(|waited| waited.as_micros());
    println!(
        "{{\"program\":\"{}\",\"clients\":{clients},\"a second\":{a_second:.0},\"idle\":{idle:?},\"after\":{after:?},\
         \"waited\":[{p50},{p99},{max}],\"lines\":{read}}}",
        server.name
    );
    Ok(())
}

/// Each client's word that it is there, or has read a line, and how long after it was said.
async fn all(
    clients: u64,
    told: &mut mpsc::UnboundedReceiver<Duration>,
    bar: &ProgressBar,
) -> Vec<Duration> {
    let mut waited = Vec::new();
    for _ in 0..clients {
        waited.push(told.recv().await.expect("we have a sender, too"));
        bar.inc(1);
    }
    waited
}

struct Client {
    connection: Connection<TcpStream, Lines>,
    begun: Instant,
    /// Lines of the room that it has read, and the number of the next one that is said.
    read: u64,
    next: u64,
}

impl Client {
    /// Returns once it has been welcomed.
    async fn connect(address: SocketAddr, begun: Instant) -> io::Result<Client> {
        let connection = Connection::new(TcpStream::connect(address).await?, Lines::default());
        let mut client = Client { connection, begun, read: 0, next: 0 };
        while !client.line().await?.starts_with("* You are in ") {}
        client.read = 0; // those were for it alone
        Ok(client)
    }

    async fn line(&mut self) -> io::Result<String> {
        self.read += 1;
        match self.connection.hear().await? {
            Heard::Line(line) => Ok(line),
            // The server had no time left for its goodbye; it says to how many.
            Heard::End(_) if self.next == SAID => Ok(CLOSING.to_owned()),
            other => Err(io::Error::other(format!("after {} lines: {other:?}", self.read))),
        }
    }

    /// Reads until a line is said, which has to be the next, or `None` at the server's goodbye.
    async fn tick(&mut self) -> io::Result<Option<Duration>> {
        loop {
            let line = self.line().await?;
            if let Some((_, tick)) = line.split_once(": tick ") {
                let (n, said) = tick.split_once(' ').expect("a number and an instant");
                assert_eq!(n, self.next.to_string(), "each line once, and in order");
                self.next += 1;
                let said = Duration::from_nanos(said.trim().parse().expect("nanoseconds"));
                return Ok(Some(self.begun.elapsed().saturating_sub(said)));
            } else if line == CLOSING {
                assert_eq!(self.next, SAID, "all lines");
                return Ok(None);
            }
        }
    }

    /// Returns how many lines it has read, without the goodbye.
    async fn listen(&mut self, tell: &mpsc::UnboundedSender<Duration>) -> io::Result<u64> {
        while let Some(waited) = self.tick().await? {
            let _ = tell.send(waited);
        }
        Ok(self.read - 1)
    }

    async fn goodbye(&mut self) -> io::Result<u64> {
        assert_eq!(self.tick().await?, None, "nothing more is said");
        Ok(self.read - 1)
    }
}

fn progress(length: u64, what: &str) -> ProgressBar {
    let style =
        ProgressStyle::with_template("  {bar:40} {pos} of {len} {msg}").expect("a template");
    ProgressBar::new(length).with_style(style).with_message(what.to_owned())
}
