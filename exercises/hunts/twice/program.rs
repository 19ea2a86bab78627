// A guest who waits for tea and for toast, whichever comes first. Both come at once.

use kettle::sync::oneshot;

async fn breakfast(tea: oneshot::Receiver<String>, toast: oneshot::Receiver<String>) {
    let (tea, toast) = kettle::join!(tea, toast);
    println!("{} and {}.", tea.expect("it is served"), toast.expect("it is served"));
}

#[kettle::main]
async fn main() {
    let (serve_tea, tea) = oneshot::channel();
    let (serve_toast, toast) = oneshot::channel();
    let guest = kettle::spawn(breakfast(tea, toast));
    kettle::task::yield_now().await; // the guest sits down and waits

    serve_tea.send("Tea".to_owned()).expect("the guest waits");
    serve_toast.send("toast".to_owned()).expect("the guest waits");
    guest.await.expect("no panic");
    println!("The guest has gone.");
}
