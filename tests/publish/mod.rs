//! Publishing from outside: what is on the target afterwards, and what stays as it was.

mod git;
mod places;
