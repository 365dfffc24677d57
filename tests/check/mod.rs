//! The checker: its table of problems, its rules, and what it compares.

mod against;
mod codes;
mod doctor;
mod external;
mod fix;
mod never;
mod planted;
mod plugin_table;
mod provoked;
