//! The people and papers of the invented town. The same seed always gives the same town.

use std::fs;
use std::path::Path;

use base::{Exit, Fault, Message, Timestamp};
use rusqlite::{Connection, params};

use super::REGISTER;

const RESIDENTS: u64 = 5000;
const MINUTES: u64 = 90;
const ORDINANCES: u64 = 30;
const YEARS: u64 = 20;

const FAMILIES: [&str; 24] = [
    "佐藤",
    "鈴木",
    "高橋",
    "田中",
    "伊藤",
    "渡辺",
    "山本",
    "中村",
    "小林",
    "加藤",
    "吉田",
    "山田",
    "佐々木",
    "菊池",
    "千葉",
    "及川",
    "阿部",
    "遠藤",
    "星",
    "五十嵐",
    "長谷川",
    "東海林",
    "小鳥遊",
    "髙木",
];
const GIVEN: [&str; 24] = [
    "陽菜",
    "蓮",
    "結衣",
    "湊",
    "葵",
    "大翔",
    "凛",
    "悠真",
    "さくら",
    "太郎",
    "花子",
    "健",
    "美咲",
    "翔太",
    "恵子",
    "茂",
    "和子",
    "清",
    "洋子",
    "隆",
    "真由美",
    "誠",
    "由美",
    "拓海",
];
const DISTRICTS: [&str; 10] =
    ["本町", "港町", "起上", "小法師", "南ヶ丘", "北浜", "中央", "川原", "松並", "旭"];
const MATTERS: [&str; 8] = [
    "防災訓練の実施について",
    "住民票の電子交付について",
    "情報システムの継続計画について",
    "港の改修について",
    "予算の補正について",
    "給食費の改定について",
    "除雪の委託について",
    "図書館の開館時間について",
];

/// Makes the town in `dir` on the first call: a register of 5000 and a folder of papers. Every later call is a day
/// of business: a few people move in at `now`, and there are minutes of one more meeting.
///
/// The register is left as one consistent file, fit to be copied.
pub(crate) fn prepare(dir: &Path, now: Timestamp, seed: u64) -> Result<(), Fault> {
    let about = |path: &Path| Fault::new(Exit::Unusable, Message::new("drill-demo-write").with("path", path));
    fs::create_dir_all(dir).map_err(|error| about(dir).because(error))?;
    let folder = dir.join("register");
    fs::create_dir_all(&folder).map_err(|error| about(&folder).because(error))?;
    let path = folder.join(REGISTER);
    let residents = people(&path, now, seed).map_err(|error| about(&path).because(error))?;
    let documents = dir.join("documents");
    papers(&documents, residents, seed).map_err(|error| about(&documents).because(error))
}

/// Adds one resident and says under which number.
pub(super) fn register(db: &Connection, name: &str, address: &str, at: Timestamp) -> rusqlite::Result<i64> {
    // Three decimals always, so that the greatest text is the newest record.
    let at = at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
    db.prepare_cached("INSERT INTO residents (name, address, registered_at) VALUES (?1, ?2, ?3)")?
        .execute(params![name, address, at])?;
    Ok(db.last_insert_rowid())
}

fn people(path: &Path, now: Timestamp, seed: u64) -> rusqlite::Result<u64> {
    let mut db = Connection::open(path)?;
    db.busy_timeout(std::time::Duration::from_secs(10))?;
    // No write-ahead log: the file alone is the register, whenever nobody writes.
    db.pragma_update(None, "journal_mode", "DELETE")?;
    let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    tx.execute_batch(
        "CREATE TABLE IF NOT EXISTS residents (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, address TEXT NOT NULL, registered_at TEXT NOT NULL
        ) STRICT",
    )?;
    let before: u32 = tx.query_row("SELECT count(*) FROM residents", [], |row| row.get(0))?;
    let before = u64::from(before);
    let mut dice = Dice(seed ^ before);
    if before == 0 {
        for n in 0..RESIDENTS {
            add(&tx, &mut dice, past(now, RESIDENTS - 1 - n))?;
        }
    } else {
        for _ in 0..3 + dice.below(5) {
            add(&tx, &mut dice, now)?;
        }
    }
    tx.commit()?;
    Ok(before)
}

fn add(db: &Connection, dice: &mut Dice, at: Timestamp) -> rusqlite::Result<i64> {
    let name = format!("{} {}", dice.pick(&FAMILIES), dice.pick(&GIVEN));
    let (block, house) = (1 + dice.below(9), 1 + dice.below(40));
    register(db, &name, &format!("起上市{}{block}丁目{house}番", dice.pick(&DISTRICTS)), at)
}

/// An instant so many steps before `now`; all steps together are twenty years.
fn past(now: Timestamp, steps: u64) -> Timestamp {
    let back = steps * (YEARS * 365 * 24 * 3600 / RESIDENTS);
    let seconds = now.as_second().saturating_sub_unsigned(back);
    if steps == 0 { now } else { Timestamp::from_second(seconds).unwrap_or(now) }
}

fn papers(folder: &Path, residents: u64, seed: u64) -> std::io::Result<()> {
    if folder.exists() {
        return minutes(folder, MINUTES + residents, seed);
    }
    // Under another name first, so that a call that was killed half way is made good by the next.
    let draft = folder.with_extension("draft");
    if draft.exists() {
        fs::remove_dir_all(&draft)?;
    }
    (0..MINUTES).try_for_each(|n| minutes(&draft, n, seed))?;
    (0..ORDINANCES).try_for_each(|n| ordinance(&draft, n, seed))?;
    fs::create_dir_all(draft.join("current"))?;
    for n in 0..3 {
        // The ordinances in force, under a second name: hard links, as offices have them.
        fs::hard_link(draft.join(ordinance_name(n)), draft.join(format!("current/条例{n:03}.txt")))?;
    }
    fs::rename(&draft, folder)
}

fn minutes(folder: &Path, n: u64, seed: u64) -> std::io::Result<()> {
    let mut dice = Dice(seed.rotate_left(17) ^ n);
    let year = folder.join(format!("minutes/{}", 2007 + n % YEARS));
    fs::create_dir_all(&year)?;
    let mut text = format!("起上市議会 会議録 第{n}号\n\n");
    for item in 1..=2 + dice.below(20) {
        let (member, matter) = (dice.pick(&FAMILIES), dice.pick(&MATTERS));
        let votes = 10 + dice.below(12);
        text.push_str(&format!("議案{item} {matter}\n{member}議員が説明し、賛成{votes}名で可決した。\n\n"));
    }
    fs::write(year.join(format!("会議録{n:04}.txt")), text)
}

fn ordinance(folder: &Path, n: u64, seed: u64) -> std::io::Result<()> {
    let mut dice = Dice(seed.rotate_left(31) ^ n);
    let path = folder.join(ordinance_name(n));
    fs::create_dir_all(path.parent().unwrap_or(folder))?;
    let mut text = format!("起上市条例第{n}号\n\n");
    for article in 1..=5 + dice.below(60) {
        let (district, matter) = (dice.pick(&DISTRICTS), dice.pick(&MATTERS));
        text.push_str(&format!("第{article}条 {district}における{matter}は、市長が別に定める。\n"));
    }
    fs::write(path, text)
}

fn ordinance_name(n: u64) -> String {
    format!("ordinances/{:02}/条例{n:03}.txt", n / 10)
}

/// SplitMix64: enough for names, and the same everywhere for ever.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    fn now() -> Timestamp {
        "2026-04-01T00:00:00Z".parse().unwrap()
    }

    fn question(dir: &Path, query: &str) -> String {
        let db = Connection::open(dir.join("register").join(REGISTER)).unwrap();
        db.query_row(query, [], |row| row.get(0)).unwrap()
    }

    fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
        let mut out = Vec::new();
        let mut waiting = vec![folder.to_owned()];
        while let Some(next) = waiting.pop() {
            for entry in fs::read_dir(next).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    waiting.push(path);
                } else {
                    let name = path.strip_prefix(folder).unwrap().display().to_string();
                    out.push((name, fs::read(&path).unwrap()));
                }
            }
        }
        out.sort();
        out
    }

    #[test]
    fn the_same_seed_gives_the_same_town() {
        let (one, two, other) =
            (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        prepare(one.path(), now(), 7).unwrap();
        prepare(two.path(), now(), 7).unwrap();
        prepare(other.path(), now(), 8).unwrap();
        assert_eq!(files(&one.path().join("documents")), files(&two.path().join("documents")));
        let names = "SELECT group_concat(name || address || registered_at) FROM residents";
        assert_eq!(question(one.path(), names), question(two.path(), names));
        assert_ne!(question(one.path(), names), question(other.path(), names));
    }

    #[test]
    fn a_town_begins_with_its_people_and_papers() {
        let folder = tempfile::tempdir().unwrap();
        prepare(folder.path(), now(), 1).unwrap();
        let newest = question(folder.path(), "SELECT count(*) || ' ' || max(registered_at) FROM residents");
        assert_eq!(newest, "5000 2026-04-01T00:00:00.000Z");
        let oldest = question(folder.path(), "SELECT min(registered_at) FROM residents");
        assert!(oldest.starts_with("2006-"), "{oldest}");
        assert_eq!(files(&folder.path().join("documents")).len(), 123);
        let linked = fs::metadata(folder.path().join("documents").join(ordinance_name(1))).unwrap();
        assert_eq!(linked.nlink(), 2);
    }

    #[test]
    fn business_goes_on_and_leaves_one_consistent_file() {
        let folder = tempfile::tempdir().unwrap();
        prepare(folder.path(), now(), 1).unwrap();
        let later = "2026-04-02T00:00:00.25Z".parse().unwrap();
        prepare(folder.path(), later, 1).unwrap();
        prepare(folder.path(), later, 1).unwrap();
        let count: u64 = question(folder.path(), "SELECT count(*) || '' FROM residents").parse().unwrap();
        assert!((5006..5020).contains(&count), "{count}");
        let newest = question(folder.path(), "SELECT max(registered_at) FROM residents");
        assert_eq!(newest, "2026-04-02T00:00:00.250Z");
        assert_eq!(files(&folder.path().join("documents")).len(), 125);
        let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(names.len(), 2, "{names:?}");
    }
}
