//! Arbitrary keys, digests and signatures on every curve: nothing panics, and what we sign with
//! an arbitrary private key verifies.

#![no_main]

use libfuzzer_sys::fuzz_target;
use zaruka_primitives::suite::{Standard, SUITES};

/// DER of the identifier of belt-hash.
const BELT_HASH: [u8; 11] = [6, 9, 0x2a, 0x70, 0, 2, 0, 0x22, 0x65, 0x1f, 0x51];

fuzz_target!(|input: (u8, Vec<u8>, Vec<u8>, [u8; 64], [u8; 64])| {
    let (curve, encoded, signature, secret, digest) = input;
    let suite = &SUITES[usize::from(curve) % SUITES.len()];
    let length = suite.bits() / 8;
    let digest = &digest[..length];
    let verify = |key: &dyn zaruka_primitives::suite::PublicKey, signature: &[u8]| {
        match suite.standard {
            Standard::Gost => key.verify_gost(digest, signature),
            Standard::Bign => key.verify_bign(digest, &BELT_HASH, signature),
        }
    };
    if let Ok(key) = suite.public_key(&encoded) {
        verify(&*key, &signature);
    }
    let Ok(private) = suite.private_key(&secret[..length]) else { return };
    let key = suite.public_key(&private.public_key()).expect("a key of ours");
    let made = match suite.standard {
        Standard::Gost => private.sign_gost(digest, &[0x5a; 32]),
        Standard::Bign => private.sign_bign(digest, &BELT_HASH, &signature),
    };
    assert!(verify(&*key, &made));
    assert!(signature == made || !verify(&*key, &signature));
});
