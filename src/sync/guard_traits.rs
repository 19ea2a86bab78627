//! Which traits do all guards implement?
//!
//! Each guard dereferences to its value and is printed like it, through the field `value`, which is
//! the value's own guard.

/// `Deref`, `Debug` and `Display` for a guard: `reads!(['a, T: ?Sized] Guard<'a, T> => T)`.
macro_rules! reads {
    ([$($generic:tt)*] $guard:ty => $target:ident) => {
        impl<$($generic)*> std::ops::Deref for $guard {
            type Target = $target;

            #[inline]
            fn deref(&self) -> &$target {
                &self.value
            }
        }

        impl<$($generic)*> std::fmt::Debug for $guard
        where
            $target: std::fmt::Debug,
        {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Debug::fmt(&**self, f)
            }
        }

        impl<$($generic)*> std::fmt::Display for $guard
        where
            $target: std::fmt::Display,
        {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&**self, f)
            }
        }
    };
}

/// The same, plus `DerefMut`.
macro_rules! writes {
    ([$($generic:tt)*] $guard:ty => $target:ident) => {
        $crate::sync::guard_traits::reads!([$($generic)*] $guard => $target);

        impl<$($generic)*> std::ops::DerefMut for $guard {
            #[inline]
            fn deref_mut(&mut self) -> &mut $target {
                &mut self.value
            }
        }
    };
}

pub(crate) use {reads, writes};
