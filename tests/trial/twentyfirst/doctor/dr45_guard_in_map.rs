// RIGHT. As dr44 without `owned`: the lock is a static, so its guard is `MutexGuard<'static>` and can be put into a list; a session keeps it until a timer task clears the list. main waits for the same lock for 1.5 s. EXPECT: silence, or an "if".
use kettle::sync::{Mutex, MutexGuard};
use kettle::time::sleep;
use std::time::Duration;

static PRINTER: Mutex<u32> = Mutex::const_new(0);
static SESSIONS: std::sync::Mutex<Vec<MutexGuard<'static, u32>>> = std::sync::Mutex::new(Vec::new());

async fn begin_session() {
    let mut printer = PRINTER.lock().await;
    *printer += 1;
    println!("session {printer}");
    SESSIONS.lock().unwrap().push(printer);
    kettle::spawn(async {
        sleep(Duration::from_millis(1500)).await;
        SESSIONS.lock().unwrap().clear();
    });
}

#[kettle::main]
async fn main() {
    for _ in 0..3 {
        begin_session().await;
    }
    println!("{}", PRINTER.lock().await);
}
