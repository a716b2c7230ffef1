//! bign: STB 34.101.45.

use zeroize::Zeroize;

use crate::ct;
use crate::curve::{Curve, Point, Scalar, SecretPoint};
use crate::digest::belt;
use crate::field::{limbs, Field};
use crate::key::{PrivateKey, PublicKey};

/// S0: the first l bits of belt-hash(OID(h) || x_R || H), l = `32 N` (7.1.3 step 4).
fn s0<const N: usize>(hash_oid_der: &[u8], x: [u64; N], hash: &[u8]) -> Vec<u8> {
    let digest = belt::hash(&[hash_oid_der, &limbs::to_le(&x), hash]);
    digest[..4 * N].to_vec()
}

/// S0 + 2^l.
fn factor<const N: usize>(s0: &[u8]) -> [u64; N] {
    let mut octets = s0.to_vec();
    octets.resize(8 * N, 0);
    octets[4 * N] = 1;
    limbs::from_le(&octets)
}

impl<C: Curve<N>, const N: usize> PublicKey<C, N> {
    /// Whether S0 || S1 of `12 N` octets signs the hash value H of `8 N` octets (7.1.4).
    /// `hash_oid_der` is the DER of the identifier of the hash function.
    pub fn verify_bign(&self, hash: &[u8], hash_oid_der: &[u8], signature: &[u8]) -> bool {
        if signature.len() != 12 * N {
            return false;
        }
        let (first, second) = signature.split_at(4 * N);
        let second: [u64; N] = limbs::from_le(second);
        if !limbs::less(&second, &C::MODULUS) {
            return false;
        }
        let g = Scalar::<C, N>::reduce(second) + Scalar::<C, N>::reduce(limbs::from_le(hash));
        let k: [u64; N] = factor(first);
        let point = self.combine(&g.to_limbs(), &k[..N / 2 + 1], 32 * N + 1);
        point
            .x()
            .is_some_and(|x| s0(hash_oid_der, x.to_limbs(), hash) == first)
    }
}

impl<C: Curve<N>, const N: usize> PrivateKey<C, N> {
    /// Signs the hash value H of `8 N` octets (7.1.3) with the nonce of 6.3: S0 || S1 of `12 N`
    /// octets. `extra` is the variable t of 6.3, empty by default.
    pub fn sign_bign(&self, hash: &[u8], hash_oid_der: &[u8], extra: &[u8]) -> Vec<u8> {
        let mut k = self.nonce_bign(hash, hash_oid_der, extra);
        let (x, _) = C::tables().multiply_secret(&k).to_weierstrass();
        // Whoever verifies computes R as well.
        let mut signature = s0(hash_oid_der, ct::declassify(x.to_limbs()), hash);
        let s1 = Scalar::<C, N>::reduce(k)
            - Scalar::<C, N>::reduce(limbs::from_le(hash))
            - Scalar::<C, N>::reduce(factor(&signature)) * self.scalar();
        k.zeroize();
        signature.extend(limbs::to_le(&s1.to_limbs()));
        signature
    }

    /// bign-genk (6.3): belt-wblock of H under belt-hash(OID(h) || d || t), whose steps go on
    /// until the number is in 1..q-1.
    pub(crate) fn nonce_bign(&self, hash: &[u8], hash_oid_der: &[u8], extra: &[u8]) -> [u64; N] {
        let mut d = limbs::to_le(self.number());
        let mut theta = belt::hash_ct(&[hash_oid_der, &d, extra]);
        let k = one_time_number(hash, &theta, &C::MODULUS);
        d.zeroize();
        theta.zeroize();
        k
    }
}

/// Steps 3 to 5 of 6.3 for the key theta.
fn one_time_number<const N: usize>(hash: &[u8], theta: &[u8; 32], q: &[u64; N]) -> [u64; N] {
    let mut r = hash.to_vec();
    for pass in 0.. {
        belt::wblock_pass(&mut r, theta, pass);
        let k = limbs::from_le(&r);
        if ct::in_range(&k, q) {
            r.zeroize();
            return k;
        }
    }
    unreachable!("a permutation of all numbers does not avoid most of them for ever")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::parameters::BignCurve256v1;

    const BELT_HASH: [u8; 11] = [6, 9, 0x2a, 0x70, 0, 2, 0, 0x22, 0x65, 0x1f, 0x51];

    fn octets(hex: &str) -> Vec<u8> {
        (0..hex.len() / 2)
            .map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).expect("hexadecimal"))
            .collect()
    }

    #[test]
    fn the_nonce_is_that_of_stb_34_101_45_tables_g_6_and_g_7() {
        let d = octets("1F66B5B84B7339674533F0329C74F21834281FED0732429E0C79235FC273E269");
        let key = PrivateKey::<BignCurve256v1, 4>::new(&d).expect("a private key");
        for (hash, extra, k) in [
            (
                "ABEF9725D4C5A83597A367D14494CC2542F20F659DDFECC961A3EC550CBA8C75",
                "",
                "829614D8411DBBC4E1F2471A4004586440FD8C9553FAB6A1A45CE417AE97111E",
            ),
            (
                "9D02EE446FB6A29FE5C982D4B13AF9D3E90861BC4CEF27CF306BFB0B174A154A",
                "BE32971343FC9A48A02A885F194B09A17ECDA4D01544AF",
                "7ADC8713283EBFA547A2AD9CDFB245AE0F7B968DF0F91CB785D1F932A3583107",
            ),
        ] {
            let nonce = key.nonce_bign(&octets(hash), &BELT_HASH, &octets(extra));
            assert_eq!(limbs::to_le(&nonce), octets(k));
        }
    }

    #[test]
    fn the_nonce_is_sought_until_it_is_in_range() {
        let (hash, theta) = ([0x35; 32], [0x71; 32]);
        let passes: Vec<[u64; 4]> = (1..40)
            .map(|passes| {
                let mut r = hash;
                (0..passes).for_each(|pass| belt::wblock_pass(&mut r, &theta, pass));
                limbs::from_le(&r)
            })
            .collect();
        // With so small a bound the first numbers are out of range.
        let bound = [0, 0, 0, 1 << 60];
        let first = passes
            .iter()
            .position(|k| limbs::less(k, &bound))
            .expect("one of them");
        assert!(first > 0);
        assert_eq!(one_time_number(&hash, &theta, &bound), passes[first]);
    }
}
