//! The scanner of tags against `html5ever`, the parser that browsers' rules were written into in full.

use std::cell::{Cell, RefCell};

use expound::text::tags::{Piece, visit};
use html5ever::interface::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::{RawKind, State};
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use proptest::prelude::*;

/// A start tag: its name and its attributes.
type Start = (String, Vec<(String, String)>);

/// Takes what the tokeniser of `html5ever` finds, and tells it where text holds no tags, as the builder of a tree would.
#[derive(Default)]
struct Sink {
    tags: RefCell<Vec<Start>>,
    foreign: Cell<usize>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line_number: u64) -> TokenSinkResult<()> {
        let Token::TagToken(Tag { kind, name, self_closing, attrs, .. }) = token else {
            return TokenSinkResult::Continue;
        };
        let is_foreign = matches!(&*name, "svg" | "math");
        match kind {
            TagKind::EndTag if is_foreign => self.foreign.set(self.foreign.get().saturating_sub(1)),
            TagKind::EndTag => {}
            TagKind::StartTag => {
                let attributes = attrs.iter().map(|one| (one.name.local.to_string(), one.value.to_string()));
                self.tags.borrow_mut().push((name.to_string(), attributes.collect()));
                if is_foreign {
                    self.foreign.set(self.foreign.get() + usize::from(!self_closing));
                } else if self.foreign.get() == 0 {
                    match &*name {
                        "title" | "textarea" => return TokenSinkResult::RawData(RawKind::Rcdata),
                        "style" | "xmp" | "iframe" | "noembed" | "noframes" => {
                            return TokenSinkResult::RawData(RawKind::Rawtext);
                        }
                        "script" => return TokenSinkResult::RawData(RawKind::ScriptData),
                        _ => {}
                    }
                }
            }
        }
        TokenSinkResult::Continue
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.foreign.get() > 0
    }
}

fn by_html5ever(html: &str) -> Vec<Start> {
    let options = TokenizerOpts { initial_state: Some(State::Data), ..TokenizerOpts::default() };
    let tokenizer = Tokenizer::new(Sink::default(), options);
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
    tokenizer.end();
    tokenizer.sink.tags.into_inner()
}

fn by_us(html: &str) -> Vec<Start> {
    let mut tags = Vec::new();
    visit(
        html,
        |_| true,
        |piece| {
            let Piece::Tag(tag) = piece else { return };
            let mut attributes: Vec<(String, String)> = Vec::new();
            for one in tag.attributes {
                let name = one.name.to_ascii_lowercase();
                // Of two of one name, a browser keeps the first.
                if attributes.iter().all(|(known, _)| *known != name) {
                    attributes.push((name, one.value.to_owned()));
                }
            }
            tags.push((String::from_utf8_lossy(tag.name).to_ascii_lowercase(), attributes));
        },
    );
    tags
}

/// What HTML that is hard to read is made of.
const PIECES: &[&str] = &[
    "<",
    ">",
    "</",
    "/",
    "=",
    " ",
    "\n",
    "\"",
    "'",
    "-",
    "--",
    "!",
    "?",
    "a",
    "B",
    "é",
    "<a href=",
    "<a ",
    "<p>",
    "</p>",
    "<!--",
    "-->",
    "--!>",
    "<![CDATA[",
    "]]>",
    "<svg>",
    "<svg",
    "/>",
    "</svg>",
    "<math>",
    "<title>",
    "</title>",
    "<script>",
    "<SCRIPT",
    "</script>",
    "</script",
    "<style>",
    "</style >",
    "<textarea>",
    "</textarea/",
    "<!DOCTYPE html>",
    "x=\"y\"",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tags_are_those_that_a_browser_finds(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..24)) {
        let html = pieces.concat();
        prop_assert_eq!(by_us(&html), by_html5ever(&html), "{}", html);
    }
}
