//! What goes wrong on a network, where a schedule may decide that?
//!
//! With `KETTLE_FAULTS=net` it is asked before each transfer over a connection whose two ends are
//! both in a test. A fault is what an operation returns ([`End::transfers`](super::link::End)), and
//! whoever waits for it is reported.
//!
//! | answer of [`Point::Cut`] | this end | the other one |
//! |---|---|---|
//! | 0 | nothing happens | |
//! | 1 | answers `ConnectionReset` | too, at once |
//! | 2 | answers `ConnectionReset` | too, after what was sent |

use std::sync::LazyLock;

use kettle_runtime::choose;
use kettle_runtime::event::Point;

/// Has one end been cut off?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Cut {
    #[default]
    No,
    AfterWhatWasSent,
    AtOnce,
}

static ARE_WANTED: LazyLock<bool> =
    LazyLock::new(|| std::env::var_os("KETTLE_FAULTS").is_some_and(|faults| faults == "net"));

/// Is the connection cut now? Then: what does the other end learn?
pub(super) fn cut() -> Cut {
    match if *ARE_WANTED { choose(Point::Cut, 3) } else { 0 } {
        0 => Cut::No,
        1 => Cut::AtOnce,
        _ => Cut::AfterWhatWasSent,
    }
}
