//! Holds the structure: layers, links in documents, banned calls, lengths, number of dependencies.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The layer of each crate; a crate may depend only on lower layers. `ARCHITECTURE.md` shows the same table.
const LAYERS: [(&str, u32); 9] = [
    ("base", 0),
    ("plan", 1),
    ("store", 1),
    ("assess", 2),
    ("vault", 2),
    ("ledger", 2),
    ("drivers", 4),
    ("cli", 5),
    ("bench", 5),
];

/// Crates without effects, and what they therefore never call.
const PURE: [&str; 3] = ["base", "plan", "assess"];
const EFFECTS: [&str; 8] = [
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "std::env",
    "Instant::now",
    "SystemTime",
    "getrandom",
];

/// Most crates that may stand behind `oki`: each is a cost that users pay.
const MOST_CRATES: usize = 125;
/// Longest production part of a file, in lines.
const LONGEST: usize = 600;

pub(crate) fn run(root: &Path) -> Result<(), String> {
    let mut faults = Vec::new();
    layers(root, &mut faults);
    sources(root, &mut faults);
    documents(root, &mut faults);
    crates(root, &mut faults)?;
    if faults.is_empty() {
        println!("tidy: layers, calls, lengths, links and crates are in order");
        return Ok(());
    }
    Err(format!("tidy found {} faults:\n  {}", faults.len(), faults.join("\n  ")))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

fn layers(root: &Path, faults: &mut Vec<String>) {
    let table: BTreeMap<&str, u32> = LAYERS.into_iter().collect();
    let found = fs::read_dir(root.join("crates")).into_iter().flatten().flatten();
    for dir in found.filter(|entry| entry.path().is_dir()) {
        let name = dir.file_name().to_string_lossy().into_owned();
        let Some(own) = table.get(name.as_str()) else {
            faults.push(format!("crates/{name} stands in no layer: add it to LAYERS and ARCHITECTURE.md"));
            continue;
        };
        let manifest = read(&dir.path().join("Cargo.toml"));
        for (other, layer) in &table {
            let depends =
                normal_dependencies(&manifest).any(|line| line.starts_with(&format!("{other}.workspace")));
            if depends && layer >= own {
                faults.push(format!("crates/{name} (layer {own}) depends on {other} (layer {layer})"));
            }
        }
    }
    let architecture = read(&root.join("ARCHITECTURE.md"));
    faults.extend(
        LAYERS
            .iter()
            .filter(|(name, _)| !architecture.contains(&format!("`{name}`")))
            .map(|(name, _)| format!("ARCHITECTURE.md does not name the crate `{name}`")),
    );
    if architecture.lines().count() > 500 {
        faults.push("ARCHITECTURE.md has more than 500 lines".to_owned());
    }
}

fn normal_dependencies(manifest: &str) -> impl Iterator<Item = &str> {
    let after = manifest.split("\n[dependencies]\n").nth(1).unwrap_or_default();
    after.lines().take_while(|line| !line.starts_with('['))
}

/// All files below `dir` with one of the endings, build output and hidden folders left out.
fn files(dir: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            out.extend(files(&path, endings));
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            out.push(path);
        }
    }
    out.sort();
    out
}

fn sources(root: &Path, faults: &mut Vec<String>) {
    for path in files(&root.join("crates"), &[".rs"]) {
        let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        if shown.contains("/tests/") {
            continue;
        }
        let text = read(&path);
        let production = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        let length = production.lines().count();
        if length > LONGEST {
            faults.push(format!("{shown} has {length} lines of production code; split it (limit {LONGEST})"));
        }
        let name = shown.split('/').nth(1).unwrap_or_default();
        for (number, line) in
            production.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"))
        {
            let banned = banned(name, line);
            faults.extend(
                banned.map(|call| format!("{shown}:{}: {call} does not belong in `{name}`", number + 1)),
            );
        }
    }
}

fn banned(name: &str, line: &str) -> Option<String> {
    if PURE.contains(&name)
        && let Some(effect) = EFFECTS.iter().find(|effect| line.contains(*effect))
    {
        return Some((*effect).to_owned());
    }
    let prints = ["println!", "eprintln!", "print!(", "eprint!("];
    if name != "cli" && prints.iter().any(|print| line.contains(print)) {
        return Some("printing".to_owned());
    }
    let unfinished = ["TODO", "FIXME", "XXX"];
    unfinished.iter().find(|word| line.contains(*word)).map(|word| (*word).to_owned())
}

fn documents(root: &Path, faults: &mut Vec<String>) {
    for path in files(root, &[".md"]) {
        let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        for target in links(&read(&path)) {
            let file = target.split('#').next().unwrap_or_default();
            let elsewhere = file.is_empty() || file.contains("://") || file.starts_with("mailto:");
            if !elsewhere && !path.parent().unwrap_or(root).join(file).exists() {
                faults.push(format!("{shown} links to {target}, which is not there"));
            }
        }
    }
}

/// Targets of `[text](target)`, code blocks left out.
fn links(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut code = false;
    for line in text.lines() {
        code ^= line.trim_start().starts_with("```");
        if code {
            continue;
        }
        for part in line.split("](").skip(1) {
            out.extend(part.split(')').next().map(str::to_owned));
        }
    }
    out
}

fn crates(root: &Path, faults: &mut Vec<String>) -> Result<(), String> {
    let args = ["tree", "--package", "cli", "--edges", "normal", "--prefix", "none", "--locked", "--offline"];
    let output = Command::new(env!("CARGO")).args(args).current_dir(root).output();
    let output = output.map_err(|error| format!("cargo tree cannot be started: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo tree failed: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let mut names: Vec<&str> = text.lines().map(|line| line.split(" (").next().unwrap_or(line)).collect();
    names.sort_unstable();
    names.dedup();
    if names.len() > MOST_CRATES {
        faults.push(format!("{} crates stand behind oki; the limit is {MOST_CRATES}", names.len()));
    }
    let readme = read(&root.join("README.md"));
    if !readme.contains(&format!("{} crates", names.len())) {
        faults.push(format!("README.md does not say that {} crates stand behind oki", names.len()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_tidy() {
        run(&crate::root()).unwrap();
    }

    #[test]
    fn links_are_found_and_code_is_left_out() {
        assert_eq!(links("see [a](b.md) and [c](d#e)\n```\n[x](y)\n```"), ["b.md", "d#e"]);
    }

    #[test]
    fn effects_are_banned_from_pure_crates_only() {
        assert!(banned("assess", "std::fs::read(x)").is_some());
        assert!(banned("vault", "std::fs::read(x)").is_none());
        assert!(banned("vault", "println!(\"x\")").is_some());
    }

    #[test]
    fn only_normal_dependencies_count() {
        let manifest = "[package]\n\n[dependencies]\nbase.workspace = true\n\n[dev-dependencies]\ncli.workspace = true\n";
        assert_eq!(
            normal_dependencies(manifest).filter(|l| !l.is_empty()).collect::<Vec<_>>(),
            ["base.workspace = true"]
        );
    }
}
