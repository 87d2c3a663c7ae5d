//! What every code means, for people: the pages of `docs/content/problems`, to be read in a terminal.

use std::sync::LazyLock;

use super::Code;

/// What a code means and how it is mended, in Markdown under a heading with the code.
pub fn explanation(code: Code) -> &'static str {
    static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| {
        Code::ALL.iter().map(|code| format!("# {code}\n\n{}", without_front_matter(code.page()).trim_start())).collect()
    });
    &TEXTS[code as usize]
}

fn without_front_matter(page: &str) -> &str {
    let body = page.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
    body.map_or(page, |(_, body)| body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_explained() {
        for code in Code::ALL {
            let text = explanation(*code);
            assert!(text.starts_with(&format!("# {code}\n\n")), "{text}");
            let (before, wrong) = text.split_once("\n## Wrong\n").unwrap_or_else(|| panic!("{code} has nothing wrong"));
            let (wrong, right) = wrong.split_once("\n## Right\n").unwrap_or_else(|| panic!("{code} has nothing right"));
            assert!(before.lines().count() > 2, "{code} is not explained");
            assert!(wrong.contains("```") && right.contains("```"), "{code} has no examples");
            let head = format!("---\ntitle: {code}\nsummary: ");
            assert!(code.page().starts_with(&head), "the page of {code} does not begin with {head}");
        }
    }
}
