use std::pin::Pin;
use std::task::{Context, Poll};
pub fn join2<A: Future, B: Future>(a: A, b: B) -> Join2<A, B> { Join2 { a: Branch::new(a), b: Branch::new(b) } }
pub fn join_all<F: Future>(futures: Vec<F>) -> JoinAll<F> { JoinAll { branches: futures.into_iter().map(Branch::new).collect() } }
pub struct Join2<A: Future, B: Future> { a: Branch<A>, b: Branch<B> }
impl<A: Future, B: Future> Future for Join2<A, B> {
    type Output = (A::Output, B::Output);
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (a, b) = (self.a.poll(cx), self.b.poll(cx));
        if a && b { Poll::Ready((self.a.take(), self.b.take())) } else { Poll::Pending }
    }
}
pub struct JoinAll<F: Future> { branches: Vec<Branch<F>> }
impl<F: Future> Future for JoinAll<F> {
    type Output = Vec<F::Output>;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        //ALL
        let mut all = true; let mut n = 0;
        for branch in &mut self.branches { if matches!(branch, Branch::Running(_)) { n += 1; if n > 64 { cx.waker().wake_by_ref(); all = false; break; } } all &= branch.poll(cx); }
        if all { Poll::Ready(self.branches.iter_mut().map(Branch::take).collect()) } else { Poll::Pending }
    }
}
enum Branch<F: Future> { Running(Pin<Box<F>>), Done(F::Output), Taken }
impl<F: Future> Unpin for Branch<F> {}
impl<F: Future> Branch<F> {
    fn new(future: F) -> Branch<F> { Branch::Running(Box::pin(future)) }
    fn poll(&mut self, cx: &mut Context<'_>) -> bool {
        if let Branch::Running(future) = self {
            match future.as_mut().poll(cx) { Poll::Ready(output) => *self = Branch::Done(output), Poll::Pending => return false }
        }
        true
    }
    fn take(&mut self) -> F::Output {
        match std::mem::replace(self, Branch::Taken) { Branch::Done(output) => output, _ => panic!("taken before") }
    }
}
