// What becomes of a value that points into itself when it is moved?
//
// `Sip` is what rustc makes of an `async fn` that keeps a reference to one of its own variables,
// written by hand. It has an address in place of the reference, so that rustc lets us move it. See
// `docs/book/src/compiler.md`.

struct Sip {
    cup: [u8; 3],
    /// The address of a byte in `cup`.
    rest: *const u8,
}

impl Sip {
    fn new() -> Sip {
        Sip { cup: [1, 2, 3], rest: std::ptr::null() }
    }

    /// What the first poll would do: `let rest = &cup[1..];`
    fn begin(&mut self) {
        self.rest = &raw const self.cup[1];
    }

    fn tell(&self, what: &str) {
        let inside = self.cup.as_ptr_range().contains(&self.rest);
        println!("{what}: `rest` points {}", if inside { "into `cup`" } else { "somewhere else" });
    }
}

fn main() {
    let mut sip = Sip::new();
    sip.begin();
    sip.tell("Begun on the stack");
    let boxed = Box::new(sip);
    boxed.tell("Moved into a box  ");

    let mut boxed = Box::new(Sip::new());
    boxed.begin();
    boxed.tell("Begun in a box    ");
    let elsewhere = [boxed];
    elsewhere[0].tell("The box is moved  ");
}
