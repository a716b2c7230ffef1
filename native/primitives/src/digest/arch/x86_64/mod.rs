//! What x86-64 has for the digests.

pub(super) mod bash;
pub(super) mod belt;
pub(super) mod streebog;

use core::arch::x86_64::*;

use crate::arch::has;

/// Eight words of 64 bits, the lowest first.
type Words8 = [i64; 8];

#[inline]
#[target_feature(enable = "avx512f")]
fn words512(x: Words8) -> __m512i {
    _mm512_set_epi64(x[7], x[6], x[5], x[4], x[3], x[2], x[1], x[0])
}

/// Whether [`look_up`] can be called.
#[inline]
fn has_vbmi() -> bool {
    has!("avx512vbmi", "avx512bw")
}

/// A map of octets, in four registers.
#[inline]
#[target_feature(enable = "avx512f")]
fn table512(map: &[u8; 256]) -> [__m512i; 4] {
    let (words, _) = map.as_chunks::<8>();
    [0, 8, 16, 24].map(|first| {
        words512(core::array::from_fn(|i| {
            i64::from_le_bytes(words[first + i])
        }))
    })
}

/// The images of 64 octets: a look-up in registers is no memory access.
#[inline]
#[target_feature(enable = "avx512vbmi,avx512bw")]
fn look_up(table: &[__m512i; 4], x: __m512i) -> __m512i {
    let low = _mm512_permutex2var_epi8(table[0], x, table[1]);
    let high = _mm512_permutex2var_epi8(table[2], x, table[3]);
    _mm512_mask_blend_epi8(_mm512_movepi8_mask(x), low, high)
}
