//! The curves by object identifier, behind one face.

use std::marker::PhantomData;
use std::sync::Arc;

use crate::curve::parameters::{
    BignCurve256v1, BignCurve384v1, BignCurve512v1, CryptoProA, CryptoProB, CryptoProC, Tc26A256,
    Tc26A512, Tc26B512, Tc26C512, Test256, Test512,
};
use crate::curve::Curve;
use crate::key::{self, KeyError};

/// Which standard signs on a curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standard {
    /// GOST R 34.10-2012 and 34.10-2001.
    Gost,
    /// STB 34.101.45.
    Bign,
}

/// Checks signatures of one key; the standard is that of its curve, digests have `bits / 8`
/// octets, and the caller has seen to both.
pub trait PublicKey: Send + Sync {
    /// [`key::PublicKey::verify_gost`].
    fn verify_gost(&self, digest: &[u8], signature: &[u8]) -> bool;
    /// [`key::PublicKey::verify_bign`].
    fn verify_bign(&self, digest: &[u8], hash_oid_der: &[u8], signature: &[u8]) -> bool;
}

/// Signs with one key; as with [`PublicKey`], the caller has seen to standard and length.
pub trait PrivateKey: Send + Sync {
    /// [`key::PrivateKey::public_key`].
    fn public_key(&self) -> Vec<u8>;
    /// [`key::PrivateKey::sign_gost`].
    fn sign_gost(&self, digest: &[u8], entropy: &[u8]) -> Vec<u8>;
    /// [`key::PrivateKey::sign_bign`].
    fn sign_bign(&self, digest: &[u8], hash_oid_der: &[u8], extra: &[u8]) -> Vec<u8>;
}

/// Makes the keys of one curve.
trait Maker: Send + Sync {
    fn bits(&self) -> usize;
    fn public_key(&self, encoded: &[u8]) -> Result<Arc<dyn PublicKey>, KeyError>;
    fn private_key(&self, encoded: &[u8]) -> Result<Box<dyn PrivateKey>, KeyError>;
}

struct Of<C, const N: usize>(PhantomData<C>);

impl<C: Curve<N>, const N: usize> Maker for Of<C, N> {
    fn bits(&self) -> usize {
        64 * N
    }

    fn public_key(&self, encoded: &[u8]) -> Result<Arc<dyn PublicKey>, KeyError> {
        Ok(Arc::new(key::PublicKey::<C, N>::new(encoded)?))
    }

    fn private_key(&self, encoded: &[u8]) -> Result<Box<dyn PrivateKey>, KeyError> {
        Ok(Box::new(key::PrivateKey::<C, N>::new(encoded)?))
    }
}

impl<C: Curve<N>, const N: usize> PublicKey for key::PublicKey<C, N> {
    fn verify_gost(&self, digest: &[u8], signature: &[u8]) -> bool {
        self.verify_gost(digest, signature)
    }

    fn verify_bign(&self, digest: &[u8], hash_oid_der: &[u8], signature: &[u8]) -> bool {
        self.verify_bign(digest, hash_oid_der, signature)
    }
}

impl<C: Curve<N>, const N: usize> PrivateKey for key::PrivateKey<C, N> {
    fn public_key(&self) -> Vec<u8> {
        self.public_key()
    }

    fn sign_gost(&self, digest: &[u8], entropy: &[u8]) -> Vec<u8> {
        self.sign_gost(digest, entropy)
    }

    fn sign_bign(&self, digest: &[u8], hash_oid_der: &[u8], extra: &[u8]) -> Vec<u8> {
        self.sign_bign(digest, hash_oid_der, extra)
    }
}

/// A curve with all its object identifiers.
pub struct Suite {
    /// The name that the standard with its first identifier gives it.
    pub name: &'static str,
    /// Dotted object identifiers of the same numbers.
    pub oids: &'static [&'static str],
    /// Who signs on it.
    pub standard: Standard,
    maker: &'static dyn Maker,
}

impl Suite {
    /// The curve of a dotted object identifier.
    pub fn find(oid: &str) -> Option<&'static Self> {
        SUITES.iter().find(|suite| suite.oids.contains(&oid))
    }

    /// 256, 384 or 512: eight times the octets of a coordinate, a private key or a digest.
    pub fn bits(&self) -> usize {
        self.maker.bits()
    }

    /// The key from x || y, little-endian; checked as [`key::PublicKey::new`] says.
    pub fn public_key(&self, encoded: &[u8]) -> Result<Arc<dyn PublicKey>, KeyError> {
        self.maker.public_key(encoded)
    }

    /// The key from a little-endian number.
    pub fn private_key(&self, encoded: &[u8]) -> Result<Box<dyn PrivateKey>, KeyError> {
        self.maker.private_key(encoded)
    }
}

macro_rules! suite {
    ($standard:ident, $curve:ident, $n:literal, $name:literal, $($oid:literal),+) => {
        Suite {
            name: $name,
            oids: &[$($oid),+],
            standard: Standard::$standard,
            maker: &Of::<$curve, $n>(PhantomData),
        }
    };
}

/// Every curve (RFC 4357 11.4, RFC 7836 A, STB 34.101.45 B).
#[rustfmt::skip]
pub static SUITES: [Suite; 12] = [
    suite!(Gost, CryptoProA, 4, "id-GostR3410-2001-CryptoPro-A-ParamSet",
        "1.2.643.2.2.35.1", "1.2.643.2.2.36.0", "1.2.643.7.1.2.1.1.2"),
    suite!(Gost, CryptoProB, 4, "id-GostR3410-2001-CryptoPro-B-ParamSet",
        "1.2.643.2.2.35.2", "1.2.643.7.1.2.1.1.3"),
    suite!(Gost, CryptoProC, 4, "id-GostR3410-2001-CryptoPro-C-ParamSet",
        "1.2.643.2.2.35.3", "1.2.643.2.2.36.1", "1.2.643.7.1.2.1.1.4"),
    suite!(Gost, Tc26A256, 4, "id-tc26-gost-3410-2012-256-paramSetA", "1.2.643.7.1.2.1.1.1"),
    suite!(Gost, Tc26A512, 8, "id-tc26-gost-3410-12-512-paramSetA", "1.2.643.7.1.2.1.2.1"),
    suite!(Gost, Tc26B512, 8, "id-tc26-gost-3410-12-512-paramSetB", "1.2.643.7.1.2.1.2.2"),
    suite!(Gost, Tc26C512, 8, "id-tc26-gost-3410-2012-512-paramSetC", "1.2.643.7.1.2.1.2.3"),
    suite!(Gost, Test256, 4, "id-GostR3410-2001-TestParamSet", "1.2.643.2.2.35.0"),
    suite!(Gost, Test512, 8, "id-tc26-gost-3410-12-512-paramSetTest", "1.2.643.7.1.2.1.2.0"),
    suite!(Bign, BignCurve256v1, 4, "bign-curve256v1", "1.2.112.0.2.0.34.101.45.3.1"),
    suite!(Bign, BignCurve384v1, 6, "bign-curve384v1", "1.2.112.0.2.0.34.101.45.3.2"),
    suite!(Bign, BignCurve512v1, 8, "bign-curve512v1", "1.2.112.0.2.0.34.101.45.3.3"),
];
