//! How can a `const fn` make a lock whose value is in an `Arc` of its own?
//!
//! A [`LateArc`] first keeps the value as it is. The `Arc` around its lock is allocated when it is
//! first asked for, which costs a look at an atomic from then on.
//!
//! Why the `Arc`? An owned guard can't borrow from a lock that it owns itself without `unsafe`, and
//! `parking_lot`'s guards of an `Arc` can (`docs/decisions/0005`).
//!
//! Not here: which lock it is.

use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;

/// An `Arc` of a lock `L` around a value `T`.
pub(crate) struct LateArc<L, T> {
    arc: OnceLock<Arc<L>>,
    /// The value, until the `Arc` is there.
    value: Mutex<Option<T>>,
}

impl<L: From<T>, T> LateArc<L, T> {
    pub(crate) const fn new(value: T) -> LateArc<L, T> {
        LateArc { arc: OnceLock::new(), value: Mutex::new(Some(value)) }
    }

    #[inline]
    pub(crate) fn get(&self) -> &Arc<L> {
        match self.arc.get() {
            Some(arc) => arc,
            None => self.make(),
        }
    }

    #[cold]
    fn make(&self) -> &Arc<L> {
        self.arc.get_or_init(|| {
            let value = self.value.lock().take();
            Arc::new(L::from(value.expect("the value is here until the `Arc` is made")))
        })
    }

    /// The lock, which no other has.
    pub(crate) fn get_mut(&mut self) -> &mut L {
        self.make();
        self.arc.get_mut().and_then(Arc::get_mut).expect(ALONE)
    }

    pub(crate) fn into_inner(self) -> L {
        self.make();
        self.arc.into_inner().and_then(Arc::into_inner).expect(ALONE)
    }
}

/// An owned guard is the only other holder of the `Arc`. It holds the primitive itself too, and
/// lets go of the value first.
const ALONE: &str = "no other holds the value of a lock that is held alone";
