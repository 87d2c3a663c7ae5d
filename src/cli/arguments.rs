//! What can be asked for on the command line. The one file that knows clap.

use std::ffi::OsString;
use std::net::IpAddr;
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
    /// Show the site in a browser, and follow every change
    Serve(ServeArguments),
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
    /// Print the manual page, for `man`
    Man {
        /// One command instead of all
        command: Option<String>,
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
    /// Leave the search index out; what remains is the list of pages from A to Z
    #[arg(long)]
    pub(super) no_search: bool,
    /// Replace a folder that Expound did not make
    #[arg(long)]
    pub(super) force: bool,
    /// How it is told what changed: for people, or as one JSON object
    #[arg(long, value_enum, default_value_t = ObjectFormat::Human)]
    pub(super) format: ObjectFormat,
}

#[derive(Args, Debug)]
pub(super) struct ServeArguments {
    /// The address to listen at; others than this machine can then see the site
    #[arg(short, long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub(super) interface: IpAddr,
    /// The port to listen at; where it is in use, the next free one is taken
    #[arg(short, long, value_name = "PORT", default_value_t = 1515)]
    pub(super) port: u16,
    /// Open the site in a browser
    #[arg(long)]
    pub(super) open: bool,
}

#[derive(Args, Debug)]
pub(super) struct CheckArguments {
    /// How problems are told: for people, as one JSON object a line, or as commands of GitHub Actions
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(super) format: Format,
    /// Let these count as errors
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(super) deny: Option<Deny>,
    /// Ask the web whether the addresses that the site links to are alive
    #[arg(long)]
    pub(super) external: bool,
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
    /// How it is told: for people, or as one JSON object
    #[arg(long, value_enum, default_value_t = ObjectFormat::Human)]
    pub(super) format: ObjectFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ObjectFormat {
    Human,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Human,
    Json,
    Github,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Deny {
    Warnings,
}

/// Prints a completion script on stdout.
pub(super) fn completions(shell: clap_complete::Shell) {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "expound", &mut script);
    super::print(&String::from_utf8_lossy(&script));
}

/// Prints the manual page of Expound, or of one command of it, in roff on stdout.
pub(super) fn man(command: Option<&str>) -> Result<(), super::Error> {
    let mut all = Arguments::command();
    all.build();
    let shown = match command {
        None => all,
        Some(name) => {
            let found = all.find_subcommand(name).cloned();
            found.ok_or_else(|| {
                super::Error::Usage(format!("no command is called `{name}`; `expound help` lists them"))
            })?
        }
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(shown).render(&mut page).expect("memory takes all that is written");
    super::print(&String::from_utf8_lossy(&page));
    Ok(())
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

    /// The commands, flags and arguments that `docs/content/reference/commands.md` describes, by section.
    #[test]
    fn the_reference_describes_every_flag_and_no_other() {
        type Row = (Vec<String>, Vec<String>);
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/content/reference/commands.md");
        let page = std::fs::read_to_string(path).expect("the page about commands");
        let codes = |text: &str| -> Vec<String> { text.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
        let mut described: Vec<(String, Vec<Row>)> = Vec::new();
        for line in page.lines() {
            if let Some(heading) = line.strip_prefix("## ") {
                described.push((heading.split(" {#").next().unwrap_or(heading).to_owned(), Vec::new()));
            } else if let (Some(row), Some((_, rows))) = (line.strip_prefix("| `"), described.last_mut()) {
                let row = format!("`{row}");
                let (name, about) = row.split_once(" | ").expect("two cells");
                let mut names = codes(name);
                for name in &mut names {
                    name.truncate(name.find(' ').unwrap_or(name.len()));
                }
                rows.push((names, codes(about)));
            }
        }
        let mut command = Arguments::command();
        command.build();
        let mut check = |section: &str, found: &clap::Command, is_wanted: &dyn Fn(&clap::Arg) -> bool| {
            let at = described.iter().position(|(name, _)| name == section);
            let (_, mut rows) = described.remove(at.unwrap_or_else(|| panic!("`{section}` is not described")));
            for argument in found.get_arguments().filter(|argument| is_wanted(argument)) {
                let short = argument.get_short().map(|short| format!("-{short}"));
                let mut names: Vec<String> =
                    short.into_iter().chain(argument.get_long().map(|long| format!("--{long}"))).collect();
                if argument.is_positional() {
                    names.extend(argument.get_value_names().into_iter().flatten().map(ToString::to_string));
                }
                let at = rows.iter().position(|(described, _)| *described == names);
                let (_, about) = rows.remove(at.unwrap_or_else(|| panic!("{section}: {names:?} is not described")));
                if argument.get_action().takes_values() {
                    for value in argument.get_possible_values() {
                        let name = value.get_name();
                        assert!(about.iter().any(|word| word == name), "{section}: {names:?} does not name `{name}`");
                    }
                }
            }
            assert!(rows.is_empty(), "{section}: nothing takes {rows:?}");
        };
        let is_global = |argument: &clap::Arg| argument.is_global_set();
        let is_help = |argument: &clap::Arg| matches!(argument.get_id().as_str(), "help" | "version");
        check("Every command", &command, &|argument| is_global(argument) || is_help(argument));
        for own in command.get_subcommands().filter(|own| own.get_name() != "help") {
            check(own.get_name(), own, &|argument| !is_global(argument) && !is_help(argument));
        }
        let left: Vec<&String> = described.iter().map(|(name, _)| name).collect();
        assert!(left.is_empty(), "no command is called {left:?}");
    }
}
