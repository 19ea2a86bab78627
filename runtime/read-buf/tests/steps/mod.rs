//! A `ReadBuf` against a plain model, under random operations, the `unsafe` ones among them.
//!
//! The model is a vector in which an uninitialised byte is `None`, and two numbers. After each
//! operation both must agree on all that can be asked; an operation that panics must panic in both,
//! and change nothing. Whether a byte that is handed out really holds a value, Miri sees.
//!
//! This file is compiled twice, for kettle's `ReadBuf` and for tokio's.

use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::BufMut;
use proptest::collection::vec;
use proptest::prelude::*;

use super::ReadBuf;

/// The most bytes of a buffer, so that operations often reach its end, or want more.
const CAPACITY: usize = 12;

#[derive(Clone, Copy, Debug)]
enum Op {
    Put(usize),
    Clear,
    Advance(usize),
    SetFilled(usize),
    Initialize(usize),
    InitializeAll,
    /// Writes to what is filled, or to what is initialised.
    Overwrite {
        filled: bool,
    },
    /// Writes this many bytes through `unfilled_mut`, says so, and counts them as filled or not.
    Unfilled {
        n: usize,
        advance: bool,
    },
    /// Writes one byte through `inner_mut`, of those that are initialised.
    Inner(usize),
    /// Fills the second number of bytes of a part that has the first.
    Take(usize, usize),
    /// As a `BufMut`.
    PutU16,
    Chunk(usize),
}

fn op() -> impl Strategy<Value = Op> {
    let n = || 0..CAPACITY + 2;
    prop_oneof![
        4 => n().prop_map(Op::Put),
        1 => Just(Op::Clear),
        2 => n().prop_map(Op::Advance),
        1 => Just(Op::Advance(usize::MAX)),
        2 => n().prop_map(Op::SetFilled),
        3 => n().prop_map(Op::Initialize),
        1 => Just(Op::Initialize(usize::MAX)),
        1 => Just(Op::InitializeAll),
        1 => any::<bool>().prop_map(|filled| Op::Overwrite { filled }),
        3 => (n(), any::<bool>()).prop_map(|(n, advance)| Op::Unfilled { n, advance }),
        1 => n().prop_map(Op::Inner),
        2 => (n(), n()).prop_map(|(limit, n)| Op::Take(limit, n)),
        1 => Just(Op::PutU16),
        2 => n().prop_map(Op::Chunk),
    ]
}

/// What the buffer should be.
#[derive(Clone, Debug)]
struct Model {
    bytes: Vec<Option<u8>>,
    filled: usize,
    initialized: usize,
}

/// What an operation does if it may be done at all.
type Done = Option<()>;

impl Model {
    fn remaining(&self) -> usize {
        self.bytes.len() - self.filled
    }

    fn initialized(&self) -> Vec<u8> {
        self.bytes[..self.initialized].iter().map(|byte| byte.expect("initialised")).collect()
    }

    /// Writes `n` bytes after the filled part.
    fn write(&mut self, n: usize, byte: u8) -> Done {
        self.bytes.get_mut(self.filled..)?.get_mut(..n)?.fill(Some(byte));
        self.initialized = self.initialized.max(self.filled + n);
        Some(())
    }

    fn set_filled(&mut self, n: usize) -> Done {
        (n <= self.initialized).then(|| self.filled = n)
    }

    fn advance(&mut self, n: usize) -> Done {
        self.set_filled(self.filled.checked_add(n)?)
    }

    fn initialize(&mut self, n: usize) -> Done {
        (n <= self.remaining()).then_some(())?;
        let end = self.filled + n;
        if self.initialized < end {
            self.bytes[self.initialized..end].fill(Some(0));
            self.initialized = end;
        }
        Some(())
    }

    fn take(&mut self, op: Op, byte: u8) -> Done {
        match op {
            Op::Put(n) => {
                self.write(n, byte)?;
                self.advance(n)
            }
            Op::Clear => self.set_filled(0),
            Op::Advance(n) => self.advance(n),
            Op::SetFilled(n) => self.set_filled(n),
            Op::Initialize(n) => self.initialize(n),
            Op::InitializeAll => self.initialize(self.remaining()),
            Op::Overwrite { filled } => {
                let n = if filled { self.filled } else { self.initialized };
                self.bytes[..n].fill(Some(byte));
                Some(())
            }
            Op::Unfilled { n, advance } => {
                let n = n.min(self.remaining());
                self.write(n, byte)?;
                self.advance(if advance { n } else { 0 })
            }
            Op::Inner(at) => {
                if let Some(old) = self.bytes[..self.initialized].get_mut(at) {
                    *old = Some(byte);
                }
                Some(())
            }
            Op::Take(limit, n) => {
                let limit = limit.min(self.remaining());
                (n <= limit).then_some(())?;
                self.write(n, byte)?;
                self.advance(n)
            }
            Op::PutU16 => {
                self.write(2, byte)?;
                self.advance(2)
            }
            Op::Chunk(n) => {
                let n = n.min(self.remaining());
                self.write(n, byte)?;
                self.advance(n)
            }
        }
    }
}

/// The same operation on the buffer.
fn perform(buf: &mut ReadBuf<'_>, op: Op, byte: u8) {
    let some = [byte; CAPACITY + 2];
    match op {
        Op::Put(n) => buf.put_slice(&some[..n]),
        Op::Clear => buf.clear(),
        Op::Advance(n) => buf.advance(n),
        Op::SetFilled(n) => buf.set_filled(n),
        Op::Initialize(n) => assert_eq!(buf.initialize_unfilled_to(n).len(), n),
        Op::InitializeAll => {
            let remaining = buf.remaining();
            assert_eq!(buf.initialize_unfilled().len(), remaining);
        }
        Op::Overwrite { filled: true } => buf.filled_mut().fill(byte),
        Op::Overwrite { filled: false } => buf.initialized_mut().fill(byte),
        Op::Unfilled { n, advance } => {
            let n = n.min(buf.remaining());
            // SAFETY: bytes with values are written.
            let unfilled = unsafe { buf.unfilled_mut() };
            unfilled[..n].fill(MaybeUninit::new(byte));
            // SAFETY: `n` bytes have just been written.
            unsafe { buf.assume_init(n) };
            buf.advance(if advance { n } else { 0 });
        }
        Op::Inner(at) => {
            let initialized = buf.initialized().len();
            // SAFETY: a byte with a value is written.
            let inner = unsafe { buf.inner_mut() };
            if let Some(old) = inner[..initialized].get_mut(at) {
                old.write(byte);
            }
        }
        Op::Take(limit, n) => {
            let mut part = buf.take(limit);
            assert_eq!((part.filled(), part.initialized()), (&b""[..], &b""[..]));
            part.put_slice(&some[..n]);
            // SAFETY: they have been put there.
            unsafe { buf.assume_init(n) };
            buf.advance(n);
        }
        Op::PutU16 => buf.put_u16(u16::from_ne_bytes([byte; 2])),
        Op::Chunk(n) => {
            let chunk = buf.chunk_mut();
            let n = n.min(chunk.len());
            chunk[..n].copy_from_slice(&some[..n]);
            // SAFETY: `n` bytes of the chunk have been written.
            unsafe { buf.advance_mut(n) };
        }
    }
}

fn compare(buf: &ReadBuf<'_>, model: &Model) {
    let Model { bytes, filled, initialized } = model;
    assert_eq!(buf.initialized(), model.initialized());
    assert_eq!(buf.filled(), &model.initialized()[..*filled]);
    assert_eq!(buf.capacity(), bytes.len());
    assert_eq!((buf.remaining(), buf.remaining_mut()), (model.remaining(), model.remaining()));
    let shown = format!(
        "ReadBuf {{ filled: {filled}, initialized: {initialized}, capacity: {} }}",
        bytes.len()
    );
    assert_eq!(format!("{buf:?}"), shown);
}

fn play(mut buf: ReadBuf<'_>, mut model: Model, ops: &[Op]) {
    compare(&buf, &model);
    for (op, byte) in ops.iter().zip(b'a'..) {
        let before = model.clone();
        if model.take(*op, byte).is_some() {
            perform(&mut buf, *op, byte);
        } else {
            model = before;
            let panics = AssertUnwindSafe(|| perform(&mut buf, *op, byte));
            assert!(catch_unwind(panics).is_err(), "{op:?} should panic");
        }
        compare(&buf, &model);
    }
}

proptest! {
    // Under Miri each case takes seconds. And Miri may not write the files that keep failures.
    #![proptest_config(ProptestConfig {
        cases: if cfg!(miri) { 8 } else { 1_000 },
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn like_the_model_over_uninitialised_memory(
        capacity in 0..=CAPACITY,
        ops in vec(op(), 0..20),
    ) {
        let mut memory = Vec::with_capacity(capacity);
        let model = Model { bytes: vec![None; capacity], filled: 0, initialized: 0 };
        play(ReadBuf::uninit(&mut memory.spare_capacity_mut()[..capacity]), model, &ops);
    }

    #[test]
    fn like_the_model_over_bytes(capacity in 0..=CAPACITY, ops in vec(op(), 0..20)) {
        let mut bytes = vec![b'.'; capacity];
        let model = Model { bytes: vec![Some(b'.'); capacity], filled: 0, initialized: capacity };
        play(ReadBuf::new(&mut bytes), model, &ops);
        // They still hold values, whatever was done: Miri would notice if not.
        let was_written = |byte: &u8| byte.is_ascii_punctuation() || byte.is_ascii_lowercase();
        prop_assert!(bytes.iter().all(|byte| *byte == 0 || was_written(byte)));
    }
}
