//! What do the ends of a bounded and of an unbounded channel have in common?
//!
//! All that has nothing to do with room: how a sender is counted, how it hears of the end, what a
//! receiver closes and counts, and how it receives in code that is not async. These are methods of
//! two types each, so they are written in a macro for both.
//!
//! Interface: `sending_end!`, `receiving_end!`. Not here: sending (`sender.rs`, `unbounded.rs`) and
//! receiving (`receiver.rs`, `unbounded.rs`).

/// What each kind of sender is, whether it waits for room or not: a counted handle on the channel.
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

            /// Waits until the receiver has closed the channel or was dropped.
            ///
            /// # Cancel safety
            ///
            /// Cancel safe: nothing is lost, and a new call is ready at once if the channel is
            /// closed.
            ///
            /// ```
            /// # #[kettle::main]
            /// # async fn main() {
            /// let (tx, rx) = kettle::sync::mpsc::channel::<()>(1);
            /// drop(rx);
            /// tx.closed().await;
            /// # }
            /// ```
            #[track_caller]
            pub fn closed(&self) -> impl Future<Output = ()> {
                $crate::sync::wait_closed::wait_closed(&*self.chan)
            }

            /// Has the receiver closed the channel, or was it dropped?
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

            /// Do both send to the same channel?
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

/// What each kind of receiver can do by those methods that are its own.
macro_rules! receiving_end {
    ($receiver:ident) => {
        impl<T> $receiver<T> {
            /// Receives from code that is not async, blocking the thread while the channel is
            /// empty.
            ///
            /// # Panics
            ///
            /// In async code: blocking the thread would stop the runtime whose tasks are to send.
            #[track_caller]
            pub fn blocking_recv(&mut self) -> Option<T> {
                let name = concat!(stringify!($receiver), "::blocking_recv");
                $crate::sync::blocking::block_on(name, self.recv())
            }

            /// [`recv_many`](Self::recv_many) for code that is not async.
            ///
            /// # Panics
            ///
            /// In async code, as [`blocking_recv`](Self::blocking_recv).
            #[track_caller]
            pub fn blocking_recv_many(&mut self, buffer: &mut Vec<T>, limit: usize) -> usize {
                let name = concat!(stringify!($receiver), "::blocking_recv_many");
                $crate::sync::blocking::block_on(name, self.recv_many(buffer, limit))
            }

            /// Lets no more values in, but keeps what is in the channel and what comes by permits
            /// that are held.
            ///
            /// Waiting senders get an error. Call [`recv`](Self::recv) until it returns `None` to
            /// leave nothing behind.
            ///
            /// ```
            /// # #[kettle::main]
            /// # async fn main() {
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

            /// Is the channel closed: by [`close`](Self::close), or because all senders are gone?
            ///
            /// There may still be values in it.
            pub fn is_closed(&self) -> bool {
                self.chan.is_closed_for_receiver()
            }

            /// Is there no value to receive now?
            pub fn is_empty(&self) -> bool {
                self.chan.len() == 0
            }

            /// How many values there are to receive now.
            pub fn len(&self) -> usize {
                self.chan.len()
            }

            /// How many senders the channel has.
            pub fn sender_strong_count(&self) -> usize {
                self.chan.senders()
            }

            /// How many weak senders the channel has.
            pub fn sender_weak_count(&self) -> usize {
                self.chan.weak_senders()
            }
        }

        // What is in it need not be `Debug`, and is counted.
        impl<T> std::fmt::Debug for $receiver<T> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($receiver)).field("chan", &*self.chan).finish()
            }
        }
    };
}

pub(super) use receiving_end;
