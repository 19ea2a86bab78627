// A chat server: `cargo run -p kettle-chat`, then `nc 127.0.0.1 7000` or a browser, and Ctrl-C.
//
//     chat [ADDRESS-FOR-LINES [ADDRESS-FOR-BROWSERS]]

use std::env::args;
use std::error::Error;

use kettle::net::TcpListener;

#[kettle::main(flavor = "current_thread", crate = "kettle")]
async fn main() -> Result<(), Box<dyn Error>> {
    let lines = listen(args().nth(1).as_deref().unwrap_or("127.0.0.1:7000")).await?;
    let page = listen(args().nth(2).as_deref().unwrap_or("127.0.0.1:7001")).await?;
    let address = lines.local_addr()?;
    println!("Lines on {address}: nc {} {}", address.ip(), address.port());
    println!("Browsers on http://{}", page.local_addr()?);
    println!("{}", chat::server::serve(lines, page, kettle::signal::ctrl_c()).await);
    Ok(())
}

async fn listen(address: &str) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| format!("cannot listen on {address}: {error}"))
}
