//! What does a timer say that has fired, and is polled only when its runtime has ended?

use std::task::{Context, Waker};
use std::time::Duration;

use super::Timer;
use crate::{Config, Runtime, clock};

#[test]
fn it_is_ready() {
    let runtime = Runtime::with(Config { start_paused: true, ..Config::default() }).unwrap();
    let mut cx = Context::from_waker(Waker::noop());
    let mut timer = runtime.block_on(async {
        let mut timer = Timer::new(clock::now() + Duration::from_secs(1));
        assert!(timer.poll(&mut cx).is_pending());
        clock::advance(Duration::from_secs(2)).await;
        timer
    });
    drop(runtime);
    assert!(timer.is_elapsed());
    assert!(timer.poll(&mut cx).is_ready());
}
