//! `select!`: what may be written in it, and what it leaves to its caller.

use std::future::{pending, poll_fn, ready};
use std::rc::Rc;

use super::Soon;
use crate::common::block_on;
use kettle::select;

#[test]
fn handlers_are_blocks_or_expressions_with_or_without_commas() {
    block_on(async {
        let with_comma = select! { n = ready(1) => { n }, };
        let without = select! { n = ready(2) => { n } };
        let expression = select! { n = ready(2) => n + 1, };
        let last = select! { n = ready(3) => n + 1 };
        let mixed = select! {
            biased;
            () = pending() => { 0 }
            () = pending() => 0,
            () = pending(), if true => { 0 },
            n = ready(5), if 1 + 1 == 2 => { n }
            else => 0,
        };
        assert_eq!([with_comma, without, expression, last, mixed], [1, 2, 3, 4, 5]);
    });
}

#[test]
fn preconditions_and_expressions_may_await_and_fail() {
    async fn run(fail: bool) -> Result<u32, &'static str> {
        let future = || if fail { Err("no future") } else { Ok(ready(4)) };
        Ok(select! {
            n = future()?, if ready(true).await => n,
            n = ready(ready(5).await), if !ready(true).await => n,
        })
    }
    assert_eq!(block_on(run(false)), Ok(4));
    assert_eq!(block_on(run(true)), Err("no future"));
}

#[test]
fn handlers_steer_the_code_around_them() {
    async fn run(end: &str) -> Result<Vec<u32>, String> {
        let mut seen = Vec::new();
        let mut n = 0;
        'outer: loop {
            for _ in 0..10 {
                n += 1;
                select! {
                    biased;
                    () = ready(()), if n == 1 => continue,
                    () = ready(()), if n == 3 => break,
                    () = ready(()), if n == 5 && end == "break" => break 'outer,
                    () = ready(()), if n == 5 && end == "return" => return Ok(vec![5]),
                    () = ready(()), if n == 5 => Err("five")?,
                    else => {}
                }
                seen.push(n);
            }
            seen.push(100);
        }
        Ok(seen)
    }
    assert_eq!(block_on(run("break")), Ok(vec![2, 100, 4]));
    assert_eq!(block_on(run("return")), Ok(vec![5]));
    assert_eq!(block_on(run("error")), Err("five".to_owned()));
}

#[test]
fn handlers_await() {
    let sum = block_on(async {
        select! {
            n = ready(1) => n + ready(2).await + select! { m = ready(3) => m },
        }
    });
    assert_eq!(sum, 6);
}

#[test]
fn a_handler_may_borrow_what_the_futures_borrowed() {
    async fn add(n: &mut i32) {
        *n += 1;
        pending::<()>().await;
    }
    let mut n = 1;
    block_on(async {
        select! {
            biased;
            () = add(&mut n) => n += 10,
            () = ready(()) => n += 100,
            else => n += 1000,
        }
    });
    assert_eq!(n, 102);
}

#[test]
fn patterns_of_all_kinds() {
    struct Point {
        x: i32,
        y: i32,
    }
    block_on(async {
        let all = select! {
            mut text = ready(String::from("a")) => { text.push('b'); text }
        };
        assert_eq!(all, "ab");
        let by_ref = select! { Some(ref text) = ready(Some(String::from("c"))) => text.clone() };
        assert_eq!(by_ref, "c");
        let by_mut = select! {
            Some(ref mut text) = ready(Some(String::from("d"))) => { text.push('e'); text.clone() }
        };
        assert_eq!(by_mut, "de");
        let inner_mut = select! {
            Some(mut text) = ready(Some(String::from("f"))) => { text.push('g'); text }
        };
        assert_eq!(inner_mut, "fg");
        let (a, b) = select! { (a, b) = ready((1, String::from("two"))) => (a, b) };
        assert_eq!((a, b.as_str()), (1, "two"));
        assert_eq!(select! { Point { x, y: 2 } = ready(Point { x: 1, y: 2 }) => x }, 1);
        assert_eq!(select! { Point { x, .. } = ready(Point { x: 1, y: 0 }) => x }, 1);
        assert_eq!(select! { n @ (1 | 2) = ready(2) => n }, 2);
        assert_eq!(select! { [first, .., last] = ready([1, 2, 3]) => first + last }, 4);
        assert_eq!(select! { Ok(n) | Err(n) = ready(Err::<i32, i32>(8)) => n }, 8);
        assert_eq!(select! { 1..=3 = ready(4) => "in", else => "out" }, "out");
        assert_eq!(select! { &n = ready(&5) => n }, 5);
        assert_eq!(select! { _ = ready(String::new()) => 6 }, 6);
    });
}

#[test]
fn temporaries_and_into_future() {
    block_on(async {
        assert_eq!(select! { n = Soon(3) => n }, 3);
        assert_eq!(select! { n = &mut ready(4) => n }, 4);
    });
}

#[test]
fn outputs_that_never_come() {
    #![deny(warnings)]
    async fn never() -> std::convert::Infallible {
        pending().await
    }
    block_on(async {
        let n = select! {
            _ = never() => 0,
            n = ready(1) => n,
        };
        assert_eq!(n, 1);
        // The type of this future's output can't be told from the future itself.
        let untold = poll_fn(|_| panic!("polled though disabled"));
        select! {
            _ = untold, if false => unreachable!(),
            () = ready(()) => {}
        }
    });
}

#[test]
fn a_losing_output_type_does_not_make_the_handlers_wait_unsendable() {
    fn is_send<T: Send>(future: T) -> T {
        future
    }
    let future = is_send(async {
        select! {
            n = async { Rc::new(1) } => *n,
            n = ready(2) => n,
        }
    });
    assert!([1, 2].contains(&block_on(future)));
}

#[test]
#[cfg_attr(on_tokio, ignore = "tokio's own constant `BRANCHES` hides the caller's")]
fn names_and_items_of_the_caller_are_its_own() {
    #[allow(dead_code)] // on tokio its own is meant
    const BRANCHES: u32 = 10;
    let (select, winner, output, future, fits, round, turn, poll) = (1, 2, 3, 4, 5, 6, 7, 8);
    let sum = block_on(async {
        select! {
            biased;
            n = ready(select + winner + output + future), if fits == 5 => {
                n + fits + round + turn + poll + BRANCHES
            }
            output = ready(0) => output,
        }
    });
    assert_eq!(sum, 46);
}

#[test]
fn labels_of_the_caller_are_its_own() {
    let n = block_on(async {
        'branch: {
            select! {
                biased;
                n = ready(1) => break 'branch n,
                () = pending() => {}
            }
            0
        }
    });
    assert_eq!(n, 1);
}

#[rustfmt::skip]
#[test]
fn sixty_four_branches() {
    for _ in 0..20 {
        let n = block_on(async { select! {
            () = pending() => 0, () = pending() => 1, () = pending() => 2, () = pending() => 3,
            () = pending() => 4, () = pending() => 5, () = pending() => 6, () = pending() => 7,
            () = pending() => 8, () = pending() => 9, () = pending() => 10, () = pending() => 11,
            () = pending() => 12, () = pending() => 13, () = pending() => 14, () = pending() => 15,
            () = pending() => 16, () = pending() => 17, () = pending() => 18, () = pending() => 19,
            () = pending() => 20, () = pending() => 21, () = pending() => 22, () = pending() => 23,
            () = pending() => 24, () = pending() => 25, () = pending() => 26, () = pending() => 27,
            () = pending() => 28, () = pending() => 29, () = pending() => 30, () = pending() => 31,
            () = pending() => 32, () = pending() => 33, () = pending() => 34, () = pending() => 35,
            () = pending() => 36, () = pending() => 37, () = pending() => 38, () = pending() => 39,
            () = pending() => 40, () = pending() => 41, () = pending() => 42, () = pending() => 43,
            () = pending() => 44, () = pending() => 45, () = pending() => 46, () = pending() => 47,
            () = pending() => 48, () = pending() => 49, () = pending() => 50, () = pending() => 51,
            () = pending() => 52, () = pending() => 53, () = pending() => 54, () = pending() => 55,
            () = pending() => 56, () = pending() => 57, () = pending() => 58, () = pending() => 59,
            () = pending() => 60, () = pending() => 61, () = pending() => 62, n = ready(63) => n,
        } });
        assert_eq!(n, 63);
    }
}
