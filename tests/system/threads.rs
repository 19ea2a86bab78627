//! The system refuses another thread (`EAGAIN`, beyond a limit of `prlimit --nproc`).

use std::os::unix::process::CommandExt;

use crate::common::engine::runtime;
use crate::program_that;

/// With as few threads as the program needs by itself, it does its work under the doctor, too.
///
/// The limit counts the threads of a user, and none of root's: the program runs as a user that has
/// no other process. Where that can't be had, there is nothing to test.
#[test]
fn the_doctors_thread_is_not_the_last_that_the_program_may_have() {
    let user = 1_000_000 + std::process::id();
    let works = |limit: u32, doctor: &str| {
        let mut program = program_that("job", &format!("prlimit --nproc={limit} --pid $$"));
        let output = program.env("KETTLE_DOCTOR", doctor).uid(user).output();
        output.map(|output| output.status.success())
    };
    let Ok(true) = works(64, "off") else { return };
    let least = (1..64).find(|limit| works(*limit, "off").expect("it starts"));
    let least = least.expect("there is one");
    assert!(least > 1, "the limit holds for this user");
    assert!(works(least, "watch").expect("it starts"), "with {least} threads");
}

/// Needs a thread of the pool.
pub(crate) fn job() {
    runtime().block_on(async { kettle::task::spawn_blocking(|| {}).await.expect("it is done") });
}
