//! What is run?
//!
//! The six programs of the tutorial, word for word from `examples/`. Each stands here twice: once
//! where `kettle` is kettle, once where it is tokio.

use crate::step::Recording;
use crate::{kettle_side, tokio_side};

/// Something that is run on both.
pub struct Program {
    /// Its name.
    pub name: &'static str,
    on_tokio: fn(),
    on_kettle: fn(),
}

impl Program {
    /// What tokio did.
    pub fn with_tokio(&self) -> Recording {
        tokio_side::record(self.on_tokio)
    }

    /// What kettle did.
    pub fn with_kettle(&self) -> Recording {
        kettle_side::record(self.on_kettle)
    }
}

/// What `#[kettle::main]` calls.
macro_rules! behind_main {
    ($block_on:expr) => {
        pub(crate) mod __private {
            pub(crate) fn main<F: Future>(
                _start_paused: bool,
                _name: Option<&str>,
                future: F,
            ) -> F::Output {
                ($block_on)(future)
            }
        }
    };
}

/// tokio under kettle's name, with the recorded `block_on` behind `#[kettle::main]`.
mod tokio_as_kettle {
    pub(crate) use kettle::main;
    pub(crate) use tokio::*;
    behind_main!(crate::tokio_side::block_on);
}

/// kettle, with the recorded `block_on` behind `#[kettle::main]`.
mod kettle_itself {
    pub(crate) use kettle::*;
    behind_main!(crate::kettle_side::block_on);
}

/// The tutorial's server never ends: it is left when the last visitor has gone, by unwinding out of
/// its `main` when the runtime is through.
struct Closed;

fn or_unwind<T>(output: Option<T>) -> T {
    output.unwrap_or_else(|| std::panic::resume_unwind(Box::new(Closed)))
}

/// The same two for the server, which gets visitors.
mod tokio_with_visitors {
    pub(crate) use super::tokio_as_kettle::*;
    behind_main!(|server| crate::programs::or_unwind(crate::tokio_side::block_on(
        crate::play::visited_with_tokio(server)
    )));
}

mod kettle_with_visitors {
    pub(crate) use super::kettle_itself::*;
    behind_main!(|server| crate::programs::or_unwind(crate::kettle_side::block_on(
        crate::play::visited_with_kettle(server)
    )));
}

/// `std` as the server sees it: its one argument names a port that is free.
mod std_with_arguments {
    pub(crate) use ::std::*;

    pub(crate) mod env {
        pub(crate) fn args() -> impl Iterator<Item = String> {
            ["server", "127.0.0.1:0"].map(String::from).into_iter()
        }
    }
}

fn until_closed(server: impl FnOnce() + std::panic::UnwindSafe) {
    let payload = std::panic::catch_unwind(server).expect_err("it never ends");
    if !payload.is::<Closed>() {
        std::panic::resume_unwind(payload);
    }
}

/// The source of an example on both, as a `Program`.
macro_rules! example {
    ($name:ident, $file:literal) => {
        example!($name, $file, tokio_as_kettle, kettle_itself, |main: fn()| main(), {})
    };
    ($name:ident, $file:literal, $tokio:ident, $kettle:ident, $run:expr, { $($use:item)* }) => {{
        mod with_tokio {
            use crate::programs::$tokio as kettle;
            $($use)*
            include!($file);
            pub(super) fn run() {
                ($run)(|| _ = main());
            }
        }
        mod with_kettle {
            use crate::programs::$kettle as kettle;
            $($use)*
            include!($file);
            pub(super) fn run() {
                ($run)(|| _ = main());
            }
        }
        Program {
            name: stringify!($name),
            on_tokio: with_tokio::run,
            on_kettle: with_kettle::run,
        }
    }};
}

/// The tutorial's programs.
pub fn tutorial() -> Vec<Program> {
    vec![
        example!(make_tea, "../../../examples/make_tea.rs"),
        example!(
            server,
            "../../../examples/server.rs",
            tokio_with_visitors,
            kettle_with_visitors,
            crate::programs::until_closed,
            {
                use crate::programs::std_with_arguments as std;
            }
        ),
        example!(channel, "../../../examples/channel.rs"),
        example!(select, "../../../examples/select.rs"),
        example!(errors, "../../../examples/errors.rs"),
        example!(mutex, "../../../examples/mutex.rs"),
    ]
}
