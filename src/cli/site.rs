//! The site that a command is about, from its folder.

use super::arguments::SiteArguments;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::Error;
use crate::compile::Options;
use crate::disk::Folder;
use crate::model::date::Date;
use crate::resolve::{Choices, Unpublished};

/// Opens the site's folder.
pub(super) fn open(arguments: &SiteArguments) -> Result<Folder, Error> {
    if !arguments.root.is_dir() {
        return Err(Error::Usage(format!("there is no folder `{}`", arguments.root.display())));
    }
    Ok(Folder::open(&arguments.root)?)
}

/// Where a file of the site is, as short as it can be said.
pub(super) fn shown(arguments: &SiteArguments, path: &str) -> PathBuf {
    if arguments.root == Path::new(".") { PathBuf::from(path) } else { arguments.root.join(path) }
}

/// The choices that the command line makes.
pub(super) fn options(arguments: &SiteArguments, base_url: Option<&String>) -> Result<Options, Error> {
    let today = match &arguments.today {
        Some(text) => match Date::parse(text).filter(|date| date.is_whole()) {
            Some(date) => Some(date),
            None => return Err(Error::Usage(format!("`--today {text}` is not a day as in `2026-11-22`"))),
        },
        None => Some(system_date()),
    };
    let base_url = match base_url {
        Some(url) if !(url.starts_with("https://") || url.starts_with("http://")) => {
            return Err(Error::Usage(format!("`--base-url {url}` does not begin with `https://` or `http://`")));
        }
        Some(url) if url.contains(|one: char| matches!(one, '?' | '#' | '"' | '<' | '>') || one.is_whitespace()) => {
            return Err(Error::Usage(format!("`--base-url {url}` is more than an address below which pages can be")));
        }
        Some(url) if url.ends_with('/') => Some(url.clone()),
        Some(url) => Some(format!("{url}/")),
        None => None,
    };
    let unpublished = if arguments.drafts { Unpublished::Shown } else { Unpublished::Hidden };
    Ok(Options { choices: Choices { unpublished, today }, base_url, ..Options::default() })
}

/// Today, by `SOURCE_DATE_EPOCH` where it is set (reproducible-builds.org), otherwise by the system's clock in UTC.
///
/// It decides which warnings are given, and nothing of what is built.
fn system_date() -> Date {
    let fixed = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse::<i64>().ok());
    let clock = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs().cast_signed());
    Date::from_days(fixed.unwrap_or_else(clock).div_euclid(86_400))
}
