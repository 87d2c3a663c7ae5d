//! Looking for a byte.

use memchr::memchr;

/// The next place of a byte, from `at` on. What is looked for in HTML is mostly a few bytes away, and `memchr` makes
/// ready for more.
#[inline]
pub fn find(bytes: &[u8], at: usize, byte: u8) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let sought = ONES * u64::from(byte);
    let mut from = at;
    for _ in 0..4 {
        let Some(word) = bytes.get(from..).and_then(<[u8]>::first_chunk) else { break };
        // A byte that is sought is zero now. To take one from it borrows, and the lowest that borrows is the first.
        let zeros = u64::from_le_bytes(*word) ^ sought;
        let borrowed = zeros.wrapping_sub(ONES) & !zeros & (ONES << 7);
        if borrowed != 0 {
            return Some(from + borrowed.trailing_zeros() as usize / 8);
        }
        from += word.len();
    }
    memchr(byte, bytes.get(from..)?).map(|length| from + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_a_byte_is_found_wherever_it_is() {
        for length in 0..40 {
            // Neighbours of what is sought, by which a borrow would pass on.
            for around in [b'a' - 1, b'a' + 1, 0, 0x80 | b'a', 0xff] {
                for place in 0..=length {
                    let mut bytes = vec![around; length];
                    bytes[place..].fill(b'a');
                    for from in 0..=length + 1 {
                        let expected = (from.max(place) < length).then(|| from.max(place));
                        assert_eq!(find(&bytes, from, b'a'), expected, "{length} {around} {place} {from}");
                    }
                }
            }
        }
    }
}
