//! What must hold of every report and every page, whatever an editor has written. Tests and fuzz targets share it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use expound::diagnostic::{Report, github, human, json};
use expound::read::Files;
use expound::text::{SitePath, Span};
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

/// Every problem stands inside a file that is there, and every format can show it.
pub(crate) fn check_report(report: &Report, files: &dyn Files) {
    check_places(report, files);
    let _ = human::draw(report, human::Colour::On);
    let _ = json::draw(report);
    let _ = github::draw(report);
}

/// Every problem stands inside a file that is there.
pub(crate) fn check_places(report: &Report, files: &dyn Files) {
    for problem in report.problems() {
        let diagnostic = &problem.diagnostic;
        let labels = diagnostic.labels.iter().map(|label| &label.place.path).zip(problem.labels.iter().copied());
        for (path, span) in std::iter::once((&diagnostic.place.path, problem.span)).chain(labels) {
            // The site file may be what is missing, and a template may be the theme's own.
            let is_known = files.paths().binary_search(path).is_ok()
                || path.as_str() == expound::read::SITE_FILE
                || report.text(path).is_some();
            assert!(is_known, "{path} is not a file: {diagnostic:?}");
            if let Some(span) = span {
                check_place(report, path, span);
            }
        }
        let message = &diagnostic.message;
        assert!(!message.is_empty() && !message.ends_with('.'), "{diagnostic:?}");
    }
}

/// The span is inside the text, and its line and column inside that line.
fn check_place(report: &Report, path: &SitePath, span: Span) {
    let text = report.text(path).expect("a place in a text that was loaded");
    assert!(text.get(span.range()).is_some(), "{span:?} is not inside {path}");
    let position = report.position(path, Some(span));
    for (line, column) in [(position.line, position.column), (position.end_line, position.end_column)] {
        let line_text = text.split('\n').nth(line - 1);
        let line_text = line_text.unwrap_or_else(|| panic!("{path} has no line {line}"));
        assert!(column >= 1 && column <= line_text.chars().count() + 1, "{path}:{line}:{column} is right of its line");
    }
    assert!((position.line, position.column) <= (position.end_line, position.end_column), "{path}: {position:?}");
}

/// Nothing that a browser would run, restyle the page by or leave the site by unseen stands in any page.
pub(crate) fn check_pages(built: &BTreeMap<String, Vec<u8>>) {
    for (path, bytes) in built.iter().filter(|(path, _)| path.ends_with(".html")) {
        let html = std::str::from_utf8(bytes).expect("a page is text");
        for tag in tags(html) {
            if let Err(what) = check_tag(Some(path), &tag) {
                panic!("{path}: {what}: {tag:?}");
            }
        }
    }
}

/// Every start tag of a page, as a browser reads it.
pub(crate) fn tags(html: &str) -> Vec<Tag> {
    struct Sink(RefCell<Vec<Tag>>);
    impl TokenSink for Sink {
        type Handle = ();

        fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
            if let Token::TagToken(tag) = token
                && tag.kind == TagKind::StartTag
            {
                self.0.borrow_mut().push(tag);
            }
            TokenSinkResult::Continue
        }
    }
    let input = BufferQueue::default();
    input.push_back(html.into());
    let tokenizer = Tokenizer::new(Sink(RefCell::default()), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

/// Judges one tag of a page at `path`. Without it, the tag is of a page that is not drawn yet: whether its addresses lead
/// out of the site is told when it is.
pub(crate) fn check_tag(path: Option<&str>, tag: &Tag) -> Result<(), String> {
    const NEVER: &[&str] = &[
        "base",
        "embed",
        "frame",
        "frameset",
        "iframe",
        "object",
        "applet",
        "style",
        "template",
        "math",
        "foreignobject",
        "noscript",
        "xmp",
        "plaintext",
        "textarea",
        "marquee",
        "video",
        "audio",
        "portal",
        "animate",
        "set",
    ];
    let name: &str = &tag.name;
    let attribute = |wanted: &str| tag.attrs.iter().find(|one| &*one.name.local == wanted).map(|one| &*one.value);
    // The page for searching says in one what it cannot do without scripts; it shows no raw HTML.
    let is_ours = name == "noscript" && path.is_some_and(|path| path.ends_with("search.html"));
    if NEVER.contains(&name) && !is_ours {
        return Err(format!("`{name}` is never ours"));
    }
    if name == "script" {
        let is_own = attribute("src").is_some_and(|src| {
            // The one page that needs a root has the whole of it before the folder.
            let is_rooted = path == Some("404.html") && src.starts_with('/') && !src.starts_with("//");
            let own = src.trim_start_matches("../");
            ["assets/", "pagefind/"].iter().any(|folder| own.starts_with(folder) || (is_rooted && own.contains(folder)))
        });
        if !is_own && attribute("type") != Some("application/ld+json") {
            return Err("a script that is not ours".to_owned());
        }
    }
    if name == "meta" && attribute("http-equiv").is_some() {
        let content = attribute("content").unwrap_or_default();
        let is_own = match attribute("http-equiv") {
            Some("Content-Security-Policy") => content.starts_with("default-src 'none'"),
            Some("refresh") => content.strip_prefix("0; url=").is_some_and(|to| is_inside(path, to)),
            _ => false,
        };
        if !is_own {
            return Err("a `meta` that is not ours".to_owned());
        }
    }
    for one in &tag.attrs {
        let key: &str = &one.name.local;
        if key.starts_with("on") || matches!(key, "style" | "srcdoc" | "formaction" | "background" | "ping") {
            return Err(format!("the attribute `{key}`"));
        }
        if matches!(key, "href" | "src" | "action" | "xlink:href" | "cite" | "poster" | "data") {
            let is_link = matches!((name, key), ("a" | "link", "href") | (_, "cite"));
            match scheme(&one.value) {
                Some(scheme) if is_link && matches!(&*scheme, "http" | "https" | "mailto" | "tel") => {}
                Some(scheme) if name == "img" && scheme == "data" && one.value.starts_with("data:image/") => {}
                Some(scheme) => return Err(format!("an address of the scheme `{scheme}`")),
                None if is_inside(path, &one.value) => {}
                None => return Err("an address that leads out of the site".to_owned()),
            }
        }
    }
    Ok(())
}

/// The scheme of an address, as a browser reads it: without what it passes over (WHATWG URL, "basic URL parser").
fn scheme(address: &str) -> Option<String> {
    let passed_over = |one: char| matches!(one, '\t' | '\n' | '\r');
    let bare: String = address.trim_matches(|one: char| one <= ' ').chars().filter(|one| !passed_over(*one)).collect();
    let (scheme, _) = bare.split_once(':')?;
    let is_scheme = scheme.starts_with(|one: char| one.is_ascii_alphabetic())
        && scheme.chars().all(|one| one.is_ascii_alphanumeric() || matches!(one, '+' | '-' | '.'));
    is_scheme.then(|| scheme.to_ascii_lowercase())
}

/// Whether a relative address on the page at `path` leads to a place in the site; without one, whether it leads to the
/// host that the page is on.
fn is_inside(path: Option<&str>, address: &str) -> bool {
    let passed_over = |one: char| matches!(one, '\t' | '\n' | '\r');
    let bare: String = address.trim_matches(|one: char| one <= ' ').chars().filter(|one| !passed_over(*one)).collect();
    let bare = bare.replace('\\', "/").replace("%2e", ".").replace("%2E", ".");
    let Some(path) = path else { return !bare.starts_with("//") };
    if bare.starts_with('/') {
        return path == "404.html" && !bare.starts_with("//");
    }
    let file = bare.split(['?', '#']).next().unwrap_or_default();
    let mut depth = path.matches('/').count();
    for segment in file.split('/') {
        match segment {
            "." | "" => {}
            ".." => match depth.checked_sub(1) {
                Some(up) => depth = up,
                None => return false,
            },
            _ => depth += 1,
        }
    }
    true
}
