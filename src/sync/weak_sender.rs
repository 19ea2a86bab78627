//! How do channels make senders that don't keep the channel open?
//!
//! With a counted handle to the channel's memory, which can be upgraded as long as a sender is
//! left. The channel counts both kinds of handle under its lock.
//!
//! Interface: `weak_sender!`, which also writes the sender's counting and its `downgrade`, so that
//! the senders' files needn't name the weak type. Invariant: a handle is counted until it is
//! dropped.
//!
//! Not here: the count, and the effect of dropping the last sender (each channel's `chan.rs`).
//!
//! tokio: three copies of this code.

/// `weak_sender! { /// Docs. WeakSender of Sender, shown as "WeakSender"; upgrade }`
/// makes the type, where `Chan` and `Sender` are in scope. Attributes of `upgrade` go before its
/// name.
macro_rules! weak_sender {
    ($(#[$about:meta])* $weak:ident of $sender:ident, shown as $shown:literal;
     $(#[$upgrade:meta])* upgrade) => {
        impl<T> $sender<T> {
            /// Makes a handle that doesn't keep the channel open.
            #[must_use = "a weak sender does nothing by itself"]
            pub fn downgrade(&self) -> $weak<T> {
                $weak::new(self.chan())
            }
        }

        impl<T> Clone for $sender<T> {
            #[cfg_attr(debug_assertions, track_caller)]
            fn clone(&self) -> $sender<T> {
                kettle_runtime::event::done_here(|| {
                let counted = self.chan().add_sender();
                debug_assert!(counted, "sync/weak_sender.rs: a handle is counted until its drop");
                $sender::counted(self.chan().clone())
                })
            }
        }

        impl<T> Drop for $sender<T> {
            fn drop(&mut self) {
                let _line = kettle_runtime::event::in_a_drop();
                self.chan().drop_sender();
            }
        }

        $crate::sync::weak_sender::sender_counts!($sender);
        $crate::sync::weak_sender::sender_counts!($weak);

        $(#[$about])*
        pub struct $weak<T> {
            chan: Arc<Chan<T>>,
        }

        impl<T> $weak<T> {
            fn new(chan: &Arc<Chan<T>>) -> $weak<T> {
                chan.add_weak_sender();
                $weak { chan: chan.clone() }
            }

            fn chan(&self) -> &Arc<Chan<T>> {
                &self.chan
            }

            /// Makes a sender, unless all senders have been dropped.
            $(#[$upgrade])*
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn upgrade(&self) -> Option<$sender<T>> {
                kettle_runtime::event::done_here(|| {
                    self.chan.add_sender().then(|| $sender::counted(self.chan.clone()))
                })
            }
        }

        impl<T> Clone for $weak<T> {
            fn clone(&self) -> $weak<T> {
                $weak::new(&self.chan)
            }
        }

        impl<T> Drop for $weak<T> {
            fn drop(&mut self) {
                self.chan.drop_weak_sender();
            }
        }

        impl<T> std::fmt::Debug for $weak<T> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($shown)
            }
        }
    };
}

/// `sender_counts!(Sender)`: the methods that count both kinds of handle, for every handle type.
macro_rules! sender_counts {
    ($handle:ident) => {
        impl<T> $handle<T> {
            /// Returns how many senders the channel has.
            pub fn strong_count(&self) -> usize {
                self.chan().senders()
            }

            /// Returns how many weak senders the channel has.
            pub fn weak_count(&self) -> usize {
                self.chan().weak_senders()
            }
        }
    };
}

pub(crate) use {sender_counts, weak_sender};
