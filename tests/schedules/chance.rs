//! Right programs by chance: in no order do they hang, and the doctor tells of no hang.

#[allow(dead_code)] // `tests/bounded.rs` makes some of them longer
#[path = "../bounded/programs.rs"]
mod programs;

use kettle::runtime::Builder;
use programs::Program;

fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|number| number.parse().unwrap())
}

/// So many, with one of each family by default.
pub(crate) fn count() -> u64 {
    asked("KETTLE_PROGRAMS").unwrap_or(programs::FAMILIES)
}

#[kettle::test(start_paused = true)]
#[ignore = "run by a search"]
async fn one() {
    Program::random(asked("KETTLE_PROGRAM").unwrap()).run().await;
}

#[test]
#[ignore = "run by `right_programs_by_chance_are_told_no_hang`"]
fn all() {
    for number in 0..count() {
        let runtime = Builder::new_current_thread().enable_all().start_paused(true).build();
        runtime.unwrap().block_on(Program::random(number).run());
    }
}
