//! Looking for bytes that are mostly a few bytes away, eight at a time.

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
}
