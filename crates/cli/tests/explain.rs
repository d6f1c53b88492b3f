//! `oki explain SERVICE`: what reaches it, and the timeline of one loss, in the terminal, as SVG and for programs.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod common;
#[path = "../../plan/tests/common/schema.rs"]
mod schema;

use std::fs;

use common::{Said, Town};
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

fn explain(town: &Town, columns: usize, args: &[&str]) -> Said {
    let dir = town.dir();
    let mut command = town.command(&[&["explain"], args, &["--dir", dir.to_str().unwrap()]].concat());
    common::said(command.env("COLUMNS", columns.to_string()).output().unwrap())
}

fn json(town: &Town, args: &[&str]) -> Value {
    let said = explain(town, 100, &[args, &["--json", "--lang", "ja"]].concat());
    let value: Value =
        serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}{}", said.out, said.err));
    let wanted: Value = serde_json::from_str(&town.oki(&["schema", "explanation"]).out).unwrap();
    assert_eq!(schema::faults(&wanted, &value), [""; 0], "{args:?}");
    value
}

/// The row of the timeline that begins with a name: its drawing, from the first column of the drawings on.
fn row<'s>(said: &'s Said, name: &str) -> &'s str {
    let found = said.out.lines().find(|line| line.trim_start().starts_with(name));
    found.unwrap_or_else(|| panic!("no row {name} in\n{}", said.out))
}

fn count(line: &str, sign: char) -> usize {
    line.chars().filter(|c| *c == sign).count()
}

#[test]
fn the_timeline_is_to_scale_and_names_times() {
    let said = explain(&Town::new(), 120, &["archive", "--loss", "hall"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("archive stops at once and is down for 5h 10m."), "{}", said.out);
    assert!(row(&said, "archive is down").ends_with("0s – 5h 10m"), "{}", said.out);
    let (decide, arrive) = (row(&said, "decide (admins)"), row(&said, "arrival of admins"));
    let ratio = count(arrive, '▓') as f64 / count(decide, '▓') as f64;
    assert!((1.7..2.3).contains(&ratio), "2h against 1h: {ratio}\n{}", said.out);
    // What is automatic looks different, and each step begins where the one before it ends.
    assert!(count(row(&said, "restore documents"), '▒') > 5, "{}", said.out);
    let column = |line: &str, sign: char| line.chars().position(|c| c == sign).unwrap();
    let end = column(decide, '▓') + count(decide, '▓');
    assert!(column(arrive, '▓').abs_diff(end) <= 1, "{}", said.out);
    assert!(said.out.contains("RTO 3d →"), "a target far beyond is pointed to: {}", said.out);
    assert!(
        row(&said, "hall is lost").contains('▶') && said.out.contains("hall → server → archive"),
        "{}",
        said.out
    );
}

#[test]
fn it_fits_the_terminal_in_both_languages() {
    let town = Town::new();
    for (service, loss) in
        [("archive", "hall"), ("counter", "jp/iwate"), ("tax", "tax-machine"), ("archive", "hall+people")]
    {
        for lang in ["en", "ja"] {
            for columns in [80, 100, 120] {
                let said = explain(&town, columns, &[service, "--loss", loss, "--lang", lang]);
                let widest = said.out.lines().map(UnicodeWidthStr::width).max().unwrap();
                assert!(widest <= columns, "{service} {loss} {lang} at {columns}: {widest}\n{}", said.out);
                assert!(!said.out.contains('\x1b') && !said.out.contains("cli-"), "{}", said.out);
            }
        }
    }
}

#[test]
fn drawings_are_aligned_although_japanese_is_wide() {
    let said = explain(&Town::new(), 100, &["archive", "--loss", "hall", "--lang", "ja"]);
    let start = |name: &str, sign: char| {
        let line = row(&said, name);
        line[..line.find(sign).unwrap()].width()
    };
    assert_eq!(start("archive 停止", '█'), start("検知", '▓'), "{}", said.out);
    assert_eq!(start("hall 喪失", '░'), start("server 喪失", '░'), "{}", said.out);
    assert!(said.out.contains("archive は喪失と同時に停止し、停止時間は 5時間10分 です。"), "{}", said.out);
}

#[test]
fn the_target_runs_through_the_interruption_that_misses_it() {
    let said = explain(&Town::new(), 100, &["counter", "--loss", "jp/iwate"]);
    let mark = |line: &str, sign: char| line.chars().position(|c| c == sign).unwrap();
    let head = said.out.lines().find(|line| line.contains("RTO 1d ▼")).unwrap();
    assert_eq!(mark(head, '▼'), mark(row(&said, "counter is down"), '┃'), "{}", said.out);
    // What is waited for is drawn as waiting, and named, and stands above as what is out.
    let restore = row(&said, "restore register, waits for spare");
    assert!(count(restore, '·') > 10, "{}", said.out);
    assert!(row(&said, "spare is out").contains("░░"), "{}", said.out);
    assert!(
        row(&said, "notice").ends_with("5h 9m + 5s"),
        "times that read alike are told apart: {}",
        said.out
    );
    assert!(said.out.contains("short spans are drawn longer than they are"), "{}", said.out);
}

#[test]
fn the_age_of_the_data_has_a_line_of_its_own() {
    let town = Town::new();
    let said = explain(&town, 100, &["archive", "--loss", "hall"]);
    let line = row(&said, "documents  ");
    assert!(line.contains('┃') && line.ends_with("7d old, from remote"), "{}", said.out);
    assert!(said.out.contains("RPO previous day ▲") && said.out.contains("▲ loss"), "{}", said.out);
    let said = explain(&town, 100, &["archive", "--loss", "jp/iwate"]);
    assert!(said.out.contains("the live data are still there: none are lost"), "{}", said.out);
    let said = explain(&town, 100, &["archive", "--loss", "hall+people"]);
    assert!(said.out.contains("it does not come back with any data"), "{}", said.out);
    let said = explain(&town, 100, &["tax", "--loss", "tax-machine"]);
    assert!(said.out.contains("when it is back depends on equipment.tax-machine.replace."), "{}", said.out);
    assert!(row(&said, "tax is down").ends_with("0s – ?") && !said.out.contains("live data"), "{}", said.out);
}

#[test]
fn colour_is_for_terminals_and_for_those_who_ask() {
    let town = Town::new();
    let said = explain(&town, 100, &["archive", "--loss", "hall", "--color", "always"]);
    assert!(said.out.contains("\x1b[1;31m█"), "{}", said.out);
}

#[test]
fn the_drawing_is_well_formed_xml_with_title_and_description() {
    let town = Town::new();
    for (service, loss, lang, title) in [
        ("archive", "hall", "en", "archive without hall"),
        ("counter", "jp/iwate", "ja", "jp/iwate を失った counter"),
        ("tax", "tax-machine", "ja", "tax-machine を失った tax"),
        ("archive", "hall+people", "en", "archive without hall with its people"),
        ("archive", "school", "en", "archive without school"),
    ] {
        let said = explain(&town, 100, &[service, "--loss", loss, "--svg", "-", "--lang", lang]);
        assert_eq!(said.code, 0, "{}", said.err);
        let document = roxmltree::Document::parse(&said.out).unwrap_or_else(|e| panic!("{e}\n{}", said.out));
        let svg = document.root_element();
        assert_eq!((svg.tag_name().name(), svg.attribute("role")), ("svg", Some("img")));
        let child = |name: &str| svg.children().find(|node| node.has_tag_name((SVG, name))).unwrap();
        assert_eq!(child("title").text(), Some(title));
        assert!(child("desc").text().unwrap().contains(service), "{}", said.out);
        let labelled: Vec<&str> = svg.attribute("aria-labelledby").unwrap().split(' ').collect();
        assert_eq!(
            labelled,
            [child("title").attribute("id").unwrap(), child("desc").attribute("id").unwrap()]
        );
        // Nothing is fetched from anywhere, and nothing lies outside the drawing.
        assert!(!said.out.contains("href") && !said.out.contains("@import") && !said.out.contains("<script"));
        let number = |node: roxmltree::Node<'_, '_>, key: &str| {
            node.attribute(key).and_then(|v| v.parse::<f64>().ok())
        };
        let (width, height) = (number(svg, "width").unwrap(), number(svg, "height").unwrap());
        for node in svg.descendants().filter(|node| node.has_tag_name((SVG, "rect"))) {
            let (x, y) = (number(node, "x").unwrap_or(0.0), number(node, "y").unwrap_or(0.0));
            let right = x + number(node, "width").unwrap_or(0.0);
            assert!(
                x >= 0.0 && right <= width && y >= 0.0 && y + 14.0 <= height,
                "{service} {loss}: {node:?}"
            );
        }
    }
}

const SVG: &str = "http://www.w3.org/2000/svg";

#[test]
fn the_drawing_shows_the_same_numbers() {
    let town = Town::new();
    let path = town.root().join("timeline.svg");
    let said = explain(&town, 100, &["archive", "--loss", "hall", "--svg", path.to_str().unwrap()]);
    assert!(
        said.err.contains("timeline drawn to") && said.out.contains("archive is down"),
        "{}{}",
        said.out,
        said.err
    );
    let text = fs::read_to_string(&path).unwrap();
    let document = roxmltree::Document::parse(&text).unwrap();
    let class = |name: &'static str| {
        document.descendants().filter(move |n| n.attribute("class") == Some(name)).count()
    };
    // Four steps and two automatic ones, the interruption, two things lost; each once more in the legend.
    assert_eq!((class("step"), class("auto"), class("down")), (4 + 1, 2 + 1, 1 + 1));
    for text in
        ["notice", "0s – 30m", "check archive (admins)", "4h 40m – 5h 10m", "RTO 3d →", "7d old, from remote"]
    {
        assert!(document.descendants().any(|node| node.text() == Some(text)), "no {text}");
    }
    let said = explain(&town, 100, &["archive", "--loss", "hall", "--svg", "/nowhere/t.svg"]);
    assert!(
        said.code == 2 && said.err.contains("the drawing cannot be written to /nowhere/t.svg"),
        "{}",
        said.err
    );
    let said = explain(&town, 100, &["archive", "--svg", "-", "--lang", "ja"]);
    assert!(said.code == 2 && said.err.contains("必要な引数がありません: --loss <ID>"), "{}", said.err);
}

#[test]
fn programs_get_the_numbers_of_the_drawing() {
    let town = Town::new();
    let value = json(&town, &["counter", "--loss", "jp/iwate"]);
    let rows = value["chart"].as_array().unwrap();
    let of = |name: &str| {
        rows.iter().find(|row| row["name"].as_str().unwrap().starts_with(name)).unwrap()["bars"].clone()
    };
    assert_eq!(of("counter is down")[0]["from"], value["stops"]);
    assert_eq!(of("restore register")[0]["kind"], "wait");
    assert_eq!(value["steps"][2]["waits_for"], "spare");
    assert_eq!(value["due"].as_f64().unwrap() - value["stops"].as_f64().unwrap(), 86400.0);
    assert_eq!(value["verdicts"][0], *town.verdicts("status").one("counter", "rto", "jp/iwate"));
    let value = json(&town, &["archive", "--loss", "hall"]);
    assert_eq!(value["data"][0]["source"], "remote");
    assert_eq!(value["down_for"], 18600.0);
    for (service, loss) in [("archive", "hall+people"), ("tax", "tax-machine"), ("archive", "school")] {
        json(&town, &[service, "--loss", loss]);
    }
}

#[test]
fn a_service_alone_shows_what_reaches_it() {
    let town = Town::new();
    let said = explain(&town, 110, &["archive"]);
    let lines: Vec<&str> = said.out.lines().collect();
    assert_eq!(lines[0], "archive: the losses that stop it");
    assert!(
        lines[2].starts_with("✗ missed     hall with its people, coast with"),
        "worst first: {}",
        said.out
    );
    assert!(
        row(&said, "○ predicted  server").contains("0s           5h 10m    1d old  school"),
        "{}",
        said.out
    );
    assert!(
        row(&said, "○ predicted  jp/iwate").contains("5h 9m        2d 19h    live    hall"),
        "{}",
        said.out
    );
    assert!(said.out.contains("10 losses do not stop it (--all shows them)"), "{}", said.out);
    let next = format!("oki explain archive --loss hall+people --dir {}", town.dir().display());
    assert!(said.out.replace('\n', " ").contains(&next), "{}", said.out);
    let said = explain(&town, 110, &["tax", "--lang", "ja"]);
    assert!(
        said.out.starts_with("tax を止める喪失\n") && said.out.contains("? 不明  tax-machine"),
        "{}",
        said.out
    );
    let all = explain(&town, 110, &["archive", "--all"]);
    assert!(all.out.contains("goes on") && !all.out.contains("--all shows"), "{}", all.out);
    let value = json(&town, &["archive"]);
    assert_eq!(value["losses"].as_array().unwrap().len(), 7);
    assert_eq!(json(&town, &["archive", "--all"])["losses"].as_array().unwrap().len(), 17);
}

#[test]
fn names_that_are_not_there_are_told_with_the_nearest() {
    let town = Town::new();
    for (args, lang, text, hint) in [
        (
            &["archve"][..],
            "en",
            "there is no service and no diagnostic code archve; services are archive, counter, tax",
            "did you mean archive?",
        ),
        (
            &["archve"],
            "ja",
            "archve というサービスも診断コードもありません。サービスは archive、counter、tax",
            "archive ではありませんか",
        ),
        (&["missing-unti"], "en", "there is no service and no diagnostic code", "did you mean missing-unit?"),
        (&["archve", "--loss", "hall"], "en", "there is no service archve", "did you mean archive?"),
        (&["archive", "--loss", "hal"], "en", "there is no loss hal", "did you mean hall?"),
        (&["archive", "--loss", "hal"], "ja", "hal という喪失は定義されていません", "hall ではありませんか"),
    ] {
        let said = explain(&town, 100, &[args, &["--lang", lang]].concat());
        assert!(
            said.code == 2 && said.err.contains(text) && said.err.contains(hint),
            "{args:?}: {}",
            said.err
        );
    }
    // Where there is no plan, a word can only be a code.
    let said = town.oki(&["explain", "missing-unti"]);
    assert!(
        said.code == 2 && said.err.contains("did you mean missing-unit?") && said.err.contains("--dir DIR"),
        "{}",
        said.err
    );
}
