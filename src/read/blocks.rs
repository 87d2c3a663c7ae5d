//! Fenced blocks that are drawn: their names, and their options in YAML.

use super::keys::{Keys, Problems, Value};
use super::locate::Outline;
use super::messages;
use super::parse_yaml;
use super::tables::{self, Table};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::block::{Block, Column, DraftBlock, DraftedBlock, NAMES, PageOrder};
use crate::text::{Place, SitePath, Span, Spanned, Spot};

/// Whether a fence of this info string is drawn.
pub(super) fn is_drawn(info: &str) -> bool {
    NAMES.contains(&info.trim())
}

/// More blocks are not drawn on one page.
const MOST: usize = 300;

/// Whether a page that has so many blocks can have another. The first that it cannot have is told of.
pub(super) fn has_room(count: usize, place: Place, problems: &Problems) -> bool {
    if count >= MOST && !problems.has(Code::TextTooLarge) {
        problems.push(messages::too_much(place, &format!("the page draws more than {MOST} blocks")));
    }
    count < MOST
}

/// Reads a fence. `inner` is where its options are in the text, and `whole` the fence with its lines of backticks.
pub(super) fn read(
    path: &SitePath,
    text: &str,
    name: &str,
    inner: Span,
    whole: Span,
    problems: &Problems,
) -> Option<DraftBlock> {
    let yaml = match parse_yaml(path, text, inner.range()) {
        Ok(yaml) => yaml,
        Err(found) => {
            for problem in found {
                problems.push(problem);
            }
            return None;
        }
    };
    let options = &text[inner.range()];
    // Places of values are found in the options alone, and moved to where those are in the page.
    let own = SitePath::parse("options.yaml").expect("a path");
    let outline = Outline::new(&own, options).expect("what is no page is all YAML");
    let find = |spot: &Spot| outline.find(spot).map_or(whole, |span| span.moved(inner.start as usize));
    let found = Problems::default();
    let block = {
        let mut keys = Value::top(&own, &yaml, &found).keys(tables_of(name.trim()));
        let block = keys.as_mut().and_then(|keys| block(name.trim(), keys, &find));
        if let Some(keys) = keys {
            keys.finish();
        }
        block
    };
    for problem in found.into_inner() {
        let span = match &problem.place.spot {
            Spot::File => whole,
            spot => find(spot),
        };
        problems.push(Diagnostic { place: Place::span(path, span), ..problem });
    }
    Some(DraftBlock { block: block?, span: whole })
}

/// The options of a block.
fn tables_of(name: &str) -> &'static [Table] {
    match name {
        "timeline" => &[tables::TIMELINE],
        "pages" => &[tables::PAGES],
        "matrix" => &[tables::MATRIX],
        "columns" => &[tables::COLUMNS],
        "compare" => &[tables::COMPARE],
        _ => &[tables::MAP],
    }
}

fn block(name: &str, keys: &mut Keys<'_>, find: &impl Fn(&Spot) -> Span) -> Option<DraftedBlock> {
    let one = |value: &Value<'_>| {
        let span = find(&Spot::Value(value.keys.clone()));
        value.text().map(|value| Spanned { value, span })
    };
    let many = |value: Value<'_>| match value.yaml {
        super::yaml::Yaml::List(_) => Some(value.items()?.iter().filter_map(one).collect::<Vec<_>>()),
        _ => Some(vec![one(&value)?]),
    };
    Some(match name {
        "timeline" => Block::Timeline { from: keys.take("from").and_then(many).unwrap_or_default() },
        "pages" => {
            let kind = keys.require("kind").and_then(|value| one(&value));
            let (field, of) = (keys.take("field"), keys.take("of"));
            // Either of the two says nothing without the other.
            let filter = match (field, of) {
                (None, None) => None,
                (None, Some(_)) => keys.require("field").and(None),
                (Some(_), None) => keys.require("of").and(None),
                (Some(field), Some(of)) => one(&field).zip(many(of)),
            };
            let words = PageOrder::WORDS.iter().map(|(word, _)| *word);
            let order = keys.take("order").and_then(|value| value.choice(words)).unwrap_or_default();
            let most = keys.take("most").and_then(|value| value.integer());
            let most = most.map(|most| usize::try_from(most).unwrap_or_default());
            Block::Pages { kind: kind?, filter, order: PageOrder::WORDS[order].1, most }
        }
        "matrix" => {
            let rows = keys.require("rows").and_then(|value| one(&value));
            let columns = keys.require("columns").and_then(many);
            Block::Matrix { rows: rows?, columns: columns? }
        }
        "columns" => {
            let kinds = keys.require("kinds").and_then(many);
            let field = keys.require("field").and_then(|value| one(&value));
            let columns = keys.require("columns").and_then(|value| value.items()).unwrap_or_default();
            let columns = columns.into_iter().filter_map(|value| column(value, many)).collect();
            Block::Columns { kinds: kinds?, field: field?, columns }
        }
        "compare" => {
            let value = keys.require("pages")?;
            let (place, problems) = (value.place(), value.problems);
            let pages = many(value)?;
            if pages.len() < 2 {
                problems.push(messages::too_few_to_compare(place));
            }
            Block::Compare { pages }
        }
        _ => {
            let centre = keys.require("centre").and_then(|value| one(&value));
            let before = keys.take("before").and_then(many).unwrap_or_default();
            let after = keys.take("after").and_then(many).unwrap_or_default();
            Block::Map { centre: centre?, before, after }
        }
    })
}

fn column<'text>(
    value: Value<'text>,
    many: impl Fn(Value<'text>) -> Option<Vec<Spanned<String>>>,
) -> Option<Column<Spanned<String>>> {
    let mut keys = value.keys(&[tables::COLUMN])?;
    let title = keys.require("title").and_then(|value| value.text());
    let of = keys.require("of").and_then(many);
    keys.finish();
    Some(Column { title: title?, of: of? })
}
