//! Connections that open, speak, reset, close, dawdle and never read, at random and many at once.
//! Every byte of an orderly connection is counted at both ends, and at the end all counts are back
//! where they were.

use std::env;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::runtime::{Builder, Handle};
use kettle::sync::Semaphore;
use kettle::task::JoinSet;
use kettle::time::{sleep, timeout};
use kettle::trace::{Event, Record, Sink};

use crate::common::engine::let_park;
use crate::common::time::Xorshift;
use crate::{open_descriptors, run};

/// Without `KETTLE_LOAD`: so many connections.
const CONNECTIONS: u64 = 300;
/// So many of them at once, each with two ends in this process.
const AT_ONCE: usize = 400;
/// A connection that says nothing for so long is cut, if it is one that dawdles.
const PATIENCE: Duration = Duration::from_millis(20);
/// Room that may be kept after a burst, as in `memory.rs`.
const KEPT: usize = 8 * 1024;

#[test]
fn connections_that_open_reset_and_close_at_random_leave_nothing_behind() {
    let output = run("load", "ulimit -n $(ulimit -Hn)");
    print!("{}", String::from_utf8_lossy(&output.stdout));
}

/// What went over orderly connections, and how others ended.
#[derive(Default)]
struct Totals {
    sent: AtomicU64,
    echoed: AtomicU64,
    received: AtomicU64,
    cut: AtomicU64,
    never_read: AtomicU64,
    not_accepted: AtomicU64,
}

fn add(total: &AtomicU64, some: usize) {
    total.fetch_add(some as u64, Ordering::Relaxed);
}

/// What a client does; its first byte says so to the server.
#[derive(Clone, Copy, PartialEq)]
#[repr(u8)]
enum Kind {
    /// Sends, half-closes, and reads everything back.
    Echo = b'e',
    /// The same, one byte at a time, and slowly.
    Slow = b's',
    /// Sends something and resets the connection.
    Reset = b'r',
    /// Sends something and closes while the echo comes.
    Close = b'c',
    /// Sends one byte and waits to be cut.
    Dawdle = b'd',
    /// Never reads what the server goes on sending.
    Deaf = b'f',
}

const KINDS: [Kind; 9] = {
    use Kind::{Close, Dawdle, Deaf, Echo, Reset, Slow};
    [Echo, Echo, Echo, Slow, Reset, Reset, Close, Dawdle, Deaf]
};

impl Kind {
    /// Are its bytes counted at both ends?
    fn is_orderly(self) -> bool {
        matches!(self, Kind::Echo | Kind::Slow)
    }
}

pub(crate) fn program() {
    let asked = env::var("KETTLE_LOAD").ok().map(|load| load.parse().expect("a number"));
    let connections = asked.unwrap_or(CONNECTIONS);
    let ended = Arc::default();
    let mut builder = Builder::new_current_thread();
    let runtime = builder.enable_all().trace(End(Arc::clone(&ended))).build().unwrap();
    let totals = runtime.block_on(async {
        round(50).await; // what the first connections make std keep
        let before = open_descriptors();
        let totals = round(connections).await;
        // Longer than the last tick of what was cancelled, so that the loop tidies up as it sleeps.
        let_park().await;
        let runtime = Handle::current();
        assert_eq!(runtime.metrics().num_alive_tasks(), 0);
        assert_eq!(open_descriptors(), before, "descriptors");
        let capacity = runtime.inspector().capacity().expect("it is current");
        assert!(capacity <= KEPT, "room for {capacity} is kept");
        totals
    });
    drop(runtime);
    assert_eq!(ended.load(Ordering::Relaxed), 1, "tasks, timers, sources at the end: none");
    let get = |total: &AtomicU64| total.load(Ordering::Relaxed);
    println!(
        "{connections} connections: {} bytes sent, echoed and received; {} dawdlers cut, {} deaf ones \
         given up, {} errors of accept",
        get(&totals.sent),
        get(&totals.cut),
        get(&totals.never_read),
        get(&totals.not_accepted),
    );
}

/// Looks at nothing but the run's end: 1 if it left nothing.
struct End(Arc<AtomicU64>);

impl Sink for End {
    fn record(&mut self, records: &[Record]) {
        for record in records {
            if let Event::RunEnd { tasks, timers, sources } = record.event {
                self.0.store(u64::from((tasks, timers, sources) == (0, 0, 0)), Ordering::Relaxed);
            }
        }
    }
}

async fn round(connections: u64) -> Arc<Totals> {
    let totals: Arc<Totals> = Arc::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = kettle::spawn(serve(listener, totals.clone()));
    let room = Arc::new(Semaphore::new(AT_ONCE));
    let mut clients = JoinSet::new();
    let mut dice = Xorshift(0x5EED);
    for seed in 1..=connections {
        let permit = room.clone().acquire_owned().await.unwrap();
        let kind = KINDS[usize::try_from(dice.below(KINDS.len() as u64)).unwrap()];
        let totals = totals.clone();
        clients.spawn(async move {
            let _permit = permit;
            let mut stream = TcpStream::connect(address).await.expect("there is room");
            let mut dice = Xorshift(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
            let ended = client(kind, &mut stream, &mut dice, &totals).await;
            assert!(!kind.is_orderly() || ended.is_ok(), "{ended:?}");
        });
        while clients.try_join_next().map(Result::unwrap).is_some() {}
    }
    while let Some(ended) = clients.join_next().await {
        ended.unwrap();
    }
    server.abort();
    assert!(server.await.unwrap_err().is_cancelled());
    // Tasks that still wait for a peer are told of its end by their sockets.
    while Handle::current().metrics().num_alive_tasks() > 0 {
        sleep(Duration::from_millis(1)).await;
    }
    let get = |total: &AtomicU64| total.load(Ordering::Relaxed);
    assert_eq!(get(&totals.sent), get(&totals.echoed), "bytes at the server");
    assert_eq!(get(&totals.sent), get(&totals.received), "bytes at the clients");
    totals
}

async fn client(
    kind: Kind,
    stream: &mut TcpStream,
    dice: &mut Xorshift,
    totals: &Totals,
) -> io::Result<()> {
    stream.write_u8(kind as u8).await?;
    let (most, part) = if kind == Kind::Slow { (60, 1) } else { (60_000, 9_000) };
    let length = usize::try_from(dice.below(most)).unwrap();
    let sent: Vec<u8> = (0..251).cycle().take(length).collect();
    match kind {
        Kind::Echo | Kind::Slow => {
            let (mut reader, mut writer) = stream.split();
            let write = async {
                for part in sent.chunks(usize::try_from(1 + dice.below(part)).unwrap()) {
                    writer.write_all(part).await?;
                    if kind == Kind::Slow {
                        sleep(Duration::from_millis(1)).await;
                    }
                }
                writer.shutdown().await
            };
            let mut read = Vec::new();
            let (written, received) = kettle::join!(write, reader.read_to_end(&mut read));
            written?;
            assert!(received? == length && read == sent, "what comes back is what was sent");
            add(&totals.sent, length);
            add(&totals.received, length);
        }
        Kind::Reset => {
            stream.write_all(&sent).await?;
            stream.set_zero_linger()?;
        }
        Kind::Close => {
            stream.write_all(&sent[..length.min(20_000)]).await?;
            let mut some = [0; 100];
            stream.read_exact(&mut some[..length.min(100)]).await?;
        }
        Kind::Dawdle => {
            let read = stream.read(&mut [0; 8]).await;
            assert!(!matches!(read, Ok(1..)), "it was sent nothing");
        }
        Kind::Deaf => {
            stream.readable().await?;
            sleep(Duration::from_millis(dice.below(20))).await;
        }
    }
    Ok(())
}

async fn serve(listener: TcpListener, totals: Arc<Totals>) {
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            let totals = totals.clone();
            // An error is a client's that went: that is what it was to do.
            kettle::spawn(async move { drop(serve_one(stream, &totals).await) });
        } else {
            add(&totals.not_accepted, 1);
            sleep(Duration::from_millis(1)).await;
        }
    }
}

async fn serve_one(mut stream: TcpStream, totals: &Totals) -> io::Result<()> {
    let kind = stream.read_u8().await?;
    let mut buffer = vec![0; 16 * 1024];
    if kind == Kind::Dawdle as u8 {
        if timeout(PATIENCE, stream.read(&mut buffer)).await.is_err() {
            add(&totals.cut, 1);
        }
        return Ok(());
    }
    if kind == Kind::Deaf as u8 {
        loop {
            if let Err(error) = stream.write_all(&buffer).await {
                add(&totals.never_read, 1);
                return Err(error);
            }
        }
    }
    let mut echoed = 0;
    loop {
        let read = stream.read(&mut buffer).await?;
        if read == 0 {
            if [Kind::Echo as u8, Kind::Slow as u8].contains(&kind) {
                add(&totals.echoed, echoed);
            }
            return stream.shutdown().await;
        }
        stream.write_all(&buffer[..read]).await?;
        echoed += read;
    }
}
