//! The known name nearest to a mistyped one. The one file that knows `strsim`.

/// The candidate that `wrong` was most likely meant to be, if one is near enough to suggest.
///
/// Near enough means within a third of the name's length in edits; of equally near candidates the first in
/// alphabetical order wins, so that the answer does not hang on the order they come in.
pub fn nearest<'name>(wrong: &str, candidates: impl IntoIterator<Item = &'name str>) -> Option<&'name str> {
    let lowered = wrong.to_lowercase();
    let limit = (wrong.chars().count() / 3).max(1);
    candidates
        .into_iter()
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
    }
}
