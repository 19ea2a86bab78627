//! An echo server: it is still listening, and one visitor is still connected, when `main` is done.
//! doctor: silence

use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::time::{sleep, timeout};

async fn echo(mut visitor: TcpStream) -> std::io::Result<u64> {
    let (mut reader, mut writer) = visitor.split();
    kettle::io::copy(&mut reader, &mut writer).await
}

async fn serve(listener: TcpListener) {
    loop {
        match listener.accept().await {
            Ok((visitor, _)) => {
                kettle::spawn(async move {
                    if let Err(error) = echo(visitor).await {
                        eprintln!("a visitor has left: {error}");
                    }
                });
            }
            Err(error) => {
                eprintln!("no visitor: {error}");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn ask(line: &mut TcpStream, words: &str) -> std::io::Result<String> {
    line.write_all(words.as_bytes()).await?;
    let mut back = vec![0; words.len()];
    timeout(Duration::from_secs(2), line.read_exact(&mut back)).await??;
    Ok(String::from_utf8_lossy(&back).into_owned())
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let server = listener.local_addr()?;
    kettle::spawn(serve(listener));

    let mut quiet = TcpStream::connect(server).await?;
    let mut loud = TcpStream::connect(server).await?;
    println!("{}", ask(&mut quiet, "psst").await?);
    for word in ["HALLO", "ECHO", "BYE"] {
        println!("{}", ask(&mut loud, word).await?);
        sleep(Duration::from_millis(600)).await;
    }
    drop(loud);
    println!("{}", ask(&mut quiet, "shh").await?);
    Ok(())
}
