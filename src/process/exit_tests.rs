use std::future::poll_fn;
use std::process::{Command, Stdio};

use super::*;

/// Takes the path for systems without pidfds.
#[crate::test(crate = "crate")]
async fn a_signal_reports_the_end_too() {
    let reports = || Reports::Signals(signal(SignalKind::child()).unwrap());
    let mut cat = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
    let input = cat.stdin.take();
    let mut cat = Running { parts: Some((cat, Some(reports()))) };
    let task = crate::spawn(async move { poll_fn(|cx| cat.poll_wait(cx)).await });

    // The end of another child wakes the task, which asks and goes on waiting.
    let short = Command::new("true").spawn().unwrap();
    let mut short = Running { parts: Some((short, Some(reports()))) };
    assert!(poll_fn(|cx| short.poll_wait(cx)).await.unwrap().success());
    crate::task::yield_now().await;
    assert!(!task.is_finished());
    drop(input);
    assert!(task.await.unwrap().unwrap().success());
}

/// The child's own report asks, because no other operation follows.
#[crate::test(crate = "crate")]
async fn a_dropped_child_is_reaped_as_it_ends() {
    for by_signal in [false, true] {
        // By signal, the first one that checks wakes the other, while both are being asked.
        let cats = [(); 2].map(|()| {
            let mut cat = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
            let (id, input) = (cat.id(), cat.stdin.take());
            let mut cat = Running::new(cat, Reserve::take().unwrap());
            if by_signal {
                cat.parts().1 = Some(Reports::Signals(signal(SignalKind::child()).unwrap()));
            }
            drop(cat);
            (id, input)
        });
        for (id, input) in cats {
            drop(input);
            while std::fs::exists(format!("/proc/{id}")).unwrap() {
                crate::task::yield_now().await;
            }
        }
    }
}

#[test]
fn a_child_can_be_awaited_after_its_runtimes_end() {
    for by_signal in [false, true] {
        let [first, second] = [(); 2].map(|()| crate::runtime::Runtime::new().unwrap());
        let mut cat = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let input = cat.stdin.take();
        let entered = first.enter();
        let mut cat = Running::new(cat, Reserve::take().unwrap());
        if by_signal {
            cat.parts().1 = Some(Reports::Signals(signal(SignalKind::child()).unwrap()));
        }
        drop(entered);
        drop(first);
        let ended = second.spawn(async move { poll_fn(|cx| cat.poll_wait(cx)).await });
        second.block_on(async {
            crate::task::yield_now().await; // it waits
            drop(input);
            assert!(ended.await.unwrap().unwrap().success());
        });
    }
}
