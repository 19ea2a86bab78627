// A browser with fifty tabs, and a server with one thread.
//
// The server is `examples/server.rs`, but for its loop, which ends after fifty. The browser is a
// second thread with nothing of kettle in it: it opens fifty connections, says nothing until the
// server has counted, then asks through each and reads the answers. See `docs/book/src/server.md`.

use std::error::Error;
use std::fs;
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::runtime::Handle;
use kettle::task::yield_now;

const TABS: usize = 50;

async fn handle_connection(mut socket: TcpStream) -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut buffer = [0; 1024];
    let _n = socket.read(&mut buffer).await?;
    let response = "HTTP/1.1 200 OK\r\n\r\nHello from async Rust!";
    socket.write_all(response.as_bytes()).await?;
    Ok(())
}

#[kettle::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (counted, go) = mpsc::channel();
    let browser = thread::spawn(move || browse(address, &go));

    let mut handlers = Vec::new();
    for _ in 0..TABS {
        let (socket, _) = listener.accept().await?;
        handlers.push(kettle::spawn(handle_connection(socket)));
    }
    yield_now().await; // each handler has its turn, finds nothing to read and waits
    let tasks = Handle::current().metrics().num_alive_tasks();
    println!("{TABS} tabs are open: {tasks} tasks, {} (one is the browser)", threads());
    counted.send(())?;

    for handler in handlers {
        handler.await??;
    }
    let answers = browser.join().expect("no panic")?; // blocks: the loop has nothing left to do
    println!("{answers} answers, all of them right");
    Ok(())
}

/// The other side: sockets that block, one after the other.
fn browse(address: SocketAddr, go: &mpsc::Receiver<()>) -> io::Result<usize> {
    let mut tabs = Vec::new();
    for _ in 0..TABS {
        tabs.push(std::net::TcpStream::connect(address)?);
    }
    go.recv().expect("the server counts");
    for tab in &mut tabs {
        tab.write_all(b"GET / HTTP/1.1\r\n\r\n")?;
    }
    let mut answers = 0;
    for mut tab in tabs {
        let mut answer = String::new();
        tab.read_to_string(&mut answer)?;
        assert!(answer.ends_with("Hello from async Rust!"), "{answer}");
        answers += 1;
    }
    Ok(answers)
}

/// How many threads this process has, where the system tells. (In a debug build kettle's doctor has
/// one of its own, which is not counted.)
fn threads() -> String {
    let Ok(folders) = fs::read_dir("/proc/self/task") else { return "threads unknown".to_owned() };
    let names = folders.flatten().map(|folder| fs::read_to_string(folder.path().join("comm")));
    let count = names.filter(|name| !matches!(name, Ok(name) if name == "kettle-doctor\n")).count();
    format!("{count} threads")
}
