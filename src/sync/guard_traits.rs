//! Which traits do all locks and all guards implement?
//!
//! Each guard dereferences to its value and is printed like it, through the field `value`, which is
//! the value's own guard. Each lock owns permits, is made from its value, and is printed with it if
//! it is free.

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

pub(crate) use {lock, reads, writes};
