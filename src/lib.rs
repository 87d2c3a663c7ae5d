//! Expound: a static-site generator for explainers.
//!
//! An explainer answers "why?" in linked pages and says, for every statement, what it rests on. This crate turns a
//! folder of Markdown and YAML into such a site: typed relations between pages, shown on both sides; citations that
//! lead to the paragraph and back; figures that live in one place; and every problem of the folder in one report.
//!
//! # The map
//!
//! ```text
//! content/, templates/ ─ disk ─► Files
//!   read     one file at a time, in parallel    texts → drafts            (names)       + problems
//!   resolve  the whole site, once               drafts → Site             (ids, graph)  + problems
//!   emit     one route at a time, in parallel   Site + Theme → bytes                    + problems
//! ```
//!
//! The floors, from the ground up; each knows only those below it, and `tests/suite/tidy.rs` holds it to that:
//!
//! - [`text`]: paths inside a site, spans, lines and columns, slugs, nearest names.
//! - [`diagnostic`]: what a problem is. A new one begins as a line of [`diagnostic::Code`].
//! - [`model`]: the nouns. [`model::config`] is the site file (a new type of field begins at
//!   [`model::config::FieldType`]), [`model::draft`] a page as written, [`model::page`] a page as meant,
//!   [`model::body`] its HTML with holes, [`model::evidence`] what it rests on, [`model::site`] the whole.
//! - [`read`], [`resolve`] and [`emit`]: the three phases. They share the model and do not know one another. The first
//!   two keep what they found, so that a site that is written is not read and resolved anew with every change. A new
//!   output begins as a variant of [`emit::What`]; what templates see is in [`emit::view`].
//! - [`compile`](mod@compile): the whole way through, as a function of a site's files. Up to here nothing opens a
//!   file, reads a clock or the environment, or prints.
//! - [`disk`]: folders, and publishing so that readers never see half a site.
//! - [`search`]: the index of all words, from the records that [`emit::search`] makes.
//! - [`serve`]: the site for whoever writes it, from memory, shown again after every change.
//! - [`external`]: whether addresses of the web are alive. Beside `disk`, and for `check --external` alone.
//! - [`cli`]: the commands.
//!
//! # Building a site from memory
//!
//! ```
//! use expound::compile::{MemoryFiles, Options, compile};
//! use expound::text::SitePath;
//!
//! let mut files = MemoryFiles::default();
//! let mut insert = |path: &str, text: &str| files.insert(SitePath::parse(path).expect("a path"), text);
//! insert("content/site.yaml", "title: Why things fall\n");
//! insert("content/index.md", "---\ntitle: Why do things fall?\n---\n\nSee [mass](mas.md).\n");
//!
//! let report = compile(&files, &Options::default()).report(Vec::new());
//! assert_eq!(report.problems()[0].diagnostic.message, "no page is at `mas.md`");
//! ```

// What touches the world is no part of a fuzz target, and its branches are three in four of all.
#[cfg(not(fuzzing))]
pub mod cli;
pub mod compile;
pub mod diagnostic;
#[cfg(not(fuzzing))]
pub mod disk;
pub mod emit;
#[cfg(not(fuzzing))]
pub mod external;
pub mod model;
pub mod read;
pub mod resolve;
#[cfg(not(fuzzing))]
pub mod search;
#[cfg(not(fuzzing))]
pub mod serve;
pub mod text;
