//! Several futures in one task, several tasks in one set.

use super::rt::task::{LocalSet, spawn_local};
use super::rt::time::{Duration, sleep};
use super::turns::step_aside;

/// Two futures in one task: either wakes the whole.
pub(crate) async fn join_of_two() {
    super::rt::join!(
        async {
            sleep(Duration::from_millis(1)).await;
            println!("short");
        },
        async {
            sleep(Duration::from_millis(2)).await;
            println!("long");
        },
    );
}

/// Tasks that stay on their thread, in a set of their own.
pub(crate) async fn local_set() {
    LocalSet::new()
        .run_until(async {
            let tasks = [1, 2].map(|i| {
                spawn_local(async move {
                    sleep(Duration::from_millis(i)).await;
                    println!("{i}");
                })
            });
            for task in tasks {
                task.await.expect("no panic");
            }
        })
        .await;
}

/// The same without the set.
pub(crate) async fn no_local_set() {
    let tasks = [1, 2].map(|i| {
        super::rt::spawn(async move {
            sleep(Duration::from_millis(i)).await;
            println!("{i}");
        })
    });
    for task in tasks {
        task.await.expect("no panic");
    }
}

/// Three futures in one task, each of which wakes it twice: in which order are they asked?
pub(crate) async fn join_of_three() {
    super::rt::join!(thrice("A"), thrice("B"), thrice("C"));
}

/// The same, until one fails.
pub(crate) async fn try_join_of_three() {
    let failing = async {
        step_aside().await;
        println!("B fails");
        Err::<(), ()>(())
    };
    let going_on = |name| async move {
        thrice(name).await;
        Ok::<(), ()>(())
    };
    println!("{:?}", super::rt::try_join!(going_on("A"), failing, going_on("C")));
}

/// Futures that are ready at once, three hundred times.
pub(crate) async fn join_three_hundred_times() {
    let joining = super::rt::spawn(async {
        for _ in 0..300 {
            super::rt::join!(async {}, sleep(Duration::ZERO));
        }
        println!("after 300");
    });
    super::rt::spawn(async { println!("the other one") });
    joining.await.expect("no panic");
}

async fn thrice(name: &str) {
    for i in 1..=3 {
        println!("{name} {i}");
        step_aside().await;
    }
}
