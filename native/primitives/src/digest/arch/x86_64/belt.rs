//! belt in constant time: H is looked up in registers, which is no memory access.

use core::arch::x86_64::*;

use crate::arch::has;

use super::{has_vbmi, look_up, table512};
use crate::digest::belt;

/// Constant-time belt-compress, if the processor has means for it.
#[inline]
pub(in crate::digest::arch) fn compress(x: &[u32; 8], h: &mut [u32; 8]) -> Option<[u32; 4]> {
    if has_vbmi() {
        // SAFETY: the processor has AVX-512 VBMI.
        Some(unsafe { vbmi::compress(x, h) })
    } else if has!("ssse3") {
        // SAFETY: the processor has SSSE3.
        Some(unsafe { ssse3::compress(x, h) })
    } else {
        None
    }
}

/// Constant-time belt-block, if the processor has means for it.
#[inline]
pub(in crate::digest::arch) fn encrypt(x: [u32; 4], key: &[u32; 8]) -> Option<[u32; 4]> {
    if has_vbmi() {
        // SAFETY: the processor has AVX-512 VBMI.
        Some(unsafe { vbmi::encrypt(x, key) })
    } else if has!("ssse3") {
        // SAFETY: the processor has SSSE3.
        Some(unsafe { ssse3::encrypt(x, key) })
    } else {
        None
    }
}

#[cfg(test)]
pub(in crate::digest::arch) fn available_compress() -> Vec<belt::Compress> {
    let mut forms: Vec<belt::Compress> = Vec::new();
    if has_vbmi() {
        // SAFETY: the processor has AVX-512 VBMI.
        forms.push(|x, h| unsafe { vbmi::compress(x, h) });
    }
    if has!("ssse3") {
        // SAFETY: the processor has SSSE3.
        forms.push(|x, h| unsafe { ssse3::compress(x, h) });
    }
    forms
}

/// belt with H looked up in registers, which is no memory access, by one of the functions below.
macro_rules! belt_in_registers {
    ($name:ident, $feature:literal, $substitute:ident) => {
        mod $name {
            use crate::digest::belt;

            struct Registers;

            impl belt::Substitute for Registers {
                #[inline(always)]
                fn substitute(words: [u32; 4]) -> [u32; 4] {
                    // SAFETY: only the two functions below, which have the feature, name this type.
                    unsafe { super::$substitute(words) }
                }
            }

            #[target_feature(enable = $feature)]
            pub(super) fn compress(x: &[u32; 8], h: &mut [u32; 8]) -> [u32; 4] {
                belt::compress::<Registers>(x, h)
            }

            #[target_feature(enable = $feature)]
            pub(super) fn encrypt(x: [u32; 4], key: &[u32; 8]) -> [u32; 4] {
                belt::encrypt_one::<Registers>(x, key)
            }
        }
    };
}
belt_in_registers!(ssse3, "ssse3", substitute_ssse3);
belt_in_registers!(vbmi, "avx512vbmi,avx512bw", substitute_vbmi);

/// H of sixteen octets: the table lies in four registers.
#[inline]
#[target_feature(enable = "avx512vbmi,avx512bw")]
fn substitute_vbmi(x: [u32; 4]) -> [u32; 4] {
    let y = look_up(&table512(&belt::H), _mm512_castsi128_si512(vector(x)));
    words(_mm512_castsi512_si128(y))
}

/// H of sixteen octets: the table is read row by row.
#[inline]
#[target_feature(enable = "ssse3")]
fn substitute_ssse3(x: [u32; 4]) -> [u32; 4] {
    let x = vector(x);
    let mut y = [_mm_setzero_si128(); 4]; // four sums, so that none waits for the others
    for (number, row) in belt::H.as_chunks::<16>().0.iter().enumerate() {
        let [low, high] = [0, 8].map(|at| i64::from_le_bytes(*row[at..].first_chunk().unwrap()));
        // Octets of this row become 70-7F; all others get bit 7, for which the look-up gives 0.
        let column = _mm_xor_si128(x, _mm_set1_epi8((16 * number) as i8));
        let index = _mm_adds_epu8(column, _mm_set1_epi8(0x70));
        let found = _mm_shuffle_epi8(_mm_set_epi64x(high, low), index);
        y[number % 4] = _mm_or_si128(y[number % 4], found);
    }
    words(_mm_or_si128(
        _mm_or_si128(y[0], y[1]),
        _mm_or_si128(y[2], y[3]),
    ))
}

#[inline]
#[target_feature(enable = "sse2")]
fn vector(x: [u32; 4]) -> __m128i {
    _mm_set_epi32(x[3] as i32, x[2] as i32, x[1] as i32, x[0] as i32)
}

#[inline]
#[target_feature(enable = "sse2")]
fn words(y: __m128i) -> [u32; 4] {
    let low = _mm_cvtsi128_si64(y) as u64;
    let high = _mm_cvtsi128_si64(_mm_unpackhi_epi64(y, y)) as u64;
    [
        low as u32,
        (low >> 32) as u32,
        high as u32,
        (high >> 32) as u32,
    ]
}
