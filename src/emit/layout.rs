//! The pictures of maps: where every page, line and label of them goes.
//!
//! A map has two shapes. The wide one has three columns, drawn so that few lines cross and none runs behind a box
//! ([`layers`]). The narrow one has one column with arcs beside it. The neighbourhood of a page is a stem with its
//! neighbours as branches, where nothing can cross.

mod layers;

use std::borrow::Cow;
use std::collections::HashMap;

use super::draw::{Draw, kind_index};
use super::page::Ends;
use super::view::blocks::{DrawingView, MapEdgeView, MapView};
use crate::model::config::{Direction, FieldType, FieldValue};
use crate::model::{EdgeId, PageId};
use crate::text::html::escaped;
use crate::text::push_number;

/// How many pages a column of a map shows at most: those with the most relations.
const MOST_IN_COLUMN: usize = 30;
/// How many neighbours of a page one relation shows at most.
const MOST_NEIGHBOURS: usize = 6;

const BOX_WIDTH: usize = 250;
const COLUMN_GAP: usize = 95;
const LINE_HEIGHT: usize = 20;
const PADDING: usize = 9;
const BOX_GAP: usize = 12;
const LABEL_HEIGHT: usize = 24;
/// The side of a kind's sign.
const SIGN: usize = 12;
/// The height of a line that goes between two boxes.
const LANE_HEIGHT: usize = 10;
/// How wide a line of a title may be in a box, in tenths of an em.
const LINE_WIDTH: usize = 128;

const NARROW_WIDTH: usize = 360;
const NARROW_TEXT: usize = 24;
const NARROW_LINE_WIDTH: usize = 155;
/// The same for labels, which are smaller and begin further out: up to where the arcs begin.
const NARROW_LABEL_WIDTH: usize = 190;
const LABEL_LINE_HEIGHT: usize = 17;
/// Where the arcs of the narrow shape begin.
const ARCS: usize = 268;

/// Pages of a column that belong together: by the first field of choice of their kind.
#[derive(Clone, Debug)]
struct Group {
    title: Option<String>,
    pages: Vec<PageId>,
}

type Columns = [Vec<Group>; 3];

/// Lays out three columns of pages.
pub(super) fn map<'site>(draw: &Draw<'site>, columns: &[Vec<PageId>; 3]) -> MapView<'site> {
    let mut edges = edges_between(draw, columns);
    let mut degrees: HashMap<PageId, usize> = HashMap::new();
    for edge in edges.iter().map(|edge| draw.site.edge(*edge)) {
        *degrees.entry(edge.from).or_default() += 1;
        *degrees.entry(edge.to).or_default() += 1;
    }
    let all: usize = columns.iter().map(Vec::len).sum();
    let shown = columns.each_ref().map(|column| most_related(column, &degrees));
    let shown_count: usize = shown.iter().map(Vec::len).sum();
    if shown_count < all {
        edges = edges_between(draw, &shown);
    }
    let [before, centre, after] = shown;
    let given = [kinds(draw, &before), groups(draw, &centre), kinds(draw, &after)];
    let columns = layers::untangled(draw.site, given, &edges);
    let in_words = edges.iter().map(|id| {
        let edge = draw.site.edge(*id);
        MapEdgeView {
            from: draw.card(edge.from),
            title: draw.site.config.relation(edge.relation).title.get(draw.language).to_owned(),
            to: draw.card(edge.to),
            basis: draw.basis(edge.basis),
        }
    });
    MapView {
        wide: wide(draw, &columns, &edges),
        narrow: narrow(draw, &columns, &edges),
        edges: in_words.collect(),
        shown: shown_count,
        all,
    }
}

/// The pages of a column, if they are many those with the most relations, in their own order.
fn most_related(column: &[PageId], degrees: &HashMap<PageId, usize>) -> Vec<PageId> {
    let mut places: Vec<usize> = (0..column.len()).collect();
    places.sort_by_key(|place| std::cmp::Reverse(degrees.get(&column[*place]).copied().unwrap_or_default()));
    places.truncate(MOST_IN_COLUMN);
    places.sort_unstable();
    places.into_iter().map(|place| column[place]).collect()
}

/// The edges between pages of different columns, by the page that states them.
fn edges_between(draw: &Draw<'_>, columns: &[Vec<PageId>; 3]) -> Vec<EdgeId> {
    let mut column_of: HashMap<PageId, usize> = HashMap::new();
    for (index, column) in columns.iter().enumerate() {
        for id in column {
            column_of.entry(*id).or_insert(index);
        }
    }
    let is_wanted = |id: &EdgeId| {
        let edge = draw.site.edge(*id);
        match (column_of.get(&edge.from), column_of.get(&edge.to)) {
            (Some(from), Some(to)) => from != to,
            _ => false,
        }
    };
    let from_pages = columns.iter().flatten().flat_map(|id| draw.site.page(*id).outgoing.iter().copied());
    from_pages.filter(is_wanted).collect()
}

/// Pages by what they choose for the first field of choice of their kind, in the order of the choices.
fn groups(draw: &Draw<'_>, pages: &[PageId]) -> Vec<Group> {
    let mut groups: Vec<((usize, Option<usize>), Group)> = Vec::new();
    for id in pages {
        let page = draw.site.page(*id);
        let Some(kind) = page.kind else { continue };
        let fields = &draw.site.config.kind(kind).fields;
        let choice = fields.iter().zip(&page.fields).find_map(|(field, value)| match (&field.takes, value) {
            (FieldType::Choice(choices), Some(FieldValue::Choice(index))) => Some((*index, &choices[*index].1)),
            _ => None,
        });
        let key = (kind.index(), choice.map(|(index, _)| index));
        match groups.iter_mut().find(|(other, _)| *other == key) {
            Some((_, group)) => group.pages.push(*id),
            None => {
                let title = choice.map(|(_, title)| title.get(draw.language).to_owned());
                groups.push((key, Group { title, pages: vec![*id] }));
            }
        }
    }
    groups.sort_by_key(|(key, _)| (key.0, key.1.unwrap_or(usize::MAX)));
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Pages by their kinds.
fn kinds(draw: &Draw<'_>, pages: &[PageId]) -> Vec<Group> {
    let same_kind = |one: &PageId, other: &PageId| draw.site.page(*one).kind == draw.site.page(*other).kind;
    pages.chunk_by(same_kind).map(|pages| Group { title: None, pages: pages.to_vec() }).collect()
}

/// Three columns side by side, with curves between them.
fn wide(draw: &Draw<'_>, columns: &Columns, edges: &[EdgeId]) -> DrawingView {
    let width = 3 * BOX_WIDTH + 2 * COLUMN_GAP;
    let lanes = layers::lanes(draw.site, columns, edges);
    let titles = |id: PageId| broken(draw, id, LINE_WIDTH);
    let height_of = |column: &[Group]| -> usize {
        let labels = column.iter().filter(|group| group.title.is_some()).count();
        let boxes = column.iter().flat_map(|group| &group.pages).map(|id| box_height(titles(*id).len()) + BOX_GAP);
        boxes.sum::<usize>() + labels * (LABEL_HEIGHT + BOX_GAP)
    };
    let mut heights = columns.each_ref().map(|column| height_of(column));
    heights[1] += lanes.len() * LANE_HEIGHT;
    let height = heights.iter().copied().max().unwrap_or_default();
    let mut picture = Picture::new(draw, width, height);
    let mut boxes: HashMap<PageId, (usize, usize)> = HashMap::new();
    let mut lane_heights: HashMap<EdgeId, usize> = HashMap::new();
    for (index, column) in columns.iter().enumerate() {
        let x = index * (BOX_WIDTH + COLUMN_GAP);
        let count: usize = column.iter().map(|group| group.pages.len()).sum();
        // Short columns stand in the middle of the height, with their boxes spread a little.
        let spare = (height - heights[index]) / (count + 1);
        let mut y = spare;
        let mut place = 0;
        // Gives the lanes of the gap before a place their heights, and tells how much room they take.
        let mut enter = |place: usize, y: usize| {
            let in_gap = lanes.iter().filter(|lane| index == 1 && lane.gap == place);
            in_gap.fold(0, |taken, lane| {
                // The gap itself stands half above its lanes and half below.
                lane_heights
                    .insert(lane.edge, (y + taken + LANE_HEIGHT / 2).saturating_sub(usize::midpoint(BOX_GAP, spare)));
                taken + LANE_HEIGHT
            })
        };
        for group in column {
            y += enter(place, y);
            if let Some(title) = &group.title {
                y += BOX_GAP;
                picture.label(x, y + LABEL_HEIGHT - 9, title, None);
                y += LABEL_HEIGHT;
            }
            for (index_in_group, id) in group.pages.iter().enumerate() {
                if index_in_group > 0 {
                    y += enter(place, y);
                }
                let lines = titles(*id);
                let box_height = box_height(lines.len());
                picture.node(*id, Some((x, y, BOX_WIDTH, box_height)), (x + 12, y + PADDING + 4), x + 34, &lines);
                boxes.insert(*id, (x, y + box_height / 2));
                y += box_height + BOX_GAP + spare;
                place += 1;
            }
        }
        enter(place, y);
    }
    let middle = BOX_WIDTH + COLUMN_GAP;
    for id in edges {
        let edge = draw.site.edge(*id);
        let (Some(one), Some(other)) = (boxes.get(&edge.from), boxes.get(&edge.to)) else { continue };
        let ((x1, y1), (x2, y2)) = if one.0 < other.0 { (*one, *other) } else { (*other, *one) };
        let x1 = x1 + BOX_WIDTH;
        let bend = COLUMN_GAP / 2;
        match lane_heights.get(id) {
            None => picture.path(&[('M', &[(x1, y1)]), ('C', &[(x1 + bend, y1), (x2 - bend, y2), (x2, y2)])]),
            Some(y) => picture.path(&[
                ('M', &[(x1, y1)]),
                ('C', &[(x1 + bend, y1), (middle - bend, *y), (middle, *y)]),
                ('L', &[(middle + BOX_WIDTH, *y)]),
                ('C', &[(middle + BOX_WIDTH + bend, *y), (x2 - bend, y2), (x2, y2)]),
            ]),
        }
    }
    picture.finish()
}

/// One column, with arcs beside it.
fn narrow(draw: &Draw<'_>, columns: &Columns, edges: &[EdgeId]) -> DrawingView {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for column in columns {
        for group in column {
            let Some(first) = group.pages.first() else { continue };
            let kind = draw.site.page(*first).kind.map(|kind| draw.site.config.kind(kind));
            let plural = || kind.map(|kind| kind.plural.get(draw.language)).unwrap_or_default();
            let title = group.title.as_deref().unwrap_or_else(plural);
            rows.push(Row::Label(lines(title, NARROW_LABEL_WIDTH)));
            rows.extend(group.pages.iter().map(|id| Row::Page(*id, broken(draw, *id, NARROW_LINE_WIDTH))));
        }
    }
    let height = rows.iter().map(Row::height).sum();
    let mut picture = Picture::new(draw, NARROW_WIDTH, height);
    let mut places: HashMap<PageId, usize> = HashMap::new();
    let mut y = 0;
    for row in rows {
        let row_height = row.height();
        match row {
            Row::Label(lines) => {
                for (above, line) in lines.iter().rev().enumerate() {
                    picture.label(0, y + row_height - 8 - above * LABEL_LINE_HEIGHT, line, None);
                }
            }
            Row::Page(id, lines) => {
                picture.node(id, None, (2, y + 5), NARROW_TEXT, &lines);
                places.insert(id, y + row_height / 2);
            }
        }
        y += row_height;
    }
    for edge in edges.iter().map(|edge| draw.site.edge(*edge)) {
        let (Some(one), Some(other)) = (places.get(&edge.from), places.get(&edge.to)) else { continue };
        // The further it goes, the wider the arc.
        let reach = ARCS + 20 + (NARROW_WIDTH - ARCS + 8) * one.abs_diff(*other) / height.max(1);
        picture.path(&[('M', &[(ARCS, *one)]), ('C', &[(reach, *one), (reach, *other), (ARCS, *other)])]);
    }
    picture.finish()
}

enum Row<'site> {
    Label(Vec<Cow<'site, str>>),
    Page(PageId, Vec<Cow<'site, str>>),
}

impl Row<'_> {
    fn height(&self) -> usize {
        match self {
            Self::Label(lines) => 34 + lines.len().saturating_sub(1) * LABEL_LINE_HEIGHT,
            Self::Page(_, lines) => 8 + lines.len() * LINE_HEIGHT,
        }
    }
}

/// The pages around one page: those that lead to it above, those that it leads to below. None if there are fewer than
/// two.
pub(super) fn neighbourhood(draw: &Draw<'_>, id: PageId, ends: &[Ends<'_>]) -> Option<DrawingView> {
    const STEM: usize = 8;
    const BRANCH: usize = 24;
    const TEXT: usize = 46;
    const WIDTH: usize = 195;
    // About how many bytes they take.
    const ROOM_OF_NODE: usize = 240;
    const ROOM_OF_BRANCH: usize = 48;
    if ends.iter().map(|ends| ends.edges.len()).sum::<usize>() < 2 {
        return None;
    }
    let rows = |is_above: bool| -> Vec<Shown<'_>> {
        let on_side = ends.iter().filter(|ends| (ends.direction == "incoming") == is_above);
        // One page too many takes no more room than the words that say so.
        let most = |count: usize| if count <= MOST_NEIGHBOURS + 1 { count } else { MOST_NEIGHBOURS };
        let shown = |ends: &Ends<'_>| {
            let pages = ends.edges[..most(ends.edges.len())].iter();
            pages.map(|(_, other)| (*other, broken(draw, *other, WIDTH))).collect()
        };
        on_side.map(|ends| (ends, shown(ends))).collect()
    };
    let (above, below) = (rows(true), rows(false));
    let height_of = |(ends, shown): &Shown<'_>| -> usize {
        let pages = shown.iter().map(|(_, lines)| row_height(lines.len()));
        let rest = if shown.len() < ends.edges.len() { row_height(1) } else { 0 };
        LABEL_HEIGHT + pages.sum::<usize>() + rest
    };
    let own_lines = broken(draw, id, WIDTH - 20);
    let own_height = 16 + own_lines.len() * LINE_HEIGHT;
    let heights = [&above, &below].map(|side| side.iter().map(height_of).sum::<usize>());
    let mut picture = Picture::new(draw, NARROW_WIDTH, heights[0] + own_height + heights[1]);
    let drawn: usize = [&above, &below].into_iter().flatten().map(|(_, shown)| shown.len()).sum();
    picture.view.nodes_html.reserve((drawn + 1) * ROOM_OF_NODE);
    picture.view.path.reserve(drawn * ROOM_OF_BRANCH);
    let stem = heights[0] + own_height / 2;
    let mut y = 0;
    for (side, is_above) in [(&above, true), (&below, false)] {
        for (ends, shown) in side {
            picture.label(BRANCH, y + LABEL_HEIGHT - 7, ends.title, None);
            y += LABEL_HEIGHT;
            for (other, lines) in shown {
                picture.node(*other, None, (BRANCH + 4, y + 5), TEXT, lines);
                let at = y + 11;
                let bend = if is_above { at + 8 } else { at - 8 };
                picture.path(&[
                    ('M', &[(STEM, stem)]),
                    ('L', &[(STEM, bend)]),
                    ('Q', &[(STEM, at), (STEM + 8, at)]),
                    ('L', &[(BRANCH, at)]),
                ]);
                y += row_height(lines.len());
            }
            if shown.len() < ends.edges.len() {
                picture.label(TEXT, y + 15, &draw.more(ends.edges.len() - shown.len()), Some("#page-glance"));
                y += row_height(1);
            }
        }
        if is_above {
            let top = y + own_height / 2 - own_lines.len() * LINE_HEIGHT / 2;
            picture.own(id, (STEM - 6, stem - 6), (BRANCH, top + 15), &own_lines);
            y += own_height;
        }
    }
    Some(picture.finish())
}

/// The pages of one relation that a neighbourhood shows, each with the lines of its title.
type Shown<'ends> = (&'ends Ends<'ends>, Vec<(PageId, Vec<Cow<'ends, str>>)>);

fn row_height(lines: usize) -> usize {
    6 + lines * LINE_HEIGHT
}

/// The title of a page, broken into lines that are no wider than this where its words allow it, in tenths of an em.
fn broken<'site>(draw: &Draw<'site>, id: PageId, most: usize) -> Vec<Cow<'site, str>> {
    let page = draw.site.page(draw.site.in_language(id, draw.language));
    lines(&page.common.title, most)
}

/// A text in lines of at most this width, in tenths of an em, if its words allow.
fn lines(text: &str, most: usize) -> Vec<Cow<'_, str>> {
    if is_line(text, most) {
        return vec![Cow::Borrowed(text)];
    }
    let mut lines: Vec<Cow<'_, str>> = Vec::new();
    let mut width = 0;
    for word in text.split_whitespace() {
        let word_width = estimated_width(word);
        match lines.last_mut() {
            Some(line) if width + SPACE + word_width <= most => {
                let line = line.to_mut();
                line.push(' ');
                line.push_str(word);
                width += estimated_width(" ") + word_width;
            }
            _ => {
                lines.push(Cow::Borrowed(word));
                width = word_width;
            }
        }
    }
    lines
}

/// Whether a text is one line as it stands: single spaces between its words, and no wider than this. Most titles are.
fn is_line(text: &str, most: usize) -> bool {
    let mut width = 0;
    let mut follows_space = true;
    for byte in text.bytes() {
        let is_space = byte == b' ';
        if !(byte.is_ascii_graphic() || is_space && !follows_space) {
            return false;
        }
        width += usize::from(OF_ASCII[usize::from(byte)]);
        follows_space = is_space;
    }
    !follows_space && width <= most
}

/// The width of the space before a word that may be the last of its line, in tenths of an em.
const SPACE: usize = 3;

/// About how wide a text is in a sans serif font, in tenths of an em. Readers have fonts of their own: it errs on the
/// side of the wide ones.
fn estimated_width(text: &str) -> usize {
    let width = |character: char| match character {
        character if character.is_ascii() => usize::from(OF_ASCII[character as usize]),
        '’' | '‘' => 3,
        '—' => 9,
        // Scripts of the East are square.
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}' => 10,
        character if character.is_uppercase() => 7,
        _ => 6,
    };
    text.chars().map(width).sum()
}

/// The widths of the characters of ASCII, in tenths of an em.
const OF_ASCII: [u8; 128] = {
    let mut widths = [6; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        widths[byte as usize] = match byte {
            b'i' | b'j' | b'l' | b'I' | b'.' | b',' | b':' | b';' | b'\'' | b'|' | b'!' => 3,
            b'f' | b't' | b'r' | b'(' | b')' | b'-' | b' ' => 4,
            b'm' | b'w' | b'M' | b'W' => 9,
            b'A'..=b'Z' => 7,
            _ => 6,
        };
        byte += 1;
    }
    widths
};

fn box_height(lines: usize) -> usize {
    2 * PADDING + lines * LINE_HEIGHT
}

/// A picture being drawn. Where the script runs from right to left, so does the picture.
struct Picture<'draw> {
    draw: &'draw Draw<'draw>,
    is_mirrored: bool,
    view: DrawingView,
}

impl<'draw> Picture<'draw> {
    fn new(draw: &'draw Draw<'draw>, width: usize, height: usize) -> Self {
        let is_mirrored = draw.site.config.language(draw.language).direction == Direction::RightToLeft;
        Self { draw, is_mirrored, view: DrawingView { width, height, ..DrawingView::default() } }
    }

    /// Where something goes that is this wide and would begin at `x` from left to right.
    fn across(&self, x: usize, width: usize) -> usize {
        if self.is_mirrored { self.view.width.saturating_sub(x + width) } else { x }
    }

    fn path(&mut self, steps: &[(char, &[(usize, usize)])]) {
        for (command, points) in steps {
            self.view.path.push(*command);
            for (index, (x, y)) in points.iter().enumerate() {
                if index > 0 {
                    self.view.path.push(' ');
                }
                let x = self.across(*x, 0);
                push_number(&mut self.view.path, x);
                self.view.path.push(' ');
                push_number(&mut self.view.path, *y);
            }
        }
    }

    /// Words that are no page. Those that lead somewhere are not set apart as a label.
    fn label(&mut self, x: usize, y: usize, text: &str, href: Option<&'static str>) {
        let x = self.across(x, 0);
        let out = &mut self.view.labels_html;
        match href {
            Some(href) => {
                out.push_str("<a href=\"");
                out.push_str(&escaped(href));
                out.push_str("\"><text");
            }
            None => out.push_str("<text class=\"label\""),
        }
        numbers(out, &[(" x=\"", x), (" y=\"", y)]);
        out.push('>');
        out.push_str(&escaped(text));
        out.push_str(if href.is_some() { "</text></a>\n" } else { "</text>\n" });
    }

    /// A page that is a link: its box if it has one, the place of its sign, and its title from `text_x`.
    fn node(
        &mut self,
        id: PageId,
        frame: Option<(usize, usize, usize, usize)>,
        sign: (usize, usize),
        text_x: usize,
        lines: &[Cow<'_, str>],
    ) {
        let page = self.draw.site.page(self.draw.site.in_language(id, self.draw.language));
        let href = self.draw.output.link_to(&page.output);
        self.titled(id, Some(&href), frame, sign, (text_x, sign.1 + 11), lines);
    }

    /// The page that a neighbourhood is drawn around.
    fn own(&mut self, id: PageId, sign: (usize, usize), text: (usize, usize), lines: &[Cow<'_, str>]) {
        self.titled(id, None, None, sign, text, lines);
    }

    fn titled(
        &mut self,
        id: PageId,
        href: Option<&str>,
        frame: Option<(usize, usize, usize, usize)>,
        sign: (usize, usize),
        text: (usize, usize),
        lines: &[Cow<'_, str>],
    ) {
        let (sign_x, text_x) = (self.across(sign.0, SIGN), self.across(text.0, 0));
        let frame = frame.map(|(x, y, width, height)| (self.across(x, width), y, width, height));
        let out = &mut self.view.nodes_html;
        match href {
            Some(href) => {
                out.push_str("<a href=\"");
                out.push_str(&escaped(href));
                out.push('"');
            }
            None => out.push_str("<g"),
        }
        if let Some(kind) = self.draw.site.page(id).kind.map(kind_index) {
            out.push_str(" class=\"kind-");
            push_number(out, kind);
            out.push('"');
        }
        out.push('>');
        if let Some((x, y, width, height)) = frame {
            out.push_str("<rect");
            numbers(out, &[(" x=\"", x), (" y=\"", y), (" width=\"", width), (" height=\"", height)]);
            out.push_str("/>");
        }
        out.push_str("<rect class=\"sign\"");
        numbers(out, &[(" x=\"", sign_x), (" y=\"", sign.1), (" width=\"", SIGN), (" height=\"", SIGN)]);
        out.push_str("/>");
        for (index, line) in lines.iter().enumerate() {
            out.push_str("<text");
            numbers(out, &[(" x=\"", text_x), (" y=\"", text.1 + index * LINE_HEIGHT)]);
            out.push('>');
            out.push_str(&escaped(line));
            // What is copied, or read aloud, has a space between the lines.
            out.push_str(" </text>");
        }
        out.push_str(if href.is_some() { "</a>\n" } else { "</g>\n" });
    }

    fn finish(self) -> DrawingView {
        self.view
    }
}

/// Writes attributes that are numbers, each given as ` name="`.
fn numbers(out: &mut String, attributes: &[(&str, usize)]) {
    for (name, number) in attributes {
        out.push_str(name);
        push_number(out, *number);
        out.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_broken_between_words() {
        assert_eq!(lines("Why a person leaves", 1000), ["Why a person leaves"]);
        let broken = lines("Why a person leaves, the author’s own addition", NARROW_LABEL_WIDTH);
        assert_eq!(broken, ["Why a person leaves, the author’s", "own addition"]);
        assert_eq!(lines("a-word-that-is-too-long for-it", 10), ["a-word-that-is-too-long", "for-it"]);
        assert_eq!(lines(" a  b\tc ", 1000), ["a b c"]);
        // An `x` is 6 wide; of the 4 of a space before the last word, 3 count.
        for (most, count) in [(15, 1), (14, 2)] {
            assert_eq!(lines("x x", most).len(), count);
        }
        assert_eq!(lines("", 10).len(), 0);
    }
}
