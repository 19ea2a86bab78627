//! `select!`: what may be written in it, and what it leaves to its caller.

use std::future::{pending, ready};
use std::rc::Rc;

use crate::common::block_on;
use kettle::select;

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
fn patterns_of_all_kinds() {
    struct Point {
        x: i32,
        y: i32,
    }
    block_on(async {
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
