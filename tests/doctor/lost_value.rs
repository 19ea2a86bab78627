//! Values that a branch of a `select!` has received when it is dropped.

use std::future::pending;
use std::pin::pin;

use kettle::sync::{broadcast, mpsc};
use kettle::time::{interval, sleep, timeout};
use kettle::trace::doctor::LintKind::LostValue;

use super::{check_in_virtual_time, ms};

/// Twelve values, one after the other.
fn values() -> mpsc::Receiver<u32> {
    let (tx, rx) = mpsc::channel(4);
    kettle::spawn(async move {
        for value in 0..12 {
            tx.send(value).await.unwrap();
            sleep(ms(6)).await;
        }
    });
    rx
}

#[test]
fn a_branch_that_received_a_value_and_lost() {
    let lint = check_in_virtual_time(LostValue, async {
        let (mut rx, mut ticks) = (values(), interval(ms(20)));
        loop {
            let next = async {
                let value = rx.recv().await?;
                sleep(ms(4)).await;
                Some(value)
            };
            kettle::select! {
                value = next => if value.is_none() { break },
                _ = ticks.tick() => {}
            }
        }
    });
    assert!(lint.text.contains("received a value from channel 1"), "{lint:#?}");
}

#[test]
fn branches_that_lost_no_value() {
    let found = super::verdicts_in_virtual_time(|runtime| {
        runtime.block_on(async {
            // The same future goes on in the next round.
            let (mut rx, mut ticks) = (values(), interval(ms(5)));
            for _ in 0..12 {
                let mut next = pin!(async {
                    let value = rx.recv().await;
                    sleep(ms(7)).await;
                    value
                });
                loop {
                    kettle::select! {
                        _ = &mut next => break,
                        _ = ticks.tick() => {}
                    }
                }
            }
            // Each value is used in the handler.
            let (mut rx, mut sum) = (values(), 0);
            loop {
                kettle::select! {
                    value = rx.recv() => match value {
                        Some(value) => sum += value,
                        None => break,
                    },
                    _ = ticks.tick() => sleep(ms(1)).await,
                }
            }
            assert_eq!(sum, 66);
            // It passes the value on before it waits.
            let (mut rx, (to, mut passed)) = (values(), mpsc::unbounded_channel());
            loop {
                let next = async {
                    to.send(rx.recv().await?).unwrap();
                    sleep(ms(4)).await;
                    Some(())
                };
                kettle::select! {
                    next = next => if next.is_none() { break },
                    _ = ticks.tick() => {}
                }
            }
            drop(to);
            let mut sum = 0;
            while let Some(value) = passed.recv().await {
                sum += value;
            }
            assert_eq!(sum, 66);
            // The value is kept where the next branch finds it.
            let (mut rx, mut parked, mut sum) = (values(), None, 0);
            loop {
                let next = async {
                    if parked.is_none() {
                        parked = Some(rx.recv().await?);
                    }
                    sleep(ms(4)).await;
                    parked.take()
                };
                kettle::select! {
                    value = next => match value {
                        Some(value) => sum += value,
                        None => break,
                    },
                    _ = ticks.tick() => {}
                }
            }
            assert_eq!(sum, 66);
            // A timeout drops the whole `select!`, which has no winner; the next one takes nothing.
            let mut rx = values();
            for pause in [0, 1, 1, 0] {
                let taken = async {
                    kettle::select! {
                        () = async {
                            rx.recv().await;
                            sleep(ms(30)).await;
                        } => {}
                        () = pending() => {}
                    }
                };
                timeout(ms(8), taken).await.unwrap_err();
                if pause > 0 {
                    sleep(ms(pause)).await;
                }
                kettle::select! {
                    () = sleep(ms(30)) => {}
                    () = sleep(ms(2)) => {}
                }
            }
            // It is the end that drops the branch.
            let (mut rx, mut stop) = (values(), pin!(sleep(ms(20))));
            let work = async {
                while rx.recv().await.is_some() {
                    sleep(ms(5)).await;
                }
            };
            kettle::select! {
                () = work => {}
                () = &mut stop => {}
            }
        });
    });
    assert!(found.is_empty(), "{found:#?}");
}

/// Twelve values again; it hands each on, which must wait now and then.
#[test]
fn a_branch_that_received_from_a_broadcast_and_lost() {
    let lint = check_in_virtual_time(LostValue, async {
        let (market, mut prices) = broadcast::channel(64);
        let (to_client, mut client) = mpsc::channel(1);
        kettle::spawn(async move {
            while client.recv().await.is_some() {
                sleep(ms(40)).await;
            }
        });
        (0..12).for_each(|price| _ = market.send(price).unwrap());
        drop(market);
        let mut ticks = interval(ms(20));
        loop {
            let next = async { to_client.send(prices.recv().await.ok()?).await.ok() };
            kettle::select! {
                went_on = next => if went_on.is_none() { break },
                _ = ticks.tick() => {}
            }
        }
    });
    assert!(lint.text.contains("received a value from broadcast 1"), "{lint:#?}");
}
