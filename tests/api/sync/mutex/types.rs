//! What do the types print?

use std::fmt::Debug;

use kettle::sync::Mutex;

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
