//! The checker: its table of problems, its rules, and what it compares.

mod codes;
mod planted;
