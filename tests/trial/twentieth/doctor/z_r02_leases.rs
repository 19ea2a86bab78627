//! One device, in a static. Who wants it gets a lease: the guard lies in a table until the lease's time is over, when the
//! janitor takes it out. The customer asks for a second lease while its first one runs.
//!
//! Right: the guard is in the table, not in the task; the janitor drops it after 1.6 s. Near to: a task that waits for a lock of its own. (The
//! guard is a plain one, of a static.)
//!
//! Expected: silent. (The page says that a task with a plain guard that waits for its own lock for a second gets a
//! warning with "if". If it comes, it's a false alarm that says "if".)

use std::sync::Mutex as StdMutex;
use std::time::Duration;

use kettle::sync::{Mutex, MutexGuard};
use kettle::time::{Instant, sleep};

struct Lease {
    customer: u32,
    until: Instant,
    _device: MutexGuard<'static, u32>,
}

static DEVICE: Mutex<u32> = Mutex::const_new(0);
static LEASES: StdMutex<Vec<Lease>> = StdMutex::new(Vec::new());

async fn lease(customer: u32) {
    let mut device = DEVICE.lock().await;
    *device += 1;
    let until = Instant::now() + Duration::from_millis(1600);
    LEASES.lock().unwrap().push(Lease { customer, until, _device: device });
    println!("customer {customer} has the device");
}

async fn janitor() {
    loop {
        sleep(Duration::from_millis(100)).await;
        let now = Instant::now();
        LEASES.lock().unwrap().retain(|lease| {
            let keep = lease.until > now;
            if !keep {
                println!("customer {}: time is up", lease.customer);
            }
            keep
        });
    }
}

#[kettle::main]
async fn main() {
    kettle::spawn(janitor());
    let customer = kettle::spawn(async {
        lease(1).await;
        lease(1).await;
    });
    customer.await.unwrap();
    while !LEASES.lock().unwrap().is_empty() {
        sleep(Duration::from_millis(50)).await;
    }
    println!("{} leases", DEVICE.lock().await);
}
