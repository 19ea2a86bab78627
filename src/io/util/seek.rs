//! How does a seek become a future?
//!
//! The future waits for a seek that an earlier, dropped future may have started, then starts its
//! own and waits for it.

use std::io::{self, SeekFrom};
use std::pin::Pin;
use std::task::ready;

use super::operation::operation;
use crate::io::AsyncSeek;

operation! {
    AsyncSeekExt::seek => Seek<['a, S: ?Sized], ['a, S]> {
        inner: &'a mut S,
        // `None` after the seek has been started.
        position: Option<SeekFrom>,
    }
    where [S: AsyncSeek + Unpin]
    polled |me, cx| -> io::Result<u64> {
        let mut inner = Pin::new(&mut **me.inner);
        if let Some(position) = *me.position {
            ready!(inner.as_mut().poll_complete(cx))?;
            inner.as_mut().start_seek(position)?;
            *me.position = None;
        }
        inner.poll_complete(cx)
    }
}
