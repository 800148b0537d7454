//! How far a run has come, on stderr: a bar for people, where stderr is a terminal, or lines of JSON for programs.
//!
//! The lines are described in docs/progress.md: at most ten a second, and the first and the last of each stage always.

use std::{
    io::Write as _,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::engine::Progress;

/// How progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Not at all.
    Never,
    /// As a bar, when stderr is a terminal.
    Bar,
    /// As lines of JSON.
    Json,
}

/// Between two lines of a stage.
const APART: Duration = Duration::from_millis(100);

/// Shows how far a run has come, until it is dropped.
#[derive(Debug)]
pub(crate) struct Bar(Kind);

#[derive(Debug)]
enum Kind {
    Bar(ProgressBar),
    Lines(Lines),
}

impl Bar {
    /// Shows it so.
    pub(crate) fn new(shown: Shown) -> Self {
        let target = match shown {
            Shown::Json => return Self(Kind::Lines(Lines::new())),
            Shown::Bar => ProgressDrawTarget::stderr(),
            Shown::Never => ProgressDrawTarget::hidden(),
        };
        Self(Kind::Bar(ProgressBar::with_draw_target(None, target)))
    }
}

impl Progress for Bar {
    fn stage(&self, name: &'static str, total: Option<u64>) {
        match &self.0 {
            Kind::Bar(bar) => begin(bar, name, total),
            Kind::Lines(lines) => lines.begin(name, total),
        }
    }

    fn advance(&self, n: u64) {
        match &self.0 {
            Kind::Bar(bar) => bar.inc(n),
            Kind::Lines(lines) => lines.advance(n),
        }
    }

    fn done(&self) {
        match &self.0 {
            Kind::Bar(bar) => bar.finish_and_clear(),
            Kind::Lines(lines) => lines.end(),
        }
    }

    fn is_heard(&self) -> bool {
        match &self.0 {
            Kind::Bar(bar) => !bar.is_hidden(),
            Kind::Lines(_) => true,
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        // Also when the run failed: a message must not begin behind the bar.
        self.done();
    }
}

/// What a stage counts.
fn unit(stage: &str) -> &'static str {
    match stage {
        "reading" | "adding" => "bytes",
        "document pairs" | "paragraph pairs" | "sentence pairs" => "pairs of units",
        "passage pairs" | "comparing" => "pairs of documents",
        _ => "",
    }
}

/// The bar of a stage: how far, how fast, how long still.
fn begin(bar: &ProgressBar, name: &'static str, total: Option<u64>) {
    bar.reset();
    let form = match (total, unit(name)) {
        (Some(_), "bytes") => "{msg:>15} [{bar:30}] {bytes}/{total_bytes} {bytes_per_sec} {eta} left",
        (Some(_), _) => "{msg:>15} [{bar:30}] {human_pos}/{human_len} {per_sec} {eta} left",
        (None, "bytes") => "{msg:>15} {spinner} {bytes} {bytes_per_sec} {elapsed}",
        (None, "") => "{msg:>15} {spinner} {elapsed}",
        (None, _) => "{msg:>15} {spinner} {human_pos} {per_sec} {elapsed}",
    };
    match total {
        Some(total) => bar.set_length(total),
        None => bar.unset_length(),
    }
    if let Ok(style) = ProgressStyle::with_template(form) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_message(name);
    if !bar.is_hidden() {
        bar.enable_steady_tick(Duration::from_millis(100));
    }
}

/// Lines of JSON.
#[derive(Debug)]
struct Lines {
    /// How much of the stage is done; counted without a lock.
    done: AtomicU64,
    stage: Mutex<Option<Stage>>,
}

/// The stage that goes on.
#[derive(Debug)]
struct Stage {
    name: &'static str,
    total: Option<u64>,
    began: Instant,
    /// When it was last told of.
    told: Instant,
}

impl Lines {
    const fn new() -> Self {
        Self { done: AtomicU64::new(0), stage: Mutex::new(None) }
    }

    fn begin(&self, name: &'static str, total: Option<u64>) {
        self.end();
        let mut held = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        self.done.store(0, Ordering::Relaxed);
        let now = Instant::now();
        let stage = held.insert(Stage { name, total, began: now, told: now });
        say(&stage.line(0, now, false));
    }

    fn advance(&self, n: u64) {
        self.done.fetch_add(n, Ordering::Relaxed);
        // Who finds it held need not wait: whoever holds it tells for both.
        let Ok(mut held) = self.stage.try_lock() else { return };
        let Some(stage) = held.as_mut() else { return };
        let now = Instant::now();
        if APART <= now.duration_since(stage.told) {
            stage.told = now;
            say(&stage.line(self.done.load(Ordering::Relaxed), now, false));
        }
    }

    fn end(&self) {
        let mut held = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(stage) = held.take() {
            say(&stage.line(self.done.load(Ordering::Relaxed), Instant::now(), true));
        }
    }
}

/// What a line holds.
#[derive(Serialize)]
struct Line {
    stage: &'static str,
    unit: Option<&'static str>,
    done: u64,
    total: Option<u64>,
    rate: Option<f64>,
    seconds: f64,
    remaining: Option<f64>,
    ended: bool,
}

impl Stage {
    /// One line. A file that grew while it was read is no more than it was said to be.
    fn line(&self, done: u64, now: Instant, ended: bool) -> String {
        let done = self.total.map_or(done, |total| done.min(total));
        let seconds = now.duration_since(self.began).as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "for printing")]
        let rate = (0 < done && 0.0 < seconds).then(|| done as f64 / seconds);
        #[expect(clippy::cast_precision_loss, reason = "for printing")]
        let remaining = self.total.zip(rate).map(|(total, rate)| (total - done) as f64 / rate);
        let three = |x: f64| (x * 1e3).round() / 1e3;
        let line = Line {
            stage: self.name,
            unit: Some(unit(self.name)).filter(|unit| !unit.is_empty()),
            done,
            total: self.total,
            rate: rate.map(three),
            seconds: three(seconds),
            remaining: remaining.map(three),
            ended,
        };
        serde_json::to_string(&line).unwrap_or_default() + "\n"
    }
}

fn say(line: &str) {
    // One write a line, so that nothing comes between. When stderr is closed there is nobody to tell.
    let _ = std::io::stderr().lock().write_all(line.as_bytes());
}
