//! A bar on stderr for runs that take more than a second, on a terminal only.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;

/// Shorter runs show nothing: a bar that flashes by is noise.
const PATIENCE: Duration = Duration::from_secs(1);

/// Tells how far the run is.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    /// Dropping it ends the thread that waits to show the bar.
    _running: Option<Sender<()>>,
}

impl Progress {
    /// Shows nothing, ever.
    pub fn hidden() -> Progress {
        Progress { bar: ProgressBar::hidden(), _running: None }
    }

    /// Shows a bar on stderr once the run has taken a second.
    pub fn on_stderr() -> Progress {
        let bar = ProgressBar::hidden();
        if let Ok(style) = ProgressStyle::with_template("{msg:>12} [{bar:30}] {pos}/{len}") {
            bar.set_style(style.progress_chars("=> "));
        }
        let (running, ended) = mpsc::channel::<()>();
        let shown = bar.clone();
        std::thread::spawn(move || {
            if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                shown.set_draw_target(ProgressDrawTarget::stderr());
            }
        });
        Progress { bar, _running: Some(running) }
    }

    /// Begins a stage of `steps` steps.
    pub fn stage(&self, name: &'static str, steps: usize) {
        self.bar.set_message(name);
        self.bar.set_length(steps as u64);
        self.bar.set_position(0);
    }

    /// Says that one more step is done; from any thread.
    pub fn step(&self) {
        self.bar.inc(1);
    }

    /// Takes the bar off the screen.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
