//! What do `#[kettle::main]` and `#[kettle::test]` do?
//!
//! Each makes a runtime and passes the function's body to its `block_on`. Both use the same
//! defaults, so a test runs under the same conditions as the program. With `flavor = "local"` the
//! runtime is a `LocalRuntime`.
//!
//! A test can also be run under many schedules (`docs/schedules.md`). The search then makes the
//! test's future many times, each in a new runtime.
//!
//! tokio: the expansion itself calls `Builder`, in the user's function.

#[cfg(feature = "trace")]
use std::any::type_name;
use std::io;
#[cfg(feature = "trace")]
use std::mem;

#[cfg(not(feature = "trace"))]
use crate::runtime::first_set;
use crate::runtime::{Builder, LocalOptions};

/// `main` expands to this, and so does a test that can't be repeated.
#[track_caller]
pub fn block_on<F: Future>(start_paused: bool, name: Option<&str>, body: F) -> F::Output {
    let runtime = made(builder(start_paused, name).build());
    let output = runtime.block_on(body);
    end(runtime, output)
}

/// The same with `flavor = "local"`. Remaining local tasks are dropped before the runtime.
#[track_caller]
pub fn block_on_local<F: Future>(start_paused: bool, name: Option<&str>, body: F) -> F::Output {
    let runtime = made(builder(start_paused, name).build_local(LocalOptions::default()));
    let output = runtime.block_on(body);
    end(runtime, output)
}

/// Ends the runtime of a `main` or test, which has this output. The doctor isn't to call a task
/// forgotten that an early `?` has left behind.
fn end<R, T>(runtime: R, output: T) -> T {
    #[cfg(feature = "trace")]
    if is_err(&output) {
        kettle_trace::doctor::end_after_error(runtime);
        return output;
    }
    drop(runtime);
    output
}

/// Is it an `Err`? Of a value of any type only its type's name and its variant can be asked.
#[cfg(feature = "trace")]
fn is_err<T>(value: &T) -> bool {
    let variant = format!("{:?}", mem::discriminant(value));
    type_name::<T>().starts_with("core::result::Result<") && variant == "Discriminant(1)"
}

fn builder(start_paused: bool, name: Option<&str>) -> Builder {
    let mut builder = Builder::new_current_thread();
    builder.enable_all().set_start_paused(start_paused);
    if let Some(name) = name {
        builder.name(name);
    }
    builder
}

#[track_caller]
fn made<R>(runtime: io::Result<R>) -> R {
    match runtime {
        Ok(runtime) => runtime,
        Err(error) => panic!("failed to create the runtime: {error}"),
    }
}

/// A test, as described by its attribute.
#[derive(Clone, Copy)]
pub struct Test {
    /// Is the clock virtual from the beginning?
    pub start_paused: bool,
    /// The name for its runtime.
    pub name: Option<&'static str>,
    /// The test's path, with the crate's name.
    pub path: &'static str,
    /// How many seeds the attribute asks for.
    pub seeds: Option<u64>,
}

#[cfg(feature = "trace")]
mod searched {
    use std::cell::Cell;
    use std::hash::{BuildHasher, RandomState};
    use std::process::{ExitCode, Termination};
    use std::sync::Arc;

    use kettle_trace::search::{self, Fit, Setup, TestResult, plan};

    use super::{Builder, LocalOptions, Test, builder, end, made};
    use crate::macros::support::DRAWN;

    thread_local! {
        /// Whether a search, not the program, has paused the clock of this thread's runtime.
        static PAUSED_BY_SEARCH: Cell<bool> = const { Cell::new(false) };
    }

    /// Called when the program pauses the clock: returns whether a search has done so already.
    #[cfg(feature = "test-util")]
    pub(crate) fn pauses() -> bool {
        PAUSED_BY_SEARCH.take()
    }

    /// A test expands to this; `body` makes its future. `block_on` is called here because a closure
    /// would hide the test's line.
    #[track_caller]
    pub fn test<F: Future<Output: Termination> + 'static>(
        test: Test,
        body: fn() -> F,
    ) -> F::Output {
        let mut own =
            searched(test, body, |mut builder, body| made(builder.build()).block_on(body));
        let runtime = made(own.builder.build());
        let output = runtime.block_on(body());
        let output = end(runtime, output);
        if let Some(fit) = own.fit.take() {
            fit.check(); // (`for_each` would hide the test's line)
        }
        output
    }

    /// The same with `flavor = "local"`. This is a separate function so that each test is compiled
    /// with only one of the two loops.
    #[track_caller]
    pub fn local_test<F: Future<Output: Termination> + 'static>(
        test: Test,
        body: fn() -> F,
    ) -> F::Output {
        let local = |builder: &mut Builder| made(builder.build_local(LocalOptions::default()));
        let again = move |mut builder, body| local(&mut builder).block_on(body);
        let mut own = searched(test, body, again);
        let runtime = local(&mut own.builder);
        let output = runtime.block_on(body());
        let output = end(runtime, output);
        if let Some(fit) = own.fit.take() {
            fit.check(); // (`for_each` would hide the test's line)
        }
        output
    }

    /// The run that a test makes on its own thread.
    struct Own {
        builder: Builder,
        fit: Option<Fit>,
        _draws: Option<Draws>,
        _reset: Reset,
    }

    /// From which seed does `select!` draw in a plain run? If the test panics, that is printed.
    struct Draws(u64);

    impl Draws {
        #[track_caller]
        fn begin(builder: &mut Builder) -> Draws {
            let new = || RandomState::new().hash_one(0); // std's keys differ from run to run
            let seed = match search::select_seed() {
                Ok(asked) => asked.unwrap_or_else(new),
                Err(error) => panic!("{error}"),
            };
            builder.config.get_mut().rng_seed = Some(seed);
            DRAWN.set(false);
            Draws(seed)
        }
    }

    impl Drop for Draws {
        fn drop(&mut self) {
            if std::thread::panicking() && DRAWN.get() {
                let seed = self.0;
                eprintln!(
                    "kettle: a `select!` drew its branch; KETTLE_SELECT={seed} draws the same"
                );
            }
        }
    }

    /// Resets `PAUSED_BY_SEARCH` however the test ends: another test may use the thread next.
    struct Reset;

    impl Drop for Reset {
        fn drop(&mut self) {
            PAUSED_BY_SEARCH.set(false);
        }
    }

    /// Lets a search make its runs with `drive`.
    #[track_caller]
    fn searched<F: Future<Output: Termination> + 'static>(
        test: Test,
        body: fn() -> F,
        drive: impl Fn(Builder, F) -> F::Output + Send + Sync + 'static,
    ) -> Own {
        let run = move |setup| {
            let _reset = Reset;
            result_of(drive(set_up(test, Some(setup)), body()))
        };
        let searched = search::Test { path: test.path, seeds: test.seeds };
        let (setup, fit) = plan(searched, Arc::new(run)).unzip();
        let mut builder = set_up(test, setup);
        let draws = fit.is_none().then(|| Draws::begin(&mut builder));
        Own { builder, fit, _draws: draws, _reset: Reset }
    }

    fn set_up(test: Test, setup: Option<Setup>) -> Builder {
        let is_virtual = setup.as_ref().is_some_and(|setup| setup.is_virtual);
        let mut builder = builder(test.start_paused || is_virtual, test.name);
        if let Some(Setup { schedule, sink, .. }) = setup {
            builder.trace(sink).config.get_mut().schedule = Some(schedule);
        }
        PAUSED_BY_SEARCH.set(is_virtual && !test.start_paused);
        builder
    }

    /// The result of a test with this output. (`ExitCode` has `Debug`, but no `==`.)
    fn result_of(output: impl Termination) -> TestResult {
        let is_success = format!("{:?}", output.report()) == format!("{:?}", ExitCode::SUCCESS);
        if is_success { TestResult::Success } else { TestResult::Error }
    }
}

#[cfg(all(feature = "trace", feature = "test-util"))]
pub(crate) use searched::pauses;
#[cfg(feature = "trace")]
pub use searched::{local_test, test};

/// A test expands to this if the tools, and so the search, are left out.
#[cfg(not(feature = "trace"))]
#[track_caller]
pub fn test<F: Future>(test: Test, body: impl FnOnce() -> F) -> F::Output {
    refuse_search(test);
    block_on(test.start_paused, test.name, body())
}

/// Panics if other schedules are requested, because without a search the test would seem to pass
/// under all of them. The builder refuses `KETTLE_SEED` and `KETTLE_SCHEDULE`.
#[cfg(not(feature = "trace"))]
#[track_caller]
fn refuse_search(test: Test) {
    let variable = first_set(["KETTLE_SEEDS", "KETTLE_EXPLORE"]);
    let name = variable.or(test.seeds.filter(|seeds| *seeds > 0).map(|_| "`seeds` of this test"));
    if let Some(name) = name {
        panic!(
            "{name} asks for other schedules, but kettle was built without its `trace` feature: \
             enable the feature, or remove the setting"
        );
    }
}

/// The same with `flavor = "local"`.
#[cfg(not(feature = "trace"))]
#[track_caller]
pub fn local_test<F: Future>(test: Test, body: impl FnOnce() -> F) -> F::Output {
    refuse_search(test);
    block_on_local(test.start_paused, test.name, body())
}
