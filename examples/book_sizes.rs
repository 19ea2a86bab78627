// How large is a future? What it keeps across an `.await` is in it, and nothing else.
//
// See `docs/book/src/compiler.md`.

use std::time::Duration;

use kettle::time::{Sleep, sleep};

const BOILING: Duration = Duration::from_secs(2);

async fn make_tea() {
    sleep(BOILING).await;
}

/// As a `main` that awaits nothing else.
async fn main_around_it() {
    make_tea().await;
}

/// A kilobyte of leaves, in a block that ends before the water boils.
async fn leaves_in_a_block() {
    {
        let leaves = [1_u8; 1024];
        println!("{} leaves", leaves.len());
    }
    sleep(BOILING).await;
}

/// The same without the block: the leaves are no longer needed, but they are still there.
async fn leaves_in_scope() {
    let leaves = [1_u8; 1024];
    println!("{} leaves", leaves.len());
    sleep(BOILING).await;
}

/// Here they are needed afterwards.
async fn leaves_across() {
    let leaves = [1_u8; 1024];
    sleep(BOILING).await;
    println!("{} leaves", leaves.len());
}

async fn one_after_the_other() {
    leaves_across().await;
    leaves_across().await;
}

async fn both_made_first() {
    let (one, two) = (leaves_across(), leaves_across());
    one.await;
    two.await;
}

async fn in_a_box() {
    Box::pin(leaves_across()).await;
}

fn tell(what: &str, future: &impl Future) {
    println!("{what:<21}{:>6} bytes", size_of_val(future));
}

fn main() {
    println!("{:<21}{:>6} bytes", "Sleep", size_of::<Sleep>());
    tell("make_tea", &make_tea());
    tell("main_around_it", &main_around_it());
    tell("leaves_in_a_block", &leaves_in_a_block());
    tell("leaves_in_scope", &leaves_in_scope());
    tell("leaves_across", &leaves_across());
    tell("one_after_the_other", &one_after_the_other());
    tell("both_made_first", &both_made_first());
    tell("in_a_box", &in_a_box());
}
