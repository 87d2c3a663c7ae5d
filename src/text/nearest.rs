//! The known name nearest to a mistyped one. The one file that knows `strsim`.

/// Nobody mistypes a longer name, and the work grows with its square.
const LONGEST: usize = 200;

/// The candidate that `wrong` was most likely meant to be, if one is near enough to suggest.
///
/// Near enough means within a third of the name's length in edits; of equally near candidates the first in
/// alphabetical order wins, so that the answer does not hang on the order they come in.
pub fn nearest<'name>(wrong: &str, candidates: impl IntoIterator<Item = &'name str>) -> Option<&'name str> {
    let length = wrong.chars().count();
    if length > LONGEST {
        return None;
    }
    let lowered = wrong.to_lowercase();
    let limit = (length / 3).max(1);
    candidates
        .into_iter()
        // As many edits are needed at least; three more leave room for letters that are longer in lower case.
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= limit + 3)
        .map(|candidate| (strsim::osa_distance(&lowered, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= limit && *candidate != wrong)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn suggests_only_what_is_near() {
        let check = |wrong: &str, expected: Option<&str>| {
            assert_eq!(nearest(wrong, ["family-ties", "munasaha", "iraq"]), expected, "{wrong}");
        };
        check("famly-ties", Some("family-ties"));
        check("Munasaha", Some("munasaha"));
        check("irak", Some("iraq"));
        check("quantum", None);
        check(&"a".repeat(1_000_000), None);
    }
}
