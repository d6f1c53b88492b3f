//! The READMEs show what the program really prints: the block under the first command must come out of that
//! command. `⋮` stands for lines left out. Figures differ from run to run and are not compared.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod common;

use common::{Town, said};

/// The pieces of the block that begins with the line after `$ oki prove …`, between the lines left out.
fn shown(readme: &str) -> Vec<String> {
    let begin = readme.find("$ oki prove").expect("the README shows no run of oki prove");
    let block = readme[begin..].split("```").next().unwrap();
    let (_, block) = block.split_once('\n').unwrap();
    block.split('⋮').map(shape).collect()
}

/// The words without figures: what stands in a line depends on the figures, and so does where it breaks.
fn shape(text: &str) -> String {
    let figures = |c: char| c.is_ascii_digit() || c == '.';
    text.split_whitespace().map(|word| word.replace(figures, "")).collect::<Vec<_>>().join(" ")
}

fn compare(readme: &str, lang: &str) {
    let town = Town::new();
    let mut command = town.command(&["prove", town.dir().to_str().unwrap(), "--lang", lang]);
    let said = said(command.env("COLUMNS", "100").output().unwrap());
    let printed = shape(&said.out);
    let mut rest = printed.as_str();
    for piece in shown(readme) {
        let at =
            rest.find(&piece).unwrap_or_else(|| panic!("not printed, or not here: {piece}\n\n{}", said.out));
        rest = &rest[at + piece.len()..];
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
