// Three clients of a small key-value server, each with a connection of its own. Two are served, and one waits for ever.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use kettle::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, BufWriter};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::Mutex;
use kettle::time::sleep;

type Store = Arc<Mutex<HashMap<String, String>>>;

/// Answers `set KEY VALUE` and `get KEY`, line by line.
async fn serve(socket: TcpStream, store: Store) -> io::Result<()> {
    let (read, mut write) = socket.into_split();
    let mut lines = BufReader::new(read).lines();
    while let Some(line) = lines.next_line().await? {
        let mut words = line.split(' ');
        let answer = match (words.next(), words.next(), words.next()) {
            (Some("set"), Some(key), Some(value)) => {
                store.lock().await.insert(key.into(), value.into());
                "ok\n".to_string()
            }
            (Some("get"), Some(key), None) => {
                format!("{}\n", store.lock().await.get(key).map_or("-", String::as_str))
            }
            _ => "what?\n".to_string(),
        };
        write.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}

async fn accept(listener: TcpListener) -> io::Result<()> {
    let store = Store::default();
    loop {
        let (socket, _) = listener.accept().await?;
        kettle::spawn(serve(socket, Arc::clone(&store)));
    }
}

struct Client {
    answers: kettle::io::Lines<BufReader<kettle::net::tcp::OwnedReadHalf>>,
    commands: BufWriter<kettle::net::tcp::OwnedWriteHalf>,
}

impl Client {
    async fn connect(address: SocketAddr) -> io::Result<Client> {
        let (read, write) = TcpStream::connect(address).await?.into_split();
        let answers = BufReader::new(read).lines();
        Ok(Client { answers, commands: BufWriter::with_capacity(64, write) })
    }

    async fn command(&mut self, text: &str) -> io::Result<()> {
        self.commands.write_all(text.as_bytes()).await?;
        self.commands.write_all(b"\n").await
    }

    async fn answer(&mut self) -> io::Result<String> {
        Ok(self.answers.next_line().await?.unwrap_or_default())
    }
}

/// Sets all values, four in one go, then reads the answers.
async fn load(address: SocketAddr, name: &str, values: u32) -> io::Result<()> {
    let mut client = Client::connect(address).await?;
    for value in 1..=values {
        client.command(&format!("set {name}{value} {}", value * value)).await?;
        if value % 4 == 0 {
            client.commands.flush().await?;
        }
    }
    for _ in 1..=values {
        assert_eq!(client.answer().await?, "ok");
    }
    Ok(())
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    kettle::spawn(accept(listener));
    let loads = [("apple", 8), ("pear", 4), ("plum", 3)];
    let loads = loads.map(|(name, values)| kettle::spawn(load(address, name, values)));
    sleep(Duration::from_millis(50)).await;
    for load in loads {
        load.await??;
    }
    println!("all is loaded");
    Ok(())
}
