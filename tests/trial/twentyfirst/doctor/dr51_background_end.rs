// RIGHT. A runtime that is ended on purpose by `shutdown_background` while a blocking job sleeps and tasks are half-way. EXPECT: silence.
use std::time::Duration;

fn main() {
    let runtime = kettle::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let answer: u32 = runtime.block_on(async {
        kettle::task::spawn_blocking(|| std::thread::sleep(Duration::from_secs(20)));
        for i in 0..3 {
            kettle::spawn(async move {
                kettle::time::sleep(Duration::from_millis(20 + i)).await;
                kettle::time::sleep(Duration::from_secs(10)).await;
            });
        }
        kettle::time::sleep(Duration::from_millis(300)).await;
        42
    });
    runtime.shutdown_background();
    println!("{answer}");
}
