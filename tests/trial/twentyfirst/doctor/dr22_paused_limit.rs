// RIGHT. Paused clock: the program checks that a client gives up after 600 s when no answer comes, and retries; the third answer comes. EXPECT: silence.
use kettle::sync::{mpsc, oneshot};
use kettle::time::{Duration, Instant, timeout};

async fn server(mut requests: mpsc::Receiver<oneshot::Sender<&'static str>>) {
    let mut unanswered = Vec::new();
    while let Some(answer) = requests.recv().await {
        if unanswered.len() < 2 {
            unanswered.push(answer); // a black hole
        } else {
            answer.send("at last").unwrap();
        }
    }
}

#[kettle::main(start_paused = true)]
async fn main() {
    let (to_server, requests) = mpsc::channel(1);
    let server = kettle::spawn(server(requests));
    let begin = Instant::now();
    let answer = loop {
        let (sender, answer) = oneshot::channel();
        to_server.send(sender).await.unwrap();
        match timeout(Duration::from_secs(600), answer).await {
            Ok(answer) => break answer.unwrap(),
            Err(_) => println!("no answer after {:?}", begin.elapsed()),
        }
    };
    println!("{answer}");
    assert!(begin.elapsed() >= Duration::from_secs(1200));
    drop(to_server);
    server.await.unwrap();
}
