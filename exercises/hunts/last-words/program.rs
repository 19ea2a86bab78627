// A guest whom nobody has come to fetch stumbles as he leaves, and the host falls with him.

use kettle::task::JoinHandle;

struct Guest;

impl Drop for Guest {
    fn drop(&mut self) {
        panic!("The guest stumbles over the doorstep.");
    }
}

async fn host(visit: JoinHandle<Guest>) {
    kettle::task::yield_now().await; // the visit ends; its guest waits to be fetched
    println!("Nobody comes for the guest.");
    drop(visit);
    println!("The host closes the door.");
}

#[kettle::main]
async fn main() {
    let visit = kettle::spawn(async { Guest });
    let host = kettle::spawn(host(visit));
    host.await.expect("the host does not stumble");
    println!("Good night.");
}
