//! Is what has ended forgotten, in whatever order that is?

use super::*;

#[test]
fn what_has_ended_is_forgotten_in_any_order() {
    let mut kept = ByNumber::default();
    for number in [3, 1, 2, 5, 4] {
        kept.insert(number, number);
    }
    assert!(kept.values().is_sorted());
    assert_eq!([5, 2, 2, 6].map(|number| kept.remove(number)), [Some(5), Some(2), None, None]);
    assert_eq!(kept.get_mut(3), Some(&mut 3));
    assert_eq!([1, 4, 3].map(|number| kept.remove(number)), [Some(1), Some(4), Some(3)]);
    assert_eq!((kept.list.len(), kept.gone), (0, 0));
}
