//! `read_u8` to `read_f64_le`, `write_u8` to `write_f64_le`.

use std::fmt::Debug;
use std::pin::pin;

use kettle::io::{AsyncReadExt, AsyncWriteExt, ErrorKind};

use super::script::{
    Eof, Error, Fail, Later, Pending, Reader, Take, Writer, block_on, bytes, one_by_one,
    poll_and_cancel, poll_once,
};

fn same<T: PartialEq + Debug>(
    number: T,
    expected: &[u8],
    read: &impl AsyncFn(&mut Reader) -> std::io::Result<T>,
    write: &impl AsyncFn(&mut Writer, T) -> std::io::Result<()>,
) {
    let mut whole = Reader::new([bytes(expected)]);
    assert_eq!(block_on(read(&mut whole)).unwrap(), number);
    let mut slow = Reader::new(one_by_one(expected));
    assert_eq!(block_on(read(&mut slow)).unwrap(), number);
    assert_eq!(slow.polls(), 2 * expected.len());

    let answers = [Fail(ErrorKind::Interrupted), Later, Take(1)];
    let mut writer = Writer::new((0..expected.len()).flat_map(|_| answers));
    block_on(write(&mut writer, number)).unwrap();
    assert_eq!(writer.written, expected);
    assert_eq!(writer.polls(), 3 * expected.len());
}

/// The method's name is the number's type, and the order of the bytes is `to_be_bytes`' own.
macro_rules! same {
    ($to_bytes:ident: $($read:ident $write:ident $number:expr;)*) => { $(
        same(
            $number,
            &$number.$to_bytes(),
            &async |reader| reader.$read().await,
            &async |writer, n| writer.$write(n).await,
        );
    )* };
}

#[test]
fn big_endian_numbers() {
    same! { to_be_bytes:
        read_u8 write_u8 0xfe_u8;
        read_i8 write_i8 -2_i8;
        read_u16 write_u16 0xfedc_u16;
        read_i16 write_i16 -2_i16;
        read_u32 write_u32 0xfedc_ba98_u32;
        read_i32 write_i32 -0x0102_0304_i32;
        read_u64 write_u64 0xfedc_ba98_7654_3210_u64;
        read_i64 write_i64 -0x0102_0304_0506_0708_i64;
        read_u128 write_u128 0xfedc_ba98_7654_3210_0123_4567_89ab_cdef_u128;
        read_i128 write_i128 i128::MIN + 0x1234_5678;
        read_f32 write_f32 -1_234.5_f32;
        read_f64 write_f64 -1_234.567_890_1_f64;
    }
}

#[test]
fn little_endian_numbers() {
    same! { to_le_bytes:
        read_u16_le write_u16_le 0xfedc_u16;
        read_i16_le write_i16_le -2_i16;
        read_u32_le write_u32_le 0xfedc_ba98_u32;
        read_i32_le write_i32_le -0x0102_0304_i32;
        read_u64_le write_u64_le 0xfedc_ba98_7654_3210_u64;
        read_i64_le write_i64_le -0x0102_0304_0506_0708_i64;
        read_u128_le write_u128_le 0xfedc_ba98_7654_3210_0123_4567_89ab_cdef_u128;
        read_i128_le write_i128_le i128::MIN + 0x1234_5678;
        read_f32_le write_f32_le -1_234.5_f32;
        read_f64_le write_f64_le -1_234.567_890_1_f64;
    }
}

#[test]
fn reading_ends_early_or_with_an_error_or_goes_on_after_an_interruption() {
    for came in 0..4 {
        let mut reader =
            Reader::new([bytes(&[7; 4][..came]), Eof].into_iter().skip((came == 0).into()));
        assert_eq!(block_on(reader.read_u32()).unwrap_err().kind(), ErrorKind::UnexpectedEof);
    }
    let mut reader = Reader::new([bytes(&[1]), Error(ErrorKind::TimedOut)]);
    assert_eq!(block_on(reader.read_u16()).unwrap_err().kind(), ErrorKind::TimedOut);
    let mut reader = Reader::new([bytes(&[1]), Error(ErrorKind::Interrupted), bytes(&[2])]);
    assert_eq!(block_on(reader.read_u16()).unwrap(), 0x0102);
}

#[test]
fn one_byte_can_be_cancelled_two_can_not() {
    let mut reader = Reader::new([Pending, bytes(&[1]), bytes(&[2]), Pending, bytes(&[3, 4])]);
    poll_and_cancel(reader.read_u8());
    assert_eq!(block_on(reader.read_u8()).unwrap(), 1);
    poll_and_cancel(reader.read_u16());
    assert_eq!(block_on(reader.read_u16()).unwrap(), 0x0304, "the 2 is lost");
}

#[test]
fn writing_to_the_full_and_to_the_broken() {
    let mut writer = Writer::new([Take(1), Take(0)]);
    assert_eq!(block_on(writer.write_u16(1)).unwrap_err().kind(), ErrorKind::WriteZero);
    let mut writer = Writer::new([Take(1), Fail(ErrorKind::BrokenPipe)]);
    assert_eq!(block_on(writer.write_u16(1)).unwrap_err().kind(), ErrorKind::BrokenPipe);
    assert_eq!(writer.written, [0]);
}

#[test]
fn a_number_that_has_been_written_is_not_written_again() {
    let mut writer = Writer::new([Take(2)]);
    {
        let mut future = pin!(writer.write_u16(1));
        assert!(poll_once(future.as_mut()).is_ready());
        assert!(poll_once(future.as_mut()).is_ready());
    }
    assert_eq!(writer.written, [0, 1]);
}
