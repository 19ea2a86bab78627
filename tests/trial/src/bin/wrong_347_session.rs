//! A server keeps its sessions in a map under a `Mutex`, with their sockets. A ping goes to one of them, and the door lets new ones in.
//!
//! Wrong: `ping` keeps the lock of the whole map while it waits for a client's answer; a slow client keeps all others out.
//!
//! Expected: `guard_across_await` of `main` in `ping` (it reads from a socket with the guard), while task 1 waited for the lock. The cure: take the stream out of the map (or an `Arc<Mutex<…>>` for each session), drop the guard, then wait.
//!
//! doctor: `guard_across_await`
//! ends: by itself

use std::collections::HashMap;
use std::sync::Arc;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::UnixStream;
use kettle::sync::Mutex;
use kettle::time::{Duration, Instant, sleep};

type Sessions = Arc<Mutex<HashMap<u32, UnixStream>>>;

async fn client(mut stream: UnixStream) {
    while let Ok(question) = stream.read_u8().await {
        sleep(Duration::from_millis(900)).await;
        stream.write_u8(question + 1).await.unwrap();
    }
}

async fn enter(sessions: &Sessions, name: u32) {
    let (here, there) = UnixStream::pair().unwrap();
    kettle::spawn(client(there));
    sessions.lock().await.insert(name, here);
}

async fn ping(sessions: &Sessions, name: u32) -> Option<u8> {
    let mut sessions = sessions.lock().await;
    let stream = sessions.get_mut(&name)?;
    stream.write_u8(1).await.ok()?;
    stream.read_u8().await.ok()
}

#[kettle::main]
async fn main() {
    let sessions = Sessions::default();
    enter(&sessions, 0).await;
    let door = Arc::clone(&sessions);
    let door = kettle::spawn(async move {
        let mut slowest = Duration::ZERO;
        for name in 1..20 {
            sleep(Duration::from_millis(50)).await;
            let begin = Instant::now();
            enter(&door, name).await;
            slowest = slowest.max(begin.elapsed());
        }
        slowest > Duration::from_millis(500)
    });
    println!("{:?}", ping(&sessions, 0).await);
    println!("someone had to wait: {}", door.await.unwrap());
}
