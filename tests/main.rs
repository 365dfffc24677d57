//! Tests of the program from outside: one binary, a module a subject.

mod cli;
mod harness;
mod highlight;
mod tidy;
