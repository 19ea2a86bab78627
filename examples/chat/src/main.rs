// A chat server: `cargo run -p kettle-chat`, then `nc 127.0.0.1 7000` or a browser, and Ctrl-C.
//
//     chat [ADDRESS-FOR-LINES [ADDRESS-FOR-BROWSERS [MOST-CLIENTS]]]

use std::env::args;
use std::error::Error;
use std::io::{Write, stdout};

use kettle::net::TcpListener;

#[kettle::main(flavor = "current_thread", crate = "kettle")]
async fn main() -> Result<(), Box<dyn Error>> {
    let lines = listen(args().nth(1).as_deref().unwrap_or("127.0.0.1:7000")).await?;
    let page = listen(args().nth(2).as_deref().unwrap_or("127.0.0.1:7001")).await?;
    // Each client takes a file of this process, and most systems let one have 1,024.
    let most = args().nth(3).as_deref().unwrap_or("900").parse();
    let most = most.map_err(|_| "the third argument is a number: how many clients at the most")?;
    let (address, web) = (lines.local_addr()?, page.local_addr()?);
    // `println!` would panic in `chat | head -1`, and end the chat with it.
    let (ip, port) = (address.ip(), address.port());
    let _ = writeln!(stdout(), "Lines on {address}: nc {ip} {port}\nBrowsers on http://{web}");
    let counts = chat::server::serve([lines, page], most, kettle::signal::ctrl_c()).await;
    let _ = writeln!(stdout(), "{counts}");
    Ok(())
}

async fn listen(address: &str) -> Result<TcpListener, String> {
    let words = |error| format!("cannot listen on {address}: {error}");
    TcpListener::bind(address).await.map_err(words)
}
