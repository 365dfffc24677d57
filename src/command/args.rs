//! The command line as a data type; does nothing.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Builds MkDocs and Material for MkDocs sites without Python.
#[derive(Debug, Parser)]
#[command(name = "chaski", version, about, disable_help_subcommand = true)]
#[command(
    after_help = "Exit codes: 0 done, perhaps with warnings; 1 problems in the project (errors, or warnings \
    with --strict); 2 could not work; 130 interrupted."
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Build the site
    Build(BuildCommand),
    /// Look at everything in the site without writing it
    Check(CheckArguments),
    /// Build the site, show it on this machine, and follow every change
    Serve(ServeArguments),
    /// Say what of a MkDocs project is taken, taken otherwise, or not taken
    Doctor(DoctorArguments),
    /// Build the site and take it to where readers find it
    Publish(PublishArguments),
    /// Build the site and push it to a branch, as MkDocs does
    GhDeploy(DeployArguments),
    /// Say what a kind of problem means and what to do; without a code, list all
    Explain {
        /// The code, such as `link-not-found`
        code: Option<String>,
    },
    /// Make a small site that builds at once
    New(NewArguments),
    /// Convert Markdown on standard input to HTML on standard output
    Render(RenderArguments),
    /// Write the completions of a shell to standard output
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Arguments of `build`.
#[derive(Debug, Args)]
pub(super) struct BuildCommand {
    /// Write where the time went to this file, as a trace for Perfetto or a browser's profiler
    #[arg(long, value_name = "FILE")]
    pub(super) timings: Option<PathBuf>,
    /// Say of each page whether it was converted, and why
    #[arg(long)]
    pub(super) explain: bool,
    /// Build again without the cache, and compare all files and problems
    #[arg(long)]
    pub(super) verify: bool,
    #[command(flatten)]
    pub(super) build: BuildArguments,
}

/// Arguments of all that build, as MkDocs has them.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct BuildArguments {
    /// Take this configuration; `-` reads it from standard input
    #[arg(short = 'f', long, value_name = "FILE")]
    pub(super) config_file: Option<PathBuf>,
    /// Write the site to this folder, from the configuration's folder
    #[arg(short = 'd', long, value_name = "DIR")]
    pub(super) site_dir: Option<String>,
    #[command(flatten)]
    pub(super) strict: Strict,
    /// Build with this theme
    #[arg(short = 't', long, value_name = "NAME")]
    pub(super) theme: Option<String>,
    #[command(flatten)]
    pub(super) urls: DirectoryUrls,
    #[command(flatten)]
    pub(super) cleaning: Cleaning,
    /// Keep nothing in .cache/chaski for the next build, and take nothing from there
    #[arg(long)]
    pub(super) no_cache: bool,
    #[command(flatten)]
    pub(super) output: OutputArguments,
}

/// Arguments of `serve`, as MkDocs has them.
#[derive(Debug, Args)]
pub(super) struct ServeArguments {
    /// Listen at this address, instead of `dev_addr`
    #[arg(short = 'a', long, value_name = "IP:PORT")]
    pub(super) dev_addr: Option<String>,
    /// Open the site in a browser after the first build
    #[arg(short = 'o', long)]
    pub(super) open: bool,
    /// Do not watch for changes
    #[arg(long, overrides_with = "livereload")]
    pub(super) no_livereload: bool,
    /// Watch for changes (the default)
    #[arg(long, overrides_with = "no_livereload")]
    livereload: bool,
    /// Accepted for MkDocs' sake: the theme is in the program
    #[arg(long)]
    watch_theme: bool,
    /// Watch this file or folder, too; may be repeated
    #[arg(short = 'w', long, value_name = "PATH")]
    pub(super) watch: Vec<PathBuf>,
    /// If the port is taken, try the next ones
    #[arg(long)]
    pub(super) port_fallback: bool,
    #[command(flatten)]
    pub(super) build: BuildArguments,
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    /// Mend what is certain, and show what that changes
    #[arg(long)]
    pub(super) fix: bool,
    /// Show what `--fix` or `--write-redirects` would change, and change nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Ask links to other sites over the network; good answers are kept for some days
    #[arg(long)]
    pub(super) external: bool,
    /// Say what would vanish or change of the site that is published: a folder, a branch such as
    /// `gh-pages`, an archive, or a site map (`sitemap.xml`)
    #[arg(long, value_name = "TARGET")]
    pub(super) against: Option<String>,
    /// Add pages that git has renamed to `redirect_maps`
    #[arg(long, requires = "against")]
    pub(super) write_redirects: bool,
    #[command(flatten)]
    pub(super) build: BuildArguments,
}

/// Arguments of `doctor`.
#[derive(Debug, Args)]
pub(super) struct DoctorArguments {
    /// Take this configuration; `-` reads it from standard input
    #[arg(short = 'f', long, value_name = "FILE")]
    pub(super) config_file: Option<PathBuf>,
    /// How the answer is written
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Answer::Human)]
    pub(super) format: Answer,
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Answer {
    /// As text
    Human,
    /// As one JSON object
    Json,
}

impl DoctorArguments {
    /// The arguments of a build of the same configuration.
    pub(super) fn into_build(self) -> BuildArguments {
        BuildArguments {
            config_file: self.config_file,
            ..BuildArguments::default()
        }
    }
}

/// Arguments of `publish`.
#[derive(Debug, Args)]
pub(super) struct PublishArguments {
    /// A target of `chaski: publish: targets:`, or `git`, a folder, an archive's file name, or an
    /// address such as `ssh://host/path`, `s3://bucket/prefix`, `ftps://host/path`
    #[arg(value_name = "TARGET")]
    pub(super) target: Option<String>,
    /// Publish what the site folder holds
    #[arg(long)]
    pub(super) no_build: bool,
    /// Do not ask
    #[arg(short = 'y', long)]
    pub(super) yes: bool,
    /// Show what would be done, and do nothing
    #[arg(short = 'n', long)]
    pub(super) dry_run: bool,
    /// Remove files from the target that chaski did not publish
    #[arg(long)]
    pub(super) prune: bool,
    /// Overwrite what others published, and take the place of a publish that was left unfinished
    #[arg(long)]
    pub(super) force: bool,
    /// Publish gzip and brotli variants beside texts
    #[arg(long)]
    pub(super) precompress: bool,
    /// Afterwards, fetch a sample from the published site and compare bytes
    #[arg(long, value_name = "URL", num_args = 0..=1, default_missing_value = "", require_equals = true)]
    pub(super) verify: Option<String>,
    /// How many seconds the host may take until the new site is there
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(super) verify_wait: u64,
    /// Make a former release the live one: the one before, or the one named
    #[arg(long, value_name = "RELEASE", num_args = 0..=1, default_missing_value = "", require_equals = true)]
    pub(super) rollback: Option<String>,
    #[command(flatten)]
    pub(super) build: BuildArguments,
}

/// Arguments of `gh-deploy`, as MkDocs has them.
#[derive(Debug, Args)]
pub(super) struct DeployArguments {
    /// The message of the commit; {sha} is the sources' commit, {version} that of chaski
    #[arg(short = 'm', long)]
    pub(super) message: Option<String>,
    /// The branch, instead of `remote_branch`
    #[arg(short = 'b', long, value_name = "BRANCH")]
    pub(super) remote_branch: Option<String>,
    /// The remote, instead of `remote_name`
    #[arg(short = 'r', long, value_name = "REMOTE")]
    pub(super) remote_name: Option<String>,
    /// Overwrite what others pushed
    #[arg(long)]
    pub(super) force: bool,
    /// Replace the branch by one commit
    #[arg(long)]
    pub(super) no_history: bool,
    /// Deploy even if a newer version did before
    #[arg(long)]
    pub(super) ignore_version: bool,
    /// Run git by a shell
    #[arg(long)]
    pub(super) shell: bool,
    #[command(flatten)]
    pub(super) build: BuildArguments,
}

/// `--strict`, `--no-strict`.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(super) struct Strict {
    /// Fail on warnings
    #[arg(short = 's', long, overrides_with = "no_strict")]
    strict: bool,
    /// Do not fail on warnings, whatever the configuration says
    #[arg(long, overrides_with = "strict")]
    no_strict: bool,
}

impl Strict {
    /// Strict, unless it is said otherwise.
    pub(super) fn or_strict(self) -> Self {
        Self {
            strict: self.strict || !self.no_strict,
            ..self
        }
    }

    /// The setting, if one of the flags is given.
    pub(super) fn value(self) -> Option<bool> {
        either(self.strict, self.no_strict)
    }
}

/// `--use-directory-urls`, `--no-directory-urls`.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(super) struct DirectoryUrls {
    /// Addresses end in a folder: `page/`
    #[arg(long, overrides_with = "no_directory_urls")]
    use_directory_urls: bool,
    /// Addresses end in a file: `page.html`
    #[arg(long, overrides_with = "use_directory_urls")]
    no_directory_urls: bool,
}

impl DirectoryUrls {
    /// The setting, if one of the flags is given.
    pub(super) fn value(self) -> Option<bool> {
        either(self.use_directory_urls, self.no_directory_urls)
    }
}

/// `--clean`, `--dirty`.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(super) struct Cleaning {
    /// Remove old files from the site folder (the default)
    #[arg(short = 'c', long, overrides_with = "dirty")]
    clean: bool,
    /// Leave old files in the site folder
    #[arg(long, overrides_with = "clean")]
    dirty: bool,
}

impl Cleaning {
    /// Whether `--clean` was asked for, which in a preview means the site as it is published.
    pub(super) fn is_pure(self) -> bool {
        self.clean
    }

    /// Whether old files are removed.
    pub(super) fn is_clean(self) -> bool {
        self.clean || !self.dirty
    }
}

/// What is shown, and how.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(super) struct OutputArguments {
    /// Show errors only
    #[arg(short = 'q', long, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Show everything
    #[arg(short = 'v', long)]
    pub(super) verbose: bool,
    /// How problems are shown; what programs read goes to standard output
    #[arg(long, alias = "messages", value_name = "FORMAT", value_enum, default_value_t = Messages::Human)]
    pub(super) format: Messages,
}

/// How problems are shown.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum Messages {
    /// With the source line underlined
    #[default]
    Human,
    /// One line each, as MkDocs writes them
    #[value(alias = "short")]
    Mkdocs,
    /// One JSON object a line
    Json,
    /// A SARIF file
    Sarif,
    /// Annotations of GitHub
    Github,
    /// The code quality report of GitLab
    Gitlab,
}

/// Arguments of `new`.
#[derive(Debug, Args)]
pub(super) struct NewArguments {
    /// The folder, which must be new or empty
    #[arg(value_name = "DIR")]
    pub(super) directory: PathBuf,
    /// Also write what builds and publishes the site on a server; alone, if the folder has a site
    #[arg(long, value_enum)]
    pub(super) ci: Option<Ci>,
    /// The language of the pages
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(super) lang: Language,
}

/// Servers that build sites.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Ci {
    /// GitHub Actions, to the branch `gh-pages`
    Github,
    /// GitLab CI, to GitLab Pages
    Gitlab,
}

/// Languages of a new site.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Language {
    /// English
    En,
    /// Spanish
    Es,
}

/// Arguments of `render`.
#[derive(Debug, Args)]
pub(super) struct RenderArguments {
    /// The mkdocs.yml whose `markdown_extensions` count
    #[arg(short = 'f', long = "config", visible_alias = "config-file", value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Read JSON lines {"id", "config", "input"}, write JSON lines {"id", "html"} or {"id", "error"}
    // A test driver may add the flag to a command that has it already.
    #[arg(long, conflicts_with = "config", overrides_with = "batch")]
    pub(super) batch: bool,
    #[command(flatten)]
    pub(super) output: OutputArguments,
}

fn either(yes: bool, no: bool) -> Option<bool> {
    match (yes, no) {
        (true, _) => Some(true),
        (false, true) => Some(false),
        (false, false) => None,
    }
}
