//! Backtraces as std prints them, of several builds.

use super::*;

/// `read x.rs:1:2`, a function a line.
fn told(backtrace: &str) -> Vec<String> {
    let told = await_stack(backtrace).into_iter().map(|Frame { name, place }| match place {
        Some(place) => format!("{name} {place}"),
        None => name,
    });
    told.collect()
}

#[test]
fn a_debug_build_tells_each_function_and_its_line() {
    let backtrace = "   0: kettle_events::recorder::Recorder::add
             at ./runtime/events/src/recorder.rs:95:40
   1: core::option::Option<T>::map
             at /rustc/59807616/library/core/src/option.rs:1165:29
   2: kettle::sync::mpsc::receiver::<impl kettle::sync::mpsc::chan::Chan<T>>::poll_recv
             at ./src/sync/mpsc/receiver.rs:273:25
   3: kettle::sync::mpsc::receiver::Receiver<T>::recv::{{closure}}
             at ./src/sync/mpsc/receiver.rs:71:39
   4: <core::future::poll_fn::PollFn<F> as core::future::future::Future>::poll
             at /rustc/59807616/library/core/src/future/poll_fn.rs:151:9
   5: <kettle::time::timeout::Timeout<T> as core::future::future::Future>::poll
             at ./src/time/timeout.rs:194:48
   6: app::read::{{closure}}
             at /app/src/main.rs:13:133
   7: app::poll_twice
             at /app/src/main.rs:3:1
   8: <app::Tea as core::future::future::Future>::poll
             at /app/src/tea.rs:9:13
   9: app::pot::Pot::pour::{{closure}}
             at /app/src/pot.rs:12:71
  10: <core::pin::Pin<P> as core::future::future::Future>::poll
             at /rustc/59807616/library/core/src/future/future.rs:133:9
  11: app::main::{{closure}}::{{closure}}
             at /app/src/main.rs:18:55
  12: kettle_runtime::join::join_handle::Stage<F>::poll_future
             at ./runtime/src/join/join_handle.rs:62:52
  13: __rust_try
  13: kettle_runtime::tasks::poll::poll_task::{{closure}}
             at ./runtime/src/tasks/poll.rs:31:9
  14: app::main::{{closure}}
             at /app/src/main.rs:30:35
";
    let stack = ["block in main /app/src/main.rs:18:55", "Pot::pour /app/src/pot.rs:12:71"];
    let inner = ["Tea /app/src/tea.rs:9:13", "read /app/src/main.rs:13:133"];
    assert_eq!(told(backtrace), [stack, inner].concat());
}

#[test]
fn what_a_macro_or_poll_fn_calls_is_no_function_of_its_own() {
    let macros = format!("{}/src/macros/join.rs:131:57", own_root());
    let backtrace = format!(
        "  14: app::go::{{{{closure}}}}
             at /app/src/main.rs:15:134
  15: kettle::macros::support::MaybeDone<F>::poll_done
             at ./src/macros/support.rs:245:46
  16: app::run::{{{{closure}}}}::{{{{closure}}}}
             at {macros}
  17: <core::future::poll_fn::PollFn<F> as core::future::future::Future>::poll
  18: app::run::{{{{closure}}}}
             at /app/src/main.rs:20:5
  19: app::own::{{{{closure}}}}::{{{{closure}}}}
             at /app/src/main.rs:22:5
  20: <core::future::poll_fn::PollFn<F> as core::future::future::Future>::poll
  21: app::own::{{{{closure}}}}
             at /app/src/main.rs:23:5
"
    );
    let expected =
        ["own /app/src/main.rs:23:5", "run /app/src/main.rs:20:5", "go /app/src/main.rs:15:134"];
    assert_eq!(told(&backtrace), expected);
}

fn own_root() -> String {
    super::super::whose::own_root().unwrap().display().to_string()
}

#[test]
fn of_another_crate_only_its_name_is_told() {
    let registry = "/home/me/.cargo/registry/src/index.crates.io-0a";
    let backtrace = format!(
        "   1: app::answer::{{closure#0}}
             at /home/me/app/src/main.rs:7:9
   2: <hyper::proto::h1::dispatch::Server<S, B>>::poll_read
             at {registry}/hyper-1.9.0/src/proto/h1/dispatch.rs:1:2
   3: <hyper::server::conn::http1::Connection<I, S> as core::future::future::Future>::poll
             at {registry}/hyper-1.9.0/src/server/conn/http1.rs:1:2
   4: built_without::lines::inner::{{closure#0}}
   5: app::serve::{{closure#0}}
             at /home/me/app/src/main.rs:4:9
"
    );
    let root = "/home/me/app/src/main.rs";
    let expected =
        [&format!("serve {root}:4:9"), "(built_without)", "(hyper)", &format!("answer {root}:7:9")];
    assert_eq!(told(&backtrace), expected);
}

#[test]
fn an_optimised_build_tells_what_was_not_inlined() {
    let backtrace = "   0: kettle_events::recorder::Recorder::add
   1: std::thread::local::LocalKey<T>::with
   2: kettle_runtime::time::timer::Timer::poll
   3: app::Conn::go::{{closure}}::h0123456789abcdef
   4: <core::future::poll_fn::PollFn<F> as core::future::future::Future>::poll
   5: kettle_runtime::executor::executor::Executor::run
   6: app::main::{{closure}}
   7: std::sys::backtrace::__rust_begin_short_backtrace
";
    assert_eq!(told(backtrace), ["Conn::go"]);
}

#[test]
fn other_forms_are_read_and_no_text_is_too_strange() {
    let full = "   3:     0x55d0c0ffee - app::read::{closure#0}
                               at /app/src/main.rs:13:13
                         app::serve::{async_fn_env#0}
                               at /app/src/main.rs:11:72\n";
    assert_eq!(told(full), ["serve /app/src/main.rs:11:72", "read /app/src/main.rs:13:13"]);
    let windows = "   3: app::read::{{closure}}\n             at C:\\app\\src\\main.rs:13\n";
    assert_eq!(told(windows), [r"read C:\app\src\main.rs:13"]);
    for strange in
        ["", "\n\n", "   at nowhere", "0: <unknown>\n", "<<<::>>::}{", "disabled backtrace"]
    {
        assert_eq!(told(strange), [""; 0], "{strange:?}");
    }
}

#[test]
fn of_a_deep_recursion_both_ends_are_told() {
    let frame = |number| {
        format!(
            "{number:4}: app::descend::{{{{closure}}}}\n             at /app/src/main.rs:{}:9\n",
            number + 1
        )
    };
    let backtrace: String = (0..1_000).map(frame).collect();
    let told = told(&backtrace);
    assert_eq!(told.len(), MOST.0 + 1 + MOST.1);
    assert_eq!(told[0], "descend /app/src/main.rs:1000:9");
    assert_eq!(told[MOST.0], "… 968 more …");
    assert_eq!(told.last().unwrap(), "descend /app/src/main.rs:1:9");
}
