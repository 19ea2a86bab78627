// Three tasks on one thread: in which order are they polled?
//
// See `docs/book/src/tasks.md`.

use kettle::task::yield_now;

async fn cook(dish: &'static str, steps: u32) {
    for step in 1..=steps {
        println!("{dish}: step {step} of {steps}");
        yield_now().await;
    }
    println!("{dish}: done");
}

#[kettle::main]
async fn main() {
    let soup = kettle::spawn(cook("soup", 3));
    let rice = kettle::spawn(cook("rice", 1));
    let cake = kettle::spawn(cook("cake", 2));
    println!("Three cooks have been hired.");

    soup.await.expect("no panic");
    println!("The soup is on the table.");
    rice.await.expect("no panic");
    cake.await.expect("no panic");
    println!("Dinner.");
}
