//! `runtime::Handle`, `EnterGuard`, `Id`, `RuntimeFlavor`, `TryCurrentError`.

use std::collections::HashSet;
use std::thread;

use kettle::runtime::{Handle, RuntimeFlavor, is_rt_shutdown_err, worker_index};
use kettle::task::JoinHandle;

use crate::common::engine::runtime;
use crate::help::{Drops, Folder, says};

#[test]
fn ids_differ_between_runtimes_and_not_within_one() {
    let (one, two) = (runtime(), runtime());
    let id = one.handle().id();
    assert_eq!(one.block_on(async { Handle::current().id() }), id);
    assert_eq!(one.handle().clone().id(), id);
    assert_eq!(one.block_on(one.spawn(async { Handle::current().id() })).unwrap(), id);
    assert_ne!(two.handle().id(), id);
    assert_eq!(HashSet::from([id, two.handle().id(), id]).len(), 2);
    assert!(id.to_string().parse::<u64>().is_ok());
    assert_eq!(format!("{id:?}"), format!("Id({id})"));
    let set = kettle::task::LocalSet::new();
    assert_ne!(set.id(), id, "a local set has one of its own");
    assert_ne!(set.id(), kettle::task::LocalSet::new().id());
}

#[test]
fn the_flavor() {
    let runtime = runtime();
    assert_eq!(runtime.handle().runtime_flavor(), RuntimeFlavor::CurrentThread);
    assert_ne!(RuntimeFlavor::CurrentThread, RuntimeFlavor::MultiThread);
    assert_eq!(format!("{:?}", RuntimeFlavor::CurrentThread), "CurrentThread");
}

#[test]
fn the_entered_runtime_is_current() {
    let (one, two) = (runtime(), runtime());
    assert!(Handle::try_current().is_err());
    let outer = one.enter();
    assert_eq!(Handle::current().id(), one.handle().id());
    {
        // The handle is a temporary value, gone at the end of the statement. async-compat is
        // written so.
        let _inner = two.handle().clone().enter();
        assert_eq!(Handle::try_current().unwrap().id(), two.handle().id());
    }
    assert_eq!(Handle::current().id(), one.handle().id());
    // Entering is not blocking.
    assert_eq!(two.block_on(async { 7 }), 7);
    assert_eq!(Handle::current().id(), one.handle().id());
    drop(outer);
    assert!(Handle::try_current().is_err());
}

#[test]
fn the_error_says_what_is_missing() {
    let error = Handle::try_current().unwrap_err();
    assert!(error.is_missing_context());
    assert!(!error.is_thread_local_destroyed());
    assert!(says(&error.to_string(), "no runtime here"), "{error}");
    let _: &dyn std::error::Error = &error;
}

#[test]
fn a_blocking_job_has_its_runtime_entered() {
    let runtime = runtime();
    let job = runtime.spawn_blocking(|| {
        let task = kettle::spawn(async { thread::current().id() });
        let job = kettle::task::spawn_blocking(|| thread::current().id());
        (Handle::current().id(), task, job)
    });
    let (id, task, nested) = runtime.block_on(job).unwrap();
    let here = thread::current().id();
    assert_eq!(id, runtime.handle().id());
    assert_eq!(runtime.block_on(task).unwrap(), here);
    assert_ne!(runtime.block_on(nested).unwrap(), here);
}

#[test]
fn what_threads_spawn_while_a_runtime_ends_is_taken_or_dropped() {
    for _ in 0..20 {
        let (runtime, drops) = (runtime(), Drops::default());
        let metrics = runtime.metrics();
        let spawners: Vec<_> = (0..2)
            .map(|_| {
                let (handle, drops) = (runtime.handle().clone(), drops.clone());
                thread::spawn(move || {
                    let mut tasks = Vec::new();
                    while tasks.len() <= 100 || !tasks.last().is_some_and(JoinHandle::is_finished) {
                        let value = drops.value();
                        tasks.push(handle.spawn(async move { drop(value) }));
                        thread::yield_now(); // the runtime's end is to come soon
                    }
                    tasks
                })
            })
            .collect();
        while metrics.global_queue_depth() < 100 {
            thread::yield_now();
        }
        drop(runtime);
        let spawned = spawners.into_iter().flat_map(|spawner| spawner.join().unwrap());
        let spawned: Vec<_> = spawned.collect();
        let many = spawned.len();
        crate::common::engine::runtime().block_on(async {
            for task in spawned {
                // It may still be on its way to being refused; it must not wait forever.
                assert!(task.await.unwrap_err().is_cancelled());
            }
        });
        assert_eq!(drops.count(), many, "each is dropped once");
        assert_eq!((metrics.num_alive_tasks(), metrics.global_queue_depth()), (0, 0));
    }
}

#[test]
fn the_index_of_the_worker() {
    let runtime = runtime();
    assert_eq!(worker_index(), None);
    runtime.block_on(async {
        assert_eq!(worker_index(), Some(0));
        assert_eq!(kettle::spawn(async { worker_index() }).await.unwrap(), Some(0));
        assert_eq!(kettle::task::spawn_blocking(worker_index).await.unwrap(), None);
    });
    assert_eq!(runtime.handle().block_on(async { worker_index() }), None, "it drives nothing");
    let _entered = runtime.enter();
    assert_eq!(worker_index(), None, "entered is not driven");
}

#[cfg(unix)]
#[test]
fn a_socket_of_a_runtime_that_has_ended_is_an_error_at_once() {
    use kettle::net::{TcpListener, TcpStream, UdpSocket, UnixDatagram, UnixListener, UnixStream};

    let runtime = runtime();
    let handle = runtime.handle().clone();
    let std = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    std.set_nonblocking(true).unwrap();
    let there = std.local_addr().unwrap();
    drop(runtime);
    let is_gone = |result: std::io::Result<()>| {
        let error = result.unwrap_err();
        assert!(is_rt_shutdown_err(&error), "{error}");
    };
    is_gone(handle.block_on(TcpListener::bind("127.0.0.1:0")).map(drop));
    is_gone(handle.block_on(TcpStream::connect(there)).map(drop));
    is_gone(handle.block_on(UdpSocket::bind("127.0.0.1:0")).map(drop));
    let _entered = handle.enter();
    is_gone(TcpListener::from_std(std).map(drop));
    is_gone(UnixStream::pair().map(drop));
    is_gone(UnixDatagram::unbound().map(drop));
    is_gone(UnixListener::bind(Folder::new().at("gone")).map(drop));
}

#[test]
fn an_error_of_a_runtime_that_has_ended_is_known() {
    use std::io::{Error, ErrorKind};

    let (gone, runtime) = (runtime(), runtime());
    let (handle, bind) = (gone.handle().clone(), kettle::net::TcpListener::bind("127.0.0.1:0"));
    let listener = gone.block_on(bind).unwrap();
    drop(gone);
    let error = runtime.block_on(listener.accept()).unwrap_err();
    assert!(is_rt_shutdown_err(&error), "{error}");

    let no_file = handle.block_on(kettle::fs::metadata(".")).unwrap_err();
    assert_eq!(no_file.to_string(), "background task failed", "as in tokio, it isn't known");
    assert!(!is_rt_shutdown_err(&no_file));
    assert!(!is_rt_shutdown_err(&Error::other("something else")));
    assert!(!is_rt_shutdown_err(&Error::from(ErrorKind::TimedOut)));
    assert!(!is_rt_shutdown_err(&Error::other(format!("{error} (and more)"))));
    assert!(!is_rt_shutdown_err(&Error::new(ErrorKind::NotFound, error.to_string())));
    let task = runtime.spawn(std::future::pending::<()>());
    task.abort();
    assert!(!is_rt_shutdown_err(&runtime.block_on(task).unwrap_err().into()));
}

#[test]
fn debug() {
    let runtime = runtime();
    assert!(format!("{:?}", runtime.handle()).starts_with("Handle"));
    assert!(format!("{runtime:?}").starts_with("Runtime"));
    assert!(format!("{:?}", runtime.enter()).starts_with("EnterGuard"));
    assert!(format!("{:?}", runtime.metrics()).starts_with("RuntimeMetrics"));
}
