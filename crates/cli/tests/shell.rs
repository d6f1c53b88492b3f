//! The shell around the engines: every error a user can reach, exit codes, languages, completions, manual pages.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use common::{OKI, Town, said};
use serde_json::Value;

/// Runs in both languages; the exit code and a part of the text of each.
fn check(town: &Town, args: &[&str], code: i32, en: &str, ja: &str) {
    for (lang, text) in [("en", en), ("ja", ja)] {
        let said = town.oki(&[args, &["--lang", lang]].concat());
        assert_eq!(said.code, code, "{args:?}: {}{}", said.out, said.err);
        let all = format!("{}{}", said.out, said.err);
        assert!(all.contains(text), "{args:?} does not say {text:?} but\n{all}");
    }
}

#[test]
fn what_is_not_there_is_named_with_what_is() {
    let town = Town::new();
    let dir = town.dir();
    let dir = dir.to_str().unwrap();
    check(
        &town,
        &["prove", "nowhere"],
        2,
        "no plan in nowhere: it has no okiagari.yaml",
        "nowhere に計画がありません",
    );
    check(&town, &["prove", "nowhere"], 2, "oki init DIR", "oki init DIR");
    check(
        &town,
        &["drill", "shop", "--loss", "hall", "--dir", dir],
        2,
        "there is no service shop; there are archive, counter, tax",
        "サービス shop はありません。あるのは archive、counter、tax",
    );
    check(
        &town,
        &["drill", "counter", "--loss", "moon", "--dir", dir],
        2,
        "there is no loss moon; there are ",
        "moon という喪失は定義されていません。あるのは ",
    );
    check(
        &town,
        &["protect", "--data", "moon", dir],
        2,
        "there is no data set moon; there are documents, register, tax-records",
        "データ moon はありません。あるのは documents、register、tax-records",
    );
    check(&town, &["explain", "moon"], 2, "there is no diagnostic code moon", "診断コード moon はありません");
    check(&town, &["init", "--example", "moon", "x"], 2, "there is no example moon", "例 moon はありません");
}

#[test]
fn what_cannot_be_done_says_why_and_what_to_do() {
    let town = Town::new();
    let dir = town.dir();
    let dir = dir.to_str().unwrap();
    check(
        &town,
        &["drill", "tax", "--loss", "tax-records", "--dir", dir],
        2,
        "give the service `run:`, its data `path:` and their vaults `repo:`",
        "サービスに run:、データに path:、保管庫に repo: を書いてください",
    );
    check(
        &town,
        &["drill", "archive", "--loss", "school", "--dir", dir],
        2,
        "losing school does not stop archive",
        "school を失っても archive は止まらない",
    );
    check(
        &town,
        &["drill", "archive", "--loss", "hall+people", "--dir", dir],
        2,
        "oki explain archive --loss hall+people",
        "oki explain archive --loss hall+people",
    );
    check(&town, &["drill", "counter", "--loss", "hall", "--dir", dir], 2, "oki protect", "oki protect");
    check(
        &town,
        &["init", dir],
        2,
        "is there already; nothing was changed",
        "既にあります。何も変更していません",
    );
    check(
        &town,
        &["status", dir, "--log-file", "/nowhere/log"],
        2,
        "/nowhere/log cannot be opened",
        "/nowhere/log を開けません",
    );
}

#[test]
fn a_plan_with_mistakes_is_not_run() {
    let town = Town::new();
    town.edit("every: 30m", "every: 30");
    let dir = town.dir();
    let dir = dir.to_str().unwrap();
    for command in ["prove", "status", "protect"] {
        check(&town, &[command, dir], 2, "has 1 error", "誤りが 1 件あります");
        check(&town, &[command, dir], 2, "okiagari.yaml:", "oki check");
    }
    assert!(!town.dir().join("live").exists(), "nothing of a faulty plan is carried out");
    check(&town, &["check", dir], 1, "1 error,", "誤り 1 件");
}

#[test]
fn errors_are_json_too() {
    let town = Town::new();
    let said = town.oki(&["prove", "nowhere", "--json", "--lang", "ja"]);
    let object: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(object["error"]["code"], 2);
    assert!(object["error"]["message"].as_str().unwrap().contains("no plan in nowhere"));
    assert!(object["error"]["hints"][0].as_str().unwrap().contains("oki init"));
}

#[test]
fn wrong_arguments_are_exit_code_2_and_help_is_0() {
    let town = Town::new();
    assert_eq!(town.oki(&["prove", "--nonsense"]).code, 2);
    assert_eq!(town.oki(&["dirll"]).code, 2);
    for help in [vec!["--help"], vec!["vault", "backup", "--help"], vec!["--version"]] {
        assert_eq!(town.oki(&help).code, 0);
    }
    check(&town, &["prove", "--help"], 0, "Example: oki prove", "例: oki prove");
    assert!(town.oki(&["--help"]).out.contains("Exit codes: 0 met"));
    for heading in ["使い方: oki drill", "引数:", "オプション:", "この説明を表示する"] {
        check(&town, &["drill", "--help"], 0, "Arguments:", heading);
    }
    let help = town.oki(&["vault", "backup", "--help"]).out;
    let at = |text: &str| help.find(text).unwrap_or_else(|| panic!("no {text} in\n{help}"));
    assert!(
        at("<REPO>  ") < at("[PATH]...  ") && at("--host") < at("--json"),
        "as declared, its own first: {help}"
    );
}

#[test]
fn a_dry_run_says_what_it_would_do_and_does_nothing() {
    let town = Town::new();
    let dir = town.dir();
    let before = fs::read_dir(&dir).unwrap().count();
    check(
        &town,
        &["protect", "--dry-run", dir.to_str().unwrap()],
        0,
        "would copy register to nas",
        "register を nas に",
    );
    let drill = ["drill", "counter", "--loss", "hall", "--dry-run", "--dir", dir.to_str().unwrap()];
    check(&town, &drill, 0, "would restore register from remote", "register を remote から復元します");
    assert_eq!(fs::read_dir(&dir).unwrap().count(), before);
}

#[test]
fn the_language_follows_the_locale_and_the_log_is_english() {
    let town = Town::new();
    let log = town.root().join("log");
    let mut command =
        town.command(&["prove", town.dir().to_str().unwrap(), "--log-file", log.to_str().unwrap()]);
    let said = said(command.env("LANG", "ja_JP.UTF-8").output().unwrap());
    for word in ["判定", "未達", "不明", "予測", "実証", "業務停止", "大規模災害"] {
        assert!(said.out.contains(word), "no {word} in\n{}", said.out);
    }
    assert!(said.err.contains("保管庫 nas の鍵を"), "{}", said.err);
    let log = fs::read_to_string(log).unwrap();
    assert!(log.is_ascii() || !log.contains("訓練"), "{log}");
    assert!(log.contains("back after"), "{log}");
    // No id of a text shows through, in either language.
    for text in [&said.out, &said.err] {
        assert!(!text.contains("cli-") && !text.contains("assess-") && !text.contains("drill-"), "{text}");
    }
}

#[test]
fn colour_is_only_for_terminals_unless_asked_for() {
    let town = Town::new();
    assert!(!town.on_plan(&["status"]).out.contains('\x1b'));
    assert!(town.on_plan(&["status", "--color", "always"]).out.contains("\x1b[1;31m✗"));
    assert!(!town.on_plan(&["status", "--color", "never"]).out.contains('\x1b'));
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let town = Town::new();
    let line = format!("{OKI} status {} --all | head -1", town.dir().display());
    let mut command = std::process::Command::new("sh");
    let said = said(command.args(["-c", &line]).env("XDG_STATE_HOME", town.root()).output().unwrap());
    assert!(said.code == 0 && !said.err.contains("panic"), "{}", said.err);
}

#[test]
fn completions_and_manual_pages_are_made() {
    let town = Town::new();
    for shell in ["bash", "zsh", "fish"] {
        let said = town.oki(&["completions", shell]);
        assert!(said.code == 0 && said.out.contains("prove") && said.out.contains("snapshots"), "{shell}");
        assert!(!said.out.contains("demo-register"), "hidden commands stay hidden in {shell}");
    }
    let dir = town.root().join("man");
    assert_eq!(town.oki(&["man", dir.to_str().unwrap()]).code, 0);
    for page in ["oki.1", "oki-prove.1", "oki-vault-backup.1"] {
        let text = fs::read_to_string(dir.join(page)).unwrap();
        assert!(text.contains(".TH") && text.contains("NAME"), "{page}");
    }
    check(
        &town,
        &["man", "/proc/nowhere"],
        2,
        "cannot be written to /proc/nowhere",
        "/proc/nowhere に書けません",
    );
}

#[test]
fn a_changed_ledger_is_found_out() {
    let town = Town::new();
    assert_eq!(town.on_plan(&["protect"]).code, 0);
    let path = town.dir().join(".oki/ledger.sqlite");
    let bytes = fs::read(&path).unwrap();
    let mut bytes = bytes;
    let at = bytes.windows(8).position(|w| w == b"register").unwrap();
    bytes[at] = b'R';
    fs::write(&path, bytes).unwrap();
    check(&town, &["ledger", "verify", town.dir().to_str().unwrap()], 6, "record", "記録");
}

#[test]
fn it_works_without_privileges() {
    if !is_root() {
        return; // every other test has shown it
    }
    let town = Town::new();
    let open = |path: &std::path::Path| fs::set_permissions(path, fs::Permissions::from_mode(0o777)).unwrap();
    [town.root(), &town.dir()].into_iter().for_each(open);
    // The program itself may stand where only root may look.
    let oki = town.root().join("oki");
    fs::copy(OKI, &oki).unwrap();
    open(&oki);
    let mut command = std::process::Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&oki).arg("prove").arg(town.dir());
    command.current_dir(town.root()).env_clear().env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
    let said = said(command.env("HOME", town.root()).output().unwrap());
    assert!(said.code == 1 && said.out.contains("● proven"), "{}{}", said.out, said.err);
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").unwrap().uid() == 0
}

#[test]
fn help_is_a_command_too() {
    let town = Town::new();
    for args in [&["help"][..], &["help", "prove"], &["vault", "help", "backup"]] {
        let said = town.oki(args);
        assert!(said.code == 0 && said.out.contains("Usage"), "{args:?}: {}{}", said.out, said.err);
    }
}

#[test]
fn a_vault_is_not_made_among_other_files() {
    let town = Town::new();
    let folder = town.root().join("mine");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("notes.txt"), "mine").unwrap();
    let said = town.oki(&["vault", "init", folder.to_str().unwrap()]);
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(
        said.err.contains("notes.txt among them") && said.err.contains("a folder that is empty"),
        "{}",
        said.err
    );
    assert!(!folder.join("config").exists());
}

#[test]
fn a_service_that_promises_nothing_is_named() {
    let town = Town::new();
    let folder = town.root().join("silent");
    fs::create_dir(&folder).unwrap();
    let plan = "okiagari: 1\nsites: { hall: {} }\nequipment: { m: { at: hall } }\nservices: { mail: { objectives: unset, ways: [{ name: w, runs-on: m }] } }\n";
    fs::write(folder.join("okiagari.yaml"), plan).unwrap();
    let said = town.oki(&["status", folder.to_str().unwrap()]);
    assert!(
        said.out.contains("no objective is agreed, so nothing is judged, for: mail"),
        "{}{}",
        said.out,
        said.err
    );
}

/// A plan without anything that oki could carry out.
fn words_only(town: &Town) -> &'static str {
    let folder = town.root().join("words");
    fs::create_dir(&folder).unwrap();
    let plan = "okiagari: 1\nsites: { hall: {} }\nequipment: { m: { at: hall } }\nservices: { mail: { objectives: { rto: 4h }, ways: [{ name: w, runs-on: m }] } }\n";
    fs::write(folder.join("okiagari.yaml"), plan).unwrap();
    "words"
}

#[test]
fn nothing_to_do_is_said() {
    let town = Town::new();
    let dir = words_only(&town);
    for args in [["prove", dir], ["protect", dir]] {
        let code = if args[0] == "prove" { 1 } else { 0 };
        check(&town, &args, code, "nothing was copied", "コピー");
        let quiet = town.oki(&[args[0], dir, "--quiet"]);
        assert_eq!((quiet.code, quiet.err.as_str()), (code, ""));
    }
    check(&town, &["prove", dir], 1, "give data a `path:`, vaults a `repo:`", "サービスに run: を書くと");
}

#[test]
fn commands_that_are_shown_work_where_they_are_shown() {
    let town = Town::new();
    let dir = town.dir();
    let dir = dir.to_str().unwrap();
    let hint = format!("oki explain archive --loss hall+people --dir {dir}");
    check(&town, &["drill", "archive", "--loss", "hall+people", "--dir", dir], 2, &hint, &hint);
    let hint = format!("oki prove {dir} ");
    check(&town, &["status", dir], 1, &hint, &hint);
    // In the folder itself nothing is added.
    let mut command = town.command(&["drill", "archive", "--loss", "hall+people"]);
    let said = said(command.current_dir(town.dir()).output().unwrap());
    assert!(said.err.contains("oki explain archive --loss hall+people\n"), "{}", said.err);
    // What a shell would take apart is quoted.
    let spaced = town.root().join("two words");
    fs::rename(town.dir(), &spaced).unwrap();
    let said = town.oki(&["status", "two words"]);
    assert!(said.err.contains("oki prove 'two words' makes copies"), "{}", said.err);
}

#[test]
fn arguments_that_make_no_sense_are_told_in_both_languages() {
    let town = Town::new();
    check(&town, &["prov"], 2, "there is no command prov", "prov というコマンドはありません");
    check(&town, &["prov"], 2, "did you mean prove?", "prove ではありませんか");
    check(&town, &["status", "--al"], 2, "there is no option --al", "--al というオプションはありません");
    check(&town, &["status", "--al"], 2, "did you mean --all?", "--all ではありませんか");
    check(&town, &["drill", "counter"], 2, "missing: --loss <ID>", "必要な引数がありません: --loss <ID>");
    check(&town, &["drill", "counter"], 2, "usage: oki drill --loss <ID>", "使い方: oki drill --loss <ID>");
    check(&town, &["vault", "ls", "a", "b", "c"], 2, "c is one argument too many", "余分な引数です: c");
    check(
        &town,
        &["vault", "ls", "a", "b", "c"],
        2,
        "more: oki vault ls --help",
        "詳しくは: oki vault ls --help",
    );
    check(
        &town,
        &["check", "--fail-on", "x"],
        2,
        "there are error, warning, note, never",
        "指定できるのは error、warning、note、never",
    );
    let said = town.oki(&["status", "--al", "--json"]);
    let object: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(
        (&object["error"]["code"], &object["error"]["message"]),
        (&2.into(), &"there is no option --al".into())
    );
}

#[test]
fn ids_on_the_command_line_are_told_with_the_nearest() {
    let town = Town::new();
    let dir = town.dir();
    let dir = dir.to_str().unwrap();
    let near = |args: &[&str], name: &str| {
        check(&town, args, 2, &format!("did you mean {name}?"), &format!("{name} ではありませんか"));
    };
    near(&["drill", "conter", "--loss", "hall", "--dir", dir], "counter");
    near(&["drill", "counter", "--loss", "hal", "--dir", dir], "hall");
    near(&["protect", "--data", "registr", dir], "register");
    near(&["protect", "--new-vault", "naz", dir], "nas");
}

#[test]
fn schemas_agree_about_what_a_verdict_is() {
    let town = Town::new();
    let schema = |what: &str| -> Value { serde_json::from_str(&town.oki(&["schema", what]).out).unwrap() };
    let verdict = schema("verdicts")["properties"]["verdicts"]["items"].clone();
    for what in ["assessment", "what-if", "explanation"] {
        assert_eq!(schema(what)["$defs"]["verdict"], verdict, "{what}");
    }
}
