//! How can a `const fn` make a lock whose value is in an `Arc`?
//!
//! At first a [`LateArc`] holds the bare value. The first use allocates the `Arc` with the lock;
//! every later use costs one atomic load.
//!
//! Why the `Arc`? Without `unsafe` an owned guard can't borrow from a lock that it owns itself, but
//! `parking_lot` has guards that own an `Arc` (`docs/decisions/0005`).
//!
//! Not here: the lock, which is a type parameter.

use std::sync::{Arc, OnceLock};

use kettle_runtime::event::StateLock;

/// An `Arc` of a lock `L` around a value `T`.
pub(crate) struct LateArc<L, T> {
    arc: OnceLock<Arc<L>>,
    /// The value, until the `Arc` is made.
    value: StateLock<Option<T>>,
}

impl<L: From<T>, T> LateArc<L, T> {
    pub(crate) const fn new(value: T) -> LateArc<L, T> {
        LateArc { arc: OnceLock::new(), value: StateLock::new(Some(value)) }
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

    /// Returns the lock, to which the caller has exclusive access.
    pub(crate) fn get_mut(&mut self) -> &mut L {
        self.make();
        self.arc.get_mut().and_then(Arc::get_mut).expect(ALONE)
    }

    pub(crate) fn into_inner(self) -> L {
        self.make();
        self.arc.into_inner().and_then(Arc::into_inner).expect(ALONE)
    }
}

/// The only other owner of the `Arc` is an owned guard. That guard also owns the primitive and
/// releases the value first, so the guard is gone by the time the primitive has no other owner.
const ALONE: &str = "no other holds the value of a lock that is held alone";
