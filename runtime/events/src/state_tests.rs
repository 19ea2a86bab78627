//! Is what has ended forgotten, in whatever order that is?

use std::panic::Location;

use super::*;

fn began(moved: u64) -> Lasting {
    let (event, place) = (Event::Note { text: "" }, Location::caller());
    Lasting { event, place, by: By::NOBODY, since: (Instant::now(), moved) }
}

#[test]
fn what_has_ended_is_forgotten_in_any_order() {
    let mut kept = ByNumber::default();
    for number in [3, 1, 2, 5, 4] {
        kept.insert(number, began(number));
    }
    assert!(kept.values().map(|it| it.since.1).is_sorted());
    let removed = |kept: &mut ByNumber, number| kept.remove(number).map(|it| it.since.1);
    assert_eq!(
        [5, 2, 2, 6].map(|number| removed(&mut kept, number)),
        [Some(5), Some(2), None, None]
    );
    assert_eq!(kept.get_mut(3).map(|it| it.since.1), Some(3));
    assert_eq!([1, 4, 3].map(|number| removed(&mut kept, number)), [Some(1), Some(4), Some(3)]);
    assert_eq!((kept.list.len(), kept.gone), (0, 0));
}
