//! A repository: config, keys, and files that are one sealed piece (indexes, snapshots, locks).

use std::fmt;
use std::sync::Arc;

use base::{Clock, Exit, Fault, Message};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::{Folder, Kind, Name, Store};

use crate::chunk::{is_irreducible, random_polynomial};
use crate::crypto::{SealKey, random};
use crate::error::{Result, damaged, damaged_file, unusable};
use crate::hash::{Id, base64_bytes};

/// What opens a vault. Never shown, not even in debug output.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// From text.
    pub fn new(text: impl Into<String>) -> Password {
        Password(text.into())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

#[derive(Serialize, Deserialize)]
struct Config {
    version: u32,
    id: String,
    chunker_polynomial: String,
}

#[derive(Serialize, Deserialize)]
struct KeyFile {
    created: String,
    username: String,
    hostname: String,
    kdf: String,
    #[serde(rename = "N")]
    n: u64,
    r: u32,
    p: u32,
    #[serde(with = "base64_bytes")]
    salt: Vec<u8>,
    #[serde(with = "base64_bytes")]
    data: Vec<u8>,
}

const COST: (u8, u32, u32) = (15, 8, 1);
/// Beyond this a key file asks for more than a gigabyte of memory: no honest one does.
const MOST_COST: u64 = 1 << 30;
/// Greatest plain size of an index, snapshot or lock.
const MOST_UNPACKED: usize = 1 << 30;

/// An open repository.
pub(crate) struct Repo {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) key: SealKey,
    pub(crate) polynomial: u64,
    pub(crate) id: String,
}

impl Repo {
    /// Makes a new repository; refused where there is one.
    pub(crate) fn init(store: Arc<dyn Store>, password: &Password, clock: &dyn Clock) -> Result<Repo> {
        if Repo::exists(&*store)? {
            return Err(exists(&*store));
        }
        let (key, added) = first_key(&*store, password, clock)?;
        let polynomial = random_polynomial()?;
        let mut id = [0; 32];
        random(&mut id)?;
        let id = Id(id).to_string();
        let config = Config { version: 2, id: id.clone(), chunker_polynomial: format!("{polynomial:x}") };
        // The config makes it a repository, so it comes last.
        match store.save(&Name::Config, &key.seal(&json(&config))?) {
            Ok(()) => Ok(Repo { store, key, polynomial, id }),
            Err(error) if error.kind == Kind::Exists => {
                // Somebody else made one a moment ago, with a master key of its own: ours would only mislead.
                added.map(|name| store.remove(&name)).transpose()?;
                Err(exists(&*store))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Whether there is a repository.
    pub(crate) fn exists(store: &dyn Store) -> Result<bool> {
        match store.size(&Name::Config) {
            Ok(_) => Ok(true),
            Err(error) if error.kind == Kind::Missing => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens a repository with the first key that the password fits.
    pub(crate) fn open(store: Arc<dyn Store>, password: &Password) -> Result<Repo> {
        let sealed = match store.load(&Name::Config) {
            Ok(sealed) => sealed,
            Err(error) if error.kind == Kind::Missing => {
                let message = Message::new("vault-none").with("place", store.place());
                return Err(Fault::new(Exit::Unusable, message).hint(Message::new("vault-none-hint")));
            }
            Err(error) => return Err(error.into()),
        };
        let (key, plain) = find_key(&*store, password, &sealed)?;
        let config: Config = parse(&plain, "config")?;
        if !(1..=2).contains(&config.version) {
            let message = Message::new("vault-version").with("version", u64::from(config.version));
            return Err(Fault::new(Exit::Unusable, message));
        }
        let polynomial =
            u64::from_str_radix(&config.chunker_polynomial, 16).ok().filter(|p| is_irreducible(*p));
        let polynomial = polynomial.ok_or_else(|| damaged("vault-polynomial"))?;
        if config.version == 1 {
            return Err(unusable("vault-version-1").hint(Message::new("vault-version-1-hint")));
        }
        Ok(Repo { store, key, polynomial, id: config.id })
    }

    /// Seals and keeps one file; gives its name.
    pub(crate) fn save<T: Serialize>(&self, folder: Folder, what: &T) -> Result<Id> {
        let (id, sealed) = self.sealed(what)?;
        self.store.save(&Name::File(folder, id.0), &sealed)?;
        Ok(id)
    }

    /// One file as it is kept, and its name.
    pub(crate) fn sealed<T: Serialize>(&self, what: &T) -> Result<(Id, Vec<u8>)> {
        // A leading 2 says that zstd follows; plain JSON begins with a bracket.
        let mut plain = vec![2];
        plain.extend(
            zstd::bulk::compress(&json(what), 3)
                .map_err(|error| unusable("vault-compress").because(error))?,
        );
        let sealed = self.key.seal(&plain)?;
        Ok((Id::of(&sealed), sealed))
    }

    /// Loads one file, its name and seal verified.
    pub(crate) fn load<T: DeserializeOwned>(&self, folder: Folder, id: Id) -> Result<T> {
        let name = Name::File(folder, id.0);
        let sealed = self.store.load(&name)?;
        if Id::of(&sealed) != id {
            return Err(damaged_file("vault-file-damaged", name));
        }
        let plain = self
            .key
            .open(&sealed)
            .map_err(|fault| damaged_file("vault-file-damaged", name).because(fault))?;
        let text = match plain.first() {
            Some(2) => zstd::bulk::decompress(&plain[1..], bound(&plain[1..]))
                .map_err(|error| damaged_file("vault-file-damaged", name).because(error))?,
            _ => plain,
        };
        parse(&text, &name.to_string())
    }

    /// Names of all files of a folder, sorted.
    pub(crate) fn list(&self, folder: Folder) -> Result<Vec<Id>> {
        let mut ids: Vec<Id> = Vec::new();
        for entry in self.store.list(folder)? {
            if let Name::File(_, id) = entry.name {
                ids.push(Id(id));
            }
        }
        ids.sort();
        Ok(ids)
    }
}

/// Room for what a frame says it holds, within the limit.
fn bound(frame: &[u8]) -> usize {
    let said = zstd::zstd_safe::get_frame_content_size(frame).ok().flatten();
    let guess = said.and_then(|size| usize::try_from(size).ok()).unwrap_or(64 << 20);
    guess.min(MOST_UNPACKED)
}

fn json<T: Serialize>(what: &T) -> Vec<u8> {
    serde_json::to_vec(what).unwrap_or_default()
}

fn parse<T: DeserializeOwned>(bytes: &[u8], name: &str) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|error| damaged_file("vault-file-damaged", name).because(error))
}

fn derive(password: &Password, salt: &[u8], log_n: u8, r: u32, p: u32) -> Result<SealKey> {
    let params =
        scrypt::Params::new(log_n, r, p).map_err(|error| damaged("vault-key-file").because(error))?;
    let mut out = [0; 64];
    scrypt::scrypt(password.0.as_bytes(), salt, &params, &mut out)
        .map_err(|error| damaged("vault-key-file").because(error))?;
    Ok(SealKey::from_bytes(&out))
}

fn exists(store: &dyn Store) -> Fault {
    Fault::new(Exit::Unusable, Message::new("vault-exists").with("place", store.place()))
}

/// The master key of a repository that is about to be made, and the name of its file if that is new. A key that a
/// broken-off `init` left behind is used if the password opens it.
fn first_key(store: &dyn Store, password: &Password, clock: &dyn Clock) -> Result<(SealKey, Option<Name>)> {
    let left = store.list(Folder::Keys)?;
    for entry in &left {
        if let Ok(Some(key)) = try_key(store, &entry.name, password) {
            return Ok((key, None));
        }
    }
    if !left.is_empty() {
        let message = Message::new("vault-half-made").with("place", store.place());
        return Err(Fault::new(Exit::Unusable, message).hint(Message::new("vault-half-made-hint")));
    }
    let key = SealKey::random()?;
    let name = add_key(store, &key, password, clock)?;
    Ok((key, Some(name)))
}

fn add_key(store: &dyn Store, key: &SealKey, password: &Password, clock: &dyn Clock) -> Result<Name> {
    let mut salt = vec![0; 64];
    random(&mut salt)?;
    let (log_n, r, p) = COST;
    let lock = derive(password, &salt, log_n, r, p)?;
    let file = KeyFile {
        created: clock.now().to_string(),
        username: String::new(),
        hostname: String::new(),
        kdf: "scrypt".to_owned(),
        n: 1 << log_n,
        r,
        p,
        salt,
        data: lock.seal(&json(key))?,
    };
    let bytes = json(&file);
    let name = Name::File(Folder::Keys, Id::of(&bytes).0);
    store.save(&name, &bytes)?;
    Ok(name)
}

/// The master key that the password opens, and the plain config. A key that does not fit the config is left over from
/// a broken-off `init`.
fn find_key(store: &dyn Store, password: &Password, config: &[u8]) -> Result<(SealKey, Vec<u8>)> {
    let mut broken = None;
    for entry in store.list(Folder::Keys)? {
        match try_key(store, &entry.name, password) {
            Ok(Some(key)) => match key.open(config) {
                Ok(plain) => return Ok((key, plain)),
                Err(fault) => broken = Some(damaged_file("vault-file-damaged", "config").because(fault)),
            },
            Ok(None) => {}
            Err(fault) => broken = broken.or(Some(fault)),
        }
    }
    // A damaged key file may have been the right one: say so rather than blame the password.
    if let Some(fault) = broken {
        return Err(fault);
    }
    let message = Message::new("vault-wrong-password").with("place", store.place());
    Err(Fault::new(Exit::WrongKey, message).hint(Message::new("vault-wrong-password-hint")))
}

fn try_key(store: &dyn Store, name: &Name, password: &Password) -> Result<Option<SealKey>> {
    let file: KeyFile = parse(&store.load(name)?, &name.to_string())?;
    let memory = file.n.saturating_mul(u64::from(file.r)).saturating_mul(128);
    let sane =
        file.kdf == "scrypt" && file.n.is_power_of_two() && file.n > 1 && memory <= MOST_COST && file.p <= 16;
    if !sane {
        return Err(damaged_file("vault-file-damaged", name).because(damaged("vault-key-file")));
    }
    let log_n = u8::try_from(file.n.trailing_zeros()).unwrap_or(0);
    let Ok(plain) = derive(password, &file.salt, log_n, file.r, file.p)?.open(&file.data) else {
        return Ok(None);
    };
    let key: SealKey = parse(&plain, &name.to_string())?;
    if key.is_sound() { Ok(Some(key)) } else { Err(damaged_file("vault-file-damaged", name)) }
}
