//! Where is a cell's value kept?
//!
//! In std's `OnceLock`, which any thread can read without a lock once it is set. But a `const fn`
//! can't make a `OnceLock` with a value in it, so an initial value has its own variant.
//!
//! Not here: whose turn it is to set it (`once_cell.rs`), and the waiting tasks.
//!
//! tokio: an `UnsafeCell` next to an atomic flag.

use std::sync::OnceLock;

/// The traits of both kinds of cell, which are cloned and compared by their values.
macro_rules! cell {
    ($cell:ident) => {
        impl<T> Default for $cell<T> {
            #[track_caller]
            fn default() -> $cell<T> {
                $cell::new()
            }
        }

        impl<T> From<T> for $cell<T> {
            #[track_caller]
            fn from(value: T) -> $cell<T> {
                $cell::const_new_with(value)
            }
        }

        impl<T: Clone> Clone for $cell<T> {
            #[track_caller]
            fn clone(&self) -> $cell<T> {
                $cell::new_with(self.get().cloned())
            }
        }

        impl<T: PartialEq> PartialEq for $cell<T> {
            fn eq(&self, other: &$cell<T>) -> bool {
                self.get() == other.get()
            }
        }

        impl<T: Eq> Eq for $cell<T> {}

        impl<T: std::fmt::Debug> std::fmt::Debug for $cell<T> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($cell)).field("value", &self.get()).finish()
            }
        }
    };
}

pub(crate) use cell;

/// A value that may be set later.
pub(crate) enum OnceValue<T> {
    Initial(T),
    Later(OnceLock<T>),
}

impl<T> OnceValue<T> {
    pub(crate) const fn none() -> OnceValue<T> {
        OnceValue::Later(OnceLock::new())
    }

    pub(crate) fn get(&self) -> Option<&T> {
        match self {
            OnceValue::Initial(value) => Some(value),
            OnceValue::Later(value) => value.get(),
        }
    }

    pub(crate) fn get_mut(&mut self) -> Option<&mut T> {
        match self {
            OnceValue::Initial(value) => Some(value),
            OnceValue::Later(value) => value.get_mut(),
        }
    }

    /// Sets the value. If there is one already, returns the new value.
    pub(crate) fn set(&self, value: T) -> Result<(), T> {
        match self {
            OnceValue::Initial(_) => Err(value),
            OnceValue::Later(later) => later.set(value),
        }
    }

    pub(crate) fn into_inner(self) -> Option<T> {
        match self {
            OnceValue::Initial(value) => Some(value),
            OnceValue::Later(value) => value.into_inner(),
        }
    }
}
