//! The web pages: modules, checks, build, and the tests in a browser.

use std::path::PathBuf;

use crate::command::Log;
use crate::place;
use crate::setup::Stamp;

/// What Vite reads. A build is skipped while none of it changed.
const SOURCES: &[&str] = &[
    "src",
    "public",
    "index.html",
    "package-lock.json",
    "vite.config.ts",
    "svelte.config.js",
    "tsconfig.json",
];

/// Builds the pages into `web-ui/dist`, which the program embeds.
pub fn build(log: &Log) -> Result<Option<String>, String> {
    let web = place::web_ui();
    let sources: Vec<PathBuf> = SOURCES
        .iter()
        .map(|name| web.join(name))
        .filter(|path| path.exists())
        .collect();
    let stamp = Stamp::of("ui", &sources)?;
    if web.join("dist/index.html").is_file() && stamp.is_fresh() {
        return Ok(Some("unchanged".into()));
    }
    log.run(&web, &["npm", "run", "build"], &[])?;
    stamp.set()?;
    Ok(None)
}

/// Types and components checked.
pub fn check(log: &Log) -> Result<Option<String>, String> {
    log.run(&place::web_ui(), &["npm", "run", "check"], &[])?;
    Ok(None)
}

/// The pages' own tests.
pub fn test(log: &Log) -> Result<Option<String>, String> {
    log.run(&place::web_ui(), &["npm", "test"], &[])?;
    Ok(None)
}

/// The pages in Debian's Chromium.
pub fn browser(log: &Log) -> Result<Option<String>, String> {
    log.run(&place::web_ui(), &["npm", "run", "e2e"], &[])?;
    Ok(None)
}
