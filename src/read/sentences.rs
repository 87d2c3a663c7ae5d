//! Where sentences end. The one file that knows `unicode-segmentation`.
//!
//! The boundaries are those of UAX #29, "Sentence Boundaries", but for full stops of abbreviations, which that
//! annex leaves to the language.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

/// Abbreviations after which a sentence goes on, though a capital follows.
const ABBREVIATIONS: &[&str] = &[
    "Mr", "Mrs", "Ms", "Dr", "Prof", "St", "No", "Nos", "Gen", "Col", "Sen", "Rep", "vs", "cf", "ed", "eds", "pp",
    "para", "vol", "Vol", "fig", "Fig", "approx", "ca", "etc", "al", "Mme", "Mlle", "Art", "art",
];

/// The sentences of a text, as ranges that together cover it. Stretches without a letter or digit join the one before.
pub(super) fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut sentences: Vec<Range<usize>> = Vec::new();
    let starts = starts(text);
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    for range in starts.iter().zip(ends).map(|(start, end)| *start..end) {
        let part = &text[range.clone()];
        match sentences.last_mut() {
            Some(last) if !has_word(part) || goes_on(&text[last.clone()]) || !has_word(&text[last.clone()]) => {
                last.end = range.end;
            }
            _ => sentences.push(range),
        }
    }
    sentences.retain(|range| has_word(&text[range.clone()]));
    sentences
}

/// Where the sentences of UAX #29 start.
///
/// To look up the class of every character takes longer than to parse the Markdown around it. But by the rules SB4 to
/// SB11 only a terminator or the end of a line can end a sentence, and what decides it lies between the start of its
/// word and the next letter. So only such stretches are looked at; what is not ASCII may be a terminator. And where a
/// word, a terminator, spaces and a capital follow one another, SB11 alone speaks; without the capital, at the end of the
/// text, nothing does.
fn starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let may_end = |byte: &u8| MAY_END[usize::from(*byte)];
    let mut starts = if text.is_empty() { Vec::new() } else { vec![0] };
    let mut seen = 0;
    while let Some(ahead) = bytes[seen..].iter().position(may_end) {
        let sign = seen + ahead;
        let is_after_word = sign > 0 && bytes[sign - 1].is_ascii_alphanumeric();
        if let (true, [b'.' | b'!' | b'?', after @ ..]) = (is_after_word, &bytes[sign..]) {
            let spaces = after.iter().take_while(|byte| **byte == b' ').count();
            match after.get(spaces) {
                None => break,
                Some(b'A'..=b'Z') if spaces > 0 => {
                    starts.push(sign + 1 + spaces);
                    seen = sign + 1 + spaces + 1;
                    continue;
                }
                Some(_) => {}
            }
        }
        let from = bytes[..sign].iter().rposition(|byte| *byte == b' ').map_or(0, |space| space + 1);
        let letter = bytes[sign..].iter().position(u8::is_ascii_alphabetic);
        seen = letter.map_or(bytes.len(), |letter| sign + letter + 1);
        for (offset, _) in text[from..seen].split_sentence_bound_indices().skip(1) {
            if starts.last().is_none_or(|last| *last < from + offset) {
                starts.push(from + offset);
            }
        }
    }
    starts
}

/// The bytes that a terminator, or the end of a line, may begin with.
const MAY_END: [bool; 256] = {
    let mut may_end = [false; 256];
    let mut byte = 0_u8;
    loop {
        may_end[byte as usize] = matches!(byte, b'.' | b'!' | b'?' | b'\n' | b'\r') || !byte.is_ascii();
        if byte == u8::MAX {
            break may_end;
        }
        byte += 1;
    }
};

fn has_word(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// Whether a part ends in an abbreviation or an initial rather than in a full stop.
fn goes_on(part: &str) -> bool {
    let Some(stem) = part.trim_end().strip_suffix('.') else { return false };
    let word = stem
        .rsplit(|character: char| character.is_whitespace() || "([“‘\"'".contains(character))
        .next()
        .unwrap_or(stem);
    let is_initial = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    let has_inner_stop =
        word.len() <= 5 && word.contains('.') && word.chars().all(|one| one.is_alphabetic() || one == '.');
    is_initial || has_inner_stop || ABBREVIATIONS.contains(&word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation;

    use super::{sentences, starts};

    proptest! {
        #[test]
        fn stretches_say_what_the_whole_text_says(text in "([a-zA-Z0-9]|[ .!?,:;()]|[“”’…é。؟م\u{301}\u{ad}\u{85}\r\n-]){0,60}") {
            let whole: Vec<usize> = text.split_sentence_bound_indices().map(|(start, _)| start).collect();
            prop_assert_eq!(starts(&text), whole, "{:?}", text);
        }
    }

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = sentences(text).into_iter().map(|range| text[range].trim()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn sentences_end_where_a_reader_ends_them() {
        check("One thing. Another thing?  A third!", &["One thing.", "Another thing?", "A third!"]);
        check("The U.S. Africa Command paid. It said so.", &["The U.S. Africa Command paid.", "It said so."]);
        check("J. Bach of St. Thomas wrote it.", &["J. Bach of St. Thomas wrote it."]);
        check("It rose by 3.5 per cent in 2011. Then it fell.", &["It rose by 3.5 per cent in 2011.", "Then it fell."]);
        check("He said “No.” Then he left.", &["He said “No.”", "Then he left."]);
        check("هل تركوا؟ نعم.", &["هل تركوا؟", "نعم."]);
        check("  …  ", &[]);
    }
}
