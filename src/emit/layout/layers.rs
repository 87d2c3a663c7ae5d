//! The order of a map's columns: layered graph drawing, in the way of Sugiyama, Tagawa and Toda (1981).
//!
//! Pages are sorted by the mean place of those that they are related to, and of several tries the one with the fewest
//! crossings is taken. A line between the outer columns goes through a gap between two boxes of the middle, as over a
//! dummy vertex: behind a box it would look as if it ended there.

use std::collections::HashMap;

use super::Columns;
use crate::model::site::Site;
use crate::model::{EdgeId, PageId};

/// A line between the outer columns, and the gap of the middle that it goes through.
pub(super) struct Lane {
    pub(super) edge: EdgeId,
    /// Above the page of this place in the middle column; below the last one if there are no more.
    pub(super) gap: usize,
}

/// A line between two columns next to each other, by the places of its ends.
type Segment = (usize, usize);

/// Tries a few orders, and gives the one in which the fewest lines cross; the given one if no other has fewer.
pub(super) fn untangled(site: &Site, given: Columns, edges: &[EdgeId]) -> Columns {
    let mut neighbours: HashMap<PageId, Vec<PageId>> = HashMap::new();
    for edge in edges.iter().map(|edge| site.edge(*edge)) {
        neighbours.entry(edge.from).or_default().push(edge.to);
        neighbours.entry(edge.to).or_default().push(edge.from);
    }
    let mut current = given.clone();
    let mut best = (crossings(site, &given, edges), given);
    for _ in 0..4 {
        // The sides after the middle, then the middle after the sides.
        for column in [0, 2, 1] {
            let places = places(&current);
            let mean = |id: &PageId| {
                let of: Vec<usize> =
                    neighbours.get(id).into_iter().flatten().filter_map(|other| Some(places.get(other)?.1)).collect();
                // In thousandths, so that means can be compared as whole numbers. Who has no line stays where it is.
                let own = places[id].1 * 1000;
                if of.is_empty() { own } else { of.iter().sum::<usize>() * 1000 / of.len() }
            };
            for group in &mut current[column] {
                group.pages.sort_by_cached_key(mean);
            }
            let count = crossings(site, &current, edges);
            if count < best.0 {
                best = (count, current.clone());
            }
        }
    }
    best.1
}

/// The gaps that lines between the outer columns go through: one after the other, each where it crosses the fewest
/// lines, and of those the one that is the least way round. From top to bottom.
pub(super) fn lanes(site: &Site, columns: &Columns, edges: &[EdgeId]) -> Vec<Lane> {
    let segments = Segments::of(site, columns, edges);
    let mut lanes = segments.lanes;
    lanes.sort_by_key(|(lane, ends)| (lane.gap, *ends));
    lanes.into_iter().map(|(lane, _)| lane).collect()
}

/// How many pairs of lines cross.
fn crossings(site: &Site, columns: &Columns, edges: &[EdgeId]) -> usize {
    let Segments { left, right, .. } = Segments::of(site, columns, edges);
    let pairs = |lines: &[Segment]| -> usize {
        lines
            .iter()
            .enumerate()
            .map(|(index, one)| lines[..index].iter().filter(|other| cross(*one, **other)).count())
            .sum()
    };
    pairs(&left) + pairs(&right)
}

/// Lines that begin or end at one place do not cross.
fn cross(one: Segment, other: Segment) -> bool {
    (one.0 < other.0 && one.1 > other.1) || (one.0 > other.0 && one.1 < other.1)
}

/// The place of every page in its column.
fn places(columns: &Columns) -> HashMap<PageId, (usize, usize)> {
    let mut places = HashMap::new();
    for (column_index, column) in columns.iter().enumerate() {
        for (place, id) in column.iter().flat_map(|group| &group.pages).enumerate() {
            places.insert(*id, (column_index, place));
        }
    }
    places
}

/// All lines as segments. In the middle column pages have odd places and gaps even ones.
#[derive(Default)]
struct Segments {
    left: Vec<Segment>,
    right: Vec<Segment>,
    lanes: Vec<(Lane, Segment)>,
}

impl Segments {
    fn of(site: &Site, columns: &Columns, edges: &[EdgeId]) -> Self {
        let places = places(columns);
        let counts = columns.each_ref().map(|column| column.iter().map(|group| group.pages.len()).sum::<usize>());
        let mut segments = Self::default();
        let mut passing: Vec<(EdgeId, Segment)> = Vec::new();
        for id in edges {
            let edge = site.edge(*id);
            let (Some(one), Some(other)) = (places.get(&edge.from), places.get(&edge.to)) else { continue };
            let (one, other) = if one.0 < other.0 { (one, other) } else { (other, one) };
            match (one.0, other.0) {
                (0, 1) => segments.left.push((one.1, 2 * other.1 + 1)),
                (1, 2) => segments.right.push((2 * one.1 + 1, other.1)),
                _ => passing.push((*id, (one.1, other.1))),
            }
        }
        for (edge, ends) in passing {
            // Where a straight line would pass, in thousandths of the height of the middle.
            let straight = (2 * ends.0 + 1) * 500 / counts[0].max(1) + (2 * ends.1 + 1) * 500 / counts[2].max(1);
            let cost = |gap: &usize| {
                let (left, right) = ((ends.0, 2 * gap), (2 * gap, ends.1));
                let crossed = segments.left.iter().filter(|other| cross(left, **other)).count()
                    + segments.right.iter().filter(|other| cross(right, **other)).count();
                (crossed, (gap * 1000 / counts[1].max(1)).abs_diff(straight / 2))
            };
            let gap = (0..=counts[1]).min_by_key(cost).unwrap_or_default();
            segments.left.push((ends.0, 2 * gap));
            segments.right.push((2 * gap, ends.1));
            segments.lanes.push((Lane { edge, gap }, ends));
        }
        segments
    }
}
