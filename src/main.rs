//! The command line: parse, run, choose the exit code. Everything else is in `cli`.

mod cli;

use std::{panic, process::ExitCode};

fn main() -> ExitCode {
    cli::interrupt::watch();
    let outcome =
        panic::catch_unwind(|| cli::run(std::env::args_os())).unwrap_or_else(|_| cli::internal_error());
    ExitCode::from(outcome.code())
}
