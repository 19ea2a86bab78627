// Two teas in four ways: which of them take two seconds, and which four?
//
// The clock is virtual and jumps over the waiting. See `docs/book/src/tea.md`.

use std::time::Duration;

use kettle::time::{Instant, sleep};

const BOILING: Duration = Duration::from_secs(2);

async fn make_tea() {
    sleep(BOILING).await;
}

async fn timed(what: &str, teas: impl Future<Output = ()>) {
    let start = Instant::now();
    teas.await;
    println!("{what}: {:?}", start.elapsed());
}

#[kettle::main(start_paused = true)]
async fn main() {
    let a = async {
        make_tea().await;
        make_tea().await;
    };
    let b = async {
        let (one, two) = (make_tea(), make_tea());
        one.await;
        two.await;
    };
    let c = async {
        kettle::join!(make_tea(), make_tea());
    };
    let d = async {
        let (one, two) = (sleep(BOILING), sleep(BOILING));
        one.await;
        two.await;
    };
    timed("a", a).await;
    timed("b", b).await;
    timed("c", c).await;
    timed("d", d).await;
}
