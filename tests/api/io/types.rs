//! Which of the futures of `io` can go to another thread and be moved?
//!
//! Nothing runs here: it compiles, on both sides. (tokio's own tests ask the same of the types:
//! `cargo xtask full published`.)

use kettle::io::*;

use crate::auto_traits;

/// The futures of methods can't be moved once they are polled, as if they were `async fn`s.
#[test]
fn futures_are_send_and_not_unpin() {
    let (mut reader, mut text, mut vec) = (BufReader::new(empty()), String::new(), Vec::new());
    let mut slice = &b"tea"[..];
    macro_rules! future {
        ($($future:expr),* $(,)?) => { $(
            match $future {
                future => {
                    auto_traits!(@ future Send & Sync & !Unpin);
                }
            }
        )* };
    }
    future!(
        reader.read_until(7, &mut vec),
        reader.read_line(&mut text),
        reader.fill_buf(),
        reader.seek(SeekFrom::Start(0)),
        reader.read(&mut [0]),
        reader.read_exact(&mut [0]),
        reader.read_to_end(&mut vec),
        reader.read_to_string(&mut text),
        reader.read_buf(&mut vec),
        reader.read_u8(),
        reader.read_u32(),
        reader.read_f64_le(),
        reader.write(&[0]),
        reader.write_all(&[0]),
        reader.write_vectored(&[]),
        reader.write_buf(&mut slice),
        reader.write_all_buf(&mut slice),
        reader.write_u8(7),
        reader.write_u64_le(7),
        reader.flush(),
        reader.shutdown(),
        copy(&mut reader, &mut sink()),
        copy_buf(&mut reader, &mut sink()),
        copy_bidirectional(&mut empty(), &mut reader),
        copy_bidirectional_with_sizes(&mut empty(), &mut reader, 1, 1),
    );
    let mut lines = reader.lines();
    future!(lines.next_line());
    let mut parts = AsyncBufReadExt::split(empty(), 7);
    future!(parts.next_segment());
}

/// All four traits can be used behind a pointer.
#[test]
fn the_traits_have_objects() {
    let _: [Box<dyn AsyncRead>; 1] = [Box::new(empty())];
    let _: [Box<dyn AsyncBufRead>; 1] = [Box::new(empty())];
    let _: [Box<dyn AsyncWrite>; 1] = [Box::new(empty())];
    let _: [Box<dyn AsyncSeek>; 1] = [Box::new(empty())];
}
