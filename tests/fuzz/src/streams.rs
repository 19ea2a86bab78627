//! Bytes that come in pieces, with waits between them, and are written in pieces: what is read must
//! be what std reads from the same bytes.

use std::collections::VecDeque;
use std::io::{self, BufRead, Cursor, ErrorKind, Read, Seek, SeekFrom};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use kettle::io::{
    AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncSeekExt, AsyncWrite, AsyncWriteExt, BufReader,
    BufWriter, ReadBuf, duplex,
};

/// Polled so often, a future is stuck: each `Pending` here has a wake.
const MOST_POLLS: usize = 100_000;

pub(crate) fn target(bytes: &[u8]) {
    let Some((&[which, capacity, seed], content)) = bytes.split_first_chunk() else { return };
    let content = &content[..content.len().min(4096)];
    let start = Start { capacity: 1 + usize::from(capacity % 40), seed, content };
    ALL[usize::from(which) % ALL.len()](&start);
}

const ALL: [fn(&Start); 9] = [lines, segments, until, whole, numbers, exact, copies, seeks, pipe];

/// In so many ways it is read or written.
pub const WAYS: usize = ALL.len();

struct Start<'a> {
    /// Of buffers.
    capacity: usize,
    seed: u8,
    content: &'a [u8],
}

impl<'a> Start<'a> {
    fn dice(&self) -> Dice {
        Dice(u64::from(self.seed) * 2 + 1)
    }

    fn reader(&self) -> BufReader<Pieces<'a>> {
        BufReader::with_capacity(self.capacity, self.pieces())
    }

    fn pieces(&self) -> Pieces<'a> {
        Pieces { rest: self.content, dice: self.dice() }
    }
}

/// Numbers that follow from the seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).expect("below a usize")
    }
}

/// Gives its bytes in pieces, with waits and interruptions between them.
struct Pieces<'a> {
    rest: &'a [u8],
    dice: Dice,
}

impl AsyncRead for Pieces<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.dice.below(4) == 0 {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let most = buf.remaining().min(self.rest.len());
        let (piece, rest) = self.rest.split_at(most.min(1 + self.dice.below(17)));
        buf.put_slice(piece);
        self.rest = rest;
        Poll::Ready(Ok(()))
    }
}

/// Takes what it is given in pieces, with waits between them.
struct Takes {
    taken: Vec<u8>,
    flushed: usize,
    dice: Dice,
}

impl Takes {
    fn new(dice: Dice) -> Takes {
        Takes { taken: Vec::new(), flushed: 0, dice }
    }

    fn waits(&mut self, cx: &Context<'_>) -> bool {
        let waits = self.dice.below(4) == 0;
        if waits {
            cx.waker().wake_by_ref();
        }
        waits
    }
}

impl AsyncWrite for Takes {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.waits(cx) {
            return Poll::Pending;
        }
        let some = buf.len().min(1 + self.dice.below(9));
        self.taken.extend_from_slice(&buf[..some]);
        Poll::Ready(Ok(some))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.waits(cx) {
            return Poll::Pending;
        }
        self.flushed = self.taken.len();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}

/// Polls until it is ready.
#[track_caller]
fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    for _ in 0..MOST_POLLS {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
    panic!("it is stuck");
}

/// Of two results the errors are the same if their kinds are.
fn kind<T>(result: io::Result<T>) -> Result<T, ErrorKind> {
    result.map_err(|error| error.kind())
}

fn lines(start: &Start) {
    let (mut ours, mut std) = (start.reader().lines(), BufRead::lines(start.content));
    loop {
        let line = kind(run(ours.next_line()));
        assert_eq!(line, kind(std.next().transpose()));
        if line == Ok(None) {
            return;
        }
    }
}

fn segments(start: &Start) {
    let end = start.content.first().copied().unwrap_or(0);
    let mut ours = start.reader().split(end);
    for segment in start.content.split_inclusive(|byte| *byte == end) {
        let segment = segment.strip_suffix(&[end]).unwrap_or(segment).to_vec();
        assert_eq!(kind(run(ours.next_segment())), Ok(Some(segment)));
    }
    assert_eq!(kind(run(ours.next_segment())), Ok(None));
}

/// In the middle of it each way to read takes its turn.
fn until(start: &Start) {
    let (mut ours, mut std, mut dice) = (start.reader(), start.content, start.dice());
    let (mut bytes, mut others) = (Vec::new(), Vec::new());
    for _ in 0..200 {
        let end = u8::try_from(dice.below(256)).expect("a byte");
        match dice.below(4) {
            0 => {
                let read = kind(run(ours.read_until(end, &mut bytes)));
                assert_eq!(read, kind(BufRead::read_until(&mut std, end, &mut others)));
            }
            1 => {
                let mut buffer = vec![0; dice.below(9)];
                // However much there is.
                let read = run(ours.read(&mut buffer)).expect("no error is given");
                bytes.extend_from_slice(&buffer[..read]);
                others.extend_from_slice(&std[..read]);
                BufRead::consume(&mut std, read);
            }
            2 => {
                let some = run(ours.fill_buf()).expect("no error is given");
                assert!(std.starts_with(some) && (some.is_empty() == std.is_empty()));
                let some = dice.below(some.len() + 1);
                ours.consume(some);
                BufRead::consume(&mut std, some);
            }
            _ => {
                let limit = dice.below(20) as u64;
                let read = kind(run((&mut ours).take(limit).read_to_end(&mut bytes)));
                assert_eq!(read, kind(Read::take(&mut std, limit).read_to_end(&mut others)));
            }
        }
        assert_eq!(bytes, others);
    }
}

fn whole(start: &Start) {
    let twice = || start.pieces().chain(start.reader());
    let mut std = start.content.to_vec();
    std.extend_from_slice(start.content);
    let mut bytes = b"before".to_vec();
    assert_eq!(kind(run(twice().read_to_end(&mut bytes))), Ok(std.len()));
    assert!(bytes.starts_with(b"before") && bytes[6..] == std);
    let (mut text, mut others) = ("before".to_owned(), "before".to_owned());
    let read = kind(run(twice().read_to_string(&mut text)));
    assert_eq!(read, kind(Read::read_to_string(&mut &std[..], &mut others)));
    assert_eq!(text, others);
}

fn numbers(start: &Start) {
    let (mut ours, mut std, mut dice) = (start.reader(), start.content, start.dice());
    macro_rules! number {
        ($($read:ident $from:path, $size:literal;)*) => {{
            let reads = [$(stringify!($read)),*];
            match reads[dice.below(reads.len())] {
                $(stringify!($read) => {
                    let expected = std.split_first_chunk::<$size>();
                    let expected = expected.map(|(first, rest)| {
                        std = rest;
                        $from(*first).to_be_bytes().to_vec()
                    });
                    let read = kind(run(ours.$read())).map(|it| it.to_be_bytes().to_vec());
                    assert_eq!(read, expected.clone().ok_or(ErrorKind::UnexpectedEof));
                    expected.is_some()
                })*
                _ => unreachable!(),
            }
        }};
    }
    while number! {
        read_u8 u8::from_be_bytes, 1; read_i8 i8::from_be_bytes, 1;
        read_u16 u16::from_be_bytes, 2; read_u16_le u16::from_le_bytes, 2;
        read_i32 i32::from_be_bytes, 4; read_u32_le u32::from_le_bytes, 4;
        read_f32 f32::from_be_bytes, 4; read_u64 u64::from_be_bytes, 8;
        read_i64_le i64::from_le_bytes, 8; read_f64_le f64::from_le_bytes, 8;
        read_u128 u128::from_be_bytes, 16; read_i128_le i128::from_le_bytes, 16;
    } {}
}

fn exact(start: &Start) {
    let (mut ours, mut std, mut dice) = (start.reader(), start.content, start.dice());
    loop {
        let mut buffer = vec![0; 1 + dice.below(60)];
        let read = kind(run(ours.read_exact(&mut buffer)));
        if buffer.len() > std.len() {
            assert_eq!(read, Err(ErrorKind::UnexpectedEof));
            return;
        }
        assert_eq!(read, Ok(buffer.len()));
        let (expected, rest) = std.split_at(buffer.len());
        assert_eq!(buffer, expected);
        std = rest;
    }
}

fn copies(start: &Start) {
    let length = start.content.len() as u64;
    let mut writer = Takes::new(start.dice());
    let copied = kind(run(kettle::io::copy(&mut start.pieces(), &mut writer)));
    assert_eq!(
        (copied, &writer.taken[..], writer.flushed),
        (Ok(length), start.content, writer.taken.len())
    );
    let mut writer = Takes::new(start.dice());
    let copied = kind(run(kettle::io::copy_buf(&mut start.reader(), &mut writer)));
    assert_eq!(
        (copied, &writer.taken[..], writer.flushed),
        (Ok(length), start.content, writer.taken.len())
    );

    let mut writer = BufWriter::with_capacity(start.capacity, Takes::new(start.dice()));
    let mut dice = start.dice();
    run(async {
        for piece in start.content.chunks(1 + dice.below(50)) {
            writer.write_all(piece).await.expect("no error is given");
            if dice.below(5) == 0 {
                writer.flush().await.expect("no error is given");
                assert_eq!(writer.get_ref().flushed, writer.get_ref().taken.len());
            }
        }
        writer.shutdown().await.expect("no error is given");
    });
    assert_eq!(writer.into_inner().taken, start.content);

    // Through a pipe and back, both ways at once.
    let (mut near, mut far) = duplex(start.capacity);
    let (mut left, mut right) = duplex(start.capacity);
    let mut back = Vec::new();
    let (copied, (), ()) = run(async {
        kettle::join!(
            kettle::io::copy_bidirectional(&mut far, &mut left),
            async {
                let (mut reader, mut writer) = kettle::io::split(&mut near);
                let send = async {
                    writer.write_all(start.content).await.expect("it is read");
                    writer.shutdown().await.expect("it is open");
                };
                let ((), read) = kettle::join!(send, reader.read_to_end(&mut back));
                read.expect("it ends");
            },
            async {
                let mut all = Vec::new();
                right.read_to_end(&mut all).await.expect("it ends");
                all.reverse();
                right.write_all(&all).await.expect("it is read");
                right.shutdown().await.expect("it is open");
            }
        )
    });
    assert_eq!(kind(copied), Ok((length, length)));
    back.reverse();
    assert_eq!(back, start.content);
}

/// A file in memory, read and moved in.
fn seeks(start: &Start) {
    let mut ours = BufReader::with_capacity(start.capacity, Cursor::new(start.content));
    let (mut std, mut dice) = (Cursor::new(start.content), start.dice());
    for _ in 0..100 {
        if dice.below(3) > 0 {
            let mut buffer = vec![0; dice.below(30)];
            let read = run(ours.read(&mut buffer)).expect("no error is given");
            let mut others = vec![0; read];
            Read::read_exact(&mut std, &mut others).expect("it is there");
            assert_eq!(buffer[..read], others);
            assert!(read > 0 || buffer.is_empty() || std.position() >= start.content.len() as u64);
        } else {
            let by = i64::try_from(dice.below(200)).expect("small") - 100;
            let to = match dice.below(3) {
                0 => SeekFrom::Start(by.unsigned_abs()),
                1 => SeekFrom::Current(by),
                _ => SeekFrom::End(by),
            };
            assert_eq!(kind(run(ours.seek(to))), kind(Seek::seek(&mut std, to)));
        }
        assert_eq!(kind(run(ours.stream_position())), kind(Seek::stream_position(&mut std)));
    }
}

/// A pipe is a queue with a limit.
fn pipe(start: &Start) {
    let (near, mut far) = duplex(start.capacity);
    let (mut near, mut model) = (Some(near), VecDeque::new());
    let (mut dice, mut rest, mut shut) = (start.dice(), start.content, false);
    let cx = &mut Context::from_waker(Waker::noop());
    for _ in 0..300 {
        match (dice.below(20), &mut near) {
            (0..=8, Some(near)) if !shut => {
                let (piece, _) = rest.split_at(rest.len().min(1 + dice.below(30)));
                let room = piece.len().min(start.capacity - model.len());
                match Pin::new(near).poll_write(cx, piece) {
                    Poll::Pending => assert!(room == 0 && !piece.is_empty()),
                    Poll::Ready(written) => {
                        let written = written.expect("both ends are there");
                        assert_eq!(written, room);
                        model.extend(&piece[..written]);
                        rest = &rest[written..];
                    }
                }
            }
            (9 | 10, Some(near)) if shut => {
                assert_eq!(kind(run(near.write(b"x"))), Err(ErrorKind::BrokenPipe));
            }
            (18, Some(near)) if dice.below(10) == 0 => {
                run(near.shutdown()).expect("it is open");
                shut = true;
            }
            (19, it) if dice.below(10) == 0 => (*it, shut) = (None, true),
            _ => {
                let mut buffer = vec![0; 1 + dice.below(30)];
                let mut buffer = ReadBuf::new(&mut buffer);
                let there = model.len().min(buffer.capacity());
                match Pin::new(&mut far).poll_read(cx, &mut buffer) {
                    Poll::Pending => assert!(there == 0 && !shut),
                    Poll::Ready(read) => {
                        read.expect("it is open");
                        assert!(buffer.filled().iter().copied().eq(model.drain(..there)));
                        assert!(there > 0 || shut);
                    }
                }
            }
        }
    }
}
