//! The usual ways of writing YAML that is none, found where a parser has stopped.
//!
//! A parser stops where it cannot go on, which is often a line or two below the mistake, and it says so in words of its
//! own. Here the text around that place is looked at again, as a person would, for what is most likely meant.

use std::ops::Range;

/// What is most likely wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trap<'text> {
    /// `title: Gravity: a force`
    Colon { key: &'text str, value: &'text str },
    /// A colon in the second or a later line of a text.
    ColonBelow { key: &'text str },
    /// A tab at the start of a line.
    Tab,
    /// `title:Gravity`
    NoSpace { key: &'text str, value: &'text str },
    /// A line of prose among keys.
    NoKey,
    /// A key further right than the key above it, which has a text.
    Indented { key: &'text str },
    /// A line in a column in which no line above it begins.
    Outdented,
    /// An item of a list that is not below the others, which begin after so many spaces.
    Item { spaces: usize },
    /// A text that begins with a character that YAML keeps for itself.
    Reserved { key: Option<&'text str>, value: &'text str },
    /// `cite: [@newton]`
    Citation { written: &'text str },
    /// `title: "Gravity`
    OpenQuote,
    /// `title: "Gravity" and mass`
    AfterQuote { key: Option<&'text str>, value: &'text str },
    /// `title: "C:\gravity"`
    Escape { key: Option<&'text str>, value: &'text str },
    /// `aliases: [weight`
    OpenBracket { close: char },
    /// `title: [Draft] Gravity`
    AfterBracket { key: Option<&'text str>, value: &'text str },
    /// A character that cannot be seen.
    Control,
    /// A line `---` inside a file.
    Documents,
    /// None of these: the parser's own words.
    Other { cause: &'text str },
}

/// Looks for the mistake in YAML at which a parser stopped at a byte, for a cause in its own words.
pub(super) fn find<'text>(yaml: &'text str, stopped: usize, cause: &'text str) -> (Range<usize>, Trap<'text>) {
    let lines = Line::all(yaml);
    let at = lines.partition_point(|line| line.start <= stopped).saturating_sub(1);
    let search = Search { yaml, lines: &lines, at, cause };
    search.find().unwrap_or_else(|| {
        let line = search.near().or(lines.first()).map_or(0..0, Line::range);
        (line, Trap::Other { cause })
    })
}

/// One line, without its end.
#[derive(Clone, Copy)]
struct Line<'text> {
    start: usize,
    text: &'text str,
}

/// `key: value`, or a value alone as an item of a list.
#[derive(Clone, Copy)]
struct Entry<'text> {
    key: Option<&'text str>,
    value: &'text str,
    value_start: usize,
}

impl<'text> Line<'text> {
    fn all(yaml: &'text str) -> Vec<Self> {
        let mut start = 0;
        yaml.split_inclusive('\n')
            .map(|line| {
                let from = start;
                start += line.len();
                Self { start: from, text: line.trim_end_matches(['\n', '\r']) }
            })
            .collect()
    }

    /// The line without white space around it.
    fn content(&self) -> &'text str {
        self.text.trim()
    }

    fn indent(&self) -> usize {
        self.text.len() - self.text.trim_start().len()
    }

    fn range(&self) -> Range<usize> {
        let start = self.start + self.indent();
        start..start + self.content().len()
    }

    fn is_blank(&self) -> bool {
        self.content().is_empty() || self.content().starts_with('#')
    }

    fn is_item(&self) -> bool {
        self.content().starts_with("- ") || self.content() == "-"
    }

    /// What the line states, if it states anything.
    fn entry(&self) -> Option<Entry<'text>> {
        if self.is_blank() {
            return None;
        }
        let mut rest = self.content();
        while let Some(inner) = rest.strip_prefix("- ") {
            rest = inner.trim_start();
        }
        let is_item = self.is_item();
        let start = self.start + self.indent() + (self.content().len() - rest.len());
        let value = |key, value: &'text str| {
            let trimmed = value.trim_start();
            let value_start = start + (rest.len() - trimmed.len());
            Some(Entry { key, value: trimmed, value_start })
        };
        match rest.split_once(": ") {
            Some((key, text)) if is_key(key) => value(Some(key.trim_end()), text),
            _ => match rest.strip_suffix(':') {
                Some(key) if is_key(key) => value(Some(key), ""),
                _ if is_item => value(None, rest),
                _ => None,
            },
        }
    }
}

fn is_key(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(['"', '\'', '[', '{', '@', '`', '%', '&', '*', '!', '|', '>'])
        && !text.contains(": ")
}

/// Whether a key looks like one of ours: one word of small letters.
fn is_plain_key(key: &str) -> bool {
    key.chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || matches!(one, '_' | '-'))
}

struct Search<'text, 'lines> {
    yaml: &'text str,
    lines: &'lines [Line<'text>],
    /// The line in which the parser stopped.
    at: usize,
    cause: &'text str,
}

type Found<'text> = Option<(Range<usize>, Trap<'text>)>;

impl<'text> Search<'text, '_> {
    fn find(&self) -> Found<'text> {
        self.unseen()
            .or_else(|| self.tab())
            .or_else(|| self.citation())
            .or_else(|| self.quote())
            .or_else(|| self.bracket())
            .or_else(|| self.reserved())
            .or_else(|| self.colon())
            .or_else(|| self.no_space())
            .or_else(|| self.indented())
            .or_else(|| self.column())
            .or_else(|| self.no_key())
    }

    fn says(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.cause.contains(word))
    }

    /// The lines up to the one in which the parser stopped, from there upwards, without empty ones.
    fn upwards(&self) -> impl Iterator<Item = &Line<'text>> {
        self.lines[..self.lines.len().min(self.at + 1)].iter().rev().filter(|line| !line.is_blank())
    }

    fn near(&self) -> Option<&Line<'text>> {
        self.upwards().next()
    }

    fn unseen(&self) -> Found<'text> {
        if self.says(&["control characters"]) {
            let is_unseen = |one: char| {
                one.is_control() && !matches!(one, '\n' | '\r' | '\t') || matches!(one, '\u{fffe}' | '\u{ffff}')
            };
            let (at, one) = self.yaml.char_indices().find(|(_, one)| is_unseen(*one))?;
            return Some((at..at + one.len_utf8(), Trap::Control));
        }
        if self.says(&["more than one document"]) {
            let mut bars = self.lines.iter().skip_while(|line| line.is_blank());
            let first = bars.next()?;
            let second =
                bars.find(|line| line.text.trim_end() == "---" || line.text.starts_with("--- ")).unwrap_or(first);
            return Some((second.range(), Trap::Documents));
        }
        None
    }

    fn tab(&self) -> Found<'text> {
        let below = self.lines.get(self.at + 1).into_iter();
        let line = self.upwards().take(1).chain(below).find(|line| line.text[..line.indent()].contains('\t'))?;
        let white = &line.text[..line.indent()];
        let first = white.find('\t')?;
        let last = white.rfind('\t')?;
        Some((line.start + first..line.start + last + 1, Trap::Tab))
    }

    /// `[@newton]` without quotes, which is a list to YAML.
    fn citation(&self) -> Found<'text> {
        let line = self.upwards().take(1).find(|line| line.text.contains("[@") || line.text.contains("[-@"))?;
        let at = line.text.find("[@").or_else(|| line.text.find("[-@"))?;
        let is_value =
            line.text[..at].trim_end().ends_with([':', '-', ',', '[']) && line.text[..at].ends_with([' ', '[']);
        if !is_value {
            return None;
        }
        let written = &line.text[at..];
        let written = written.find(']').map_or(written, |end| &written[..=end]).trim_end();
        Some((line.start + at..line.start + at + written.len(), Trap::Citation { written }))
    }

    /// A quotation mark that is not closed, or closed too early.
    fn quote(&self) -> Found<'text> {
        for line in self.upwards().take(1) {
            let Some(entry) = line.entry() else { continue };
            if let Some(end) = end_of_quoted(entry.value) {
                let rest = entry.value[end..].trim_start();
                if !rest.is_empty() && !rest.starts_with('#') {
                    let range = entry.value_start..entry.value_start + entry.value.len();
                    return Some((range, Trap::AfterQuote { key: entry.key, value: entry.value }));
                }
            }
        }
        if self.says(&["escape"])
            && let Some(entry) = self.upwards().next().and_then(Line::entry)
            && entry.value.starts_with('"')
        {
            let range = entry.value_start..entry.value_start + entry.value.len();
            return Some((range, Trap::Escape { key: entry.key, value: entry.value }));
        }
        let is_likely = self.says(&["end of stream", "document indicator", "did not find expected"]);
        let mut candidate = None;
        for (index, line) in self.lines.iter().enumerate().take(self.at + 1).filter(|_| is_likely) {
            let Some(entry) = line.entry() else { continue };
            if !entry.value.starts_with(['"', '\'']) || end_of_quoted(entry.value).is_some() {
                continue;
            }
            // A text may have several lines; one that runs into the next key does not mean to.
            let next = self.lines[index + 1..].iter().find(|line| !line.is_blank());
            let runs_on = next.is_none_or(|next| {
                next.indent() <= line.indent() || next.entry().is_some_and(|next| next.key.is_some_and(is_plain_key))
            });
            if runs_on {
                candidate = Some((entry.value_start..entry.value_start + entry.value.len(), Trap::OpenQuote));
            }
        }
        candidate
    }

    /// A bracket that is not closed, or a text that begins with one.
    fn bracket(&self) -> Found<'text> {
        for line in self.upwards() {
            let Some(entry) = line.entry() else {
                if line.indent() == 0 && !line.content().starts_with([']', '}']) {
                    return None;
                }
                continue;
            };
            let close = match entry.value.chars().next() {
                Some('[') => ']',
                Some('{') => '}',
                _ => continue,
            };
            let range = entry.value_start..entry.value_start + entry.value.len();
            let Some(end) = end_of_brackets(entry.value) else {
                let is_likely = self.says(&[
                    "',' or",
                    "end of stream",
                    "expected node content",
                    "simple key",
                    "document indicator",
                    "expected ':'",
                ]);
                return is_likely.then_some((range, Trap::OpenBracket { close }));
            };
            let rest = entry.value[end..].trim_start();
            let is_text = !rest.is_empty() && !rest.starts_with('#');
            let is_here = self.near().is_some_and(|near| near.start == line.start);
            return (is_text && is_here).then_some((range, Trap::AfterBracket { key: entry.key, value: entry.value }));
        }
        None
    }

    fn reserved(&self) -> Found<'text> {
        for line in self.upwards().take(2) {
            let Some(entry) = line.entry() else { continue };
            if is_reserved(entry.value, entry.key.is_some()) {
                let range = entry.value_start..entry.value_start + entry.value.len();
                return Some((range, Trap::Reserved { key: entry.key, value: entry.value }));
            }
            // An item of a list in brackets.
            if entry.value.starts_with(['[', '{']) && self.says(&["cannot start any token"]) {
                let at = entry.value.find([' ', '[', ',', '{']).and_then(|_| entry.value.find(['@', '`', '%']))?;
                let rest = &entry.value[at..];
                let value = rest[..rest.find([',', ']', '}']).unwrap_or(rest.len())].trim_end();
                let start = entry.value_start + at;
                return Some((start..start + value.len(), Trap::Reserved { key: None, value }));
            }
        }
        None
    }

    fn colon(&self) -> Found<'text> {
        let line = self.near()?;
        let entry = line.entry();
        if let Some(Entry { key: Some(key), value, value_start, .. }) = entry
            && !value.starts_with(['"', '\'', '|', '>', '[', '{', '#'])
            && (value.contains(": ") || value.ends_with(':'))
        {
            return Some((value_start..value_start + value.len(), Trap::Colon { key, value }));
        }
        // A map in braces: each of its parts may hold a colon too many.
        let open = line.text.find('{')?;
        let mut offset = open + 1;
        for part in line.text[offset..].split(',') {
            let start = offset;
            offset += part.len() + 1;
            let Some((key, value)) = part.split_once(": ") else { continue };
            let trimmed = value.trim_start();
            let bare = trimmed.trim_end_matches([' ', '}']);
            if !bare.starts_with(['"', '\'', '[', '{']) && bare.contains(": ") {
                let from = line.start + start + key.len() + 2 + (value.len() - trimmed.len());
                return Some((from..from + bare.len(), Trap::Colon { key: key.trim(), value: bare }));
            }
        }
        None
    }

    fn no_space(&self) -> Found<'text> {
        for line in self.upwards().take(2) {
            let content = line.content().trim_start_matches("- ");
            let Some((key, value)) = content.split_once(':') else { continue };
            let is_address = value.starts_with("//");
            if !key.is_empty()
                && is_plain_key(key)
                && value.starts_with(|one: char| !one.is_whitespace())
                && !is_address
            {
                let start = line.start + line.indent() + (line.content().len() - content.len());
                return Some((start..start + key.len() + 1, Trap::NoSpace { key, value: value.trim() }));
            }
        }
        None
    }

    /// A key, or a text with a colon, below and to the right of a key that has a text.
    fn indented(&self) -> Found<'text> {
        if !self.says(&["mapping values are not allowed"]) {
            return None;
        }
        let line = self.near()?;
        let key = line.entry()?.key?;
        let above = self.upwards().skip(1).find(|above| above.indent() < line.indent() && above.entry().is_some())?;
        let Entry { key: Some(above_key), value, .. } = above.entry()? else { return None };
        if value.is_empty() {
            return None;
        }
        let trap =
            if is_plain_key(key) { Trap::Indented { key: above_key } } else { Trap::ColonBelow { key: above_key } };
        Some((line.range(), trap))
    }

    /// A line that does not begin in the column of those it belongs with.
    fn column(&self) -> Found<'text> {
        if !self.says(&["did not find expected key", "'-' indicator", "block end"]) {
            return None;
        }
        let line = self.near()?;
        if line.is_item() {
            let above = self.upwards().skip(1).find(|above| above.is_item())?;
            if above.indent() != line.indent() {
                return Some((line.range(), Trap::Item { spaces: above.indent() }));
            }
        }
        let is_new = self.upwards().skip(1).all(|above| above.indent() != line.indent());
        (is_new || line.entry().is_some()).then(|| (line.range(), Trap::Outdented))
    }

    fn no_key(&self) -> Found<'text> {
        if !self.says(&["expected ':'", "mapping values are not allowed", "did not find expected"]) {
            return None;
        }
        let line = self.upwards().find(|line| line.entry().is_none())?;
        Some((line.range(), Trap::NoKey))
    }
}

/// Whether YAML does not take a text that begins like this without quotes.
fn is_reserved(value: &str, has_key: bool) -> bool {
    let mut characters = value.chars();
    let (Some(first), second) = (characters.next(), characters.next()) else { return false };
    match first {
        '@' | '`' | '%' | '*' | '&' | '!' | ',' | ']' | '}' => true,
        '|' | '>' => {
            second.is_some_and(|second| !matches!(second, '-' | '+' | '0'..='9')) && !value[1..].trim_start().is_empty()
        }
        '-' | '?' => has_key && second == Some(' '),
        _ => false,
    }
}

/// The byte after the closing mark of a value that begins with a quotation mark and is closed on its line.
fn end_of_quoted(value: &str) -> Option<usize> {
    let mark = value.chars().next().filter(|mark| matches!(mark, '"' | '\''))?;
    let mut characters = value.char_indices().skip(1).peekable();
    while let Some((at, one)) = characters.next() {
        match one {
            '\\' if mark == '"' => {
                characters.next();
            }
            '\'' if mark == '\'' && characters.peek().is_some_and(|(_, next)| *next == '\'') => {
                characters.next();
            }
            _ if one == mark => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The byte after the bracket that closes the one a value begins with.
fn end_of_brackets(value: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote: Option<char> = None;
    let mut before = ' ';
    for (at, one) in value.char_indices() {
        match (quote, one) {
            (Some(open), _) => quote = (open != one).then_some(open),
            (None, '"' | '\'') if matches!(before, ' ' | '[' | '{' | ',') => quote = Some(one),
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        before = one;
    }
    None
}

/// A text as YAML takes it for sure: in quotes, with as few escapes as can be.
pub(super) fn quoted(text: &str) -> String {
    if !text.contains(['"', '\\']) {
        format!("\"{text}\"")
    } else if !text.contains('\'') {
        format!("'{text}'")
    } else {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    }
}
