// RIGHT. LocalSet with Rc state; std's RefCell and std's Mutex used only between awaits; tasks spawned from tasks; the set driven by run_until,
// the rest of its tasks is awaited by the set itself. EXPECT: silence.
use kettle::task::{LocalSet, spawn_local};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Mutex;
use std::time::Duration;

#[kettle::main]
async fn main() {
    let log = Rc::new(RefCell::new(Vec::new()));
    let total = Rc::new(Mutex::new(0));
    let set = LocalSet::new();
    let (log2, total2) = (log.clone(), total.clone());
    set.run_until(async move {
        for i in 0..5 {
            let (log, total) = (log2.clone(), total2.clone());
            spawn_local(async move {
                kettle::time::sleep(Duration::from_millis(10 * i)).await;
                *total.lock().unwrap() += i;
                let child = spawn_local({
                    let log = log.clone();
                    async move {
                        kettle::time::sleep(Duration::from_millis(300)).await;
                        log.borrow_mut().push(i);
                    }
                });
                child.await.unwrap();
            });
        }
        kettle::time::sleep(Duration::from_millis(25)).await;
    })
    .await;
    println!("after run_until: {}", log.borrow().len());
    kettle::time::sleep(Duration::from_millis(1200)).await; // main does other things: the set rests
    set.await;
    println!("{} {}", log.borrow().len(), total.lock().unwrap());
}
