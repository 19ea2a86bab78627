//! What the attributes' expansion calls.

use std::future::ready;

/// Stands in for kettle, and tells how its door was called.
mod stand_in {
    pub(crate) mod __private {
        use std::panic::Location;

        #[track_caller]
        pub(crate) fn main<F: Future>(
            start_paused: bool,
            _name: Option<&str>,
            _body: F,
        ) -> (bool, u32) {
            (start_paused, Location::caller().line())
        }
    }
}

const LINE_OF_PAUSED: u32 = line!() + 1;
#[kettle::main(crate = "crate::attributes::stand_in", start_paused = true)]
async fn paused(_n: u32) -> (bool, u32) {
    ready(()).await;
    ready((false, 0)).await
}

/// Has a function of the name that is treated most kindly.
mod program {
    pub(crate) const LINE_OF_MAIN: u32 = line!() + 1;
    #[kettle::main(crate = "crate::attributes::stand_in", start_paused = false)]
    pub(crate) async fn main() -> (bool, u32) {
        (true, 0)
    }
}

#[test]
fn the_door_learns_of_the_clock_and_of_the_attribute_s_place() {
    assert_eq!(paused(1), (true, LINE_OF_PAUSED));
    assert_eq!(program::main(), (false, program::LINE_OF_MAIN));
}
