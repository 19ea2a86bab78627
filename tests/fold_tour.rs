//! Do the events of the tour's programs tell all that happens in them?
//!
//! The tour counts the threads of its process, and the harness of tests makes some: so this is a
//! program without one. It runs the tour's stops as they are, in real time.

mod folded;

#[allow(dead_code)]
mod tour {
    include!("../examples/tour.rs");

    pub(crate) fn programs() -> Vec<(&'static str, fn())> {
        stops().iter().map(|stop| (stop.name, stop.run)).collect()
    }
}

fn main() {
    for (name, run) in tour::programs() {
        let ((), records) = kettle::trace::record(run);
        let (fold, turns) = folded::whole(&records);
        assert!(turns > 0, "{name}: {turns}");
        assert_eq!((fold.alive(), fold.queued(), fold.timer_count()), (0, 0, 0), "{name}");
    }
}
