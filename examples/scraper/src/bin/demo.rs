// Crawls a site on which everything goes wrong, and which it serves itself: `cargo run -p
// kettle-scraper --bin demo`. With an address, as in `--bin demo -- 127.0.0.1:8080`, it only serves
// the site there.

use std::env::args;

use clap::Parser;
use kettle::net::TcpListener;
use scraper::cli::{Options, scrape};
use scraper::site;

#[kettle::main(flavor = "current_thread", crate = "kettle")]
async fn main() -> anyhow::Result<()> {
    let address = args().nth(1);
    let listener = TcpListener::bind(address.as_deref().unwrap_or("127.0.0.1:0")).await?;
    let url = format!("http://{}/", listener.local_addr()?);
    let serving = kettle::spawn(site::serve(listener));
    if address.is_some() {
        println!("{url}");
        return Ok(serving.await?);
    }
    // Some of its pages never end, and a demonstration should.
    scrape(Options::parse_from(["demo", &url, "--follow", "--head", "2", "--body", "2"])).await
}
