//! `runtime`: entering it.

use kettle::runtime::{Builder, Handle};

/// The handle is a temporary value, gone at the end of the statement. async-compat is written so.
#[test]
fn the_guard_may_outlive_the_handle_that_made_it() {
    let runtime = Builder::new_current_thread().build().unwrap();
    let handle = || runtime.handle().clone();
    {
        let _guard = handle().enter();
        assert_eq!(Handle::current().id(), runtime.handle().id());
    }
    assert!(Handle::try_current().is_err());
}
