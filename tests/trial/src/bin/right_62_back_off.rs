//! A client connects to a server that is started later. It tries again after 50 ms, 100 ms, 200 ms and so on.
//!
//! Right: a few attempts that fail, each after a longer wait, and nothing to do meanwhile.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::path::{Path, PathBuf};
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{UnixListener, UnixStream};
use kettle::time::sleep;

async fn connect(path: &Path) -> std::io::Result<(UnixStream, u32)> {
    let mut pause = Duration::from_millis(50);
    for attempt in 1.. {
        match UnixStream::connect(path).await {
            Ok(stream) => return Ok((stream, attempt)),
            Err(error) if attempt == 8 => return Err(error),
            Err(_) => sleep(pause).await,
        }
        pause *= 2;
    }
    unreachable!("the eighth attempt is the last")
}

async fn late_server(path: PathBuf) -> std::io::Result<()> {
    sleep(Duration::from_secs(1)).await;
    let listener = UnixListener::bind(&path)?;
    let (mut client, _) = listener.accept().await?;
    let mut question = [0; 4];
    client.read_exact(&mut question).await?;
    client.write_all(b"tea").await?;
    client.shutdown().await
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let path = std::env::temp_dir().join(format!("kettle-trial-{}.sock", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let server = kettle::spawn(late_server(path.clone()));
    let (mut stream, attempts) = connect(&path).await?;
    stream.write_all(b"what").await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    println!("{answer}, after {attempts} attempts");
    let served = server.await.expect("the server");
    std::fs::remove_file(&path)?;
    served
}
