//! What the answer of `stealing` must do.

use std::collections::VecDeque;
use std::hint;
use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use kettle_judge::lock::{self, judged, with_gap, with_gap_under_locks};
use kettle_judge::proptest::collection::vec;
use kettle_judge::proptest::sample::select;
use kettle_judge::threads::{Seen, others, timeouts_are_late, until_all_sleep};
use kettle_judge::{Check, Sequence, check, if_it_hangs, not_judged, property};

use super::answer::RunQueues;

pub const CHECKS: &[Check] = &[
    check!(own_tasks_first => "a worker takes its own tasks first, the oldest first"),
    check!(takes_half => "a worker with nothing to do takes the older half of another one's tasks"),
    check!(half_of_one_moment => "what is stolen is half of what is there at one moment, whatever the owner does meanwhile"),
    check!(wherever_it_is => "with six workers, an idle one finds the work wherever it is"),
    check!(ten_thousand_schedules => "in 10,000 random schedules no task is lost or run twice"),
    check!(no_deadlock => "workers that steal from each other never wait for each other"),
    check!(a_theft_hides_none => "what a thief has in its hands is told to those that look meanwhile"),
    check!(a_lock_is_waited_for => "a queue is looked into though another thread has its lock at that moment"),
    check!(nothing_is_missed => "at whatever moment of `wait` a task comes, or the end, the worker hears of it"),
    check!(a_sleeper_is_woken => "a worker that sleeps is woken by a task in another one's queue"),
    check!(each_push_wakes_one => "two tasks that come into one queue wake two workers that sleep"),
    check!(an_idle_worker_sleeps => "a worker that waits takes no processor time"),
    check!(the_end => "after `close`, `wait` returns what is left, and then `None`"),
    check!(two_threads => "two threads run 20,000 tasks that spawn each other, each of them once"),
];

/// What `next` gives this worker until there is nothing.
fn all<T>(queues: &RunQueues<T>, worker: usize) -> Vec<T> {
    std::iter::from_fn(|| queues.next(worker)).collect()
}

fn own_tasks_first() {
    let queues = RunQueues::new(2);
    for task in 0..3 {
        queues.push(0, task);
        queues.push(1, 10 + task);
    }
    for task in 0..3 {
        assert_eq!(queues.next(1), Some(10 + task), "the next task of worker 1");
    }
    assert_eq!((queues.len(0), queues.len(1)), (3, 0), "tasks of worker 0, which did nothing");
    assert_eq!(all(&queues, 0), [0, 1, 2], "the tasks of worker 0");
    assert_eq!(queues.next(0), None, "no queue has a task");
}

fn takes_half() {
    for tasks in (1..=9_usize).chain([1_000]) {
        let queues = RunQueues::new(2);
        (0..tasks).for_each(|task| queues.push(0, task));
        assert_eq!(queues.next(1), Some(0), "worker 0 has {tasks} tasks: the first stolen one");
        let half = tasks.div_ceil(2);
        assert_eq!(queues.len(1), half - 1, "of {tasks} tasks: what the thief keeps for later");
        assert_eq!(queues.len(0), tasks - half, "of {tasks} tasks: what is left to worker 0");
        // A worker that has tasks again doesn't steal.
        let order: Vec<_> = (1..half).map(|_| queues.next(1)).collect();
        assert_eq!(order, (1..half).map(Some).collect::<Vec<_>>(), "of {tasks}: the thief's next");
        assert_eq!(all(&queues, 0), (half..tasks).collect::<Vec<_>>(), "of {tasks}: worker 0's");
    }
}

fn wherever_it_is() {
    const WORKERS: usize = 6;
    let pairs = (0..WORKERS * WORKERS).map(|pair| (pair / WORKERS, pair % WORKERS));
    for (victim, thief) in pairs.filter(|(victim, thief)| victim != thief) {
        let queues = RunQueues::new(WORKERS);
        queues.push(victim, 'a');
        queues.push(victim, 'b');
        assert_eq!(queues.next(thief), Some('a'), "worker {thief} steals from worker {victim}");
        assert_eq!(queues.next(thief), Some('b'), "worker {thief} steals from worker {victim}");
        assert_eq!(queues.next(thief), None, "there were two tasks");
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Push(usize),
    Next(usize),
}

const STEPS: &[Step] =
    &[Step::Push(0), Step::Push(0), Step::Push(0), Step::Push(1), Step::Next(0), Step::Next(1)];

fn ten_thousand_schedules() {
    property(10_000, &vec(select(STEPS), 0..16), |steps: Sequence<Step>| {
        let queues = RunQueues::new(2);
        let mut model = [VecDeque::new(), VecDeque::new()];
        let mut tasks = 0;
        for step in steps {
            match step {
                Step::Push(worker) => {
                    queues.push(worker, tasks);
                    model[worker].push_back(tasks);
                    tasks += 1;
                }
                Step::Next(worker) => {
                    let expected = next(&mut model, worker);
                    assert_eq!(queues.next(worker), expected, "the next task of worker {worker}");
                }
            }
            for (worker, queue) in model.iter().enumerate() {
                assert_eq!(queues.len(worker), queue.len(), "tasks of worker {worker} at {step:?}");
            }
        }
        let left: usize = model.iter().map(VecDeque::len).sum();
        assert_eq!(all(&queues, 1).len(), left, "tasks that were left at the end");
    });
}

/// The contract, for two workers.
fn next(model: &mut [VecDeque<usize>; 2], worker: usize) -> Option<usize> {
    if model[worker].is_empty() {
        let victim = &mut model[1 - worker];
        let half = victim.len().div_ceil(2);
        let stolen: Vec<_> = victim.drain(..half).collect();
        model[worker].extend(stolen);
    }
    model[worker].pop_front()
}

fn no_deadlock() {
    // Eight, because a thread that looks at seven queues is easily stopped between two locks.
    const WORKERS: usize = 8;
    let queues = RunQueues::<u32>::new(WORKERS);
    let start = Barrier::new(WORKERS);
    let steal = &|worker| {
        start.wait();
        for _ in 0..20_000 {
            assert_eq!(queues.next(worker), None, "there is no task");
        }
    };
    if_it_hangs(
        "each thread holds a lock, and waits for one that another thread holds: release your own queue's lock before you \
         take another one's",
    );
    thread::scope(|scope| {
        for worker in 0..WORKERS {
            scope.spawn(move || steal(worker));
        }
    });
}

/// A thief has taken two of three tasks. Before it takes a lock, or when it has released one, worker 0 takes
/// the third, and worker 2 looks for work. Both others are busy then: the thief with its first.
fn a_theft_hides_none() {
    for moment in 1.. {
        let (queues, found) = (Arc::new(RunQueues::new(3)), Arc::new(Mutex::new(Vec::new())));
        ('a'..='c').for_each(|task| queues.push(0, task));
        let (others, its) = (Arc::clone(&queues), Arc::clone(&found));
        let other = move || {
            its.lock().unwrap().extend(others.next(0));
            thread::spawn(move || {
                let task = others.wait(2);
                its.lock().unwrap().extend(task);
            });
            let _ = until_all_sleep(0);
        };
        let Some(stolen) = with_gap(moment, other, || queues.next(1)) else { return };
        let _ = until_all_sleep(0);
        let mut run = mem::take(&mut *found.lock().unwrap());
        run.extend(stolen);
        let left = queues.len(0) + queues.len(1) + queues.len(2);
        assert!(
            run.len() == 3 || left == 0,
            "worker 0 has three tasks, and worker 1 steals. Before it takes a lock, or when it has released one \
             (moment {moment} of these), worker 0 takes its next task, and worker 2 waits for one. Workers 0 and 1 \
             are busy now: worker 2 sleeps, and {left} task is in a queue"
        );
        queues.close();
    }
}

fn a_sleeper_is_woken() {
    let queues = RunQueues::new(2);
    let done = AtomicUsize::new(0);
    if_it_hangs(
        "worker 1 sleeps, or doesn't steal; worker 0 is busy and has a task in its queue. Either a push wakes no sleeper, or \
         it came between the look into the queues and the sleep",
    );
    thread::scope(|scope| {
        scope.spawn(|| {
            while queues.wait(1).is_some() {
                done.fetch_add(1, Ordering::SeqCst);
            }
        });
        // Worker 0 is busy with what is here, so that each task must be stolen. It comes a little
        // later each time: while worker 1 looks for it, while it falls asleep, when it sleeps.
        for task in 0..10_000 {
            (0..task % 500).for_each(|_| hint::spin_loop());
            queues.push(0, task);
            while done.load(Ordering::SeqCst) == task {
                thread::yield_now();
            }
        }
        queues.close();
    });
}

/// Worker 1 steals of six tasks, and meanwhile the owner takes one, or gets one more.
fn half_of_one_moment() {
    let tasks = |queues: &RunQueues<usize>| {
        let lengths = (queues.len(0), queues.len(1));
        (lengths, all(queues, 1))
    };
    let begin = || {
        let queues = RunQueues::new(2);
        (0..6).for_each(|task| queues.push(0, task));
        queues
    };
    let takes = |queues: &RunQueues<usize>| queues.next(0);
    let gets = |queues: &RunQueues<usize>| {
        queues.push(0, 6);
        None
    };
    let both = |queues: &RunQueues<usize>| {
        queues.push(0, 6);
        queues.next(0)
    };
    let others: [(fn(&RunQueues<usize>) -> Option<usize>, &str); 3] = [
        (takes, "takes its next one"),
        (gets, "gets a seventh"),
        (both, "gets a seventh and takes its next one"),
    ];
    for (other, does) in others {
        let what = format!("worker 1 steals, and worker 0, which has six tasks, {does}");
        lock::as_in_turn(
            &what,
            begin,
            |queues| queues.next(1),
            other,
            |queues, stolen, taken| (stolen, taken, tasks(queues)),
        );
    }
}

/// Worker 1 looks for work, and worker 0 has two tasks. Before it takes a lock, or when it has released one, a lock
/// is taken that it wants.
fn a_lock_is_waited_for() {
    let finds: [(fn(&RunQueues<char>) -> Option<char>, &str); 2] =
        [(|queues| queues.next(1), "`next`"), (|queues| queues.wait(1), "`wait`")];
    for (find, what) in finds {
        for moment in 1.. {
            let queues = Arc::new(RunQueues::new(2));
            ['a', 'b'].into_iter().for_each(|task| queues.push(0, task));
            let other = Arc::clone(&queues);
            let looks = move || assert!(other.len(0) >= other.len(1), "worker 0 has too few tasks");
            if_it_hangs(&format!(
                "worker 1 sleeps, and worker 0 has tasks. Before worker 1 took a lock in {what}, or when it had \
                 released one (moment {moment} of these), another thread called `len`, which takes locks, too"
            ));
            let Some(found) = with_gap(moment, looks, || find(&queues)) else { break };
            assert_eq!(
                found,
                Some('a'),
                "worker 0 has two tasks, and what {what} gives worker 1. At moment {moment} another thread \
                 called `len`, which holds a lock for an instant"
            );
        }
    }
}

/// Worker 1 waits. Before it takes a lock or uses an atomic, or just after that, a task comes into the other queue, or
/// the queues are closed: by another thread, as worker 1 may hold a lock at that moment.
fn nothing_is_missed() {
    if others().is_none() {
        not_judged("only on Linux can a check know that a thread sleeps");
    }
    timeouts_are_late();
    // (So many tasks that a count of sixteen bits is where it was.)
    for (tasks, closes, what) in [
        (2, false, "two tasks came into the other queue, and a third worker took one of them"),
        (1, false, "a task came into the other queue"),
        (1 << 16, false, "65,536 tasks came into the other queue"),
        (0, true, "the queues were closed"),
        (1, true, "a task came into the other queue, and then the queues were closed"),
    ] {
        for moment in 1.. {
            let (queues, (tell, told)) = (Arc::new(RunQueues::new(3)), channel());
            let (there, its) = (Arc::clone(&queues), Arc::clone(&queues));
            let other = move || {
                tell.send(None).expect("the check listens");
                (0..tasks).for_each(|_| its.push(0, 'a'));
                if tasks == 2 {
                    tell.send(Some(its.wait(2))).expect("the check listens");
                }
                if closes {
                    its.close();
                }
            };
            let worker =
                thread::spawn(move || with_gap_under_locks(moment, other, || there.wait(1)));
            let _ = until_all_sleep(0);
            let has_come = told.try_recv().is_ok();
            if has_come {
                if_it_hangs(&format!(
                    "worker 1 sleeps on. Before or after it took a lock in `wait`, released one or used an atomic (moment \
                     {moment} of these), {what}: after its look into the queues, and before its sleep. Does it look, under the \
                     lock with which it sleeps, whether something came since?"
                ));
                // Until all of it is done. So many pushes may take long, and waiting for them must cost no work.
                for third in told.iter().flatten() {
                    assert_eq!(third, Some('a'), "two tasks are in a queue: what `wait` gives");
                }
            } else {
                if_it_hangs("worker 1 sleeps, the queues are closed, and it sleeps on");
                queues.close(); // there was no such moment
            }
            let got = worker.join().expect("`wait` does not panic");
            if !has_come {
                judged(moment - 1);
                break;
            }
            let expected = if tasks == 0 { None } else { Some('a') };
            assert_eq!(got, Some(expected), "what `wait` gave: at moment {moment} {what}");
        }
    }
}

fn an_idle_worker_sleeps() {
    let queues = RunQueues::<u32>::new(2);
    let (tell, told) = channel();
    thread::scope(|scope| {
        scope.spawn(|| {
            tell.send(Seen::here()).expect("the check listens");
            queues.wait(1)
        });
        let worker = told.recv().expect("a worker");
        worker.until_asleep();
        worker.sleeps_on();
        queues.close();
    });
}

// Two workers sleep, and the third, which is busy, gets two tasks. Neither task ends before the other has begun.
fn each_push_wakes_one() {
    timeouts_are_late();
    if_it_hangs(
        "two workers slept, and two tasks came into the queue of a third one, which is busy. One of the two \
         was woken, and the other sleeps on",
    );
    for _ in 0..50 {
        let queues = RunQueues::new(3);
        let both = Barrier::new(2);
        thread::scope(|scope| {
            for worker in [1, 2] {
                let (queues, both) = (&queues, &both);
                scope.spawn(move || {
                    assert!(queues.wait(worker).is_some(), "`wait` gave none, with open queues");
                    both.wait();
                });
            }
            let _ = until_all_sleep(2);
            queues.push(0, 'a');
            queues.push(0, 'b');
        });
    }
}

fn the_end() {
    let queues = RunQueues::new(2);
    queues.push(0, 'a');
    queues.push(1, 'b');
    queues.close();
    assert_eq!(queues.wait(1), Some('b'), "its own task, when the queues are closed");
    assert_eq!(queues.wait(1), Some('a'), "another one's task, when the queues are closed");
    assert_eq!(queues.wait(1), None, "the queues are closed and empty");
    // By a task that still ran.
    queues.push(0, 'c');
    assert_eq!(queues.wait(1), Some('c'), "what a task that still ran has pushed, after `close`");
    assert_eq!(queues.wait(0), None, "the queues are closed and empty again");
    let alone = RunQueues::new(1);
    assert_eq!(alone.next(0), None, "a worker that is alone, without a task");
    alone.push(0, 'a');
    assert_eq!(alone.wait(0), Some('a'), "a worker that is alone, with one");
    // The sleepers wake up.
    if_it_hangs("a worker sleeps on, and the queues are closed");
    let queues = RunQueues::<char>::new(3);
    thread::scope(|scope| {
        let sleepers = [0, 1, 2].map(|worker| {
            scope.spawn({
                let queues = &queues;
                move || queues.wait(worker)
            })
        });
        let _ = until_all_sleep(3);
        queues.close();
        for sleeper in sleepers {
            assert_eq!(sleeper.join().expect("no panic"), None, "a sleeper, at the end");
        }
    });
}

fn two_threads() {
    const TASKS: usize = 20_000;
    let queues = RunQueues::<usize>::new(2);
    let runs: Vec<AtomicUsize> = (0..TASKS).map(|_| AtomicUsize::new(0)).collect();
    let done = AtomicUsize::new(0);
    let work = |worker| {
        while let Some(task) = queues.wait(worker) {
            runs[task].fetch_add(1, Ordering::Relaxed);
            // Each task spawns two, as long as there are numbers left.
            for child in [2 * task + 1, 2 * task + 2] {
                if child < TASKS {
                    queues.push(worker, child);
                }
            }
            if done.fetch_add(1, Ordering::Relaxed) + 1 == TASKS {
                queues.close();
            }
        }
    };
    queues.push(0, 0);
    if_it_hangs("tasks are left and both workers sleep, or the last has run and they sleep on");
    thread::scope(|scope| {
        scope.spawn(|| work(0));
        work(1);
    });
    for (task, runs) in runs.iter().enumerate() {
        assert_eq!(runs.load(Ordering::Relaxed), 1, "how often task {task} was run");
    }
}
