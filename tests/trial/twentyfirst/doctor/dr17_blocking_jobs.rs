// RIGHT. Six blocking jobs of 800 ms on a pool of two threads: the others wait for a thread for a while, as is meant. EXPECT: silence.
use kettle::task::spawn_blocking;
use std::time::Duration;

fn main() {
    let runtime =
        kettle::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(2).build().unwrap();
    let sum: u64 = runtime.block_on(async {
        let jobs: Vec<_> = (0..6_u64)
            .map(|id| {
                spawn_blocking(move || {
                    std::thread::sleep(Duration::from_millis(800));
                    id
                })
            })
            .collect();
        let mut sum = 0;
        for job in jobs {
            sum += job.await.unwrap();
        }
        sum
    });
    println!("{sum}");
}
