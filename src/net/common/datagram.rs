//! How are datagrams sent and received?
//!
//! A datagram is sent and received as a whole. If the buffer is too short for it, the rest is lost.
//! A connected socket exchanges datagrams only with its peer. An unconnected one names the receiver
//! in each call (`send_to`) and gets the sender's address with each datagram (`recv_from`).
//!
//! To lose as little as possible, a datagram is read into all of the buffer's free room, which is
//! zeroed first if it was never written.
//!
//! tokio: the same methods on `UdpSocket` and `UnixDatagram`.

/// `datagrams!(Socket, address of a sender)`: the methods for datagrams except `send_to` and
/// `try_send_to`, which name the receiver in different ways. `$address` is converted from the
/// system's address with `From`.
macro_rules! datagrams {
    ($socket:ident, $address:ty) => {
        impl $socket {
            /// Sends a datagram to the socket's peer, and returns the datagram's length.
            ///
            /// # Errors
            ///
            /// The system's errors: the socket isn't connected, the datagram is too long, or an
            /// earlier one was refused (`ConnectionRefused`).
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

            #[doc = concat!("[`", stringify!($socket), "::send`] for hand-written futures. Only the latest")]
            /// caller of a `poll_*` method for writing is woken.
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
            #[doc = concat!("`WouldBlock`, or the same as for [`", stringify!($socket), "::send`].")]
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn try_send(&self, buf: &[u8]) -> std::io::Result<usize> {
                kettle_runtime::event::done_here(|| {
                let writable = crate::io::Interest::WRITABLE;
                self.io.try_datagram(writable, |io| io.send(buf), crate::net::common::length)
                })
            }

            /// Receives a datagram from the socket's peer, and returns the number of bytes in
            /// `buf`. If the datagram is longer than `buf`, the rest is lost.
            ///
            /// # Errors
            ///
            /// The system's errors (`ConnectionRefused`, …).
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

            #[doc = concat!("[`", stringify!($socket), "::recv`] for hand-written futures. Only the latest")]
            /// caller of a `poll_*` method for reading is woken.
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

            /// Receives a datagram from the peer, if one has arrived.
            ///
            /// # Errors
            ///
            #[doc = concat!("`WouldBlock`, or the same as for [`", stringify!($socket), "::recv`].")]
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn try_recv(&self, buf: &mut [u8]) -> std::io::Result<usize> {
                kettle_runtime::event::done_here(|| {
                let readable = crate::io::Interest::READABLE;
                self.io.try_datagram(readable, |io| io.recv(buf), crate::net::common::length)
                })
            }

            /// Receives a datagram, whoever sent it, together with the sender's address.
            ///
            #[doc = concat!("Its errors and cancel safety are [`", stringify!($socket), "::recv`]'s.")]
            #[track_caller]
            pub fn recv_from(
                &self,
                buf: &mut [u8],
            ) -> impl Future<Output = std::io::Result<(usize, $address)>> {
                let read = kettle_runtime::event::Direction::Read;
                crate::origin::located(async move {
                    let length = |(n, _): &(usize, _)| crate::net::common::length(n);
                    let (n, from) = self.io.datagram(read, |io| io.recv_from(buf), length).await?;
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
                let length = |(n, _): &(usize, _)| crate::net::common::length(n);
                let received = self.io.poll_datagram(read, cx, receive, length);
                let (n, from) = std::task::ready!(received)?;
                buf.advance(n);
                std::task::Poll::Ready(Ok(from.into()))
            }

            /// Receives a datagram together with the sender's address, if a datagram has arrived.
            ///
            #[doc = concat!("Its errors are [`", stringify!($socket), "::try_recv`]'s.")]
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn try_recv_from(&self, buf: &mut [u8]) -> std::io::Result<(usize, $address)> {
                kettle_runtime::event::done_here(|| {
                let readable = crate::io::Interest::READABLE;
                let length = |(n, _): &(usize, _)| crate::net::common::length(n);
                let received = self.io.try_datagram(readable, |io| io.recv_from(buf), length);
                received.map(|(n, from)| (n, from.into()))
                })
            }

            #[doc = concat!("[`", stringify!($socket), "::recv`] into the free room of a buffer, which")]
            /// such as a `BytesMut`, which grows by as many bytes. If the datagram is longer than
            /// the buffer's next piece of free room, the rest is lost.
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

/// The length that an event records, or `None` for an empty datagram, because in events zero bytes
/// mean the end of a stream.
#[allow(clippy::trivially_copy_pass_by_ref)] // a source takes a function of `&R`
pub(in crate::net) fn length(&moved: &usize) -> Option<usize> {
    (moved > 0).then_some(moved)
}

pub(in crate::net) use datagrams;
