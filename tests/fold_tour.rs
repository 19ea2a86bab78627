//! Do the events of the tour's programs tell all that happens in them? And does it hear a guess?
//!
//! The tour counts the threads of its process, and the harness of tests makes some: so this is a
//! program without one. It runs the tour's stops as they are, in real time.

#[path = "common/folded.rs"]
mod folded;

#[allow(dead_code)]
mod tour {
    include!("../examples/tour.rs");

    pub(crate) fn programs() -> Vec<(&'static str, fn())> {
        STOPS.iter().map(|stop| (stop.name, stop.run)).collect()
    }

    pub(crate) fn hears_a_guess() {
        let lines = ["b\n", " B) 51 tasks\n", "\n", "", "d\n"];
        let heard = lines.map(|line| compared(guessed(line), 'b'));
        let right = "You guessed b, and b it is.";
        assert_eq!(heard, [right, right, "It is b.", "It is b.", "It is b."]);
        assert_eq!(compared(guessed("a\n"), 'b'), "You guessed a, but it is b.");
    }
}

fn main() {
    tour::hears_a_guess();
    for (name, run) in tour::programs() {
        let ((), records) = kettle::trace::record(run);
        let (fold, turns) = folded::whole(&records);
        assert!(turns > 0, "{name}: {turns}");
        assert_eq!((fold.alive(), fold.queued(), fold.timer_count()), (0, 0, 0), "{name}");
    }
}
