// The scraper on tokio's runtime of many threads, one for each core: `main.rs` with another flavor.

use clap::Parser;

#[kettle::main(flavor = "multi_thread", crate = "kettle")]
async fn main() -> anyhow::Result<()> {
    scraper::cli::scrape(Parser::parse()).await
}
