//! The command line as a data type; does nothing.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Builds MkDocs and Material for MkDocs sites without Python.
#[derive(Debug, Parser)]
#[command(name = "chaski", version, about, disable_help_subcommand = true)]
#[command(
    after_help = "Exit codes: 0 done, perhaps with warnings; 1 problems in the project; \
    2 could not work; 130 interrupted."
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Convert Markdown on standard input to HTML on standard output.
    Render(RenderArguments),
}

/// Arguments of `render`.
#[derive(Debug, Args)]
pub(super) struct RenderArguments {
    /// The mkdocs.yml whose `markdown_extensions` count.
    #[arg(short = 'f', long = "config", visible_alias = "config-file", value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Read JSON lines {"id", "config", "input"}, write JSON lines {"id", "html"} or {"id", "error"}.
    #[arg(long, conflicts_with = "config", overrides_with = "batch")]
    pub(super) batch: bool,
}
