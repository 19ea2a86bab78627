//! What is run?
//!
//! The six programs of the tutorial, word for word from `examples/`, and variations on them
//! (`variations/`). Each stands here twice: once where `kettle` is kettle, once where it is tokio.

use crate::program::Program;

/// tokio under kettle's name. What stands behind `#[kettle::main]` is the recorded `block_on`.
mod tokio_as_kettle {
    pub(crate) use kettle::main;
    pub(crate) use tokio::*;

    pub(crate) mod __private {
        pub(crate) fn main<F: Future>(
            _start_paused: bool,
            _name: Option<&str>,
            future: F,
        ) -> F::Output {
            crate::tokio_side::block_on(future)
        }
    }
}

/// kettle, with the recorded `block_on` behind `#[kettle::main]`.
mod kettle_itself {
    pub(crate) use kettle::*;

    pub(crate) mod __private {
        pub(crate) fn main<F: Future>(
            _start_paused: bool,
            _name: Option<&str>,
            future: F,
        ) -> F::Output {
            crate::kettle_side::block_on(future)
        }
    }
}

/// The tutorial's server never ends: it is left when the last visitor has gone, by unwinding out of
/// its `main` when the runtime is through.
struct Closed;

/// The same two for the server, which gets visitors.
mod tokio_with_visitors {
    pub(crate) use super::tokio_as_kettle::*;

    pub(crate) mod __private {
        pub(crate) fn main<F: Future>(
            _start_paused: bool,
            _name: Option<&str>,
            future: F,
        ) -> F::Output {
            let server = crate::variations::visited_with_tokio(future);
            let output = crate::tokio_side::block_on(server);
            output.unwrap_or_else(|| std::panic::resume_unwind(Box::new(crate::programs::Closed)))
        }
    }
}

mod kettle_with_visitors {
    pub(crate) use super::kettle_itself::*;

    pub(crate) mod __private {
        pub(crate) fn main<F: Future>(
            _start_paused: bool,
            _name: Option<&str>,
            future: F,
        ) -> F::Output {
            let server = crate::variations::visited_with_kettle(future);
            let output = crate::kettle_side::block_on(server);
            output.unwrap_or_else(|| std::panic::resume_unwind(Box::new(crate::programs::Closed)))
        }
    }
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

mod server_with_tokio {
    use crate::programs::std_with_arguments as std;
    use crate::programs::tokio_with_visitors as kettle;
    include!("../../../examples/server.rs");
    pub(super) fn run() {
        super::until_closed(|| _ = main());
    }
}

mod server_with_kettle {
    use crate::programs::kettle_with_visitors as kettle;
    use crate::programs::std_with_arguments as std;
    include!("../../../examples/server.rs");
    pub(super) fn run() {
        super::until_closed(|| _ = main());
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
    ($name:ident, $file:literal) => {{
        mod with_tokio {
            use crate::programs::tokio_as_kettle as kettle;
            include!($file);
            pub(super) fn run() {
                let _ = main();
            }
        }
        mod with_kettle {
            use crate::programs::kettle_itself as kettle;
            include!($file);
            pub(super) fn run() {
                let _ = main();
            }
        }
        Program {
            name: stringify!($name),
            file: "examples",
            source: include_str!($file),
            on_tokio: with_tokio::run,
            on_kettle: with_kettle::run,
        }
    }};
}

/// The tutorial's programs.
pub fn tutorial() -> Vec<Program> {
    vec![
        example!(make_tea, "../../../examples/make_tea.rs"),
        Program {
            name: "server",
            file: "examples",
            source: include_str!("../../../examples/server.rs"),
            on_tokio: server_with_tokio::run,
            on_kettle: server_with_kettle::run,
        },
        example!(channel, "../../../examples/channel.rs"),
        example!(select, "../../../examples/select.rs"),
        example!(errors, "../../../examples/errors.rs"),
        example!(mutex, "../../../examples/mutex.rs"),
    ]
}
