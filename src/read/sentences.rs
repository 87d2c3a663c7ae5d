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
    for (start, part) in text.split_sentence_bound_indices() {
        let range = start..start + part.len();
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
    use super::sentences;

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
