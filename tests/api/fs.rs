//! `fs`: paths, folders, files.

use std::future::poll_fn;
use std::io::{ErrorKind, Write};
#[cfg(unix)]
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
#[cfg(unix)]
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::PathBuf;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use kettle::fs::{self, DirBuilder, File, FileTimes, OpenOptions};
use kettle::io::SeekFrom;
use kettle::io::{AsyncReadExt, AsyncSeek, AsyncSeekExt, AsyncWriteExt};
use kettle::runtime::Builder;

use crate::help::{Folder, Polled, Side, panic_of, side, text_of};

/// Runs a test in a runtime whose pool has one thread, so that [`abandon`] can hold it.
fn with_one_thread(test: impl Future<Output = ()>) {
    Builder::new_current_thread().max_blocking_threads(1).build().unwrap().block_on(test);
}

/// Polls a future once and drops it while its job is still queued.
async fn abandon(future: impl Future) {
    let (release, held) = std::sync::mpsc::channel::<()>();
    let holder = kettle::task::spawn_blocking(move || held.recv());
    Polled::new(future).pending();
    drop(release);
    holder.await.unwrap().unwrap_err();
}

fn contents(path: &PathBuf) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[cfg(unix)]
#[kettle::test]
async fn files_by_their_paths() {
    let folder = Folder::new();
    let (tea, copy) = (folder.at("tea"), folder.at("copy"));
    fs::write(&tea, "green").await.unwrap();
    assert_eq!(fs::read(&tea).await.unwrap(), b"green");
    assert_eq!(fs::read_to_string(&tea).await.unwrap(), "green");
    assert_eq!(fs::copy(&tea, &copy).await.unwrap(), 5);
    fs::rename(&copy, folder.at("moved")).await.unwrap();
    assert!(!fs::try_exists(&copy).await.unwrap());
    assert!(fs::try_exists(folder.at("moved")).await.unwrap());
    fs::hard_link(&tea, folder.at("second")).await.unwrap();
    assert_eq!(fs::metadata(&tea).await.unwrap().nlink(), 2);
    fs::symlink(&tea, folder.at("link")).await.unwrap();
    assert_eq!(fs::read_link(folder.at("link")).await.unwrap(), tea);
    assert!(fs::symlink_metadata(folder.at("link")).await.unwrap().is_symlink());
    assert!(!fs::metadata(folder.at("link")).await.unwrap().is_symlink());
    let whole = fs::canonicalize(folder.at("link")).await.unwrap();
    assert_eq!(whole, std::fs::canonicalize(&tea).unwrap());
    fs::set_permissions(&tea, PermissionsExt::from_mode(0o400)).await.unwrap();
    assert_eq!(fs::metadata(&tea).await.unwrap().mode() & 0o777, 0o400);
    fs::remove_file(&tea).await.unwrap();
    assert_eq!(fs::read(&tea).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(fs::metadata(&tea).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[cfg(unix)]
#[kettle::test]
async fn folders_by_their_paths() {
    let folder = Folder::new();
    fs::create_dir(folder.at("a")).await.unwrap();
    assert_eq!(fs::create_dir(folder.at("a")).await.unwrap_err().kind(), ErrorKind::AlreadyExists);
    assert_eq!(fs::create_dir(folder.at("b/c")).await.unwrap_err().kind(), ErrorKind::NotFound);
    fs::create_dir_all(folder.at("b/c")).await.unwrap();
    fs::create_dir_all(folder.at("b/c")).await.unwrap();
    fs::remove_dir(folder.at("a")).await.unwrap();
    assert!(fs::remove_dir(folder.at("b")).await.is_err());
    fs::remove_dir_all(folder.at("b")).await.unwrap();
    assert!(!fs::try_exists(folder.at("b")).await.unwrap());

    let mut builder = DirBuilder::new();
    assert!(builder.create(folder.at("d/e")).await.is_err());
    builder.recursive(true).mode(0o700);
    builder.create(folder.at("d/e")).await.unwrap();
    builder.create(folder.at("d/e")).await.unwrap();
    assert_eq!(fs::metadata(folder.at("d/e")).await.unwrap().mode() & 0o777, 0o700);
}

#[cfg(unix)]
#[kettle::test]
async fn every_entry_of_a_large_folder_is_given_once() {
    let folder = Folder::new();
    for number in 0..100 {
        folder.file(&format!("{number:02}"), "");
    }
    let mut entries = fs::read_dir(folder.path()).await.unwrap();
    let mut names = Vec::new();
    while let Some(entry) = entries.next_entry().await.unwrap() {
        assert_eq!(entry.path(), folder.path().join(entry.file_name()));
        assert!(entry.file_type().await.unwrap().is_file());
        assert_eq!(entry.metadata().await.unwrap().ino(), entry.ino());
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, (0..100).map(|number| format!("{number:02}")).collect::<Vec<_>>());
    assert!(entries.next_entry().await.unwrap().is_none());

    assert_eq!(fs::read_dir(folder.at("nothing")).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[kettle::test]
async fn an_entry_that_was_asked_for_and_dropped_is_not_lost() {
    let folder = Folder::new();
    for number in 0..100 {
        folder.file(&number.to_string(), "");
    }
    let mut entries = fs::read_dir(folder.path()).await.unwrap();
    let mut count = 0;
    loop {
        let mut dropped = Polled::new(entries.next_entry());
        let entry = match dropped.poll() {
            std::task::Poll::Ready(entry) => entry,
            std::task::Poll::Pending => {
                drop(dropped);
                entries.next_entry().await
            }
        };
        if entry.unwrap().is_none() {
            break;
        }
        count += 1;
    }
    assert_eq!(count, 100);
}

#[kettle::test]
async fn a_file_is_read_and_written_at_its_position() {
    let folder = Folder::new();
    let path = folder.at("file");
    let mut file = File::create_new(&path).await.unwrap();
    assert_eq!(File::create_new(&path).await.unwrap_err().kind(), ErrorKind::AlreadyExists);
    file.write_all(b"green tea").await.unwrap();
    assert_eq!(file.seek(SeekFrom::Start(6)).await.unwrap(), 6);
    let last = poll_fn(|cx| Pin::new(&mut file).poll_complete(cx)).await;
    assert_eq!(last.unwrap(), 6, "of the last seek");
    let mut byte = [0];
    file.read_exact(&mut byte).await.unwrap();
    assert_eq!(&byte, b"t");
    assert_eq!(file.stream_position().await.unwrap(), 7);
    file.write_all(b"EA").await.unwrap();
    file.rewind().await.unwrap();
    assert_eq!(text_of(&mut file).await, "green tEA");
    assert_eq!(file.seek(SeekFrom::End(-1)).await.unwrap(), 8);
    assert!(file.seek(SeekFrom::Current(-100)).await.is_err());
    assert_eq!(file.read(&mut byte).await.unwrap(), 1);
    assert_eq!(file.read(&mut byte).await.unwrap(), 0);
}

#[kettle::test]
async fn a_file_that_is_created_is_empty() {
    let folder = Folder::new();
    let path = folder.file("file", "old");
    let mut file = File::create(&path).await.unwrap();
    assert_eq!(file.metadata().await.unwrap().len(), 0);
    file.write_all(b"new").await.unwrap();
    file.flush().await.unwrap();
    assert_eq!(contents(&path), "new");
}

#[cfg(unix)]
#[kettle::test]
async fn options_are_the_systems() {
    let folder = Folder::new();
    let path = folder.file("file", "milk ");
    let mut file = OpenOptions::new().append(true).open(&path).await.unwrap();
    file.write_all(b"tea").await.unwrap();
    file.flush().await.unwrap();
    assert_eq!(contents(&path), "milk tea");
    assert!(OpenOptions::new().open(&path).await.is_err());
    let new = OpenOptions::new().write(true).create_new(true).open(&path).await.unwrap_err();
    assert_eq!(new.kind(), ErrorKind::AlreadyExists);
    let made = folder.at("made");
    let mut options = File::options();
    options.write(true).create(true).truncate(true).mode(0o600).custom_flags(0);
    options.open(&made).await.unwrap();
    assert_eq!(std::fs::metadata(&made).unwrap().mode() & 0o777, 0o600);
    let mut std = std::fs::OpenOptions::new();
    std.read(true);
    assert_eq!(text_of(OpenOptions::from(std).open(&path).await.unwrap()).await, "milk tea");
}

/// A file of which some bytes were read, for a read that was dropped.
async fn read_ahead(folder: &Folder) -> (PathBuf, File) {
    let path = folder.file("file", "green tea");
    let mut file = OpenOptions::new().read(true).write(true).open(&path).await.unwrap();
    abandon(file.read(&mut [0; 6])).await;
    (path, file)
}

#[test]
fn a_read_that_is_dropped_loses_no_bytes() {
    with_one_thread(async {
        let folder = Folder::new();
        let (path, mut file) = read_ahead(&folder).await;
        // What was read ahead is given first.
        assert_eq!(text_of(&mut file).await, "green tea");

        // A position that is relative counts from what the program has seen.
        file.rewind().await.unwrap();
        abandon(file.read(&mut [0; 6])).await;
        assert_eq!(file.seek(SeekFrom::Current(2)).await.unwrap(), 2);

        // And so does a write.
        abandon(file.read(&mut [0; 6])).await;
        file.write_all(b"EE").await.unwrap();
        file.flush().await.unwrap();
        assert_eq!(contents(&path), "grEEn tea");
    });
}

#[test]
fn part_of_what_was_read_ahead_is_stepped_back_over() {
    with_one_thread(async {
        let folder = Folder::new();
        let (path, mut file) = read_ahead(&folder).await;
        let mut two = [0; 2];
        file.read_exact(&mut two).await.unwrap();
        assert_eq!(&two, b"gr");
        file.write_all(b"EE").await.unwrap();
        file.flush().await.unwrap();
        assert_eq!(contents(&path), "grEEn tea");
        assert_eq!(file.stream_position().await.unwrap(), 4);
    });
}

#[cfg(target_os = "linux")] // has /dev/full
#[kettle::test]
async fn the_error_of_a_write_comes_with_the_next_write_or_flush() {
    // Every write to it fails, for lack of room.
    let mut full = OpenOptions::new().write(true).open("/dev/full").await.unwrap();
    assert_eq!(full.write(b"tea").await.unwrap(), 3);
    assert_eq!(full.flush().await.unwrap_err().kind(), ErrorKind::StorageFull);
    full.flush().await.unwrap();
    assert_eq!(full.write(b"tea").await.unwrap(), 3);
    assert_eq!(full.write(b"tea").await.unwrap_err().kind(), ErrorKind::StorageFull);
    assert_eq!(full.write(b"tea").await.unwrap(), 3);
    assert_eq!(full.shutdown().await.unwrap_err().kind(), ErrorKind::StorageFull);
}

#[test]
fn a_write_reaches_the_file_although_the_runtime_ends() {
    let folder = Folder::new();
    let path = folder.at("file");
    let runtime = Builder::new_current_thread().max_blocking_threads(1).build().unwrap();
    let (release, held) = std::sync::mpsc::channel::<()>();
    let file = runtime.block_on(async {
        let mut file = File::create(&path).await.unwrap();
        // The only thread is busy, so the write is still queued when the runtime ends.
        kettle::task::spawn_blocking(move || held.recv());
        file.write_all(b"tea").await.unwrap();
        file
    });
    let end = std::thread::spawn(move || drop(release));
    drop(runtime);
    end.join().unwrap();
    drop(file);
    assert_eq!(contents(&path), "tea");
}

#[cfg(unix)]
#[kettle::test]
async fn lengths_and_times_can_be_set() {
    let folder = Folder::new();
    let path = folder.file("file", "green tea");
    let mut file = OpenOptions::new().read(true).write(true).open(&path).await.unwrap();
    let mut start = [0; 5];
    file.read_exact(&mut start).await.unwrap();
    file.set_len(7).await.unwrap();
    assert_eq!(contents(&path), "green t");
    assert_eq!(text_of(&mut file).await, " t");
    file.set_len(9).await.unwrap();
    assert_eq!(contents(&path), "green t\0\0");
    assert!(File::open(&path).await.unwrap().set_len(0).await.is_err());

    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
    file.set_modified(long_ago).await.unwrap();
    assert_eq!(file.metadata().await.unwrap().modified().unwrap(), long_ago);
    let later = long_ago + Duration::from_secs(5);
    let times = FileTimes::new().set_accessed(long_ago).set_modified(later);
    file.set_times(times).await.unwrap();
    assert_eq!(file.metadata().await.unwrap().accessed().unwrap(), long_ago);
    assert_eq!(file.metadata().await.unwrap().modified().unwrap(), later);

    file.set_permissions(PermissionsExt::from_mode(0o640)).await.unwrap();
    assert_eq!(file.metadata().await.unwrap().mode() & 0o777, 0o640);
    file.sync_data().await.unwrap();
    file.sync_all().await.unwrap();
}

#[test]
fn set_len_counts_from_what_the_program_has_read() {
    with_one_thread(async {
        let folder = Folder::new();
        let (_, mut file) = read_ahead(&folder).await;
        file.set_len(5).await.unwrap();
        assert_eq!(text_of(&mut file).await, "green");
    });
}

#[cfg(unix)]
#[test]
fn to_std_and_back() {
    with_one_thread(async {
        let folder = Folder::new();
        let path = folder.at("file");
        let mut file = File::create_new(&path).await.unwrap();
        file.write_all(b"tea").await.unwrap();
        let mut std = file.into_std().await;
        assert_eq!(contents(&path), "tea");
        std.write_all(b" time").unwrap();

        let file = File::from_std(std);
        assert_eq!(file.as_fd().as_raw_fd(), file.as_raw_fd());
        assert!(file.try_into_std().is_ok());

        let fd: OwnedFd = std::fs::File::open(&path).unwrap().into();
        assert_eq!(text_of(File::from(fd)).await, "tea time");

        let mut busy = File::from(std::fs::File::open(&path).unwrap());
        let mut buffer = [0; 3];
        abandon(busy.read(&mut buffer)).await;
        assert_eq!(std::io::read_to_string(busy.into_std().await).unwrap(), " time");
    });
}

/// tokio's `into_std` panics here: its `Arc` is still shared.
#[test]
fn to_std_while_the_job_of_a_dropped_future_is_queued() {
    if side() == Side::Tokio {
        return;
    }
    with_one_thread(async {
        let folder = Folder::new();
        let path = folder.at("file");
        std::fs::write(&path, "tea").unwrap();
        let file = File::open(&path).await.unwrap();
        let (release, held) = std::sync::mpsc::channel::<()>();
        let holder = kettle::task::spawn_blocking(move || held.recv());
        Polled::new(file.metadata()).pending();
        assert_eq!(std::io::read_to_string(file.into_std().await).unwrap(), "tea");
        drop(release);
        holder.await.unwrap().unwrap_err();
    });
}

#[kettle::test]
async fn clones_share_a_position() {
    let folder = Folder::new();
    let path = folder.file("file", "green tea");
    let mut file = File::open(&path).await.unwrap();
    file.set_max_buf_size(3);
    let mut clone = file.try_clone().await.unwrap();
    assert_eq!(clone.max_buf_size(), 3);
    let mut six = [0; 6];
    file.read_exact(&mut six).await.unwrap();
    assert_eq!(text_of(&mut clone).await, "tea");
}

#[kettle::test]
async fn one_operation_moves_at_most_the_largest_buffer() {
    let folder = Folder::new();
    let path = folder.file("file", "green tea");
    let mut file = OpenOptions::new().read(true).write(true).open(&path).await.unwrap();
    file.set_max_buf_size(4);
    let mut buffer = [0; 9];
    assert_eq!(file.read(&mut buffer).await.unwrap(), 4);
    file.rewind().await.unwrap();
    assert_eq!(file.write(b"BLACK").await.unwrap(), 4);
    let slices = [b"xx", b"yy", b"zz"].map(|slice| std::io::IoSlice::new(slice));
    assert_eq!(file.write_vectored(&slices).await.unwrap(), 4);
    assert!(kettle::io::AsyncWrite::is_write_vectored(&file));
    file.flush().await.unwrap();
    assert_eq!(contents(&path), "BLACxxyya");
    assert_eq!(file.write(b"").await.unwrap(), 0);

    let panic = panic_of(|| file.set_max_buf_size(0));
    assert_eq!(panic.file, file!());
    assert!(panic.words.contains("max_buf_size"), "{panic:?}");
}
