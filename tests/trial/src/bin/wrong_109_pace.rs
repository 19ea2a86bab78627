//! A mailing goes out at ten letters a second, as the server asks for.
//!
//! Wrong: the `tick` of the interval is called and not awaited. All letters go out at once.
//!
//! Expected: `unpolled`. The cure: `.await`.
//!
//! doctor: `unpolled`
//! ends: by itself

use std::time::Duration;

use kettle::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use kettle::net::{UnixListener, UnixStream};
use kettle::time::{Instant, MissedTickBehavior, interval};

async fn server(listener: UnixListener) -> std::io::Result<usize> {
    let (visitor, _) = listener.accept().await?;
    let mut lines = BufReader::new(visitor).lines();
    let mut letters = 0;
    while lines.next_line().await?.is_some() {
        letters += 1;
    }
    Ok(letters)
}

async fn send_all(mut server: UnixStream, readers: &[&str]) -> std::io::Result<()> {
    let mut pace = interval(Duration::from_millis(100));
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for reader in readers {
        let _tick = pace.tick();
        server.write_all(format!("Dear {reader}, the new teas are here.\n").as_bytes()).await?;
    }
    server.shutdown().await
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let path = std::env::temp_dir().join(format!("mail-{}", std::process::id()));
    let listener = UnixListener::bind(&path)?;
    let server = kettle::spawn(server(listener));
    let begin = Instant::now();
    let connection = UnixStream::connect(&path).await?;
    send_all(connection, &["Ada", "Grace", "Edsger", "Tony", "Barbara"]).await?;
    println!("{} letters in {:?}", server.await??, begin.elapsed());
    std::fs::remove_file(path)
}
