//! What a watcher sees: each change of a lock's state once, with the waiter's ticket.

use std::sync::Arc;

use kettle::sync::Mutex;
use kettle_events::{Act, Event, Resource};

fn short(event: Event) -> Option<String> {
    Some(match event {
        Event::SyncNew { .. } => "new".to_owned(),
        Event::SyncAct { act: Act::Take, .. } => "take".to_owned(),
        Event::SyncAct { act: Act::Release, count: 0, .. } => "hand over".to_owned(),
        Event::SyncAct { act: Act::Release, count: 1, .. } => "release".to_owned(),
        Event::Wait { on: Resource::Sync(_, _, _, ticket), .. } => format!("wait {ticket}"),
        Event::Unwait { on: Resource::Sync(_, _, _, ticket) } => format!("unwait {ticket}"),
        Event::Served { on: Resource::Sync(_, _, _, ticket) } => format!("served {ticket}"),
        _ => return None,
    })
}

#[test]
fn three_tasks_at_one_lock() {
    let ((), records) = kettle::trace::record(|| {
        let runtime = kettle::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mutex = Arc::new(Mutex::new(0));
            let guard = mutex.lock().await;
            let tasks: Vec<_> = (0..3)
                .map(|_| {
                    let mutex = mutex.clone();
                    kettle::spawn(async move { *mutex.lock().await += 1 })
                })
                .collect();
            kettle::task::yield_now().await;
            tasks[1].abort();
            kettle::task::yield_now().await;
            drop(guard);
            for task in tasks {
                let _ = task.await;
            }
        });
    });
    let told: Vec<_> = records.iter().filter_map(|record| short(record.event)).collect();
    let expected = [
        "new",
        "take",
        "wait 1",
        "wait 2",
        "wait 3",
        "unwait 2",
        "hand over",
        "served 0",
        "take",
        "hand over",
        "served 0",
        "take",
        "release",
    ];
    assert_eq!(told, expected);
}
