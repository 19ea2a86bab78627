//! Waiting without a try: what is found, and when. The sockets and tasks are those of
//! `source_tests.rs`.

use kettle_events::Direction;

use super::*;

/// One poll, with nothing borrowed afterwards.
fn poll_once<T>(future: impl Future<Output = T>, task: &Task) -> Poll<T> {
    std::pin::pin!(future).poll(&mut task.cx())
}

#[test]
fn ready_waits_for_either_direction_and_leaves_both() {
    let mut world = World::new();
    let ((source, mut far), task) = (world.pair(), Task::new());
    let would_block = || -> io::Result<()> { Err(ErrorKind::WouldBlock.into()) };
    source.try_io(Read, |_| would_block(), |()| None).unwrap_err();
    world.look();
    // Its registration reported it writable, which is used up too.
    source.try_io(Write, |_| would_block(), |()| None).unwrap_err();
    let state = &source.registration.state;
    {
        let mut ready = source.ready([Read, Write]);
        assert!(Pin::new(&mut ready).poll(&mut task.cx()).is_pending());
        assert_eq!((state.waiters(Read), state.waiters(Write)), (1, 1));
    }
    assert_eq!((state.waiters(Read), state.waiters(Write)), (0, 0));
    let mut ready = source.ready([Read, Write]);
    assert!(Pin::new(&mut ready).poll(&mut task.cx()).is_pending());
    far.write_all(b"hello").unwrap();
    world.until(&task, 1);
    let Poll::Ready(Ok(found)) = Pin::new(&mut ready).poll(&mut task.cx()) else {
        panic!("woken, and not ready")
    };
    assert!(found.get(Read).ready);
    drop(ready); // epoll has reported both directions, other selectors only one
    assert_eq!((state.waiters(Read), state.waiters(Write)), (0, 0));
}

#[test]
fn a_try_that_would_block_clears_the_end_too() {
    let mut world = World::new();
    let ((source, mut far), task) = (world.pair(), Task::new());
    reads_nothing_yet(&source, &task);
    far.write_all(b"hello").unwrap();
    drop(far);
    world.until(&task, 1);
    let mut tries = 0;
    let op = |_: &TcpStream| {
        tries += 1;
        assert!(tries < 10, "the end was reported, and it is tried without end");
        Err::<(), _>(ErrorKind::WouldBlock.into())
    };
    let polled = source.poll_io(Read, &mut task.cx(), 0, op, |()| None);
    assert!(polled.is_pending() && tries < 10, "what the system says counts, not an old report");
}

/// Waits by both kinds of wait. Is each over?
fn waits(source: &Source<TcpStream>, direction: Direction, task: &Task) -> [bool; 2] {
    let newest = source.poll_ready(direction, &mut task.cx()).is_ready();
    [newest, poll_once(source.ready([direction]), task).is_ready()]
}

#[test]
fn a_source_that_joined_for_its_other_direction_waits_for_a_report_too() {
    let mut world = World::new();
    let ((source, _far), task) = (world.pair(), Task::new());
    reads_nothing_yet(&source, &task);
    source.try_io(Write, |_| Err::<(), _>(ErrorKind::Other.into()), |()| None).unwrap_err();
    assert_eq!(waits(&source, Write, &task), [false; 2], "no report and no success says that");
    world.until(&task, 1);
    assert_eq!(waits(&source, Write, &task), [true; 2]);
}

#[cfg_attr(windows, ignore = "there a source joins when it is made")]
#[test]
fn a_success_ends_a_wait_and_a_short_read_takes_that_back() {
    let mut world = World::new();
    let ((source, mut far), task) = (world.pair(), Task::new());
    far.write_all(b"hello").unwrap();
    let read = |asked| poll_read(&source, &task, &mut vec![0; asked]);
    assert!(matches!(read(2), Poll::Ready(Ok(2))));
    assert_eq!(world.sources.members.lock().len(), 0, "a read joins only when it must");
    assert_eq!(waits(&source, Read, &task), [true; 2], "there may be more");
    assert!(matches!(read(8), Poll::Ready(Ok(3))));
    assert_eq!(waits(&source, Read, &task), [false; 2], "there was no more");
    far.write_all(b"hello").unwrap();
    world.until(&task, 1);
    assert!(matches!(read(2), Poll::Ready(Ok(2))));
    assert_eq!(waits(&source, Read, &task), [true; 2], "who got all that it asked for goes on");
}

#[cfg_attr(windows, ignore = "there a source joins when it is made")]
#[test]
fn a_short_read_before_the_source_joins_ends_no_wait() {
    let world = World::new();
    let ((source, mut far), task) = (world.pair(), Task::new());
    far.write_all(b"hello").unwrap();
    let read = |asked| poll_read(&source, &task, &mut vec![0; asked]);
    assert!(matches!(read(5), Poll::Ready(Ok(5))));
    far.write_all(b"hello").unwrap();
    assert!(matches!(read(8), Poll::Ready(Ok(5))), "a short read doesn't end the attempts");
    assert_eq!(waits(&source, Read, &task), [false; 2]);
}

/// A wait that began before: another task's attempt tells it.
#[test]
fn who_waits_is_woken_by_the_first_success_of_another_task() {
    let world = World::new();
    let ((source, _far), task) = (world.pair(), Task::new());
    let mut ready = source.ready([Write]);
    assert!(Pin::new(&mut ready).poll(&mut task.cx()).is_pending());
    source.try_io(Write, |mut io| io.write(b"x"), |&n| Some(n)).unwrap();
    assert_eq!(task.wakes(), 1);
    assert!(Pin::new(&mut ready).poll(&mut task.cx()).is_ready());
}

#[test]
fn what_was_found_can_be_cleared_before_the_source_has_joined() {
    let mut world = World::new();
    let ((source, mut far), task) = (world.pair(), Task::new());
    let found = source.look([Read]).unwrap().expect("a first read may succeed");
    let _ = source.clear(&found, Read);
    let mut ready = Box::pin(source.ready([Read]));
    assert!(ready.as_mut().poll(&mut task.cx()).is_pending(), "a busy loop");
    far.write_all(b"hello").unwrap();
    world.until(&task, 1);
    assert!(ready.as_mut().poll(&mut task.cx()).is_ready());
}

#[test]
#[cfg_attr(miri, ignore = "Miri has no epoll for files")]
#[cfg(any(target_os = "linux", target_os = "android"))] // FreeBSD's kqueue takes it
fn what_cannot_be_registered_is_found_ready_all_the_same() {
    let world = World::new();
    let file = std::fs::File::open("/dev/null").unwrap(); // which no selector takes
    let source = Source::of(world.sources.clone(), file, Interest::READABLE).unwrap();
    let task = Task::new();
    let Poll::Ready(Ok(found)) = poll_once(source.ready([Read, Priority]), &task) else {
        panic!("the error of joining hides that reading is believed ready")
    };
    assert!(found.get(Read).ready);
    let priority = poll_once(source.ready([Priority]), &task);
    assert!(matches!(priority, Poll::Ready(Err(_))), "{priority:?}");
}

#[test]
fn what_was_found_after_the_runtimes_end_is_found_once() {
    let world = World::new();
    let ((source, _far), task) = (world.pair(), Task::new());
    world.sources.close(&mut VecDeque::new());
    let Poll::Ready(Ok(found)) = poll_once(source.ready([Read]), &task) else {
        panic!("it is believed ready")
    };
    let _ = source.clear(&found, Read);
    let again = poll_once(source.ready([Read]), &task);
    assert!(matches!(again, Poll::Ready(Err(_))), "a busy loop: {again:?}");
}

#[test]
fn a_direction_that_is_believed_ready_is_found_though_the_runtime_has_ended() {
    let world = World::new();
    let ((source, _far), task) = (world.pair(), Task::new());
    source.try_io(Write, |_| Err::<(), _>(ErrorKind::WouldBlock.into()), |()| None).unwrap_err();
    world.sources.close(&mut VecDeque::new());
    let both = poll_once(source.ready([Read, Write]), &task);
    let Poll::Ready(Ok(found)) = both else { panic!("{both:?}") };
    assert!(found.get(Read).ready && !found.get(Write).ready);
}

#[test]
#[should_panic(expected = "nothing to wait for")]
fn a_wait_for_nothing_does_not_wait_forever() {
    let (source, _far) = World::new().pair();
    let _ = poll_once(source.ready([]), &Task::new());
}

#[cfg(unix)]
#[test]
fn a_runtime_that_has_ended_takes_no_source_that_joins_at_once() {
    let world = World::new();
    let (plain, _far) = world.pair();
    world.sources.close(&mut VecDeque::new());
    let joined = Source::joined_of(world.sources.clone(), plain.leave().0, BOTH);
    let (_io, error) = joined.expect_err("it would never be reported");
    assert!(error.to_string().contains("has shut down"), "{error}");
}

/// While it joins, a loop on another thread reports that it is writable.
#[cfg(unix)]
#[test]
#[cfg_attr(miri, ignore = "a thousand sources take minutes there")]
fn a_source_that_joins_at_once_is_not_believed_readable() {
    let World { mut reactor, sources } = World::new();
    let joined = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !joined.load(Ordering::SeqCst) {
                reactor.wait(Some(std::time::Duration::from_millis(1))).unwrap();
                reactor.dispatch(&mut VecDeque::new());
            }
        });
        let readable = (0..1_000).any(|_| {
            let (near, _far) = mio::net::UnixStream::pair().unwrap();
            let source = Source::joined_of(sources.clone(), near, BOTH);
            source.map_err(|(_, error)| error).unwrap().look([Read]).unwrap().is_some()
        });
        joined.store(true, Ordering::SeqCst);
        assert!(!readable, "there is nothing to read");
    });
}

/// Only a report reveals these two, so each of these calls joins by itself, and then waits.
#[test]
fn priority_data_and_errors_wait_for_a_report() {
    fn joins(waits: impl Fn(&Source<TcpStream>, Direction, &mut Context<'_>) -> bool) {
        for direction in [Priority, Error] {
            let world = World::new();
            let (source, _far) = world.pair();
            assert!(waits(&source, direction, &mut Task::new().cx()), "{direction:?}");
            assert_eq!(world.sources.members.lock().len(), 1, "{direction:?}");
        }
    }
    let never = |_: &TcpStream| -> io::Result<()> { panic!("it is known not to be ready") };
    joins(|source, it, cx| source.poll_io(it, cx, 0, never, |()| None).is_pending());
    joins(|source, it, cx| source.poll_ready(it, cx).is_pending());
    joins(|source, it, cx| Pin::new(&mut source.io(it, never, |()| None)).poll(cx).is_pending());
    joins(|source, it, cx| Pin::new(&mut source.ready([it])).poll(cx).is_pending());
    joins(|source, it, _| source.look([it]).unwrap().is_none());
    joins(|source, it, _| {
        source.try_io(it, never, |()| None).unwrap_err().kind() == ErrorKind::WouldBlock
    });
}
