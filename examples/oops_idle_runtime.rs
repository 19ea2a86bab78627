// Misconception 3: a runtime works on its tasks by itself.
//
// What happens: the letter is to be written in the background, on a runtime of its own. But no
// thread is in that runtime's `block_on`, so nothing polls the task. In tokio's runtime of many
// threads its workers would.
//
// The doctor: `kettle::idle_runtime`, a hint with `KETTLE_DOCTOR=watch`; `unpolled` at the end.
//
// The fix: spawn on the runtime that runs already; or keep a thread in the other one's `block_on`.

use std::time::Duration;

use kettle::runtime::Builder;
use kettle::time::sleep;

fn main() {
    let post = Builder::new_current_thread().name("post").build().expect("a runtime");
    post.spawn(async { println!("The letter is written.") });
    let shop = Builder::new_current_thread().name("shop").build().expect("a runtime");
    shop.block_on(async {
        sleep(Duration::from_secs(3)).await;
        println!("The shop closes.");
    });
}
