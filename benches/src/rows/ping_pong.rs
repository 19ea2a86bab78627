//! A message there and back, over the channels of the module above.

use super::{mpsc, rt};
use crate::sample::{Clock, Sample};

/// Two tasks, two channels of one place: a message there and back.
pub(crate) fn ping_pong(trips: u64) -> Sample {
    rt::block_on(async {
        let (to_echo, mut at_echo) = mpsc::channel::<u64>(1);
        let (to_caller, mut at_caller) = mpsc::channel::<u64>(1);
        let echo = rt::spawn(async move {
            while let Some(message) = at_echo.recv().await {
                to_caller.send(message + 1).await.expect("the caller listens");
            }
        });
        let clock = Clock::start();
        let caller = rt::spawn(async move {
            let mut sum = 0;
            for trip in 0..trips {
                to_echo.send(trip).await.expect("the echo listens");
                sum += at_caller.recv().await.expect("the echo answers");
            }
            sum
        });
        let sum = caller.await;
        let sample = clock.stop(trips);
        echo.await;
        assert_eq!(sum, trips * (trips + 1) / 2);
        sample
    })
}
