//! Which methods do bounded and unbounded channels share?
//!
//! All methods that have nothing to do with room: a sender's `closed` and `is_closed`, and a
//! receiver's methods for closing, counting and blocking. A macro writes each for both types.
//!
//! Interface: `sending_end!`, `receiving_end!`. Not here: sending (`sender.rs`, `unbounded.rs`) and
//! receiving (`receiver.rs`, `unbounded.rs`).

/// The methods of both senders, which are counted handles to the channel.
macro_rules! sending_end {
    ($sender:ident) => {
        impl<T> $sender<T> {
            /// A sender that the channel has already counted.
            pub(super) fn counted(chan: Arc<Chan<T>>) -> $sender<T> {
                $sender { chan }
            }

            pub(super) fn chan(&self) -> &Arc<Chan<T>> {
                &self.chan
            }

            /// Waits until the receiver has closed the channel or been dropped.
            ///
            /// # Cancel safety
            ///
            /// Cancel safe: a new call is ready at once if the channel is closed.
            ///
            /// ```
            /// # #[kettle::main] async fn main() {
            /// let (tx, rx) = kettle::sync::mpsc::channel::<()>(1);
            /// drop(rx);
            /// tx.closed().await;
            /// # }
            /// ```
            #[track_caller]
            pub fn closed(&self) -> impl Future<Output = ()> {
                $crate::sync::wait_closed::wait_closed(&*self.chan)
            }

            /// Returns whether the receiver has closed the channel or been dropped.
            ///
            /// ```
            /// let (tx, rx) = kettle::sync::mpsc::channel::<()>(1);
            /// assert!(!tx.is_closed());
            /// drop(rx);
            /// assert!(tx.is_closed());
            /// ```
            pub fn is_closed(&self) -> bool {
                self.chan.is_closed()
            }

            /// Returns whether both handles send to the same channel.
            pub fn same_channel(&self, other: &Self) -> bool {
                Arc::ptr_eq(&self.chan, &other.chan)
            }
        }

        impl<T> std::fmt::Debug for $sender<T> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($sender)).field("chan", &*self.chan).finish()
            }
        }
    };
}

pub(super) use sending_end;

/// The methods of both receivers that need only the receiver's other methods.
macro_rules! receiving_end {
    ($receiver:ident) => {
        impl<T> $receiver<T> {
            /// Receives in synchronous code, blocking the thread while the channel is empty.
            ///
            /// # Panics
            ///
            /// If called in async code, where it would block the runtime whose tasks are to send.
            #[track_caller]
            pub fn blocking_recv(&mut self) -> Option<T> {
                let name = concat!(stringify!($receiver), "::blocking_recv");
                $crate::sync::blocking::block_on(name, self.recv())
            }

            /// Like [`blocking_recv`](Self::blocking_recv), for [`recv_many`](Self::recv_many).
            #[track_caller]
            pub fn blocking_recv_many(&mut self, buffer: &mut Vec<T>, limit: usize) -> usize {
                let name = concat!(stringify!($receiver), "::blocking_recv_many");
                $crate::sync::blocking::block_on(name, self.recv_many(buffer, limit))
            }

            /// Closes the channel to new values. Values that are in it, or are sent with existing
            /// permits, can still be received.
            ///
            /// Waiting senders get an error. To get every value, call [`recv`](Self::recv) until it
            /// returns `None`.
            ///
            /// ```
            /// # #[kettle::main] async fn main() {
            /// let (tx, mut rx) = kettle::sync::mpsc::channel(8);
            /// tx.try_send(1).unwrap();
            /// rx.close();
            /// assert!(tx.try_send(2).is_err());
            /// assert_eq!(rx.recv().await, Some(1));
            /// assert_eq!(rx.recv().await, None);
            /// # }
            /// ```
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn close(&mut self) {
                kettle_runtime::event::done_here(|| self.chan.close())
            }

            /// Returns whether the channel is closed, by [`close`](Self::close) or because all
            /// senders were dropped.
            ///
            /// There may still be values in it.
            pub fn is_closed(&self) -> bool {
                self.chan.is_closed_for_receiver()
            }

            /// Returns whether there is no value to receive now.
            pub fn is_empty(&self) -> bool {
                self.chan.len() == 0
            }

            /// Returns how many values there are to receive now.
            pub fn len(&self) -> usize {
                self.chan.len()
            }

            /// Returns how many senders the channel has.
            pub fn sender_strong_count(&self) -> usize {
                self.chan.senders()
            }

            /// Returns how many weak senders the channel has.
            pub fn sender_weak_count(&self) -> usize {
                self.chan.weak_senders()
            }
        }

        // Shows how many values are in the channel, because they need not be `Debug`.
        impl<T> std::fmt::Debug for $receiver<T> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($receiver)).field("chan", &*self.chan).finish()
            }
        }
    };
}

pub(super) use receiving_end;
