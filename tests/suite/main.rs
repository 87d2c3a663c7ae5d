//! What holds of the whole: one crate, since each would link all of Expound anew.

#[path = "../support/mod.rs"]
mod support;

mod again;
mod cli;
mod docs;
mod editing;
mod explanations;
mod external;
mod faults;
mod metadata;
mod mutations;
mod package;
mod properties;
mod reproducible;
mod search;
mod serve;
mod site;
mod tags;
mod tidy;
mod tutorial;
