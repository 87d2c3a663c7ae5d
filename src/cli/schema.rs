//! `expound schema`

use std::path::{Path, PathBuf};

use super::arguments::{SchemaArguments, SiteArguments};
use super::{Error, Outcome, print, site, tell, warn};
use crate::compile::compile;
use crate::disk;
use crate::read::schema::Schema;
use crate::read::{self, Files};

/// Where the schemas are in a site's folder, if nobody says otherwise.
const FOLDER: &str = ".vscode/schemas";
/// What tells VS Code which schema is for which file.
const SETTINGS: &str = ".vscode/settings.json";
/// What tells VS Code which extension reads the schemas.
const EXTENSIONS: &str = ".vscode/extensions.json";

/// Writes the schemas of a site.
pub(super) fn run(arguments: &SiteArguments, asked: &SchemaArguments) -> Result<Outcome, Error> {
    let folder = site::open(arguments)?;
    let (drafts, _) = read::all(&folder);
    if !drafts.config_is_sound {
        let outcome = tell(&compile(&folder, &site::options(arguments, None)?).report(Vec::new()));
        warn("no schema was written\n");
        return Ok(outcome);
    }
    let schemas = read::schema::all(&drafts.config, &drafts.pages, &drafts.data.sources);
    let target = asked.output.clone().unwrap_or_else(|| site::shown(arguments, FOLDER));
    for schema in &schemas {
        let path = target.join(&schema.name);
        disk::replace(&path, pretty(&schema.json).as_bytes())?;
        print(&format!("{}\n", path.display()));
    }
    if asked.output.is_none() {
        for (path, text) in [(SETTINGS, settings(&schemas)), (EXTENSIONS, extensions())] {
            let path = site::shown(arguments, path);
            if !path.exists() {
                disk::create(&path, text.as_bytes())?;
                print(&format!("{}\n", path.display()));
            }
        }
    }
    Ok(Outcome::Clean)
}

/// The schemas and settings of a site, as files of its folder.
pub(super) fn files(site: &dyn Files) -> Vec<(PathBuf, String)> {
    let (drafts, _) = read::all(site);
    let schemas = read::schema::all(&drafts.config, &drafts.pages, &drafts.data.sources);
    let mut files: Vec<(PathBuf, String)> =
        schemas.iter().map(|schema| (Path::new(FOLDER).join(&schema.name), pretty(&schema.json))).collect();
    files.push((PathBuf::from(SETTINGS), settings(&schemas)));
    files.push((PathBuf::from(EXTENSIONS), extensions()));
    files
}

fn settings(schemas: &[Schema]) -> String {
    let of_files = schemas.iter().filter_map(|schema| Some((format!("{FOLDER}/{}", schema.name), schema.file?.into())));
    let pairs: serde_json::Map<String, serde_json::Value> = of_files.collect();
    pretty(&serde_json::json!({ "yaml.schemas": pairs }))
}

fn extensions() -> String {
    pretty(&serde_json::json!({ "recommendations": ["redhat.vscode-yaml"] }))
}

fn pretty(json: &serde_json::Value) -> String {
    format!("{}\n", serde_json::to_string_pretty(json).expect("JSON can be written"))
}
