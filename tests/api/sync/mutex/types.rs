//! Auto traits, as in tokio's list, and what the types print.

use std::fmt::Debug;

use kettle::sync::Mutex;

use crate::auto_traits;
use crate::auto_traits::{NN, YN, YY, any};

auto_traits!(fn Mutex::<NN>::lock(any()) => !Send & !Sync & !Unpin);
auto_traits!(fn Mutex::<NN>::lock_owned(any()) => !Send & !Sync & !Unpin);
auto_traits!(fn Mutex::<YN>::lock(any()) => Send & Sync & !Unpin);
auto_traits!(fn Mutex::<YN>::lock_owned(any()) => Send & Sync & !Unpin);
auto_traits!(fn Mutex::<YY>::lock(any()) => Send & Sync & !Unpin);
auto_traits!(fn Mutex::<YY>::lock_owned(any()) => Send & Sync & !Unpin);

fn print<T: Debug>(mutex: &Mutex<T>) -> String {
    format!("{mutex:?}")
}

#[test]
fn a_mutex_prints_its_value_unless_it_is_locked() {
    let mutex = Mutex::from(3);
    assert_eq!(print(&mutex), "Mutex { data: 3 }");
    let guard = mutex.try_lock().unwrap();
    assert_eq!(print(&mutex), "Mutex { data: <locked> }");
    assert_eq!(format!("{guard:?} {guard}"), "3 3");
    assert_eq!(mutex.try_lock().unwrap_err().to_string(), "operation would block");
    drop(guard);
    assert_eq!(print(&Mutex::<u8>::default()), "Mutex { data: 0 }");
    let owned = std::sync::Arc::new(mutex).try_lock_owned().unwrap();
    assert_eq!(format!("{owned:?} {owned}"), "3 3");
}
