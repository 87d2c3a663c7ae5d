//! The stable names of all problems.

use super::Severity;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, $severity:ident;)+) => {
        /// The stable name of a kind of problem. Names are never changed and never reused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Code {
            /// Every code, in the order of the phases that find them.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)+];

            /// The name that is printed: a phrase in kebab case.
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)+ }
            }

            /// The severity of every problem with this code.
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)+ }
            }

            /// The page of the guide about it, as it is written.
            pub(super) fn page(self) -> &'static str {
                match self {
                    $(Code::$variant => include_str!(concat!("../../docs/content/problems/", $name, ".md")),)+
                }
            }
        }
    };
}

codes! {
    /// The folder has no `content/site.yaml`.
    NoSiteFile = "no-site-file", Error;
    /// A file that the system does not give.
    Unreadable = "unreadable", Error;
    /// A symbolic link that leads out of the site's folder, or round in it.
    LinkLeavesSite = "link-leaves-site", Error;
    /// A text is not UTF-8.
    NotUtf8 = "not-utf8", Error;
    /// A text is larger than any page should be.
    TextTooLarge = "text-too-large", Error;
    /// A file or folder name that cannot be part of an address.
    BadName = "bad-name", Error;
    /// A page does not begin with front matter.
    NoFrontMatter = "no-front-matter", Error;
    /// Front matter has no closing line.
    UnclosedFrontMatter = "unclosed-front-matter", Error;
    /// YAML that does not parse.
    YamlSyntax = "yaml-syntax", Error;
    /// One key twice in a map.
    DuplicateKey = "duplicate-key", Error;
    /// A key that means nothing here.
    UnknownKey = "unknown-key", Error;
    /// A required key is not there.
    MissingKey = "missing-key", Error;
    /// A value of another type than its key takes.
    WrongType = "wrong-type", Error;
    /// A value that is not among the choices.
    UnknownChoice = "unknown-choice", Error;
    /// A date that is not one.
    BadDate = "bad-date", Error;
    /// An entry of the bibliography that cannot be read.
    BadSource = "bad-source", Error;
    /// A citation style that is neither known nor a file of the site.
    UnknownStyle = "unknown-style", Error;
    /// Square brackets that look like a citation or a fact and cannot be read as one.
    MalformedCitation = "malformed-citation", Error;
    /// A heading that skips a level, or repeats the title's.
    HeadingLevel = "heading-level", Error;
    /// Two headings of a page with one anchor.
    DuplicateAnchor = "duplicate-anchor", Error;
    /// An image without a text alternative.
    NoAlternative = "no-alternative", Error;
    /// A link that could run code, or an image of another site.
    UnsafeLink = "unsafe-link", Error;
    /// A footnote mark without its note.
    UnknownFootnote = "unknown-footnote", Error;
    /// A statement that cites nothing, on a page of a kind that requires evidence.
    UncitedStatement = "uncited-statement", Error;
    /// Two pages with one name.
    DuplicateName = "duplicate-name", Error;
    /// Two files of the built site with one address.
    DuplicateAddress = "duplicate-address", Error;
    /// A translation of a page that does not exist.
    NoOriginal = "no-original", Error;
    /// A translation that states what only its original may state.
    StatedInTranslation = "stated-in-translation", Error;
    /// A relation names a page that does not exist.
    UnknownTarget = "unknown-target", Error;
    /// A relation names a page of a kind that it cannot lead to.
    WrongTargetKind = "wrong-target-kind", Error;
    /// One relation stated twice, or on both sides.
    RepeatedRelation = "repeated-relation", Error;
    /// A relation without a basis or a citation, on a site whose evidence rules ask for them.
    UncitedRelation = "uncited-relation", Error;
    /// A citation of a source that does not exist.
    UnknownSource = "unknown-source", Error;
    /// A citation of a passage that its source does not have.
    UnknownPassage = "unknown-passage", Error;
    /// The use of a fact that does not exist.
    UnknownFact = "unknown-fact", Error;
    /// A link to a page that does not exist.
    UnknownPage = "unknown-page", Error;
    /// A link to a heading that its page does not have.
    UnknownHeading = "unknown-heading", Error;
    /// A link to a file that does not exist.
    UnknownFile = "unknown-file", Error;
    /// A line of the lock file that is no address.
    BadLock = "bad-lock", Error;
    /// An address that was published, and at which nothing is any more.
    VanishedAddress = "vanished-address", Error;
    /// A heading that other pages linked to and that its page has no more.
    VanishedHeading = "vanished-heading", Error;
    /// One form that belongs to two terms.
    DuplicateForm = "duplicate-form", Error;
    /// A source that nothing cites.
    UnusedSource = "unused-source", Warning;
    /// A fact that nothing uses.
    UnusedFact = "unused-fact", Warning;
    /// A fact whose review is due.
    OverdueFact = "overdue-fact", Warning;
    /// An address of the web at which there is nothing any more.
    DeadLink = "dead-link", Warning;
    /// A template that does not parse.
    TemplateSyntax = "template-syntax", Error;
    /// A template that names a value or a field that does not exist.
    UnknownValue = "unknown-value", Error;
    /// A template that fails while it draws a page.
    TemplateError = "template-error", Error;
    /// A link in a template or in raw HTML that leads nowhere in the built site.
    BrokenLink = "broken-link", Error;
    /// One id twice on a page of the built site.
    DuplicateId = "duplicate-id", Error;
    /// A template that nothing draws with.
    UnknownTemplate = "unknown-template", Error;
    /// A strings file that cannot be read.
    BadStrings = "bad-strings", Error;
}

impl std::fmt::Display for Code {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())
    }
}
