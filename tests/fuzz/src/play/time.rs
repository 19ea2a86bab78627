//! Sleeps and intervals, on a clock that moves only when it is told to.

use std::pin::Pin;
use std::time::Duration;

use super::rt::runtime::Builder;
use super::rt::task::coop::unconstrained;
use super::rt::task::yield_now;
use super::rt::time::{
    Instant, Interval, MissedTickBehavior, Sleep, advance, interval, interval_at, sleep,
};
use super::table::{NOTHING, Outcome, Table, WAITS, orders};

/// In milliseconds: at and around the bounds of a wheel's levels, and far away.
const LENGTHS: [u64; 16] =
    [0, 1, 2, 3, 10, 63, 64, 65, 127, 500, 4095, 4096, 4097, 262_144, 5_000_000, 20_000_000_000];

enum Timer {
    Sleep(Pin<Box<Sleep>>),
    Interval(Interval, Instant),
}

pub(crate) fn timers(bytes: &[u8]) -> Vec<String> {
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(unconstrained(play(bytes)))
}

async fn play(bytes: &[u8]) -> Vec<String> {
    let begun = Instant::now();
    let mut table = Table::<Timer>::new();
    let mut before = 0;
    for (order, byte) in orders(bytes).zip(bytes) {
        // The order before says which length.
        let length = Duration::from_millis(LENGTHS[usize::from(before % 16)]);
        before ^= byte.rotate_left(3);
        let task = order.task;
        let outcome = match order.what {
            0..=2 => {
                table.kept[task].push(Timer::Sleep(Box::pin(sleep(length))));
                look(&mut table, task).await
            }
            3 => {
                let period = length.max(Duration::from_millis(1));
                let mut timer = match order.many {
                    0 => interval(period),
                    _ => interval_at(Instant::now() + length / 2, period),
                };
                timer.set_missed_tick_behavior(match order.many {
                    0 | 1 => MissedTickBehavior::Burst,
                    2 => MissedTickBehavior::Delay,
                    _ => MissedTickBehavior::Skip,
                });
                table.kept[task].push(Timer::Interval(timer, begun));
                look(&mut table, task).await
            }
            4..=8 => look(&mut table, task).await,
            9 => {
                match table.kept[task].last_mut() {
                    Some(Timer::Sleep(sleep)) => sleep.as_mut().reset(Instant::now() + length),
                    Some(Timer::Interval(interval, _)) => interval.reset(),
                    None => {}
                }
                // tokio: a reset starts the timer as a poll does.
                look(&mut table, task).await
            }
            10 => table.let_go(task),
            11 => {
                // The oldest comes to the end of the line, to be polled.
                let kept = &mut table.kept[task];
                if !kept.is_empty() {
                    kept.rotate_left(1);
                }
                0
            }
            _ => {
                advance(length.min(Duration::from_hours(3))).await;
                1
            }
        };
        let is_elapsed = |timer: &Timer| matches!(timer, Timer::Sleep(it) if it.is_elapsed());
        let elapsed: Vec<_> = table.kept.iter().flatten().map(is_elapsed).collect();
        table.tell(order, outcome, (millis(begun.elapsed()), elapsed));
    }
    table.lines()
}

/// The task polls its newest timer; if it is told to wait, once more after the loop has looked at
/// its timers: in kettle one whose time has come before its first poll fires then.
async fn look(table: &mut Table<Timer>, task: usize) -> Outcome {
    let outcome = poll(table, task);
    if outcome != WAITS {
        return outcome;
    }
    yield_now().await;
    poll(table, task)
}

/// A sleep that is ready is over.
fn poll(table: &mut Table<Timer>, task: usize) -> Outcome {
    match table.kept[task].pop() {
        None => NOTHING,
        Some(Timer::Sleep(mut sleep)) => {
            let outcome = table.poll_with(task, |cx| sleep.as_mut().poll(cx).map(|()| 0));
            if outcome == WAITS {
                table.kept[task].push(Timer::Sleep(sleep));
            }
            outcome
        }
        Some(Timer::Interval(mut interval, begun)) => {
            let tick = |at: Instant| millis(at - begun);
            let outcome = table.poll_with(task, |cx| interval.poll_tick(cx).map(tick));
            table.kept[task].push(Timer::Interval(interval, begun));
            outcome
        }
    }
}

fn millis(duration: Duration) -> Outcome {
    Outcome::try_from(duration.as_millis()).expect("not that long")
}
