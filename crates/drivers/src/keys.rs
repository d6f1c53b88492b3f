//! Passwords of vaults: from where the plan says, or a key that is made here on first use.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use base::{Exit, Fault, Id, Message, Monitor};
use plan::{Secret, Vault};
use sha2::{Digest, Sha256};

use crate::copies;
use crate::host::Host;

/// A password; shown nowhere, not even by `Debug`.
pub struct Password(String);

impl Password {
    /// The secret itself, for the vault and for nobody else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// The password of a vault. Where the plan names none it is kept in a key file, made here if `may_make`.
pub fn password(
    host: &Host<'_>,
    id: &Id,
    vault: &Vault,
    may_make: bool,
    monitor: &dyn Monitor,
) -> Result<Password, Fault> {
    match &vault.password {
        Some(Secret::Env(name)) => from_environment(host, id, name),
        Some(Secret::File(path)) => from_file(id, &host.in_plan(path), "protect-password-file-hint"),
        None => made(host, id, vault, may_make, monitor),
    }
}

/// Where the key that this program makes for a vault is kept; nothing if the plan names a password itself.
pub fn key_file(host: &Host<'_>, vault: &Vault) -> Option<PathBuf> {
    let repo = vault.repo.as_ref().filter(|_| vault.password.is_none())?;
    let place = host.in_plan(repo);
    // The folder may not exist yet, then its parent decides: one place has one name however it is written.
    let place = place.canonicalize().unwrap_or_else(|_| canonical_parent(&place));
    let hash = Sha256::digest(place.as_os_str().as_encoded_bytes());
    let name: String = hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    Some(host.keys_dir.join(name))
}

fn canonical_parent(place: &Path) -> PathBuf {
    match (place.parent(), place.file_name()) {
        (Some(parent), Some(name)) => {
            parent.canonicalize().unwrap_or_else(|_| canonical_parent(parent)).join(name)
        }
        _ => place.to_owned(),
    }
}

fn from_environment(host: &Host<'_>, id: &Id, name: &str) -> Result<Password, Fault> {
    match (host.environment)(name).filter(|secret| !secret.is_empty()) {
        Some(secret) => Ok(Password(secret)),
        None => {
            let message = Message::new("protect-password-env").with("vault", id).with("name", name);
            let hint = Message::new("protect-password-env-hint").with("name", name);
            Err(Fault::new(Exit::WrongKey, message).hint(hint))
        }
    }
}

fn from_file(id: &Id, path: &Path, hint: &'static str) -> Result<Password, Fault> {
    let fault = || {
        let message = Message::new("protect-password-file").with("vault", id).with("path", path);
        Fault::new(Exit::WrongKey, message).hint(Message::new(hint).with("path", path))
    };
    let text = fs::read_to_string(path).map_err(|error| fault().because(error))?;
    // Editors end files with a newline; it is no part of the password.
    let secret = text.trim_end_matches(['\n', '\r']);
    if secret.is_empty() { Err(fault()) } else { Ok(Password(secret.to_owned())) }
}

fn made(
    host: &Host<'_>,
    id: &Id,
    vault: &Vault,
    may_make: bool,
    monitor: &dyn Monitor,
) -> Result<Password, Fault> {
    let path = key_file(host, vault).ok_or_else(|| no_repository(id))?;
    if !may_make || path.exists() {
        if !path.exists() {
            adopt(host, id, vault, &path, monitor);
        }
        return from_file(id, &path, "protect-key-file-hint");
    }
    let secret = random()?;
    match write_new(&path, &secret) {
        Ok(()) => {
            monitor.notice(&Message::new("protect-key-made").with("vault", id).with("path", &path));
            Ok(Password(secret))
        }
        // Another process made it a moment ago.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            from_file(id, &path, "protect-key-file-hint")
        }
        Err(error) => {
            let message = Message::new("protect-key-write").with("vault", id).with("path", &path);
            Err(Fault::new(Exit::Unusable, message).because(error))
        }
    }
}

/// A vault that was moved or copied has its key under the name of its old place: of all keys made here, the one that
/// opens it is kept under the new name too.
fn adopt(host: &Host<'_>, id: &Id, vault: &Vault, path: &Path, monitor: &dyn Monitor) {
    let Some(repo) = vault.repo.as_ref().map(|repo| host.in_plan(repo)) else { return };
    let Ok(entries) = fs::read_dir(&host.keys_dir) else { return };
    for found in entries.flatten().map(|entry| entry.path()) {
        let Ok(Password(secret)) = from_file(id, &found, "protect-key-file-hint") else { continue };
        if copies::opens(host, &repo, &secret) && write_new(path, &secret).is_ok() {
            monitor.notice(&Message::new("protect-key-adopted").with("vault", id).with("path", path));
            return;
        }
    }
}

fn write_new(path: &Path, secret: &str) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    fs::create_dir_all(folder)?;
    // Written under another name first: a key file is whole or not there, and it is there before the vault is.
    let mut draft = tempfile::NamedTempFile::new_in(folder)?;
    writeln!(draft, "{secret}")?;
    draft.as_file().sync_all()?;
    draft.persist_noclobber(path).map_err(|error| error.error)?;
    File::open(folder)?.sync_all()
}

fn random() -> Result<String, Fault> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| Fault::new(Exit::Unusable, Message::new("protect-key-random")).because(error))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

pub(crate) fn no_repository(id: &Id) -> Fault {
    Fault::new(Exit::Unusable, Message::new("protect-no-repository").with("vault", id))
}
