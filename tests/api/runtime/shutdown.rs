//! `runtime`: shutdown.

use std::time::Duration;

use kettle::runtime::Builder;

use crate::help::Drops;

#[test]
fn a_task_is_dropped_with_its_runtime() {
    let drops = Drops::default();
    let value = drops.value();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.spawn(async move {
        kettle::time::sleep(Duration::from_hours(1)).await;
        drop(value);
    });
    runtime.block_on(kettle::task::yield_now());
    assert_eq!(drops.count(), 0);
    drop(runtime);
    assert_eq!(drops.count(), 1);
}

#[kettle::test]
async fn the_attribute_works_on_both_sides() {
    kettle::task::yield_now().await;
}
