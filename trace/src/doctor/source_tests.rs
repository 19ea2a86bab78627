//! What is asked for in these pieces of source?

use super::super::statement::at as marked;
use super::*;

/// The place is at `@`.
fn at(text: &str, branch: Option<u32>) -> Option<Asked> {
    let (text, place) = marked(text);
    asked(&text, place, branch, text.contains("AsyncFd"))
}

#[test]
fn what_is_awaited() {
    let (readiness, guard) = (Some(Asked::Readiness), Some(Asked::Guard));
    for (text, asked) in [
        ("{ socket.readable().@await?; }", readiness),
        ("{ let now = socket.ready(READABLE | WRITABLE).@await?; }", readiness),
        ("{ a(); self.ours.writable()\n.@await\n.unwrap() ; } AsyncFd", readiness),
        ("{ let mut guard = fd.readable().@await?; } AsyncFd", guard),
        ("{ let it = fd.writable_mut().@await?; f(it.get_inner()); } let it = 1; AsyncFd", guard),
        ("{ let guard = fd.readable().@await?; f(guard); } AsyncFd", None),
        (
            "{ let guard = fd.readable().@await?; g(guard.get_inner()); if a { guard.clear_ready() } } AsyncFd",
            None,
        ),
        ("{ match fd.readable().@await { Ok(it) => f(it), _ => () }; } AsyncFd", None),
        ("{ fd.readable().@await?.try_io(read); } AsyncFd", None),
        ("{ f(fd.ready(READABLE).@await?); } AsyncFd", None),
        ("{ fd.readable().@await?; read(fd.get_ref()); } AsyncFd", guard),
        ("{ fd.readable().@await?; read(fd.get_ref()); } fn f() { other.try_io(AsyncFd) }", None),
        ("{ socket.writable().@await?; sendmsg(socket.as_fd(), &all)?; }", None),
        ("{ let all = permits.acquire_many(2).@await; }", Some(Asked::Permit)),
        ("{ let place = tx.reserve().@await; }", Some(Asked::Room)),
        ("{ consume_budget().@await; tx.send(1).await }", None),
        ("{ tx.@send(1) }", None),
    ] {
        assert_eq!(at(text, None), asked, "{text}");
    }
}

#[test]
fn a_loop_that_waits_for_what_it_gives_itself() {
    for (text, own) in [
        ("{ loop { a.notified().@await; if !*x.lock().await { a.notify_one(); } } }", true),
        (
            "{ 'a: loop { a.notified().await; match x.lock().@await.len() { 0 => {} _ => a.notify_one() } } }",
            true,
        ),
        ("{ while rx.changed().@await.is_ok() { tx.send(rx.borrow().len()); } }", true),
        ("{ loop { @select! { _ = a.notified() => a.notify_one(), _ = b.now() => x } } }", true),
        (
            "{ loop { a.notified().await; if let Ok(x) = b.get().@await { a.notify_one() } } }",
            false,
        ),
        ("{ loop { a.notified().@await; println!(\"{n}\"); a.notify_one() } }", false),
        ("{ loop { a.acquire().@await; n += 1; if n == 9 { break } a.add_permits(1) } }", false),
        ("{ while n < 9 { a.notify_one(); a.notified().@await; n += 1; } }", false),
        ("{ for _ in 0..9 { a.notify_one(); a.notified().@await; } }", false),
        ("{ while r.changed().@await.is_ok() { let n = r.get(); if b { t.send(n + 1) } } }", false),
        ("{ loop { a.notified().@await; } b.notify_one() }", false),
        ("fn f() { a.notify_one(); async { a.notified().@await; } }", false),
    ] {
        assert_eq!(at(text, None) == Some(Asked::Own), own, "{text}");
    }
}

#[test]
fn a_loop_that_does_nothing_but_yield() {
    for (text, is) in [
        ("{ while Instant::now() < next { yield_now().@await; } }", true),
        ("{ a(); while !all.lock().is_done() {\n kettle::task::yield_now()\n .@await\n } }", true),
        ("{ 'wait: loop { yield_now().@await; } }", true),
        ("{ loop { if start.elapsed() > from_millis(9) { break; } yield_now().@await } }", true),
        ("{ loop { if x.is_done() { a(); break; } yield_now().@await } }", false),
        ("{ loop { if x.is_done() { break } a(); yield_now().@await } }", false),
        ("{ loop { if !sim.advance() { break } yield_now().@await } }", false),
        ("{ while solver.step(x.len()) { yield_now().@await; } }", false),
        ("{ while let Some(x) = all.get(0) { yield_now().@await; } }", false),
        ("{ while a() { b(); yield_now().@await; } }", false),
        ("{ while a() { yield_now().@await; b(); } }", false),
        ("{ for n in 0..9 { yield_now().@await; } }", false),
        ("{ while let Some(x) = all.next() { if done(x) { yield_now().@await; } } }", false),
    ] {
        let (text, place) = marked(text);
        assert_eq!(is_all(&text, place), Some(is), "{text}");
    }
}

#[test]
fn a_sleep_that_is_awaited_again() {
    let time = Some(Asked::Time);
    for (text, asked) in [
        ("{ let nap = sleep(ms(1)); pin!(nap); loop { @select! { () = &mut nap => {} } } }", time),
        (
            "{ let mut n = Box::pin(kettle::time::sleep(a)); @select! { _ = n.as_mut() => x } }",
            time,
        ),
        ("{ let nap = pin!(sleep_until(at)); @select! { () = &mut nap => {} } }", time),
        ("{ let nap = @time::sleep(ms(1)); pin!(nap); select! { () = &mut nap => {} } }", time),
        ("{ let nap = sleep(ms(1)); let nap = o(nap); @select! { () = &mut nap => {} } }", None),
        ("{ @select! { () = &mut nap => {} } let nap = sleep(ms(1)); }", None),
    ] {
        assert_eq!(at(text, Some(0)), asked, "{text}");
    }
}

#[test]
fn what_is_asked_by_the_branch_that_has_won() {
    let text = "{ @kettle::select! { biased; sent = tx.send(f(1, 2)), if open == 1 => a(1), \
        _ = sleep(ms(1)) => {} Some(x) = rx.recv() => { match x { A => b, _ => c } } \
        _ = socket.writable() => if a { b }, () = async { x = 1 } => {}, else => rx.changed() } }";
    let all =
        [Some(Asked::Send), None, Some(Asked::Value), Some(Asked::Readiness), None, None, None];
    for (number, asked) in (0..).zip(all) {
        assert_eq!(at(text, Some(number)), asked, "{number}");
    }
    assert_eq!(at("{ @join!(tx.send(1), nap()) }", Some(0)), None);
    assert_eq!(at("{ consume_budget().@await; select! { _ = tx.send(1) => {} } }", Some(0)), None);
}

#[test]
fn a_loop_that_works_between_its_yields() {
    for (text, is) in [
        ("{ while t.elapsed() < all { step(&mut a); done.add(1); yield_now().@await; } }", true),
        (
            "{ loop { if stopped.try_recv().is_ok() { break; } state = next(state); yield_now().@await; } }",
            true,
        ),
        ("{ for row in rows { sum.add(row); if n % 9 == 0 { yield_now().@await; } } }", true),
        (
            "{ while !done.load(Relaxed) { println!(); tries += 1; polls.fetch_add(1); yield_now().@await; } }",
            false,
        ),
        ("{ loop { if done.is_set() { break; } self.check(); yield_now().@await; } }", false),
        ("{ loop { match rx.try_recv() { Ok(it) => work(it), _ => yield_now().@await } } }", false),
        ("async fn pause() { count(); yield_now().@await; }", false),
    ] {
        let (text, place) = marked(text);
        assert_eq!(works(&text, place).unwrap_or(false), is, "{text}");
    }
}

#[test]
fn what_is_spawned_to_go_round_for_ever() {
    for (text, is) in [
        ("{ @spawn(async move { for n in 0.. { fetch(n).await; nap().await; } }); }", true),
        ("{ @spawn(async { let a = b(); loop { a.await; } }); } ", true),
        ("{ set.@spawn(renew(a)); } async fn renew(a: Cache) { while true { b().await } }", true),
        ("{ @spawn(async { loop { if a() { break; } b().await; } }); }", false),
        ("{ @spawn(async { loop { a().await?; } }); }", false),
        ("{ @spawn(async { for n in 0..9 { a().await; } }); }", false),
        ("{ @spawn(async { loop { a().await; } b() }); }", false),
        ("{ @spawn(upload(file)); }", false),
    ] {
        let (text, place) = marked(text);
        assert_eq!(is_endless(&text, place).unwrap_or(false), is, "{text}");
    }
}
