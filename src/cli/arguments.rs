//! What can be asked for on the command line. The one file that knows clap.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

/// Build explainers: linked pages that say, for every statement, what it rests on.
#[derive(Debug, Parser)]
#[command(name = "expound", version, arg_required_else_help = true, max_term_width = 80)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) site: SiteArguments,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// Which site, and which of its pages.
#[derive(Args, Debug)]
pub(super) struct SiteArguments {
    /// The site's folder, which holds `content/`
    #[arg(short, long, value_name = "DIR", default_value = ".", global = true)]
    pub(super) root: PathBuf,
    /// Take in pages with `draft: true`
    #[arg(long, global = true)]
    pub(super) drafts: bool,
    /// The day that counts as today when facts are due for review [default: the system's]
    #[arg(long, value_name = "DATE", global = true)]
    pub(super) today: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Build the site into `public/`
    Build(BuildArguments),
    /// Tell of every problem, and write nothing
    Check(CheckArguments),
    /// Count what is cited: statements by page, passages by source
    Coverage(CoverageArguments),
    /// Record the addresses of today, so that none vanishes unseen
    Lock,
    /// Start a site, or a page of one
    #[command(after_help = NEW_EXAMPLES)]
    New(NewArguments),
    /// Write JSON Schemas, for editors that check YAML
    #[command(after_help = SCHEMA_FILES)]
    Schema(SchemaArguments),
    /// Explain the code of a problem
    Explain {
        /// The code, as in `unknown-target`; without it, a list of all
        code: Option<String>,
    },
    /// Print what makes a shell complete this command
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Args, Debug)]
pub(super) struct BuildArguments {
    /// Where the built site goes [default: `public` in the site's folder]
    #[arg(short, long, value_name = "DIR")]
    pub(super) output: Option<PathBuf>,
    /// The address of the site, in place of `base_url` in the site file
    #[arg(short = 'u', long, value_name = "URL")]
    pub(super) base_url: Option<String>,
    /// Replace a folder that Expound did not make
    #[arg(long)]
    pub(super) force: bool,
    /// How it is told what changed
    #[arg(long, value_enum, default_value_t = ObjectFormat::Human)]
    pub(super) format: ObjectFormat,
}

#[derive(Args, Debug)]
pub(super) struct CheckArguments {
    /// How problems are told
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(super) format: Format,
    /// Let warnings count as errors
    #[arg(long, value_enum)]
    pub(super) deny: Option<Deny>,
}

const NEW_EXAMPLES: &str = "\
Examples:
  expound new site tides             a small explainer in the folder `tides`
  expound new factor \"Family ties\"   content/factors/family-ties.md
  expound new factor \"Family ties\" --lang fr
                                     content/factors/family-ties.fr.md
  expound new page \"About\"           content/about.md

No file is ever overwritten. The new file's path goes to stdout.";

#[derive(Args, Debug)]
pub(super) struct NewArguments {
    /// `site`, one of the site's kinds, or `page` for a page of no kind
    #[arg(value_name = "KIND")]
    pub(super) what: String,
    /// The page's title; with `--lang`, that of the page to translate; for `site`, the folder
    #[arg(value_name = "TITLE")]
    pub(super) title: OsString,
    /// Start the translation of a page into this language of the site
    #[arg(long, value_name = "TAG")]
    pub(super) lang: Option<String>,
}

const SCHEMA_FILES: &str = "\
Beside the schemas goes `.vscode/settings.json`, if there is none: it tells VS
Code's YAML extension which schema is for which file. Other editors with the
YAML language server take the same pairs. The schemas know the kinds, bases,
pages and sources of the site: run this again when those have changed.";

#[derive(Args, Debug)]
pub(super) struct SchemaArguments {
    /// Where the schemas go [default: `.vscode/schemas` in the site's folder]
    #[arg(short, long, value_name = "DIR")]
    pub(super) output: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(super) struct CoverageArguments {
    /// How it is told
    #[arg(long, value_enum, default_value_t = ObjectFormat::Human)]
    pub(super) format: ObjectFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ObjectFormat {
    /// For people
    Human,
    /// One JSON object
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Human,
    /// One JSON object a line
    Json,
    /// Workflow commands of GitHub Actions
    Github,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Deny {
    /// Warnings
    Warnings,
}

/// Prints a completion script on stdout.
pub(super) fn completions(shell: clap_complete::Shell) {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "expound", &mut script);
    super::print(&String::from_utf8_lossy(&script));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_fit_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn flags_stand_before_or_after_the_command() {
        for line in [["expound", "-r", "docs", "build"], ["expound", "build", "-r", "docs"]] {
            let arguments = Arguments::try_parse_from(line).expect("a command line");
            assert_eq!(arguments.site.root, PathBuf::from("docs"));
        }
    }
}
