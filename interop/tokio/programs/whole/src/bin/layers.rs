// tower's layers around a slow service, on a paused clock: a timeout, limits, a buffer, and shedding
// load. Nothing here waits for real.

use std::convert::Infallible;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::{Instant, sleep};
use tower::{BoxError, Service, ServiceBuilder, ServiceExt, service_fn};

/// Takes as many seconds as it is told.
async fn nap(seconds: u64) -> Result<u64, Infallible> {
    sleep(Duration::from_secs(seconds)).await;
    Ok(seconds)
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), BoxError> {
    let start = Instant::now();
    let mut hurried = ServiceBuilder::new().timeout(Duration::from_secs(5)).service_fn(nap);
    assert_eq!(hurried.ready().await?.call(3).await?, 3);
    let error = hurried.ready().await?.call(60).await.unwrap_err();
    assert!(error.is::<tower::timeout::error::Elapsed>());
    assert_eq!(start.elapsed().as_secs(), 3 + 5);

    // Two at a time: six naps of ten seconds take thirty.
    let start = Instant::now();
    let pair = ServiceBuilder::new().concurrency_limit(2).service_fn(nap);
    let naps = join_all((0..6).map(|_| pair.clone().oneshot(10))).await;
    assert!(naps.iter().all(|nap| nap == &Ok(10)));
    assert_eq!(start.elapsed().as_secs(), 30);

    // One a second, through a buffer that many may use.
    let start = Instant::now();
    let rate = ServiceBuilder::new().buffer(8).rate_limit(1, Duration::from_secs(1));
    let rate = rate.service(service_fn(async |cup: u64| Ok::<u64, BoxError>(cup)));
    let cups = join_all((0..5).map(|cup| rate.clone().oneshot(cup))).await;
    assert_eq!(cups.into_iter().collect::<Result<Vec<_>, _>>()?, [0, 1, 2, 3, 4]);
    assert_eq!(start.elapsed().as_secs(), 4);

    // The second is refused, for the first is still asleep.
    let shed = ServiceBuilder::new().load_shed().concurrency_limit(1).service_fn(nap);
    let (one, two) = tokio::join!(shed.clone().oneshot(1), shed.clone().oneshot(1));
    assert_eq!(one?, 1);
    assert!(two.unwrap_err().is::<tower::load_shed::error::Overloaded>());
    Ok(())
}
