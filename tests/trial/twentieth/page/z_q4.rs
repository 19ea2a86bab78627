// Many callers share one connection: questions go out at once, answers come back in order.
use std::time::{Duration, Instant};

use kettle::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, BufWriter};
use kettle::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::{mpsc, oneshot};
use kettle::time::sleep;

type Asked = (&'static str, oneshot::Sender<String>);

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

async fn compute(question: &str) -> String {
    let cost = if question == "report" { 600 } else { 5 };
    sleep(ms(cost)).await;
    format!("{question}: 42\n")
}

/// The server's side of the one connection.
async fn serve(listener: TcpListener) {
    let (mut socket, _) = listener.accept().await.unwrap();
    let (read, write) = socket.split();
    let mut write = BufWriter::new(write);
    let mut lines = BufReader::new(read).lines();
    while let Some(question) = lines.next_line().await.unwrap() {
        let answer = compute(&question).await;
        write.write_all(answer.as_bytes()).await.unwrap();
        write.flush().await.unwrap();
    }
}

/// Writes each question, and hands its asker on to `read_answers`.
async fn send_questions(mut link: OwnedWriteHalf, mut from: mpsc::Receiver<Asked>, to: mpsc::Sender<oneshot::Sender<String>>) {
    while let Some((question, asker)) = from.recv().await {
        link.write_all(format!("{question}\n").as_bytes()).await.unwrap();
        to.send(asker).await.unwrap();
    }
}

async fn read_answers(link: OwnedReadHalf, mut askers: mpsc::Receiver<oneshot::Sender<String>>) {
    let mut lines = BufReader::new(link).lines();
    while let Some(asker) = askers.recv().await {
        let answer = lines.next_line().await.unwrap().expect("an answer");
        let _ = asker.send(answer);
    }
}

async fn call(question: &'static str, after: u64, link: mpsc::Sender<Asked>) {
    sleep(ms(after)).await;
    let begun = Instant::now();
    let (tx, rx) = oneshot::channel();
    link.send((question, tx)).await.unwrap();
    let answer = rx.await.unwrap();
    println!("{answer} after {:?}", begun.elapsed());
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    kettle::spawn(serve(listener));
    let (read, write) = TcpStream::connect(address).await?.into_split();
    let (ask, asked) = mpsc::channel(8);
    let (to, askers) = mpsc::channel(8);
    kettle::spawn(send_questions(write, asked, to));
    kettle::spawn(read_answers(read, askers));
    let calls = [("time", 10), ("report", 50), ("price", 100), ("stock", 200)];
    let calls: Vec<_> = calls.map(|(what, after)| kettle::spawn(call(what, after, ask.clone()))).into();
    for call in calls {
        call.await.unwrap();
    }
    Ok(())
}
