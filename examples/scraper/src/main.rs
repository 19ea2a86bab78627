// A scraper: `cargo run -p kettle-scraper -- http://HOST/ --follow`. Lines of JSON come on stdout,
// a summary on stderr. It speaks plain http, no TLS: an `https` URL gets a line that says so.
// `--help` says the rest; Ctrl-C ends it.

use clap::Parser;

#[kettle::main(flavor = "current_thread", crate = "kettle")]
async fn main() -> anyhow::Result<()> {
    scraper::cli::scrape(Parser::parse()).await
}
