// The same server with a thread for each visitor, and nothing but `std`.
//
// # What happens inside
//
// Nothing of kettle's. `read` blocks its thread until the visitor speaks, and each visitor needs a
// thread to block: ten visitors are ten threads beside `main`, a hundred are a hundred, each with a
// stack of its own, and it is the operating system that switches between them. Run it beside
// `server`, let some silent visitors connect, and compare:
//
//     grep Threads /proc/PID/status
//
// You may give an address: `cargo run --example server_threads -- 127.0.0.1:0` takes any free port.

use std::error::Error;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

fn handle_connection(mut socket: TcpStream) -> Result<(), Box<dyn Error>> {
    let mut buffer = [0; 1024];
    let n = socket.read(&mut buffer)?;

    let request = String::from_utf8_lossy(&buffer[..n]);
    println!("Received request: {request}");

    let response = "HTTP/1.1 200 OK\r\n\r\nHello from a thread of your own!";
    socket.write_all(response.as_bytes())?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:8080".to_string());
    let listener = match TcpListener::bind(&address) {
        Ok(listener) => listener,
        Err(e) => return Err(format!("cannot listen on {address}: {e}").into()),
    };
    println!("Server listening on {}", listener.local_addr()?);

    loop {
        let (socket, _) = listener.accept()?;

        // The handle is dropped, since the thread is not joined. Unlike `thread::spawn`, the
        // builder tells us when the system refuses another one.
        let visitor = move || {
            if let Err(e) = handle_connection(socket) {
                eprintln!("Error handling connection: {e}");
            }
        };
        if let Err(e) = thread::Builder::new().spawn(visitor) {
            eprintln!("No thread for this visitor: {e}");
        }
    }
}
