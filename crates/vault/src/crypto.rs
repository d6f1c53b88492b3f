//! Encryption and authentication as the format asks: AES-256 in counter mode (128-bit counter), Poly1305-AES over the
//! ciphertext, keys from scrypt. The primitives come from crates; only their arrangement is here.

use aes::cipher::{BlockCipherEncrypt, KeyInit, KeyIvInit, StreamCipher};
use aes::{Aes128, Aes256};
use poly1305::Poly1305;
use serde::{Deserialize, Serialize};

use crate::error::{Result, damaged};
use crate::hash::base64_bytes;

type Cipher = ctr::Ctr128BE<Aes256>;

const IV: usize = 16;
const MAC: usize = 16;
/// Bytes that sealing adds.
pub(crate) const OVERHEAD: usize = IV + MAC;

/// A key that seals: 32 bytes for the cipher, 16 and 16 for the authenticator.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SealKey {
    mac: MacKey,
    #[serde(with = "base64_bytes")]
    encrypt: Vec<u8>,
}

#[derive(Clone, Serialize, Deserialize)]
struct MacKey {
    #[serde(with = "base64_bytes")]
    k: Vec<u8>,
    #[serde(with = "base64_bytes")]
    r: Vec<u8>,
}

impl SealKey {
    /// From 64 bytes: cipher key, then the two halves of the authenticator's.
    pub(crate) fn from_bytes(bytes: &[u8; 64]) -> SealKey {
        let mut r = bytes[48..].to_vec();
        clamp(&mut r);
        SealKey { encrypt: bytes[..32].to_vec(), mac: MacKey { k: bytes[32..48].to_vec(), r } }
    }

    /// A new key from the system's random source.
    pub(crate) fn random() -> Result<SealKey> {
        let mut bytes = [0; 64];
        random(&mut bytes)?;
        Ok(SealKey::from_bytes(&bytes))
    }

    /// Whether the parts have the lengths they must have; a key read from a file may not.
    pub(crate) fn is_sound(&self) -> bool {
        self.encrypt.len() == 32 && self.mac.k.len() == 16 && self.mac.r.len() == 16
    }

    /// Initial vector, ciphertext, authenticator.
    pub(crate) fn seal(&self, plain: &[u8]) -> Result<Vec<u8>> {
        let mut out = vec![0; IV];
        random(&mut out)?;
        out.extend_from_slice(plain);
        let (iv, body) = out.split_at_mut(IV);
        self.cipher(iv).apply_keystream(body);
        let tag = self.tag(iv, body);
        out.extend_from_slice(&tag);
        Ok(out)
    }

    /// The plain bytes; an error if one bit was changed.
    pub(crate) fn open(&self, sealed: &[u8]) -> Result<Vec<u8>> {
        if sealed.len() < OVERHEAD {
            return Err(damaged("vault-sealed-short"));
        }
        let (iv, rest) = sealed.split_at(IV);
        let (body, tag) = rest.split_at(rest.len() - MAC);
        let difference = self.tag(iv, body).iter().zip(tag).fold(0, |sum, (a, b)| sum | (a ^ b));
        if difference != 0 {
            return Err(damaged("vault-sealed-wrong"));
        }
        let mut plain = body.to_vec();
        self.cipher(iv).apply_keystream(&mut plain);
        Ok(plain)
    }

    fn cipher(&self, iv: &[u8]) -> Cipher {
        let mut key = [0; 32];
        key.copy_from_slice(&self.encrypt);
        let mut nonce = [0; IV];
        nonce.copy_from_slice(iv);
        Cipher::new(&key.into(), &nonce.into())
    }

    /// Poly1305-AES: the one-time key is r and the encryption of the initial vector under k.
    fn tag(&self, iv: &[u8], body: &[u8]) -> [u8; MAC] {
        let mut k = [0; 16];
        k.copy_from_slice(&self.mac.k);
        let mut block = [0; 16];
        block.copy_from_slice(iv);
        let mut block = block.into();
        Aes128::new(&k.into()).encrypt_block(&mut block);
        let mut key = [0; 32];
        key[..16].copy_from_slice(&self.mac.r);
        clamp(&mut key[..16]);
        key[16..].copy_from_slice(&block);
        let tag = Poly1305::new(&key.into()).compute_unpadded(body);
        let mut out = [0; MAC];
        out.copy_from_slice(tag.as_slice());
        out
    }
}

/// The bits of r that Poly1305 wants clear.
fn clamp(r: &mut [u8]) {
    for at in [3, 7, 11, 15] {
        r[at] &= 15;
    }
    for at in [4, 8, 12] {
        r[at] &= 252;
    }
}

/// Fills a buffer from the system's random source.
pub(crate) fn random(into: &mut [u8]) -> Result<()> {
    getrandom::fill(into).map_err(|error| crate::error::unusable("vault-random").because(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_and_a_changed_bit_does_not() {
        let key = SealKey::random().unwrap();
        let sealed = key.seal(b"the residents").unwrap();
        assert_eq!(key.open(&sealed).unwrap(), b"the residents");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(key.open(&changed).is_err(), "byte {at}");
        }
        assert!(key.open(&sealed[..20]).is_err());
    }
}
