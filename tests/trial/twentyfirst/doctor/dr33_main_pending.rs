// RIGHT. `main` waits forever (`pending`), the tasks are the program: a worker that ends the process after its work (`exit`), and a parked task whose handle is kept. EXPECT: silence.
use std::future::pending;
use std::time::Duration;

#[kettle::main]
async fn main() {
    let keeper = kettle::spawn(async {
        let _lease = vec![1, 2, 3]; // what is to live until the task is aborted
        pending::<()>().await;
    });
    kettle::spawn(async move {
        for i in 0..6 {
            kettle::time::sleep(Duration::from_millis(500)).await;
            println!("work {i}");
        }
        keeper.abort();
        std::process::exit(0);
    });
    pending::<()>().await;
}
