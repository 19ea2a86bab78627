// Three alarms at once: which rings first, and what does the thread do meanwhile?

use std::time::Duration;

use super::{sleep, spawn};

async fn alarm(what: &'static str, after: Duration) {
    sleep(after).await;
    println!("{what} after {after:?}");
}

pub(crate) async fn main() {
    spawn(alarm("tea", Duration::from_millis(400)));
    spawn(alarm("egg", Duration::from_millis(200)));
    alarm("toast", Duration::from_millis(600)).await;
}
