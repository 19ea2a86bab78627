// Misconception 4: a task that blocks hurts only itself.
//
// What happens: `std::thread::sleep` puts the *thread* to sleep, and there is only one. The toast
// is done after 100 ms and its timer is due, but the loop can't fire it: the toast burns for
// another 1.4 s.
//
// The doctor: `kettle::blocking_poll`: for how long, what had to wait, and where the task was
// spawned.
//
// The fix: `kettle::time::sleep(…).await`; and `spawn_blocking` for work that can't be awaited.

use std::time::{Duration, Instant};

#[kettle::main]
async fn main() {
    let start = Instant::now();
    let toast = kettle::spawn(async move {
        kettle::time::sleep(Duration::from_millis(100)).await;
        let late = start.elapsed() >= Duration::from_millis(400);
        println!("The toast is {}.", if late { "burnt" } else { "golden" });
    });
    let tea = kettle::spawn(async {
        println!("Boiling the water.");
        std::thread::sleep(Duration::from_millis(1500));
        println!("The tea is ready.");
    });
    toast.await.expect("no panic");
    tea.await.expect("no panic");
}
