//! Floor 3: what is wrong with this program, in words?
//!
//! Reading order: `lint.rs` (what a verdict is), `ward.rs` (what a lint looks at), then one file per
//! lint, in the order of the alphabet; `system.rs` asks the system, `report.rs` prints, `keeper.rs`
//! is told, `watch.rs` looks on from another thread, `doctor.rs` has them all, and `mode.rs` with
//! `around.rs` says whether there is one.

mod around;
mod blocking_poll;
mod busy_loop;
mod circle;
mod deadlock;
mod doctor;
mod guard_across_await;
mod keeper;
mod leaked_tasks;
mod lint;
mod lost_wakeup;
mod mode;
mod report;
mod short_polls;
mod system;
mod unpolled;
mod ward;
mod watch;

pub use self::around::around;
pub use self::doctor::{Doctor, examine};
pub use self::keeper::Keeper;
pub use self::lint::{Lint, LintKind, Spot};
pub use self::mode::Mode;
