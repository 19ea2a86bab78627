//! Which circles are told of?

use std::collections::BTreeSet;

use super::super::super::deadlock::Circles;
use super::*;

/// Each waits for a lock of its own.
#[test]
fn no_circle_hides_the_others() {
    let tasks @ [anna, bert] = [(); 2].map(|()| Id::next());
    let mut script = run_of(Id::next(), &[anna, bert]);
    for task in tasks {
        script.write(Event::Detach { task });
        let lock = Lock::new(&mut script);
        poll(&mut script, task, &[lock], Some(lock), 0);
    }
    let (round, mut circles) = (seen(&script), Circles::default());
    let mut due = |fresh: &[Id], seconds| {
        let fresh = fresh.iter().copied().collect();
        let due = circles.due(&round.run, &fresh, Duration::from_secs(seconds), false);
        circles.told(due.as_deref().unwrap_or_default());
        due
    };
    assert_eq!(due(&tasks, 0), None, "not yet");
    let told: BTreeSet<_> = [due(&[], 2), due(&[], 3)].into_iter().flatten().flatten().collect();
    assert_eq!(told, BTreeSet::from(tasks));
    assert_eq!(due(&[], 4), None);
}
