//! Which traits do all locks and all guards implement?
//!
//! Each guard dereferences to its value and is printed like it, through the field `value`, which is
//! the value's own guard. Guards with no other field but permits are mapped in the same way. Each
//! lock owns permits, is made from its value, and is printed with it if it is free.

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

/// `map` and `try_map` for a guard that has only a `parking_lot` guard and permits, with `mut` if
/// it writes. Their generics come in tokio's order, which differs from lock to lock.
macro_rules! maps {
    ($(#[$example:meta])*
     [$($generics:tt)*] $guard:ident of $inner:ty => $mapped:ident $(, $mut:ident)?) => {
        impl<'a, T: ?Sized> $guard<'a, T> {
            /// Turns this guard into one for part of the value.
            $(#[$example])*
            pub fn map<$($generics)*>(this: Self, f: F) -> $mapped<'a, U>
            where
                F: FnOnce(&$($mut)? T) -> &$($mut)? U,
            {
                let $guard { value, held } = this;
                $mapped { value: <$inner>::map(value, f), held }
            }

            /// Turns this guard into one for part of the value, if there is such a part.
            ///
            /// # Errors
            ///
            /// This guard, if `f` returns `None`.
            pub fn try_map<$($generics)*>(this: Self, f: F) -> Result<$mapped<'a, U>, Self>
            where
                F: FnOnce(&$($mut)? T) -> Option<&$($mut)? U>,
            {
                let $guard { value, held } = this;
                match <$inner>::try_map(value, f) {
                    Ok(value) => Ok($mapped { value, held }),
                    Err(value) => Err($guard { value, held }),
                }
            }
        }
    };
}

/// `lock!(Mutex, by its method try_lock)`: the traits of a lock with a field `permits`.
macro_rules! lock {
    ($lock:ident, by its method $try:ident) => {
        impl<T> $crate::sync::semaphore::acquire::Owner for $lock<T> {
            #[inline]
            fn permits(&self) -> &$crate::sync::semaphore::permits::Permits {
                &self.permits
            }
        }

        impl<T> From<T> for $lock<T> {
            #[track_caller]
            fn from(value: T) -> $lock<T> {
                $lock::new(value)
            }
        }

        impl<T: Default> Default for $lock<T> {
            #[track_caller]
            fn default() -> $lock<T> {
                $lock::new(T::default())
            }
        }

        impl<T: std::fmt::Debug> std::fmt::Debug for $lock<T> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut lock = f.debug_struct(stringify!($lock));
                match self.$try() {
                    Ok(guard) => lock.field("data", &&*guard),
                    Err(_) => lock.field("data", &format_args!("<locked>")),
                };
                lock.finish()
            }
        }
    };
}

pub(crate) use {lock, maps, reads, writes};
