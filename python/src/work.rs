//! The library at work while Python goes on: the interpreter is let go of, and Ctrl-C is heeded.
//!
//! The work is done on a thread of its own, on owned data. The thread that called waits without holding the interpreter, and looks
//! up now and then whether a signal came (Python tells those to its main thread only). Then the work is told to stop, which it does where it next
//! tells of its progress, by unwinding without a panic's message; every stage gives back what it holds, and a change of an archive is undone.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

use pyo3::{exceptions::PyKeyboardInterrupt, prelude::*};
use twicetold::{Error as Fault, pipeline::Progress};

use crate::error;

/// How often a waiting thread looks up.
const LOOK: Duration = Duration::from_millis(50);

/// What unwinds when work is to stop.
struct Stopped;

/// What work asks whether it is to go on.
#[derive(Debug, Default)]
pub(crate) struct Heed {
    stop: AtomicBool,
    /// Why, where the input gave out.
    fault: Mutex<Option<String>>,
}

impl Heed {
    /// Stops the work: its input cannot be read on.
    pub(crate) fn give_up(&self, why: String) {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(why);
        self.stop.store(true, Ordering::Relaxed);
    }

    /// To be called now and then by work that tells of no progress.
    pub(crate) fn look(&self) {
        if self.stop.load(Ordering::Relaxed) {
            resume_unwind(Box::new(Stopped));
        }
    }

    fn why(&self) -> Option<String> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Progress for Heed {
    fn stage(&self, _: &'static str, _: Option<u64>) {
        self.look();
    }

    fn advance(&self, _: u64) {
        self.look();
    }

    fn done(&self) {}

    fn is_heard(&self) -> bool {
        false
    }
}

/// Why work came to nothing.
pub(crate) enum Failed {
    /// The library said so.
    Fault(Fault),
    /// Input that could not be used.
    Input(String),
}

impl From<Fault> for Failed {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Does the work and waits for it.
pub(crate) fn run<T: Send + 'static>(
    py: Python<'_>,
    heed: &Arc<Heed>,
    work: impl FnOnce(&Heed) -> Result<T, Failed> + Send + 'static,
) -> PyResult<T> {
    let (send, mut receive) = mpsc::sync_channel(1);
    let heard = Arc::clone(heed);
    let spawned = thread::Builder::new().name("twicetold".to_owned()).spawn(move || {
        let done = catch_unwind(AssertUnwindSafe(|| work(&heard)));
        // Nobody waits any more when Ctrl-C was pressed twice.
        let _ = send.send(done);
    });
    spawned.map_err(|error| error::os(py, &error, "thread"))?;
    let mut interrupted: Option<PyErr> = None;
    loop {
        let (done, again) = py.detach(move || (receive.recv_timeout(LOOK), receive));
        receive = again;
        match done {
            Ok(done) => return finished(py, done, heed, interrupted),
            Err(RecvTimeoutError::Disconnected) => {
                return Err(error::InternalError::new_err("the work ended without a word"));
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        if let Err(signal) = py.check_signals() {
            if interrupted.is_some() {
                return Err(signal);
            }
            heed.stop.store(true, Ordering::Relaxed);
            interrupted = Some(signal);
        }
    }
}

fn finished<T>(
    py: Python<'_>,
    done: Result<Result<T, Failed>, Box<dyn Any + Send>>,
    heed: &Heed,
    interrupted: Option<PyErr>,
) -> PyResult<T> {
    if let Some(why) = heed.why() {
        return Err(error::input(py, why));
    }
    if let Some(signal) = interrupted {
        return Err(signal);
    }
    match done {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(Failed::Fault(fault))) => Err(error::of(py, &fault)),
        Ok(Err(Failed::Input(message))) => Err(error::input(py, message)),
        Err(thrown) if thrown.is::<Stopped>() => Err(PyKeyboardInterrupt::new_err(())),
        Err(thrown) => {
            let said = thrown.downcast_ref::<String>().map(String::as_str);
            let said =
                said.or_else(|| thrown.downcast_ref::<&str>().copied()).unwrap_or("no reason was given");
            Err(error::InternalError::new_err(format!(
                "this is a bug of twicetold, please report it: {said}"
            )))
        }
    }
}
