//! The disk is full, or the file may grow no more (`EFBIG`, as `ulimit -f` says it): the error comes to the
//! call that asked, or to the next; what was written before is in the file, and the file can be used on.

use std::fs;
use std::io::{ErrorKind, SeekFrom};

use kettle::fs::{File, OpenOptions};
use kettle::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

use crate::common::engine::runtime;
use crate::{Place, program_that, run};

/// No file over 64 KiB (the shell counts blocks of 512 bytes), and no signal that ends the program.
const SMALL_FILES: &str = "trap '' XFSZ; ulimit -f 128";
const LIMIT: usize = 64 * 1024;

#[test]
fn a_file_that_may_grow_no_more_keeps_what_it_has_and_says_so() {
    run("a large file", SMALL_FILES);
}

pub(crate) fn program() {
    runtime().block_on(async {
        let place = Place::new("disk");
        let path = place.file("large");
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).open(&path).await.unwrap();
        let error = write_too_much(&mut file).await;
        assert_eq!(error.kind(), ErrorKind::FileTooLarge);
        assert_eq!(fs::metadata(&path).unwrap().len(), LIMIT as u64, "no more, and no less");
        // Said once, and not again.
        file.flush().await.unwrap();
        file.seek(SeekFrom::Start(0)).await.unwrap();
        let mut all = Vec::new();
        file.read_to_end(&mut all).await.unwrap();
        assert!(all.len() == LIMIT && all.iter().all(|byte| *byte == 7));
        file.set_len(0).await.unwrap();
        file.seek(SeekFrom::Start(0)).await.unwrap();
        file.write_all(b"tea").await.unwrap();
        file.flush().await.unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"tea");

        let copied = place.file("copied");
        fs::write(place.file("half"), vec![7; LIMIT]).unwrap();
        let twice = place.file("half");
        let mut halves = File::open(&twice).await.unwrap().chain(File::open(&twice).await.unwrap());
        let mut file = File::create(&copied).await.unwrap();
        let copied = async {
            kettle::io::copy(&mut halves, &mut file).await?;
            file.flush().await
        };
        assert_eq!(copied.await.unwrap_err().kind(), ErrorKind::FileTooLarge);
        let error = kettle::fs::write(place.file("whole"), vec![7; LIMIT + 1]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FileTooLarge);
    });
}

async fn write_too_much(file: &mut File) -> std::io::Error {
    for _ in 0..2 * LIMIT / 1000 {
        if let Err(error) = file.write_all(&[7; 1000]).await {
            return error;
        }
    }
    file.flush().await.expect_err("it was too much")
}

/// The program ends as if there were no trace, and says that the trace ends early. What is in the file is as
/// much as there was room for, and does not claim to be all.
#[test]
fn a_trace_for_which_there_is_no_room_ends_early_and_the_program_does_not() {
    // In blocks of 512 bytes.
    for (ending, room) in [("jsonl", 128), ("json", 128), ("html", blocks_of_the_page() + 128)] {
        let place = Place::new(&format!("trace-{ending}"));
        let trace = place.file(&format!("tea.{ending}"));
        let mut program = program_that("yields", &format!("trap '' XFSZ; ulimit -f {room}"));
        let output = program.env("KETTLE_TRACE", &trace).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{ending}: {said}");
        assert!(said.contains("the trace ends early"), "{ending}: {said}");
        let text = fs::read(&trace).unwrap();
        assert_eq!(text.len(), room * 512, "{ending}");
        let text = String::from_utf8_lossy(&text);
        assert!(!text.contains("{\"end\":\"complete\""), "{ending}");
    }
}

/// The page of a replay comes before its first line: so much of the file is there however little is recorded.
fn blocks_of_the_page() -> usize {
    let place = Place::new("trace-page");
    let trace = place.file("tea.html");
    program_that("yields", "true").env("KETTLE_TRACE", &trace).output().expect("it runs");
    let text = fs::read_to_string(&trace).unwrap();
    text.rsplit_once("id=\"trace\">").expect("the lines have a tag").0.len() / 512
}

/// Enough events for any of these.
pub(crate) fn yields() {
    runtime().block_on(async {
        for _ in 0..10_000 {
            kettle::task::yield_now().await;
        }
    });
}
