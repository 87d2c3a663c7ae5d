//! Changes that look like chance, the same in every run.

/// Numbers that look like chance, the same for every run of the test (`SplitMix64`).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, or 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end.max(1) as u64)).expect("it is below a usize")
    }
}

/// Divides a text into pieces of one size that make it up again: lines, paragraphs, words or characters.
fn pieces(text: &str, size: usize) -> Vec<&str> {
    match size {
        0 => text.split_inclusive('\n').collect(),
        1 => text.split_inclusive("\n\n").collect(),
        2 => text.split_inclusive([' ', '\n', '-', ':', ',', '[', ']', '(', ')']).collect(),
        _ => text.split_inclusive(|_| true).collect(),
    }
}

/// One change of a text.
pub(crate) fn changed(text: &str, chance: &mut Chance) -> String {
    let mut parts = pieces(text, chance.below(4));
    if parts.is_empty() {
        return String::new();
    }
    let (one, other) = (chance.below(parts.len()), chance.below(parts.len()));
    let misspelt: String;
    match chance.below(4) {
        0 => drop(parts.remove(one)),
        1 => parts.insert(one, parts[other]),
        2 => parts.swap(one, other),
        _ => {
            let mut letters: Vec<char> = parts[one].chars().collect();
            let at = chance.below(letters.len());
            let with = ['e', 'é', ' ', ':', '"', '[', '{', '#', '-', '\t', '9', '\u{200f}', '<', '@', '|', '`'];
            match chance.below(3) {
                0 => drop(letters.remove(at)),
                1 => letters.insert(at, with[chance.below(with.len())]),
                _ => letters[at] = with[chance.below(with.len())],
            }
            misspelt = letters.into_iter().collect();
            parts[one] = &misspelt;
        }
    }
    parts.concat()
}
