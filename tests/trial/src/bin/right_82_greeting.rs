//! A protocol in which the server speaks first. The client writes its name into a `BufWriter`, doesn't flush it, and waits
//! for the greeting; only then both go out with the first question.
//!
//! Right: the server greets after a second and a half, when its thread has found the words. It looks like a question that
//! was never flushed.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::io::{
    AsyncBufReadExt, AsyncWriteExt, BufReader, BufWriter, DuplexStream, duplex, split,
};
use kettle::sync::oneshot;

async fn serve(stream: DuplexStream, words: oneshot::Receiver<&'static str>) -> String {
    let (input, mut output) = split(stream);
    output.write_all(words.await.unwrap().as_bytes()).await.unwrap();
    let mut lines = BufReader::new(input).lines();
    let mut heard = String::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        heard += &line;
        heard += "; ";
    }
    heard
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let (here, there) = duplex(256);
    let (find, words) = oneshot::channel();
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(1500));
        find.send("220 good morning\n").unwrap();
    });
    let server = kettle::spawn(serve(there, words));
    let (input, output) = split(here);
    let mut output = BufWriter::new(output);
    output.write_all(b"I am Ada\n").await?;
    let mut greeting = String::new();
    BufReader::new(input).read_line(&mut greeting).await?;
    output.write_all(b"TEA?\n").await?;
    output.shutdown().await?;
    drop(output);
    println!("{greeting}{}", server.await?);
    Ok(())
}
