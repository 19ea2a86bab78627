//! `#[kettle::main]` and `#[kettle::test]`: what of the function stays, what the arguments do.

use std::error::Error;
use std::future::{pending, ready};
use std::num::ParseIntError;
use std::rc::Rc;

#[kettle::test]
async fn a_test_awaits() {
    assert_eq!(ready(1).await, 1);
}

#[kettle::test]
async fn a_test_returns_a_result() -> Result<(), ParseIntError> {
    let n: u32 = ready("42").await.parse()?;
    assert_eq!(n, 42);
    Ok(())
}

#[kettle::test]
#[should_panic(expected = "on purpose")]
async fn a_test_should_panic() {
    ready(()).await;
    panic!("on purpose");
}

#[should_panic(expected = "in front")]
#[kettle::test]
async fn attributes_in_front_count_too() {
    panic!("in front");
}

#[kettle::test]
#[ignore = "run by no test: it would fail, and shows that `ignore` is kept"]
async fn a_test_is_ignored() {
    panic!("not ignored");
}

#[kettle::test]
async fn a_test_needs_no_await() {}

#[kettle::test(flavor = "current_thread", start_paused = false, crate = "kettle")]
async fn all_arguments_and_a_comma() {}

#[kettle::test(flavor = "local")]
async fn a_local_flavor_takes_tasks_that_cannot_be_sent() {
    let shared = Rc::new(5);
    let task = kettle::task::spawn_local(async move { *shared });
    assert_eq!(task.await.unwrap(), 5);
}

#[kettle::main(flavor = "local")]
async fn leaves_a_local_task_behind(task: impl Future<Output = ()> + 'static) -> u32 {
    kettle::task::spawn_local(task);
    ready(8).await
}

#[allow(clippy::async_yields_async)] // the handle is what the task hands on
#[kettle::test(flavor = "local", start_paused = true, name = "tea")]
async fn a_local_flavor_takes_the_other_arguments_too() {
    let handle = kettle::spawn(async { kettle::task::spawn_local(async { 7 }) }).await;
    assert_eq!(handle.unwrap().await.unwrap(), 7, "a task of `spawn` may do that, too");
    kettle::time::sleep(std::time::Duration::from_hours(24)).await;
    assert_eq!(kettle::runtime::Handle::current().name(), Some("tea"));
}

#[kettle::test(name = "tea")]
async fn the_runtime_has_its_name() {
    assert_eq!(kettle::runtime::Handle::current().name(), Some("tea"));
}

#[kettle::test]
async fn without_a_name_there_is_none() {
    assert_eq!(kettle::runtime::Handle::current().name(), None);
}

#[kettle::test(crate = "::kettle")]
async fn an_absolute_path() {}

/// A crate that `Cargo.toml` knows by another name.
mod renamed {
    pub(crate) use kettle as other;

    #[kettle::test(crate = "super::renamed::other")]
    async fn a_path_of_several_names() {}
}

#[kettle::main]
async fn returns() -> u32 {
    ready(7).await
}

#[kettle::main]
async fn returns_early(early: bool) -> &'static str {
    if early {
        return "early";
    }
    "late"
}

#[kettle::main]
async fn asks(text: &str) -> Result<u32, Box<dyn Error>> {
    let n = text.parse()?;
    Ok(n)
}

#[kettle::main]
pub(crate) async fn generic<'a, T, const N: usize>(mut a: [&'a T; N], (b, c): (T, T)) -> Vec<T>
where
    T: 'a + Clone + PartialOrd,
{
    if b < c {
        a.reverse();
    }
    a.into_iter().cloned().chain([b, c]).collect()
}

#[kettle::main]
async fn opaque() -> impl Iterator<Item = u32> {
    ready(0..3).await
}

#[kettle::main]
async fn opaque_of_an_argument(n: u32) -> impl Iterator<Item = u32> {
    ready(0..n).await
}

#[kettle::main]
async fn never() -> ! {
    panic!("never returns");
}

/// Documented, as `missing_docs` asks.
#[kettle::main]
#[must_use]
#[allow(non_snake_case, clippy::mixed_attributes_style)]
async fn Attributes() -> u32 {
    #![allow(unused_variables)]
    let unused = 1;
    2
}

#[kettle::main]
async fn attributes_inside(n: u32) -> u32 {
    #![allow(unused_variables)]
    #![allow(unused_mut)]
    let mut unused = 1;
    n
}

struct Machine {
    n: u32,
}

impl Machine {
    #[kettle::main]
    async fn count(&mut self) -> u32 {
        self.n += ready(1).await;
        self.n
    }

    #[kettle::main]
    async fn new() -> Self {
        Self { n: ready(1).await }
    }
}

/// A function that a macro writes comes in other tokens: a body, a name, a visibility in one each.
macro_rules! written_by_a_macro {
    (
        $(#[$attribute:meta])*
        $visibility:vis $name:ident, $value:literal, $output:ty, $body:block
    ) => {
        #[kettle::main(flavor = "current_thread", start_paused = $value)]
        $(#[$attribute])*
        $visibility async fn $name() -> $output $body
    };
}

written_by_a_macro!(#[must_use] pub(crate) from_a_macro, true, u32, { ready(9).await });
written_by_a_macro!(without_visibility, false, (), {});

#[test]
fn functions_keep_what_they_are() {
    assert_eq!(from_a_macro(), 9);
    without_visibility();
    assert_eq!(returns(), 7);
    assert_eq!((returns_early(true), returns_early(false)), ("early", "late"));
    assert_eq!(asks("5").unwrap(), 5);
    assert!(asks("five").is_err());
    assert_eq!(generic([&1, &2], (3, 4)), [2, 1, 3, 4]);
    assert_eq!(opaque().sum::<u32>(), 3);
    assert_eq!(opaque_of_an_argument(4).sum::<u32>(), 6);
    assert_eq!(Attributes(), 2);
    assert_eq!(attributes_inside(1), 1);
    let mut machine = Machine { n: 4 };
    assert_eq!((machine.count(), machine.count()), (5, 6));
    assert_eq!(Machine::new().n, 1);
}

#[test]
fn a_local_task_that_is_left_is_dropped_before_the_function_returns() {
    let held = Rc::new(());
    let weak = Rc::downgrade(&held);
    let task = async move {
        pending::<()>().await;
        drop(held);
    };
    assert_eq!(leaves_a_local_task_behind(task), 8);
    assert_eq!(weak.strong_count(), 0);
}

#[test]
#[should_panic(expected = "never returns")]
fn a_function_that_never_returns() {
    never();
}
