//! Garbage in every file that is read: a fault, never a panic.

use proptest::prelude::*;
use store::{Folder, Memory, Name, Store};

use super::*;

fn garbage() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..300)
}

/// JSON that is nearly what is expected.
fn nearly() -> impl Strategy<Value = Vec<u8>> {
    let value = prop_oneof![
        Just("null".to_owned()),
        Just("{}".to_owned()),
        Just("[]".to_owned()),
        any::<i64>().prop_map(|n| n.to_string()),
        "[ -~]{0,20}".prop_map(|text| serde_json::to_string(&text).unwrap()),
    ];
    let key = prop::sample::select(vec![
        "version",
        "id",
        "chunker_polynomial",
        "packs",
        "blobs",
        "nodes",
        "name",
        "type",
        "content",
        "subtree",
        "time",
        "tree",
        "paths",
        "hostname",
        "kdf",
        "N",
        "r",
        "p",
        "salt",
        "data",
        "exclusive",
        "pid",
        "mtime",
        "atime",
        "ctime",
        "uid",
        "gid",
        "username",
        "created",
    ]);
    prop::collection::vec((key, value), 0..14).prop_map(|fields| {
        let fields: Vec<String> = fields.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
        format!("{{{}}}", fields.join(",")).into_bytes()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn headers(bytes in garbage()) {
        if let Some(blobs) = crate::pack::parse_header(&bytes) {
            prop_assert_eq!(crate::pack::header(&blobs), bytes);
        }
    }

    #[test]
    fn packs_and_blobs(bytes in prop_oneof![garbage(), nearly()]) {
        let store = Arc::new(Memory::new());
        let vault = made_quickly(&store);
        let name = Name::File(Folder::Data, Id::of(&bytes).0);
        prop_assert!(crate::pack::list(&vault.repo, &name, &bytes).is_err());
        // Sealed with the right key, but nonsense inside.
        let mut sealed = vault.repo.key.seal(&bytes).unwrap();
        let length = u32::try_from(sealed.len()).unwrap();
        sealed.extend(length.to_le_bytes());
        let _ = crate::pack::list(&vault.repo, &name, &sealed);
    }

    #[test]
    fn sealed_files(bytes in prop_oneof![garbage(), nearly()], packed in any::<bool>()) {
        let store = Arc::new(Memory::new());
        let vault = made_quickly(&store);
        let mut plain = if packed { vec![2] } else { Vec::new() };
        plain.extend(&bytes);
        let sealed = vault.repo.key.seal(&plain).unwrap();
        for folder in [Folder::Index, Folder::Snapshots, Folder::Locks] {
            store.save(&Name::File(folder, Id::of(&sealed).0), &sealed).unwrap();
        }
        let _ = vault.snapshots().unwrap();
        let _ = vault.check(true, &Later(0), &Heard::default());
    }

    #[test]
    fn keys_and_config(key in prop_oneof![garbage(), nearly()], config in garbage()) {
        let store = Arc::new(Memory::new());
        store.save(&Name::File(Folder::Keys, Id::of(&key).0), &key).unwrap();
        store.save(&Name::Config, &config).unwrap();
        prop_assert!(opened(&store).is_err());
    }
}

/// Without the slow derivation of a key, which is none of the matter here.
fn made_quickly(store: &Arc<Memory>) -> Vault {
    let repo = crate::repo::Repo {
        store: Arc::clone(store) as Arc<dyn Store>,
        key: crate::crypto::SealKey::random().unwrap(),
        polynomial: 0x003D_A335_8B4D_C173,
        id: String::new(),
    };
    Vault { repo, owner: owner() }
}
