//! A guest book on a port: whoever comes writes a few lines.
//! doctor: `busy_loop`

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::time::sleep;

type Book = Arc<Mutex<String>>;

async fn write_down(mut guest: TcpStream, book: Book) {
    let mut part = [0; 128];
    loop {
        match guest.read(&mut part).await {
            Ok(n) => {
                let words = String::from_utf8_lossy(&part[..n]);
                book.lock().unwrap().push_str(&words);
            }
            Err(error) => {
                eprintln!("a guest has left: {error}");
                return;
            }
        }
    }
}

async fn open(listener: TcpListener, book: Book) {
    while let Ok((guest, _)) = listener.accept().await {
        kettle::spawn(write_down(guest, book.clone()));
    }
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let book = Book::default();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let door = listener.local_addr()?;
    kettle::spawn(open(listener, book.clone()));

    for name in ["Anna", "Bert", "Carla"] {
        let mut guest = TcpStream::connect(door).await?;
        guest.write_all(format!("{name} was here.\n").as_bytes()).await?;
        sleep(Duration::from_millis(400)).await;
        guest.write_all(b"It was nice.\n").await?;
        drop(guest);
        sleep(Duration::from_millis(800)).await;
    }
    print!("{}", book.lock().unwrap());
    Ok(())
}
