//! Tests of the program from outside: one binary, a module a subject.

mod bad_input;
mod build;
mod cache;
mod check;
mod cli;
mod docs;
mod harness;
mod highlight;
mod history;
mod plugins;
mod protect;
mod publish;
mod search;
mod serve;
mod sites;
mod spec;
mod theme;
mod tidy;
