// Three ways to stop waiting for a task: what becomes of it, and of what it holds?

use std::time::Duration;

use kettle::time::sleep;

/// Reports when it is dropped.
struct Told(&'static str);

impl Drop for Told {
    fn drop(&mut self) {
        println!("  {} is put away", self.0);
    }
}

async fn wash(what: &'static str) {
    let _sponge = Told("the sponge");
    println!("  washing {what}");
    sleep(Duration::from_secs(1)).await;
    println!("  {what} is clean");
}

async fn wash_up(first: &'static str, second: &'static str) {
    let _apron = Told("the apron");
    wash(first).await;
    wash(second).await;
    println!("  done");
}

#[kettle::main(start_paused = true)]
async fn main() {
    println!("The handle is dropped:");
    drop(kettle::spawn(wash_up("a cup", "a spoon")));
    sleep(Duration::from_secs(3)).await;

    println!("The task is aborted in its second half:");
    let task = kettle::spawn(wash_up("a pan", "a lid"));
    sleep(Duration::from_millis(1500)).await;
    task.abort();
    println!("  (abort has returned)");
    let end = task.await;
    println!("  its handle says: cancelled is {}", end.is_err_and(|error| error.is_cancelled()));

    println!("main ends:");
    kettle::spawn(wash_up("a bowl", "a jug"));
    sleep(Duration::from_millis(1)).await;
}
