//! The `chaski` program: its arguments and its exit code, nothing else.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    chaski::command::run(std::env::args_os()).into()
}
