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
        let Some(x) = C::F::from_limbs(candidate) else {
            return false;
        };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::parameters::{Test256, Test512};

    fn number<const N: usize>(hex: &str) -> [u64; N] {
        let octets: Vec<u8> = (0..hex.len() / 2)
            .map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).expect("hexadecimal"))
            .collect();
        limbs::from_be(&octets)
    }

    /// An example of the standard: d, e, k, x and y of Q, r, s, big-endian.
    fn check_example<C: Curve<N>, const N: usize>(numbers: [&str; 7]) {
        let [d, e, k, x, y, r, s] = numbers.map(number::<N>);
        let private = PrivateKey::<C, N>::new(&limbs::to_le(&d)).expect("a private key");
        let encoded = [limbs::to_le(&x), limbs::to_le(&y)].concat();
        assert_eq!(private.public_key(), encoded);
        let digest = limbs::to_le(&e);
        let signature = private.sign_gost_with(&digest, Scalar::<C, N>::reduce(k));
        let expected = [limbs::to_be(&s), limbs::to_be(&r)].concat();
        assert_eq!(signature.as_deref(), Some(expected.as_slice()));
        let public = PublicKey::<C, N>::new(&encoded).expect("a public key");
        for _ in 0..6 {
            assert!(public.verify_gost(&digest, &expected));
        }
    }

    #[test]
    fn signs_the_example_of_rfc_7091_7_1() {
        check_example::<Test256, 4>([
            "7a929ade789bb9be10ed359dd39a72c11b60961f49397eee1d19ce9891ec3b28",
            "2dfbc1b372d89a1188c09c52e0eec61fce52032ab1022e8e67ece6672b043ee5",
            "77105c9b20bcd3122823c8cf6fcc7b956de33814e95b7fe64fed924594dceab3",
            "7f2b49e270db6d90d8595bec458b50c58585ba1d4e9b788f6689dbd8e56fd80b",
            "26f1b489d6701dd185c8413a977b3cbbaf64d1c593d26627dffb101a87ff77da",
            "41aa28d2f1ab148280cd9ed56feda41974053554a42767b83ad043fd39dc0493",
            "01456c64ba4642a1653c235a98a60249bcd6d3f746b631df928014f6c5bf9c40",
        ]);
    }

    #[test]
    fn signs_the_example_of_gost_r_34_10_2012_a_2() {
        check_example::<Test512, 8>([
            "0ba6048aadae241ba40936d47756d7c93091a0e8514669700ee7508e508b1020\
             72e8123b2200a0563322dad2827e2714a2636b7bfd18aadfc62967821fa18dd4",
            "3754f3cfacc9e0615c4f4a7c4d8dab531b09b6f9c170c533a71d147035b0c591\
             7184ee536593f4414339976c647c5d5a407adedb1d560c4fc6777d2972075b8c",
            "0359e7f4b1410feacc570456c6801496946312120b39d019d455986e364f3658\
             86748ed7a44b3e794434006011842286212273a6d14cf70ea3af71bb1ae679f1",
            "115dc5bc96760c7b48598d8ab9e740d4c4a85a65be33c1815b5c320c854621dd\
             5a515856d13314af69bc5b924c8b4ddff75c45415c1d9dd9dd33612cd530efe1",
            "37c7c90cd40b0f5621dc3ac1b751cfa0e2634fa0503b3d52639f5d7fb72afd61\
             ea199441d943ffe7f0c70a2759a3cdb84c114e1f9339fdf27f35eca93677beec",
            "2f86fa60a081091a23dd795e1e3c689ee512a3c82ee0dcc2643c78eea8fcacd3\
             5492558486b20f1c9ec197c90699850260c93bcbcd9c5c3317e19344e173ae36",
            "1081b394696ffe8e6585e7a9362d26b6325f56778aadbc081c0bfbe933d52ff5\
             823ce288e8c4f362526080df7f70ce406a6eeb1f56919cb92a9853bde73e5b4a",
        ]);
    }

    #[test]
    fn a_nonce_that_gives_zero_is_refused() {
        let d = PrivateKey::<Test256, 4>::new(&[7; 32]).expect("a private key");
        assert!(d
            .sign_gost_with(&[9; 32], Scalar::<Test256, 4>::ZERO)
            .is_none());
    }

    #[test]
    fn the_nonce_depends_on_all_that_it_is_made_of() {
        let key = |octet| PrivateKey::<Test256, 4>::new(&[octet; 32]).expect("a private key");
        let nonces = [
            key(7).nonce(&[1; 32], &[2; 32], 0),
            key(8).nonce(&[1; 32], &[2; 32], 0),
            key(7).nonce(&[3; 32], &[2; 32], 0),
            key(7).nonce(&[1; 32], &[4; 32], 0),
            key(7).nonce(&[1; 32], &[2; 32], 1),
        ];
        for (i, a) in nonces.iter().enumerate() {
            assert!(nonces[..i].iter().all(|b| !a.equals(*b)));
        }
    }
}
