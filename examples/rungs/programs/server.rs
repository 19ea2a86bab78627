// The tutorial's `server`, and three visitors.
//
// With an address (`… rung6_reactor server 127.0.0.1:8080`) it serves all visitors until it is
// stopped, as the tutorial's does. Without one it takes a free port, visits itself from a thread,
// and ends.

use std::env;
use std::error::Error;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream as Visitor};
use std::process;
use std::thread;

use super::sync::channel;
use super::{TcpListener, TcpStream, block_on, spawn};

async fn handle_connection(mut socket: TcpStream) -> Result<(), Box<dyn Error>> {
    let mut buffer = [0; 1024];
    let n = socket.read(&mut buffer).await?;

    let request = String::from_utf8_lossy(&buffer[..n]);
    println!("Received request: {request}");

    let response = "HTTP/1.1 200 OK\r\n\r\nHello from async Rust!";
    socket.write_all(response.as_bytes()).await?;
    Ok(())
}

async fn accept_one(listener: &TcpListener) -> Result<(), Box<dyn Error>> {
    let (socket, _) = listener.accept().await?;

    spawn(async move {
        if let Err(e) = handle_connection(socket).await {
            eprintln!("Error handling connection: {e}");
        }
    });
    Ok(())
}

async fn serve(address: &str) -> Result<(), Box<dyn Error>> {
    let listener = match TcpListener::bind(address).await {
        Ok(listener) => listener,
        Err(e) => return Err(format!("cannot listen on {address}: {e}").into()),
    };
    println!("Server listening on {}", listener.local_addr()?);
    loop {
        accept_one(&listener).await?;
    }
}

/// Three connect, then the last of them speaks first: each has a task that waits for it.
fn visit(address: SocketAddr) -> io::Result<()> {
    let mut visitors = Vec::new();
    for number in 1..=3 {
        visitors.push((number, Visitor::connect(address)?));
    }
    while let Some((number, mut visitor)) = visitors.pop() {
        visitor.write_all(format!("This is visitor {number}.").as_bytes())?;
        let mut answer = String::new();
        visitor.read_to_string(&mut answer)?;
        println!("Visitor {number} got: {}", answer.lines().last().unwrap_or_default());
    }
    Ok(())
}

async fn visit_ourselves() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("Server listening on a free port");
    let address = listener.local_addr()?;
    let (done, mut all_done) = channel::<io::Result<()>>(1);
    // The thread's end of the channel is dropped with it: a wake from another thread.
    thread::spawn(move || block_on(done.send(visit(address))));
    for _ in 0..3 {
        accept_one(&listener).await?;
    }
    Ok(all_done.recv().await.expect("the visitors tell how it went")?)
}

pub(crate) async fn main() {
    let served = match env::args().nth(2) {
        Some(address) => serve(&address).await,
        None => visit_ourselves().await,
    };
    if let Err(e) = served {
        eprintln!("{e}");
        process::exit(1);
    }
}
