//! The words of every problem that `read` finds.

use std::ops::Range;

use super::citation::CitationError;
use super::raw::Syntax;
use super::traps::{Trap, quoted};
use super::yaml::Yaml;
use super::{Refusal, Refused};
use crate::diagnostic::{Code, Diagnostic};
use crate::text::nearest::nearest;
use crate::text::slug::{composed, is_address_segment};
use crate::text::{Place, SitePath, Span, Spot};

pub(super) fn not_utf8(path: &SitePath, line: usize) -> Diagnostic {
    let message = format!("the text is not UTF-8: line {line} has bytes that are no characters");
    Diagnostic::new(Code::NotUtf8, Place::file(path), message)
        .help("save the file as UTF-8; most editors offer this when saving")
}

pub(super) fn text_too_large(path: &SitePath, limit: usize) -> Diagnostic {
    let message = format!("the text is larger than {} MB", limit / 1_000_000);
    Diagnostic::new(Code::TextTooLarge, Place::file(path), message).help("divide it into several files")
}

/// More of something on one page than is drawn or cleaned in good time.
pub(super) fn too_much(place: Place, what: &str) -> Diagnostic {
    Diagnostic::new(Code::TextTooLarge, place, what).help("divide the page into several")
}

/// A line of the lock file that is no address.
pub(super) fn bad_lock(place: Place, line: &str) -> Diagnostic {
    let is_conflict = ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark));
    if is_conflict {
        return Diagnostic::new(Code::BadLock, place, "a merge was begun here and not finished")
            .help("take this line out and keep the addresses of both sides; `expound lock` sorts them");
    }
    Diagnostic::new(Code::BadLock, place, format!("`{line}` is no address of a page of this site"))
        .help("write a path below the site's root, as in `folder/page.html` or `folder/page.html#heading`")
}

pub(super) fn cannot_load(path: &SitePath, cause: &str) -> Diagnostic {
    Diagnostic::new(Code::Unreadable, Place::file(path), format!("the file cannot be read: {cause}"))
}

pub(super) fn refused(refused: &Refused) -> Diagnostic {
    let place = Place::file(&refused.path);
    match &refused.why {
        Refusal::NameNotUtf8 => Diagnostic::new(Code::BadName, place, "the name of this file is not UTF-8")
            .help("rename it; addresses are UTF-8 everywhere"),
        Refusal::LeavesSite => {
            Diagnostic::new(Code::LinkLeavesSite, place, "this is a link to a place outside the site's folder")
                .help("copy what it leads to into the folder, so that the site is whole wherever it is built")
        }
        Refusal::Loop => {
            Diagnostic::new(Code::LinkLeavesSite, place, "this is a link to a folder that it is itself in")
                .help("remove it")
        }
        Refusal::Unreadable(cause) => cannot_load(&refused.path, cause),
    }
}

pub(super) fn bad_name(path: &SitePath, segment: &str, better: &str) -> Diagnostic {
    let message = format!("`{segment}` cannot be part of an address: use letters, digits and hyphens");
    let message = match is_address_segment(&composed(segment)) {
        true => format!("the accents of `{segment}` are stored apart from their letters, as some systems do"),
        false => message,
    };
    let diagnostic = Diagnostic::new(Code::BadName, Place::file(path), message);
    if better.is_empty() { diagnostic } else { diagnostic.help(format!("rename it to `{better}`")) }
}

pub(super) fn undeclared_language(path: &SitePath, tag: &str) -> Diagnostic {
    let message = format!("`{tag}` is not among the languages of `content/site.yaml`");
    Diagnostic::new(Code::BadName, Place::file(path), message)
        .help(format!("add `{tag}` to `languages`, or take the full stop out of the file's name"))
}

pub(super) fn bad_language(place: Place, tag: &str) -> Diagnostic {
    Diagnostic::new(Code::BadName, place, format!("`{tag}` is not the tag of a language"))
        .help("write a tag as in `en`, `fr` or `pt-BR`")
}

pub(super) fn bad_slug(place: Place, slug: &str, better: &str) -> Diagnostic {
    let message = format!("`{slug}` cannot be part of an address: use letters, digits and hyphens");
    let diagnostic = Diagnostic::new(Code::BadName, place, message);
    if better.is_empty() { diagnostic } else { diagnostic.help(format!("write `slug: {better}`")) }
}

pub(super) fn no_site_file(path: &SitePath) -> Diagnostic {
    Diagnostic::new(Code::NoSiteFile, Place::file(path), "a site needs this file, and it is not there")
        .help("create it with at least `title: …` in it, or name the site's folder with `-r`")
}

/// A page whose first line does not open front matter. `opening` is the line further down that would.
pub(super) fn no_front_matter(path: &SitePath, first_line: Range<usize>, text: &str, opens_below: bool) -> Diagnostic {
    let line = text[first_line.clone()].trim();
    let is_bar = line.len() > 1 && line.bytes().all(|byte| byte == b'-');
    let is_other = matches!(line, "+++" | ";;;" | "{");
    let (message, help) = if opens_below {
        ("the line `---` that opens the front matter is not the first", "take out what stands above it".to_owned())
    } else if is_bar {
        ("this line does not open front matter", "write three hyphens, `---`, here and below the last key".to_owned())
    } else if is_other {
        let help = "write it as `key: value` between two lines `---`".to_owned();
        ("this line opens front matter of another kind than YAML", help)
    } else {
        let message = "the page does not begin with a line `---` and its front matter";
        (message, "begin the file with three lines: `---`, `title: …`, `---`".to_owned())
    };
    Diagnostic::new(Code::NoFrontMatter, Place::span(path, Span::new(first_line)), message).help(help)
}

pub(super) fn unclosed_front_matter(
    path: &SitePath,
    opening: Range<usize>,
    first_prose: Option<Range<usize>>,
) -> Diagnostic {
    let message = "the front matter that begins here has no closing line `---`";
    let diagnostic = Diagnostic::new(Code::UnclosedFrontMatter, Place::span(path, Span::new(opening)), message)
        .help("put a line `---` between the last key and the text");
    match first_prose {
        Some(line) => diagnostic.label(Place::span(path, Span::new(line)), "the text seems to begin here"),
        None => diagnostic,
    }
}

/// YAML that does not parse, and what is most likely wrong with it.
pub(super) fn yaml_syntax(place: Place, trap: &Trap<'_>) -> Diagnostic {
    let with_key = |key: Option<&str>, value: &str| match key {
        Some(key) => format!("write `{key}: {}`", quoted(value)),
        None => format!("write `{}`", quoted(value)),
    };
    let (message, help) = match trap {
        Trap::Colon { key, value } => (
            format!("the text after `{key}:` has a colon in it, which YAML reads as another key"),
            format!("put it in quotes: `{key}: {}`", quoted(value)),
        ),
        Trap::ColonBelow { key } => (
            format!("the text of `{key}` has a colon in it, which YAML reads as another key"),
            "put the whole text in quotes".to_owned(),
        ),
        Trap::Tab => (
            "a tab begins this line, and YAML takes only spaces there".to_owned(),
            "put two spaces in place of each tab".to_owned(),
        ),
        Trap::NoSpace { key, value } => {
            (format!("no space follows the colon of `{key}:`"), format!("write `{key}: {value}`"))
        }
        Trap::NoKey => (
            "this line is neither a key with a value nor the rest of a text".to_owned(),
            "write `key: …`, or begin it with two spaces if it goes on with the line above".to_owned(),
        ),
        Trap::Indented { key } => (
            format!("this line begins further right than `{key}` above it, and so is read as a part of its text"),
            format!("begin it in the same column as `{key}`"),
        ),
        Trap::Outdented => (
            "this line does not begin in the same column as the lines it belongs with".to_owned(),
            "give all keys of a group the same number of spaces before them".to_owned(),
        ),
        Trap::Item { spaces } => (
            "this item of a list does not begin in the same column as those above it".to_owned(),
            match spaces {
                0 => "begin it at the start of the line".to_owned(),
                1 => "begin it with one space".to_owned(),
                _ => format!("begin it with {spaces} spaces"),
            },
        ),
        Trap::Reserved { key, value } => {
            let first = match value.chars().next() {
                Some('`') => "a backtick".to_owned(),
                first => format!("`{}`", first.unwrap_or_default()),
            };
            (format!("a text that begins with {first} must be in quotes"), with_key(*key, value))
        }
        Trap::Citation { written } => {
            ("a citation must be in quotes here".to_owned(), format!("write `\"{written}\"`"))
        }
        Trap::OpenQuote => (
            "the quotation mark that opens here is not closed".to_owned(),
            "put the same mark at the end of the text".to_owned(),
        ),
        Trap::Escape { key, value } => {
            let message = "a backslash between double quotation marks begins a code, and this is none";
            (message.to_owned(), with_key(*key, unquoted(value)))
        }
        Trap::AfterQuote { key, value } => {
            let inner = unquoted(value);
            ("the text goes on after the quotation mark that closes it".to_owned(), with_key(*key, inner))
        }
        Trap::OpenBracket { close } => (
            "the bracket that opens here is not closed".to_owned(),
            format!("close it with `{close}`, or put quotes around the text if it is one"),
        ),
        Trap::AfterBracket { key, value } => {
            let first = value.chars().next().unwrap_or_default();
            (format!("a text that begins with `{first}` must be in quotes"), with_key(*key, value))
        }
        Trap::Control => (
            "this character cannot be seen, and YAML does not take it".to_owned(),
            "delete it, and what you pasted with it".to_owned(),
        ),
        Trap::Documents => {
            ("this line divides the file in two, and only one part would be read".to_owned(), "take it out".to_owned())
        }
        Trap::Other { cause } => {
            return Diagnostic::new(Code::YamlSyntax, place, format!("this is not YAML: {cause}"));
        }
    };
    Diagnostic::new(Code::YamlSyntax, place, message).help(help)
}

/// A value without the quotation marks around it.
fn unquoted(value: &str) -> &str {
    let mark = value.chars().next().unwrap_or_default();
    value.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark)).unwrap_or(value)
}

pub(super) fn duplicate_key(place: Place, key: &str, first: Option<Place>) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::DuplicateKey, place, format!("the key `{key}` stands twice")).help("keep one of the two");
    match first {
        Some(first) => diagnostic.label(first, "first used here"),
        None => diagnostic,
    }
}

pub(super) fn duplicate_passage(place: Place, name: &str, first: Place) -> Diagnostic {
    Diagnostic::new(Code::DuplicateKey, place, format!("two passages of this source are called `{name}`"))
        .label(first, "first used here")
        .help("give one of them another number")
}

pub(super) fn text_in_undeclared_language(place: Place, tag: &str) -> Diagnostic {
    Diagnostic::new(Code::UnknownKey, place, format!("`{tag}` is not among the site's languages"))
        .help(format!("add `{tag}` to `languages` in `content/site.yaml`, or take this text out"))
}

pub(super) fn unknown_key(place: Place, key: &str, known: &[String]) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::UnknownKey, place, format!("`{key}` is not a key that is known here"));
    match nearest(key, known.iter().map(String::as_str)) {
        Some(name) => diagnostic.help(format!("did you mean `{name}`?")),
        None if known.is_empty() => diagnostic,
        None => diagnostic.help(format!("known keys are {}", listed(known.iter().map(String::as_str)))),
    }
}

pub(super) fn missing_key(place: Place, key: &str, is_empty: bool) -> Diagnostic {
    if is_empty {
        return Diagnostic::new(Code::MissingKey, place, format!("`{key}` is required, and it is empty"))
            .help("write something after it; what begins with `#` must be in quotes");
    }
    let is_top = matches!(&place.spot, Spot::Key(keys) if keys.0.is_empty());
    let line = if is_top { "a line " } else { "" };
    Diagnostic::new(Code::MissingKey, place, format!("the key `{key}` is required, and it is not there"))
        .help(format!("add {line}`{key}: …`"))
}

/// A value of another type than its key takes. `is_item` when it is one of a list.
pub(super) fn wrong_type(place: Place, key: &str, is_item: bool, wanted: &str, found: &Yaml) -> Diagnostic {
    let found_words = found.describe();
    let message = match is_item {
        true => format!("an item of `{key}` must be {wanted}, and this is {found_words}"),
        false => format!("`{key}` takes {wanted}, and this is {found_words}"),
    };
    let diagnostic = Diagnostic::new(Code::WrongType, place, message);
    match (wanted, found) {
        ("a group of keys", Yaml::Text(_) | Yaml::Integer(_)) => {
            diagnostic.help("put its keys below it, each on a line that begins with two more spaces")
        }
        ("a text", Yaml::Integer(number)) => diagnostic.help(format!("put it in quotes: `\"{number}\"`")),
        ("a text", Yaml::Flag(flag)) => diagnostic.help(format!("put it in quotes: `\"{flag}\"`")),
        ("a text", Yaml::Decimal(_)) => diagnostic.help("put it in quotes"),
        ("a text", Yaml::Map(_)) => diagnostic.help("write one text; if it has a colon in it, put it in quotes"),
        ("a text", Yaml::List(items)) => match items.as_slice() {
            [Yaml::Text(only)] if !is_item => diagnostic.help(format!("write `{key}: {only}`, without the list")),
            _ => diagnostic.help("write one text, without the list"),
        },
        ("a whole number", Yaml::Text(text)) if text.parse::<i64>().is_ok() => {
            diagnostic.help(format!("take the quotes away: `{text}`"))
        }
        ("a list", Yaml::Text(text)) => diagnostic.help(format!("write `{key}: [{text}]`")),
        (FLAG, Yaml::Text(text)) => match text.to_lowercase().as_str() {
            "yes" | "y" | "on" | "true" => diagnostic.help(format!("write `{key}: true`")),
            "no" | "n" | "off" | "false" => diagnostic.help(format!("write `{key}: false`")),
            _ => diagnostic,
        },
        _ => diagnostic,
    }
}

/// What a key that is on or off takes.
pub(super) const FLAG: &str = "`true` or `false`";

/// A file, or the front matter of a page, that is not what it should be as a whole.
pub(super) fn wrong_shape(place: Place, is_page: bool, wanted: &str, found: &Yaml) -> Diagnostic {
    let what = if is_page { "the front matter".to_owned() } else { format!("`{}`", place.path.file_name()) };
    let message = format!("{what} takes {wanted}, and this is {}", found.describe());
    let help = match wanted {
        "a list" => "begin every entry with `- `",
        _ => "write every line as `key: value`",
    };
    Diagnostic::new(Code::WrongType, place, message).help(help)
}

pub(super) fn bad_date(place: Place, key: &str, text: &str) -> Diagnostic {
    Diagnostic::new(Code::BadDate, place, format!("`{key}` takes a date, and `{text}` is none"))
        .help("write a year, month or day as in `2026`, `2026-11` or `2026-11-22`")
}

pub(super) fn not_an_address(place: Place, key: &str, text: &str) -> Diagnostic {
    Diagnostic::new(Code::UnsafeLink, place, format!("`{key}` takes an address of the web, and `{text}` is none"))
        .help("begin it with `https://`")
}

pub(super) fn too_few_to_compare(place: Place) -> Diagnostic {
    Diagnostic::new(Code::WrongType, place, "a comparison takes two pages or more, and this is one")
        .help("add the name of another page, or link to the one")
}

pub(super) fn unknown_choice<'word>(
    place: Place,
    key: &str,
    text: &str,
    choices: impl Iterator<Item = &'word str> + Clone,
) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::UnknownChoice, place, format!("`{text}` is not among the choices of `{key}`"));
    match nearest(text, choices.clone()) {
        Some(name) => diagnostic.help(format!("did you mean `{name}`?")),
        None => diagnostic.help(format!("choose {}", alternatives(choices))),
    }
}

pub(super) fn bad_source(place: Place, key: &str, cause: &str) -> Diagnostic {
    Diagnostic::new(Code::BadSource, place, format!("the source `{key}` cannot be read: {cause}"))
}

pub(super) fn bad_source_type(place: Place, found: &str, known: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::BadSource, place, format!("`{found}` is not a type of source"));
    match nearest(found, known.iter().copied()) {
        Some(name) => diagnostic.help(format!("did you mean `{name}`?")),
        None => diagnostic.help("use `article`, `book`, `chapter`, `report`, `thesis`, `web`, `newspaper` or `misc`"),
    }
}

pub(super) fn source_without(place: Place, key: &str, missing: &str) -> Diagnostic {
    Diagnostic::new(Code::BadSource, place, format!("the source `{key}` has no {missing}"))
        .help(format!("add a line `{missing}: …`"))
}

pub(super) fn unknown_style(place: Place, style: &str, near: Option<&str>) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(Code::UnknownStyle, place, format!("`{style}` is not a citation style that is known"));
    match near {
        Some(name) => diagnostic.help(format!("did you mean `{name}`?")),
        None => diagnostic.help("try `chicago-author-date`, `apa`, `ieee` or `vancouver`"),
    }
}

pub(super) fn malformed_citation(place: Place, written: &str, error: &CitationError) -> Diagnostic {
    let (message, help) = match error {
        CitationError::NoKey => (
            format!("`{written}` names no source after its `@`"),
            "write the key of a source of `content/sources.yaml`, as in `[@key, ¶7]`".to_owned(),
        ),
        CitationError::Space(key) => (format!("a space stands between the `@` and `{key}`"), format!("write `@{key}`")),
        CitationError::NoSource(part) if part.is_empty() => (
            "nothing stands on one side of a `;` in this citation".to_owned(),
            "take the `;` out, or name another source there".to_owned(),
        ),
        CitationError::NoSource(part) => (
            format!("`{part}` in this citation names no source"),
            "begin every part between semicolons with `@` and a key".to_owned(),
        ),
        CitationError::UnknownLocator(word) => (
            format!("`{word}` is not a kind of place that a citation can name"),
            "use `¶`, `p.`, `pp.`, `§`, `ch.` or `note`".to_owned(),
        ),
        CitationError::EmptyLocator(word) => {
            let space = if word.ends_with(['¶', '§']) { "" } else { " " };
            (format!("`{word}` has no number after it"), format!("write the number, as in `{word}{space}7`"))
        }
    };
    Diagnostic::new(Code::MalformedCitation, place, message).help(help)
}

pub(super) fn broken_citation(place: Place) -> Diagnostic {
    Diagnostic::new(Code::MalformedCitation, place, "this looks like a citation and cannot be read as one")
        .help("close it with `]`, and give a key after the `@`; write `\\[` if no citation is meant")
}

pub(super) fn broken_fact(place: Place) -> Diagnostic {
    Diagnostic::new(Code::MalformedCitation, place, "this looks like a fact and cannot be read as one")
        .help("close it with `]`; write `\\[` if no fact is meant")
}

pub(super) fn nameless_fact(place: Place) -> Diagnostic {
    Diagnostic::new(Code::MalformedCitation, place, "no fact is named after the `=`")
        .help("write a name of `content/facts.yaml`, as in `[=name]`")
}

pub(super) fn unknown_footnote(place: Place, mark: &str) -> Diagnostic {
    Diagnostic::new(Code::UnknownFootnote, place, format!("the note `{mark}` is not on this page")).help(
        match mark.contains(' ') {
            true => "write the mark without spaces, or `\\[` if none is meant".to_owned(),
            false => format!("add a line `{mark}: …` below the text, or write `\\[` if no note is meant"),
        },
    )
}

pub(super) fn unmarked_footnote(place: Place, mark: &str) -> Diagnostic {
    Diagnostic::new(
        Code::UnknownFootnote,
        place,
        format!("no mark leads to the note `{mark}`, so that nobody would see it"),
    )
    .help(format!("put `{mark}` into the text where it belongs, or take the note out"))
}

pub(super) fn broken_footnote(place: Place) -> Diagnostic {
    Diagnostic::new(Code::UnknownFootnote, place, "this looks like the mark of a note and cannot be read as one")
        .help("close it with `]`; write `\\[` if no note is meant")
}

pub(super) fn heading_repeats_title(place: Place, syntax: Syntax) -> Diagnostic {
    let wanted = if syntax == Syntax::Html { "<h2>" } else { "##" };
    Diagnostic::new(Code::HeadingLevel, place, "a heading of the first level, which the page's title is already")
        .help(format!("use `{wanted}` for the sections of a page"))
}

pub(super) fn heading_skips(place: Place, before: u8, level: u8, syntax: Syntax) -> Diagnostic {
    let message = format!("a heading of level {level} comes right after level {before}");
    let wanted = match syntax {
        Syntax::Html => format!("<h{}>", before + 1),
        Syntax::Markdown => "#".repeat(usize::from(before) + 1),
    };
    Diagnostic::new(Code::HeadingLevel, place, message).help(format!("use `{wanted}`"))
}

pub(super) fn duplicate_anchor(place: Place, anchor: &str, first: Place, syntax: Syntax) -> Diagnostic {
    Diagnostic::new(Code::DuplicateAnchor, place, format!("the anchor `{anchor}` is used twice on this page"))
        .label(first, "first used here")
        .help(match syntax {
            Syntax::Html => "give this one another id",
            Syntax::Markdown => "give this one another `{#…}`",
        })
}

pub(super) fn reserved_anchor(place: Place, anchor: &str, syntax: Syntax) -> Diagnostic {
    Diagnostic::new(Code::DuplicateAnchor, place, format!("every page has an anchor `{anchor}` already"))
        .help(if syntax == Syntax::Html { "give this one another id" } else { "give the heading another `{#…}`" })
}

pub(super) fn no_alternative(place: Place, syntax: Syntax) -> Diagnostic {
    Diagnostic::new(Code::NoAlternative, place, "the image has no text for those who cannot see it").help(
        match syntax {
            Syntax::Html => "say what it shows: `alt=\"…\"`, which is empty where the image only adorns",
            Syntax::Markdown => "say what it shows between the square brackets: `![…](…)`",
        },
    )
}

pub(super) fn unsafe_link(place: Place, destination: &str) -> Diagnostic {
    Diagnostic::new(Code::UnsafeLink, place, format!("`{destination}` is not an address that a page may link to"))
        .help("link to `https:`, `http:`, `mailto:` or `tel:` addresses, or to a file of the site")
}

pub(super) fn uncited_statement(place: Place) -> Diagnostic {
    Diagnostic::new(Code::UncitedStatement, place, "this statement cites nothing")
        .help("add what it rests on, as in `[@key, ¶7]`, or move it to a section marked `{.editorial}`")
}

/// `a`, `b` and `c`.
fn listed<'word>(words: impl Iterator<Item = &'word str>) -> String {
    joined(words, "and")
}

/// `a`, `b` or `c`.
fn alternatives<'word>(words: impl Iterator<Item = &'word str>) -> String {
    joined(words, "or")
}

fn joined<'word>(words: impl Iterator<Item = &'word str>, last_word: &str) -> String {
    let quoted: Vec<String> = words.map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} {last_word} {last}", first.join(", ")),
    }
}
