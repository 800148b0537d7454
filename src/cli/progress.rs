//! A bar on stderr while a run goes on; nothing when stderr is no terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::engine::Progress;

/// The bar.
#[derive(Debug)]
pub(crate) struct Bar(ProgressBar);

impl Bar {
    /// A bar that is shown when it may be and there is somebody to see it.
    pub(crate) fn new(shown: bool) -> Self {
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self(ProgressBar::with_draw_target(None, target))
    }
}

impl Progress for Bar {
    fn stage(&self, name: &'static str, total: Option<u64>) {
        let bar = &self.0;
        bar.reset();
        let form = match total {
            Some(total) => {
                bar.set_length(total);
                "{msg:>12} [{bar:30}] {human_pos}/{human_len} {elapsed}"
            }
            None => {
                bar.unset_length();
                "{msg:>12} {spinner} {human_pos} {elapsed}"
            }
        };
        if let Ok(style) = ProgressStyle::with_template(form) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(name);
        if !bar.is_hidden() {
            bar.enable_steady_tick(Duration::from_millis(100));
        }
    }

    fn advance(&self, n: u64) {
        self.0.inc(n);
    }

    fn done(&self) {
        self.0.finish_and_clear();
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        // Also when the run failed: a message must not begin behind the bar.
        self.0.finish_and_clear();
    }
}
