//! Log lines go through a channel to a shipper, and from there through a socket to a collector.
use kettle::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use kettle::net::{UnixListener, UnixStream};
use kettle::sync::{OnceCell, mpsc};
use kettle::time::{Instant, sleep};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

async fn access(lines: mpsc::Sender<String>) {
    for request in 0..9 {
        lines.send(format!("GET /{request}\n")).await.unwrap();
    }
}

async fn jobs(lines: mpsc::Sender<String>) {
    for job in 0..3 {
        sleep(Duration::from_millis(400)).await;
        lines.send(format!("job {job}\n")).await.unwrap();
    }
}

async fn alarm(lines: mpsc::Sender<String>) {
    sleep(Duration::from_millis(100)).await;
    let raised = Instant::now();
    lines.send("FIRE\n".to_string()).await.unwrap();
    println!("the alarm was in the channel after {} ms", raised.elapsed().as_millis());
}

async fn shipper(mut lines: mpsc::Receiver<String>, path: PathBuf) -> std::io::Result<()> {
    let mut collector = UnixStream::connect(path).await?;
    while let Some(line) = lines.recv().await {
        collector.write_all(line.as_bytes()).await?;
        collector.read_u8().await?; // the acknowledgement
    }
    Ok(())
}

async fn index(schema: &OnceCell<usize>) -> usize {
    *schema.get_or_init(load_schema).await
}

async fn load_schema() -> usize {
    sleep(Duration::from_millis(750)).await;
    7
}

async fn collector(listener: UnixListener, schema: Arc<OnceCell<usize>>) -> std::io::Result<()> {
    let (socket, _) = listener.accept().await?;
    let mut socket = BufReader::new(socket);
    let mut line = String::new();
    while socket.read_line(&mut line).await? > 0 {
        let columns = index(&schema).await;
        line.truncate(columns);
        socket.write_u8(b'+').await?;
        line.clear();
    }
    Ok(())
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let path = std::env::temp_dir().join(format!("shipper-{}.socket", std::process::id()));
    let schema = Arc::new(OnceCell::new());
    let listener = UnixListener::bind(&path)?;
    let (lines, received) = mpsc::channel(4);
    let warm = kettle::spawn({
        let schema = schema.clone();
        async move { index(&schema).await }
    });
    let collector = kettle::spawn(collector(listener, schema));
    let shipper = kettle::spawn(shipper(received, path.clone()));
    let alarm = kettle::spawn(alarm(lines.clone()));
    kettle::spawn(jobs(lines.clone()));
    kettle::spawn(access(lines));
    alarm.await?;
    println!("{} columns", warm.await?);
    shipper.await??;
    std::fs::remove_file(path)?;
    collector.await?
}
