//! A hedged request: if the first replica is slow, a second one is asked, and the faster answer counts.
//! doctor: silence

use std::time::Duration;

use kettle::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use kettle::net::{UnixListener, UnixStream};
use kettle::task::JoinSet;
use kettle::time::sleep;

async fn replica(listener: UnixListener, delays: &'static [u64]) -> std::io::Result<()> {
    let mut connections = JoinSet::new();
    for &delay in delays {
        let (socket, _) = listener.accept().await?;
        connections.spawn(async move {
            let mut socket = BufReader::new(socket);
            let mut key = String::new();
            socket.read_line(&mut key).await?;
            sleep(Duration::from_millis(delay)).await;
            let answer = format!("{}={delay}\n", key.trim());
            socket.write_all(answer.as_bytes()).await
        });
    }
    while let Some(ended) = connections.join_next().await {
        let _ = ended.unwrap(); // the asker may have left
    }
    Ok(())
}

async fn ask(path: &str, key: &str) -> std::io::Result<String> {
    let mut stream = BufReader::new(UnixStream::connect(path).await?);
    stream.write_all(format!("{key}\n").as_bytes()).await?;
    let mut answer = String::new();
    stream.read_line(&mut answer).await?;
    Ok(answer.trim().to_string())
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let paths = ["a", "b"].map(|name| {
        format!("{}/trial14-{name}-{}", std::env::temp_dir().display(), std::process::id())
    });
    let delays: [&'static [u64]; 2] = [&[10, 600, 30], &[40, 40, 300]];
    let replicas: Vec<_> = (0..2)
        .map(|n| {
            UnixListener::bind(&paths[n])
                .map(|listener| kettle::spawn(replica(listener, delays[n])))
        })
        .collect::<Result<_, _>>()?;
    for key in ["tea", "mug", "pot"] {
        let second = async {
            sleep(Duration::from_millis(20)).await;
            ask(&paths[1], key).await
        };
        let answer = kettle::select! {
            answer = ask(&paths[0], key) => answer?,
            answer = second => answer?,
        };
        println!("{answer}");
    }
    for path in &paths {
        std::fs::remove_file(path)?;
    }
    for replica in replicas {
        replica.abort(); // and what it still answers
    }
    Ok(())
}
