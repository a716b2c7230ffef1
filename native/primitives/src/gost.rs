//! GOST R 34.10-2012 and 34.10-2001 (RFC 7091, RFC 5832).

use zeroize::Zeroize;

use crate::ct;
use crate::curve::{Curve, Point, Scalar, SecretPoint};
use crate::digest::bash;
use crate::field::{limbs, Field};
use crate::key::{PrivateKey, PublicKey};

/// The number e of RFC 7091 6.1 step 2: the octets of the digest as a little-endian number modulo
/// q, and 1 for 0.
fn digest_number<C: Curve<N>, const N: usize>(digest: &[u8]) -> Scalar<C, N> {
    let e = Scalar::<C, N>::reduce(limbs::from_le(digest));
    if e.is_zero() {
        Scalar::<C, N>::ONE
    } else {
        e
    }
}

impl<C: Curve<N>, const N: usize> PublicKey<C, N> {
    /// Whether s || r, each big-endian in `8 N` octets, signs the digest of `8 N` octets
    /// (RFC 7091 6.2). A signature of wrong form is no signature.
    pub fn verify_gost(&self, digest: &[u8], signature: &[u8]) -> bool {
        if signature.len() != 16 * N {
            return false;
        }
        let (s, r) = signature.split_at(8 * N);
        let (s, r): ([u64; N], [u64; N]) = (limbs::from_be(s), limbs::from_be(r));
        let in_range = |x| !limbs::is_zero(x) && limbs::less(x, &C::MODULUS);
        if !in_range(&s) || !in_range(&r) {
            return false;
        }
        let v = digest_number::<C, N>(digest).invert_vartime();
        let z1 = Scalar::<C, N>::reduce(s) * v;
        let z2 = -(Scalar::<C, N>::reduce(r) * v);
        let point = self.combine(&z1.to_limbs(), &z2.to_limbs(), 64 * N);
        has_x_modulo_q::<C, N>(&point, r)
    }
}

/// Whether the coordinate x of the point is congruent to r modulo q: x is one of r, r + q, ...
fn has_x_modulo_q<C: Curve<N>, const N: usize>(point: &C::Point, r: [u64; N]) -> bool {
    let (mut candidate, mut carry) = (r, false);
    while !carry {
        let Some(x) = C::F::from_limbs(candidate) else { return false };
        if point.has_x(x) {
            return true;
        }
        (candidate, carry) = limbs::add(&candidate, &C::MODULUS);
    }
    false
}

impl<C: Curve<N>, const N: usize> PrivateKey<C, N> {
    /// Signs the digest of `8 N` octets (RFC 7091 6.1): s || r, each big-endian in `8 N` octets.
    pub fn sign_gost(&self, digest: &[u8], entropy: &[u8]) -> Vec<u8> {
        (0..)
            .find_map(|attempt| self.sign_gost_with(digest, self.nonce(digest, entropy, attempt)))
            .expect("an attempt fails once in 2^250")
    }

    /// Signs with the nonce k; None where r or s is zero.
    pub(crate) fn sign_gost_with(&self, digest: &[u8], k: Scalar<C, N>) -> Option<Vec<u8>> {
        let mut number = k.to_limbs();
        let (x, _) = C::tables().multiply_secret(&number).to_weierstrass();
        number.zeroize();
        let r = Scalar::<C, N>::reduce(ct::declassify(x.to_limbs()));
        let s = r * self.scalar() + k * digest_number::<C, N>(digest);
        let s = ct::declassify(s.to_limbs());
        let valid = !r.is_zero() && !limbs::is_zero(&s);
        valid.then(|| [limbs::to_be(&s), limbs::to_be(&r.to_limbs())].concat())
    }

    /// A hedged nonce: bash512 of a label, q, the attempt, the key, the digest and the entropy,
    /// twice as many bits as q has, modulo q. Good entropy alone or a secret key alone makes it
    /// unpredictable; bash, unlike Streebog, needs no tables that a cache could betray.
    fn nonce(&self, digest: &[u8], entropy: &[u8], attempt: u8) -> Scalar<C, N> {
        let (q, mut d) = (limbs::to_le(&C::MODULUS), limbs::to_le(self.number()));
        let mut wide = Vec::with_capacity(128);
        for part in 0..(16 * N).div_ceil(64) as u8 {
            let counters = [attempt, part];
            let label = b"Zaruka GOST R 34.10 nonce".as_slice();
            wide.extend(bash::hash512(&[label, &q, &counters, &d, digest, entropy]));
        }
        let (low, high) = wide[..16 * N].split_at(8 * N);
        let k = Scalar::<C, N>::reduce_wide(limbs::from_le(low), limbs::from_le(high));
        d.zeroize();
        wide.zeroize();
        k
    }
}
