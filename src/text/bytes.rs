//! Looking for bytes that are mostly a few bytes away, eight at a time, and for names that are mostly others.

use memchr::memchr;

const ONES: u64 = u64::from_ne_bytes([1; 8]);

/// Eight bytes of a text.
///
/// What is found in them is a number in which the highest bit of every byte that fits is set. Bytes above the lowest
/// that fits may be marked though they do not fit; those below never are.
#[derive(Clone, Copy)]
pub struct Word(u64);

impl Word {
    /// The bytes from `at` on, if there are as many.
    #[inline]
    pub fn at(bytes: &[u8], at: usize) -> Option<Self> {
        bytes.get(at..)?.first_chunk().map(|chunk| Self(u64::from_le_bytes(*chunk)))
    }

    /// Those that are this one.
    #[inline]
    pub fn equal(self, byte: u8) -> u64 {
        Self(self.0 ^ (ONES * u64::from(byte))).less(1)
    }

    /// Those that are less than this one, which is at most 128.
    #[inline]
    pub fn less(self, byte: u8) -> u64 {
        // To take more from a byte than it has borrows from the highest bit, and perhaps from the next byte.
        self.0.wrapping_sub(ONES * u64::from(byte)) & !self.0 & (ONES << 7)
    }
}

/// The place of the first byte that fits, among eight.
#[inline]
pub fn first(found: u64) -> usize {
    found.trailing_zeros() as usize / 8
}

/// The next place of a byte, from `at` on.
#[inline]
pub fn find(bytes: &[u8], at: usize, byte: u8) -> Option<usize> {
    let mut from = at;
    for _ in 0..4 {
        let Some(word) = Word::at(bytes, from) else {
            return bytes.get(from..)?.iter().position(|one| *one == byte).map(|length| from + length);
        };
        let found = word.equal(byte);
        if found != 0 {
            return Some(from + first(found));
        }
        from += 8;
    }
    memchr(byte, &bytes[from..]).map(|length| from + length)
}

/// A character of three bytes in UTF-8.
pub const fn three_bytes(character: char) -> [u8; 3] {
    let mut bytes = [0; 3];
    character.encode_utf8(&mut bytes);
    bytes
}

/// A few names in small letters, told from most others by length and first letter: in one look and without a branch.
pub struct Names {
    names: &'static [&'static str],
    /// By length, the first letters as bits.
    letters: [u32; Names::LONGEST + 1],
}

impl Names {
    const LONGEST: usize = 15;

    /// These.
    pub const fn new(names: &'static [&'static str]) -> Self {
        let mut letters = [0; Self::LONGEST + 1];
        let mut index = 0;
        while index < names.len() {
            let name = names[index].as_bytes();
            letters[name.len()] |= Self::letter(name[0]);
            index += 1;
        }
        Self { names, letters }
    }

    /// Whether a name may be one of them, in letters of either size.
    #[inline]
    pub fn may_have(&self, name: &[u8]) -> bool {
        let letters = self.letters.get(name.len()).copied().unwrap_or_default();
        name.first().is_some_and(|first| letters & Self::letter(*first) != 0)
    }

    /// Whether a name is one of them, in letters of either size.
    #[inline]
    pub fn have(&self, name: &[u8]) -> bool {
        self.may_have(name) && self.names.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
    }

    /// A letter as a bit. Small and large letters have the same, and some that are no letters too.
    const fn letter(byte: u8) -> u32 {
        1 << (byte & 0x1f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_a_byte_is_found_wherever_it_is() {
        for length in 0..80 {
            // Neighbours of what is sought, by which a borrow would pass on.
            for around in [b'a' - 1, b'a' + 1, 0, 0x80 | b'a', 0xff] {
                for place in 0..=length {
                    let mut bytes = vec![around; length];
                    bytes[place..].fill(b'a');
                    for from in [0, 1, place, length, length + 1] {
                        let expected = (from.max(place) < length).then(|| from.max(place));
                        assert_eq!(find(&bytes, from, b'a'), expected, "{length} {around} {place} {from}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_first_of_the_smaller_bytes_is_found() {
        for byte in 0..=255 {
            for place in 0..8 {
                let mut bytes = [0xff; 8];
                bytes[place] = byte;
                let found = Word::at(&bytes, 0).expect("eight bytes").less(0x30);
                assert_eq!((found != 0).then(|| first(found)), (byte < 0x30).then_some(place), "{byte} {place}");
            }
        }
    }

    #[test]
    fn names_are_told_from_others() {
        const NAMES: Names = Names::new(&["href", "id", "action"]);
        for (name, may, has) in [
            ("href", true, true),
            ("HREF", true, true),
            ("html", true, false),
            ("iD", true, true),
            ("a", false, false),
            ("class", false, false),
            ("", false, false),
            ("action-and-so-on", false, false),
        ] {
            assert_eq!((NAMES.may_have(name.as_bytes()), NAMES.have(name.as_bytes())), (may, has), "{name}");
        }
    }
}
