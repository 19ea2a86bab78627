//! A short command of a tool. In the background a refresher renews the token: it waits, asks the server, and so on, for good.
//!
//! Right: the command is over in 0.25 s, in the refresher's first round; it is a loop that may be cut. Near to: `cut_short`, since it is at its
//! second place, where it has not been before.
//!
//! Expected: silent. (A note would be a false alarm, of the weakest kind.)

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::RwLock;
use kettle::time::sleep;

type Token = Arc<RwLock<u32>>;

async fn fetch_token(last: u32) -> u32 {
    sleep(Duration::from_millis(150)).await; // the server's answer
    last + 1
}

async fn refresh(token: Token) {
    loop {
        sleep(Duration::from_millis(180)).await; // a token is good for 0.3 s
        let next = fetch_token(*token.read().await).await;
        *token.write().await = next;
    }
}

async fn list(token: &Token, page: u32) -> u32 {
    let token = *token.read().await;
    sleep(Duration::from_millis(80)).await;
    token * 100 + page
}

#[kettle::main]
async fn main() {
    let token = Token::default();
    kettle::spawn(refresh(token.clone()));
    let mut sum = 0;
    for page in 1..=3 {
        sum += list(&token, page).await;
    }
    println!("{sum}");
}
