//! Signs on every curve with secrets that valgrind takes for undefined (Langley's ctgrind): a
//! branch or an address that depends on one is an error.
//!
//!     cargo build --release --features ctgrind --example ctgrind
//!     valgrind --error-exitcode=1 target/release/examples/ctgrind          # must succeed
//!     valgrind --error-exitcode=1 target/release/examples/ctgrind leaky    # must fail
//!
//! `leaky` does what must be found: it takes a table's entry by a secret index and branches on it.

use std::process::ExitCode;

use zaruka_primitives::ctgrind::{make_defined, make_undefined, running};
use zaruka_primitives::suite::{Standard, Suite, SUITES};

/// DER of the identifier of belt-hash.
const BELT_HASH: [u8; 11] = [6, 9, 0x2a, 0x70, 0, 2, 0, 0x22, 0x65, 0x1f, 0x51];

fn sign(suite: &'static Suite) {
    let length = suite.bits() / 8;
    let mut secret = vec![0xa7; length];
    secret[length - 1] = 0x15;
    let mut entropy = [0x3c; 32];
    let digest = vec![0x5e; length];
    make_undefined(secret.as_mut_slice());
    make_undefined(&mut entropy);
    let key = suite.private_key(&secret).expect("a private key");
    let mut public = key.public_key();
    let mut signature = match suite.standard {
        Standard::Gost => key.sign_gost(&digest, &entropy),
        Standard::Bign => key.sign_bign(&digest, &BELT_HASH, &entropy),
    };
    make_defined(public.as_mut_slice());
    make_defined(signature.as_mut_slice());
    let key = suite.public_key(&public).expect("a public key");
    let good = match suite.standard {
        Standard::Gost => key.verify_gost(&digest, &signature),
        Standard::Bign => key.verify_bign(&digest, &BELT_HASH, &signature),
    };
    assert!(good, "{} signs what it does not verify", suite.name);
    println!("{}: signed", suite.name);
}

fn leak() {
    let mut secret = [11u8; 32];
    make_undefined(&mut secret);
    let table: Vec<u32> = (0..256).collect();
    let entry = std::hint::black_box(&table)[usize::from(secret[3])];
    println!("{}", if entry > 7 { "leaked" } else { "leaked too" });
}

fn main() -> ExitCode {
    if !running() {
        eprintln!("run this under valgrind");
        return ExitCode::FAILURE;
    }
    if std::env::args().nth(1).as_deref() == Some("leaky") {
        leak();
    } else {
        SUITES.iter().for_each(sign);
    }
    ExitCode::SUCCESS
}
