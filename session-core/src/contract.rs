//! The numbered laws that every store, every strategy and `Sessions` satisfy.
//!
//! This module holds documentation alone. The types and methods of this crate link to its laws.
//!
// The page has the same links as paths in the repository. The first definition of a link counts.
#![doc = include_str!("contract/links.md")]
#![doc = include_str!("../docs/contract.md")]

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    const PAGE: &str = include_str!("../docs/contract.md");
    const LINKS: &str = include_str!("contract/links.md");
    const REPOSITORY: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/");

    fn definitions(text: &str) -> BTreeSet<&str> {
        text.lines().filter(|line| line.starts_with('[') && line.contains("]: ")).collect()
    }

    #[test]
    fn every_link_of_the_page_leads_to_the_repository() {
        let page = definitions(PAGE)
            .into_iter()
            .map(|line| line.replacen("]: ", &format!("]: {REPOSITORY}"), 1));
        let page: BTreeSet<_> = page.collect();
        let links: BTreeSet<_> = definitions(LINKS).into_iter().map(ToOwned::to_owned).collect();
        assert!(!page.is_empty());
        assert_eq!(links, page);
        assert!(!PAGE.contains("](decisions/"), "a link of its own leads nowhere on docs.rs");
    }

    #[test]
    fn every_law_has_an_anchor() {
        let mut laws = 0;
        let lines: Vec<_> = PAGE.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let Some(heading) = line.strip_prefix("### ") else { continue };
            let law = heading.split(' ').next().expect("it has a first word");
            if law.ends_with(|end: char| end.is_ascii_digit()) {
                let anchor = format!("<a id=\"{}\"></a>", law.to_lowercase());
                assert_eq!(lines[number - 2], anchor, "before the heading of {law}");
                laws += 1;
            }
        }
        assert!(laws > 30, "{laws} laws");
    }
}
