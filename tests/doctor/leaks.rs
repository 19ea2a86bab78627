//! Is a leak of tasks hinted at, and nothing that only looks like one?

use std::future::pending;

use kettle::runtime::Builder;
use kettle::sync::{mpsc, oneshot};
use kettle::task::yield_now;
use kettle::time::sleep;
use kettle::trace::Doctor;
use kettle::trace::doctor::LintKind::LeakedTasks;

use super::{Keeper, Lint, Verdicts, ms};

/// What the doctor says, if it is asked for hints.
fn hints(program: impl Future<Output = ()>) -> Vec<Lint> {
    said(program, |keeper| Doctor::telling(keeper).hinting())
}

/// What this doctor says. In virtual time.
fn said(
    program: impl Future<Output = ()>,
    doctor: impl FnOnce(Box<dyn Keeper>) -> Doctor,
) -> Vec<Lint> {
    let verdicts = Verdicts::default();
    let doctor = doctor(Box::new(verdicts.clone()));
    let mut builder = Builder::new_current_thread();
    builder.start_paused(true).trace(doctor);
    builder.build().unwrap().block_on(program);
    verdicts.all()
}

/// Waits for an order; the sender is its own.
async fn forgotten() {
    let (_own, mut orders) = mpsc::channel::<()>(1);
    orders.recv().await;
}

async fn leak() {
    for _ in 0..2_500 {
        kettle::spawn(forgotten());
        sleep(ms(2)).await;
    }
}

#[test]
fn tasks_that_wait_for_themselves_and_grow_in_number() {
    let found = hints(leak());
    let [lint] = &found[..] else { panic!("{found:#?}") };
    assert_eq!(lint.kind, LeakedTasks);
    assert!(lint.place().unwrap().file().ends_with("leaks.rs"), "{lint:#?}");
}

#[test]
fn without_hints_nothing_is_said_of_them() {
    let found = said(leak(), Doctor::telling);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_crowd_that_is_there_from_the_beginning() {
    let found = hints(async {
        for number in 0..5_000 {
            kettle::spawn(forgotten());
            if number % 100 == 0 {
                yield_now().await;
            }
        }
        sleep(ms(60_000)).await;
    });
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn tasks_that_come_and_go_sleep_or_can_be_aborted() {
    let found = hints(async {
        let mut kept = Vec::new();
        for number in 0..2_500_u64 {
            let (tx, rx) = oneshot::channel::<()>();
            kettle::spawn(rx);
            kettle::spawn(sleep(ms(10_000 + number)));
            kept.push(kettle::spawn(pending::<()>()));
            sleep(ms(2)).await;
            drop(tx);
        }
        for idle in kept {
            idle.abort();
        }
    });
    assert!(found.is_empty(), "{found:#?}");
}
