// RIGHT. The runtime is built in main, tasks are spawned at once, and a thread drives it (`block_on`) until it is told to stop; main (plain) sleeps 3 s, spawns by the Handle, and waits for a std channel. EXPECT: silence.
use kettle::runtime::Builder;
use kettle::sync::oneshot;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

fn main() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let handle = runtime.handle().clone();
    let (stop, stopped) = oneshot::channel::<()>();
    let first = runtime.spawn(async { 1 });
    let driver = thread::spawn(move || runtime.block_on(async { stopped.await.unwrap() }));
    thread::sleep(Duration::from_secs(3));
    let (tell, told) = mpsc::channel();
    handle.spawn(async move {
        kettle::time::sleep(Duration::from_millis(300)).await;
        tell.send(first.await.unwrap() + 1).unwrap();
    });
    println!("{}", told.recv().unwrap());
    thread::sleep(Duration::from_secs(2));
    stop.send(()).unwrap();
    driver.join().unwrap();
}
