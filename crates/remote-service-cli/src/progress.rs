//! A progress bar for what takes longer than a second.
use std::{
    sync::mpsc::{RecvTimeoutError, channel},
    thread,
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What ends sooner shows no bar.
const UNSEEN: Duration = Duration::from_secs(1);

/// A bar that nobody sees yet, as long as `total` bytes.
pub(crate) fn hidden(total: u64) -> ProgressBar {
    ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden())
}

/// Does `work`; when it takes longer than a second, a terminal shows `bar` with this text until it is done.
pub(crate) fn shown_when_slow<T>(bar: &ProgressBar, text: String, work: impl FnOnce() -> T) -> T {
    let (working, ended) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            if ended.recv_timeout(UNSEEN) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} [{bar:20}] {elapsed}") {
                bar.set_style(style);
            }
            bar.set_message(text);
            bar.set_draw_target(ProgressDrawTarget::stderr()); // none where standard error is no terminal
            bar.enable_steady_tick(Duration::from_millis(100));
            // Nothing is ever sent: the channel closes when the work is done.
            let _ = ended.recv();
            bar.finish_and_clear();
        });
        let done = work();
        drop(working);
        done
    })
}
