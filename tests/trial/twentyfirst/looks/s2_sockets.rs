// A unix-socket server that hashes lines on the blocking pool (4 jobs at once), a TCP health port, and a
// JoinSet of clients. Expected: 6 clients, each three answers; ends by itself in ~0.5 s.
use kettle::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use kettle::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use kettle::task::{JoinSet, spawn_blocking};
use kettle::time::{Duration, interval, sleep};
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

fn slow_hash(line: &str) -> u64 {
    std::thread::sleep(Duration::from_millis(20 + line.len() as u64));
    let mut hasher = DefaultHasher::new();
    line.hash(&mut hasher);
    hasher.finish()
}

async fn serve(stream: UnixStream) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    while let Some(line) = lines.next_line().await? {
        let hash = spawn_blocking(move || slow_hash(&line)).await.unwrap();
        write.write_all(format!("{hash:016x}\n").as_bytes()).await?;
    }
    Ok(())
}

async fn client(path: std::path::PathBuf, number: u64) -> std::io::Result<usize> {
    sleep(Duration::from_millis(number * 5)).await;
    let stream = UnixStream::connect(path).await?;
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut answers = 0;
    for round in 0..3 {
        write.write_all(format!("line {round} of client {number}\n").as_bytes()).await?;
        if lines.next_line().await?.is_some() {
            answers += 1;
        }
    }
    Ok(answers)
}

async fn health(listener: TcpListener) {
    while let Ok((mut socket, _)) = listener.accept().await {
        let _ = socket.write_all(b"ok").await;
    }
}

fn main() -> std::io::Result<()> {
    let runtime = kettle::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(4).build()?;
    runtime.block_on(async {
        let path = std::env::temp_dir().join(format!("s2-{}.sock", std::process::id()));
        let listener = UnixListener::bind(&path)?;
        let health_port = TcpListener::bind("127.0.0.1:0").await?;
        let address = health_port.local_addr()?;
        kettle::spawn(health(health_port));
        kettle::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                kettle::spawn(serve(stream));
            }
        });
        let prober = kettle::spawn(async move {
            let mut ticks = interval(Duration::from_millis(100));
            loop {
                ticks.tick().await;
                let mut said = String::new();
                let mut socket = TcpStream::connect(address).await.unwrap();
                socket.read_to_string(&mut said).await.unwrap();
            }
        });
        let mut clients = JoinSet::new();
        for number in 0..6 {
            clients.spawn(client(path.clone(), number));
        }
        let mut answers = 0;
        while let Some(result) = clients.join_next().await {
            answers += result.unwrap()?;
        }
        prober.abort();
        println!("{answers} answers");
        std::fs::remove_file(path)
    })
}
