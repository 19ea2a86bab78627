//! How are datagrams sent and received?
//!
//! Each is sent and received as a whole. If one is longer than the buffer for it, the rest is lost.
//! A socket that is connected sends to its one peer and receives only from that; the others name
//! the receiver each time (`send_to`), and learn the sender's address (`recv_from`).
//!
//! So a datagram is always read into all of the buffer's room, which is zeroed first if it was
//! never written.
//!
//! tokio: the same methods on `UdpSocket` and `UnixDatagram`.

/// `datagrams!(Socket, address of a sender)`: all but `send_to` and `try_send_to`, which name the
/// receiver in different ways. `$address` is made of the system's with `From`.
macro_rules! datagrams {
    ($socket:ident, $address:ty) => {
        impl $socket {
            /// Sends a datagram to the peer that the socket is connected to. Says how many bytes:
            /// all of them.
            ///
            /// # Errors
            ///
            /// The system's: not connected, too long, or what an earlier datagram met
            /// (`ConnectionRefused`).
            ///
            /// # Cancel safety
            ///
            /// If the future is dropped before it is ready, nothing was sent.
            #[track_caller]
            pub fn send(&self, buf: &[u8]) -> impl Future<Output = std::io::Result<usize>> {
                let write = kettle_runtime::event::Direction::Write;
                crate::origin::located(async move {
                    self.io.datagram(write, |io| io.send(buf), crate::net::common::length).await
                })
            }

            #[doc = concat!("[`", stringify!($socket), "::send`] for hand-written futures. Of all that")]
            /// wait for writing by a `poll_*` method only the newest is woken.
            #[track_caller]
            pub fn poll_send(
                &self,
                cx: &mut std::task::Context<'_>,
                buf: &[u8],
            ) -> std::task::Poll<std::io::Result<usize>> {
                let _line = kettle_runtime::event::awaited(None);
                let write = kettle_runtime::event::Direction::Write;
                self.io.poll_datagram(write, cx, |io| io.send(buf), crate::net::common::length)
            }

            /// Sends a datagram to the peer, if there is room now.
            ///
            /// # Errors
            ///
            #[doc = concat!("`WouldBlock`, or as [`", stringify!($socket), "::send`].")]
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn try_send(&self, buf: &[u8]) -> std::io::Result<usize> {
                kettle_runtime::event::done_here(|| {
                let writable = crate::io::Interest::WRITABLE;
                self.io.try_datagram(writable, |io| io.send(buf), crate::net::common::length)
                })
            }

            /// Receives a datagram from the peer that the socket is connected to. Says how many
            /// bytes; what does not fit into `buf` is lost.
            ///
            /// # Errors
            ///
            /// The system's (`ConnectionRefused`, …).
            ///
            /// # Cancel safety
            ///
            /// If the future is dropped, no datagram is lost.
            #[track_caller]
            pub fn recv(&self, buf: &mut [u8]) -> impl Future<Output = std::io::Result<usize>> {
                let read = kettle_runtime::event::Direction::Read;
                crate::origin::located(async move {
                    self.io.datagram(read, |io| io.recv(buf), crate::net::common::length).await
                })
            }

            #[doc = concat!("[`", stringify!($socket), "::recv`] for hand-written futures. Of all that")]
            /// wait for reading by a `poll_*` method only the newest is woken.
            #[track_caller]
            pub fn poll_recv(
                &self,
                cx: &mut std::task::Context<'_>,
                buf: &mut crate::io::ReadBuf<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                let _line = kettle_runtime::event::awaited(None);
                let read = kettle_runtime::event::Direction::Read;
                let receive = |io: &mio::net::$socket| io.recv(buf.initialize_unfilled());
                let received = self.io.poll_datagram(read, cx, receive, crate::net::common::length);
                let n = std::task::ready!(received)?;
                buf.advance(n);
                std::task::Poll::Ready(Ok(()))
            }

            /// Receives a datagram from the peer, if there is one.
            ///
            /// # Errors
            ///
            #[doc = concat!("`WouldBlock`, or as [`", stringify!($socket), "::recv`].")]
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn try_recv(&self, buf: &mut [u8]) -> std::io::Result<usize> {
                kettle_runtime::event::done_here(|| {
                let readable = crate::io::Interest::READABLE;
                self.io.try_datagram(readable, |io| io.recv(buf), crate::net::common::length)
                })
            }

            /// Receives a datagram, and the address of the sender.
            ///
            /// # Errors and cancel safety
            ///
            #[doc = concat!("As [`", stringify!($socket), "::recv`].")]
            #[track_caller]
            pub fn recv_from(
                &self,
                buf: &mut [u8],
            ) -> impl Future<Output = std::io::Result<(usize, $address)>> {
                let read = kettle_runtime::event::Direction::Read;
                crate::origin::located(async move {
                    let told = |(n, _): &(usize, _)| crate::net::common::length(n);
                    let (n, from) = self.io.datagram(read, |io| io.recv_from(buf), told).await?;
                    Ok((n, from.into()))
                })
            }

            #[doc = concat!("[`", stringify!($socket), "::recv_from`] for hand-written futures: as")]
            #[doc = concat!("[`", stringify!($socket), "::poll_recv`].")]
            #[track_caller]
            pub fn poll_recv_from(
                &self,
                cx: &mut std::task::Context<'_>,
                buf: &mut crate::io::ReadBuf<'_>,
            ) -> std::task::Poll<std::io::Result<$address>> {
                let _line = kettle_runtime::event::awaited(None);
                let read = kettle_runtime::event::Direction::Read;
                let receive = |io: &mio::net::$socket| io.recv_from(buf.initialize_unfilled());
                let told = |(n, _): &(usize, _)| crate::net::common::length(n);
                let received = self.io.poll_datagram(read, cx, receive, told);
                let (n, from) = std::task::ready!(received)?;
                buf.advance(n);
                std::task::Poll::Ready(Ok(from.into()))
            }

            /// Receives a datagram and the address of the sender, if there is one.
            ///
            /// # Errors
            ///
            #[doc = concat!("`WouldBlock`, or as [`", stringify!($socket), "::recv`].")]
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn try_recv_from(&self, buf: &mut [u8]) -> std::io::Result<(usize, $address)> {
                kettle_runtime::event::done_here(|| {
                let readable = crate::io::Interest::READABLE;
                let told = |(n, _): &(usize, _)| crate::net::common::length(n);
                let received = self.io.try_datagram(readable, |io| io.recv_from(buf), told);
                received.map(|(n, from)| (n, from.into()))
                })
            }

            #[doc = concat!("[`", stringify!($socket), "::recv`] into the free room of a buffer, which")]
            /// then has so many bytes more: a `BytesMut`, say. What does not fit into its next
            /// piece of free room is lost.
            #[cfg(feature = "io-util")]
            #[track_caller]
            pub fn recv_buf<B: bytes::BufMut>(
                &self,
                buf: &mut B,
            ) -> impl Future<Output = std::io::Result<usize>> {
                let read = kettle_runtime::event::Direction::Read;
                crate::origin::located(async move {
                    let receive =
                        |io: &mio::net::$socket| crate::net::common::fill_whole(buf, |room| io.recv(room));
                    self.io.datagram(read, receive, crate::net::common::length).await
                })
            }

            #[doc = concat!("[`", stringify!($socket), "::recv_from`] into the free room of a buffer:")]
            #[doc = concat!("as [`", stringify!($socket), "::recv_buf`].")]
            #[cfg(feature = "io-util")]
            #[track_caller]
            pub fn recv_buf_from<B: bytes::BufMut>(
                &self,
                buf: &mut B,
            ) -> impl Future<Output = std::io::Result<(usize, $address)>> {
                let read = kettle_runtime::event::Direction::Read;
                crate::origin::located(async move {
                    let mut sender = None;
                    let receive = |io: &mio::net::$socket| {
                        crate::net::common::fill_whole(buf, |room| {
                            let (n, from) = io.recv_from(room)?;
                            sender = Some(from);
                            Ok(n)
                        })
                    };
                    let n = self.io.datagram(read, receive, crate::net::common::length).await?;
                    Ok((n, sender.expect("each datagram has a sender").into()))
                })
            }

            #[doc = concat!("[`", stringify!($socket), "::try_recv`] into the free room of a buffer:")]
            #[doc = concat!("as [`", stringify!($socket), "::recv_buf`].")]
            #[cfg(feature = "io-util")]
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn try_recv_buf<B: bytes::BufMut>(&self, buf: &mut B) -> std::io::Result<usize> {
                kettle_runtime::event::done_here(|| {
                    crate::net::common::fill_whole(buf, |room| self.try_recv(room))
                })
            }

            #[doc = concat!("[`", stringify!($socket), "::try_recv_from`] into the free room of a")]
            #[doc = concat!("buffer: as [`", stringify!($socket), "::recv_buf`].")]
            #[cfg(feature = "io-util")]
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn try_recv_buf_from<B: bytes::BufMut>(
                &self,
                buf: &mut B,
            ) -> std::io::Result<(usize, $address)> {
                kettle_runtime::event::done_here(|| {
                let mut sender = None;
                let n = crate::net::common::fill_whole(buf, |room| {
                    let (n, from) = self.try_recv_from(room)?;
                    sender = Some(from);
                    Ok(n)
                })?;
                Ok((n, sender.expect("each datagram has a sender")))
                })
            }
        }
    };
}

/// What events tell of a datagram. Nothing of an empty one: no bytes are the end of a stream there.
#[allow(clippy::trivially_copy_pass_by_ref)] // a source asks for a function of `&R`
pub(in crate::net) fn length(&moved: &usize) -> Option<usize> {
    (moved > 0).then_some(moved)
}

pub(in crate::net) use datagrams;
