//! The READMEs show what the program really prints: each line of the block under the first command must come out of
//! that command, in that order. `⋮` stands for lines left out. Figures differ from run to run and are not compared.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod common;

use common::{Town, said};

/// The block that begins with the line after `$ oki prove …`.
fn shown(readme: &str) -> Vec<&str> {
    let begin = readme.find("$ oki prove").expect("the README shows no run of oki prove");
    let block = readme[begin..].split("```").next().unwrap();
    block.lines().skip(1).map(str::trim_end).filter(|line| !line.is_empty() && *line != "⋮").collect()
}

/// Without figures and the blanks that depend on them.
fn shape(line: &str) -> String {
    let figures = |c: char| c.is_ascii_digit() || c == '.';
    let parts: Vec<String> = line.split_whitespace().map(|word| word.replace(figures, "")).collect();
    parts.join(" ")
}

fn compare(readme: &str, lang: &str) {
    let town = Town::new();
    let mut command = town.command(&["prove", town.dir().to_str().unwrap(), "--lang", lang]);
    let said = said(command.env("COLUMNS", "100").output().unwrap());
    let mut printed = said.out.lines().map(shape);
    for line in shown(readme) {
        let wanted = shape(line);
        assert!(
            printed.any(|line| line == wanted),
            "not printed, or not in this order: {line}\n{}",
            said.out
        );
    }
}

#[test]
fn the_english_readme_shows_what_is_printed() {
    compare(include_str!("../../../README.md"), "en");
}

#[test]
fn the_japanese_readme_shows_what_is_printed() {
    compare(include_str!("../../../README.ja.md"), "ja");
}
