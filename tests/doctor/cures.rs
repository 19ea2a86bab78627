//! What is a program that hangs told to write instead? The cure is for what its source shows.

use std::collections::BTreeMap;
use std::future::pending;
use std::sync::{Arc, Mutex as StdMutex};

use futures_util::StreamExt;
use kettle::sync::{Mutex, OnceCell, Semaphore, mpsc, oneshot};
use kettle::time::timeout;

use crate::limits::said;
use crate::*;

/// The cure of a program that would hang without its limit.
fn cure(program: impl Future<Output = ()>) -> String {
    let limited = async { timeout(Duration::from_mins(10), program).await.expect("in time") };
    let [lint] = &only_hangs(said(limited))[..] else { panic!("one verdict") };
    lint.help.clone()
}

fn only_hangs(found: Vec<Lint>) -> Vec<Lint> {
    assert!(found.iter().all(|lint| lint.kind == LintKind::Deadlock), "{found:#?}");
    found
}

#[track_caller]
fn begins(program: impl Future<Output = ()>, with: &str) {
    let cure = cure(program);
    assert!(cure.starts_with(with), "{cure}");
}

#[test]
fn a_guard_that_a_task_was_given_is_not_kept_by_the_one_that_took_it() {
    let moved = async {
        let (tx, mut rx) = mpsc::channel::<u32>(4);
        let till = Arc::new(Mutex::new(0));
        let mut guard = till.clone().lock_owned().await;
        kettle::spawn(async move {
            while let Some(more) = rx.recv().await {
                *guard += more;
            }
        });
        tx.send(1).await.unwrap();
        drop(till.lock().await);
    };
    begins(moved, "main has given away lock 1, perhaps to task 1, which waits for a value");
    let sent = async {
        let (tx, mut rx) = mpsc::channel(1);
        let (_go, mut gone) = mpsc::channel::<()>(1);
        let till = Arc::new(Mutex::new(0));
        kettle::spawn(async move {
            let guard = rx.recv().await;
            gone.recv().await;
            drop(guard);
        });
        assert!(tx.send(till.clone().lock_owned().await).await.is_ok());
        kettle::spawn(async move { drop(till.lock().await) }).await.unwrap();
    };
    assert!(cure(sent).contains("main has given away lock 1, perhaps to task 1"));
    let queued = async {
        let ((tx, _rx), till) = (mpsc::channel(1), Arc::new(Mutex::new(0)));
        assert!(tx.send(till.clone().lock_owned().await).await.is_ok());
        drop(till.lock().await);
    };
    begins(queued, "the guard of that lock is still there");
    let kept = async {
        let till = Arc::new(Mutex::new(0));
        let guard = till.clone().lock_owned().await;
        drop(till.lock().await);
        drop(guard);
    };
    begins(kept, "drop the guard before you lock again");
}

#[test]
fn permits_that_tasks_were_given_are_theirs() {
    for waits_again in [false, true] {
        let workers = async {
            let limit = Arc::new(Semaphore::new(2));
            let mut answers = Vec::new();
            for _ in 0..2 + u8::from(!waits_again) {
                let permit = limit.clone().acquire_owned().await.unwrap();
                let (tx, rx) = oneshot::channel::<u32>();
                answers.push(tx);
                let limit = limit.clone();
                kettle::spawn(async move {
                    if waits_again {
                        limit.acquire().await.unwrap().forget();
                    }
                    let _ = rx.await;
                    drop(permit);
                });
            }
            let (_end, ended) = oneshot::channel::<()>();
            let _ = ended.await;
        };
        let with = if waits_again {
            "a task that waits for more permits of a semaphore should hold none"
        } else {
            "main has given away permits of semaphore 1, perhaps to task 1"
        };
        begins(workers, with);
    }
}

#[test]
fn permits_in_a_list_are_given_back_before_a_task_that_needs_one_is_awaited() {
    begins(
        async {
            let (limit, mut all) = (Arc::new(Semaphore::new(1)), Vec::new());
            all.push(limit.clone().acquire_owned().await.unwrap());
            kettle::spawn(async move { limit.acquire().await.unwrap().forget() }).await.unwrap();
            drop(all);
        },
        "main waits for task 1 to end, and keeps permits of semaphore 1 meanwhile",
    );
}

#[test]
fn a_guard_that_an_ended_task_has_left_is_no_matter_of_order() {
    begins(
        async {
            let (first, kept) = (Arc::new(Mutex::new(0)), Arc::new(StdMutex::new(Vec::new())));
            let (lock, keep) = (first.clone(), kept.clone());
            let leaves = async move {
                let guard = lock.lock_owned().await;
                keep.lock().unwrap().push(guard);
            };
            kettle::spawn(leaves).await.unwrap();
            let second = Mutex::new(0);
            let mut sum = second.lock().await;
            *sum += *first.lock().await;
        },
        "the guard of that lock is still there",
    );
}

#[test]
fn a_task_that_is_there_to_stay_is_not_what_the_others_wait_for() {
    begins(
        async {
            let (tx, mut rx) = mpsc::channel::<u32>(1);
            let keeper = kettle::spawn(async { pending::<()>().await });
            while rx.recv().await.is_some() {}
            keeper.abort();
            drop(tx);
        },
        "drop every sender",
    );
}

#[test]
fn a_question_that_a_task_has_left_in_its_channel() {
    for by_itself in [true, false] {
        let told = cure(async {
            let (tx, mut rx) = mpsc::channel::<Option<oneshot::Sender<u32>>>(4);
            let (_end, ended) = oneshot::channel::<()>();
            kettle::spawn(async move {
                while let Some(Some(back)) = rx.recv().await {
                    let _ = back.send(1);
                }
                let _ = if by_itself {
                    ended.await.ok()
                } else {
                    kettle::spawn(ended).await.unwrap().ok()
                };
            });
            assert!(tx.send(None).await.is_ok());
            let (back, answer) = oneshot::channel();
            assert!(tx.send(Some(back)).await.is_ok());
            let _ = answer.await;
        });
        let cure = if by_itself {
            "If that loop is over, drop the receiver"
        } else {
            "let it drop the receiver first"
        };
        assert!(told.contains(cure), "{told}");
    }
}

/// A handful is not full, and nothing more comes.
#[test]
fn code_that_gathers_questions_is_told_to_take_those_that_are_there() {
    let told = cure(async {
        let (tx, rx) = mpsc::channel::<oneshot::Sender<u32>>(4);
        kettle::spawn(async move {
            let asks =
                futures_util::stream::unfold(rx, async |mut rx| Some((rx.recv().await?, rx)));
            let mut handfuls = std::pin::pin!(asks.chunks(2));
            while let Some(handful) = handfuls.next().await {
                for back in handful {
                    _ = back.send(1);
                }
            }
        });
        let (back, answer) = oneshot::channel();
        tx.send(back).await.unwrap();
        let _ = answer.await;
    });
    assert!(told.contains("`ready_chunks`"), "{told}");
}

#[test]
fn a_value_that_was_lent_has_to_come_back() {
    begins(
        async {
            let (tx, rx) = mpsc::channel(2);
            let rx = Mutex::new(rx);
            tx.send(1).await.unwrap();
            for number in 0..4 {
                let lent = rx.lock().await.recv().await.unwrap();
                if number != 1 {
                    tx.send(lent).await.unwrap();
                }
            }
        },
        "if the values are lent",
    );
}

#[test]
fn tasks_whose_senders_are_in_a_map_do_not_wait_for_each_other() {
    begins(
        async {
            let (mut all, mut tasks) = (BTreeMap::new(), Vec::new());
            for topic in ["tea", "toast"] {
                let (tx, mut rx) = mpsc::channel::<u32>(4);
                tx.send(1).await.unwrap();
                all.insert(topic, tx);
                tasks.push(kettle::spawn(async move { while rx.recv().await.is_some() {} }));
            }
            for task in tasks {
                task.await.unwrap();
            }
            drop(all);
        },
        "drop every sender",
    );
}

#[test]
fn a_cell_has_no_guard() {
    let told = cure(async {
        let (tx, mut rx) = mpsc::channel::<u32>(1);
        let cell = Arc::new(OnceCell::new());
        let other = cell.clone();
        kettle::spawn(
            async move { other.get_or_init(|| async { rx.recv().await }).await.is_some() },
        );
        kettle::task::yield_now().await;
        cell.get_or_init(|| async { None }).await;
        drop(tx);
    });
    assert!(told.contains("initialises cell 1 meanwhile"), "{told}");
    assert!(!told.contains("guard") && !told.contains("lent"), "{told}");
}
