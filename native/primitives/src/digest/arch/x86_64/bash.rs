//! bash-f with the three rows of the state in vectors of 256 or 512 bits.
//!
//! A round moves row 1 to row 0, row 2 to row 1 and row 0 to row 2: the vectors only change their
//! names. Inside a row the words move as step 3.3 of bash-f says.

use core::arch::x86_64::*;

use crate::arch::has;

use super::{words512 as row512, Words8 as Row};
use crate::digest::bash::{Words, ROTATIONS, ROUND_CONSTANTS};

/// Computes bash-f if the processor has AVX-512F or AVX2, and says whether it did.
#[inline]
pub(in crate::digest::arch) fn bash_f(w: &mut Words) -> bool {
    if has!("avx512f") {
        // SAFETY: the processor has AVX-512F.
        unsafe { bash_f_avx512(w) };
        true
    } else if has!("avx2") {
        // SAFETY: the processor has AVX2.
        unsafe { bash_f_avx2(w) };
        true
    } else {
        false
    }
}

#[cfg(test)]
pub(in crate::digest::arch) fn available_bash_f() -> Vec<fn(&mut Words)> {
    let mut forms: Vec<fn(&mut Words)> = Vec::new();
    if has!("avx512f") {
        // SAFETY: the processor has AVX-512F.
        forms.push(|w| unsafe { bash_f_avx512(w) });
    }
    if has!("avx2") {
        // SAFETY: the processor has AVX2.
        forms.push(|w| unsafe { bash_f_avx2(w) });
    }
    forms
}

const fn rotations(of: usize) -> Row {
    let mut row = [0; 8];
    let mut x = 0;
    while x < 8 {
        row[x] = ROTATIONS[of][x] as i64;
        x += 1;
    }
    row
}

/// m1, n1, m2, n2 of the eight columns.
const TURNS: [Row; 4] = [rotations(0), rotations(1), rotations(2), rotations(3)];

/// bash-s on the eight columns, then the words' moves inside their rows.
#[inline]
#[target_feature(enable = "avx512f")]
fn round512([w0, w1, w2]: [__m512i; 3], constant: u64) -> [__m512i; 3] {
    let turn = |w, of: usize| _mm512_rolv_epi64(w, row512(TURNS[of]));
    // Truth tables: 96 is x ^ y ^ z, 4b x ^ (!y | z), 1e x ^ (y | z), 78 x ^ (y & z).
    let u0 = _mm512_ternarylogic_epi64::<0x96>(w0, w1, w2);
    let t = _mm512_xor_si512(w1, turn(u0, 1));
    let u1 = _mm512_xor_si512(t, turn(w0, 0));
    let u2 = _mm512_ternarylogic_epi64::<0x96>(w2, turn(w2, 2), turn(t, 3));
    // Word 1 of row 0 becomes word 23, which takes the round's constant.
    let constant = _mm512_xor_si512(u0, row512([0, constant as i64, 0, 0, 0, 0, 0, 0]));
    let w0 = _mm512_ternarylogic_epi64::<0x4b>(constant, u2, u1);
    let w1 = _mm512_ternarylogic_epi64::<0x1e>(u1, u0, u2);
    let w2 = _mm512_ternarylogic_epi64::<0x78>(u2, u0, u1);
    [
        _mm512_permutexvar_epi64(row512([7, 2, 1, 4, 3, 6, 5, 0]), w1),
        _mm512_permutexvar_epi64(row512([1, 0, 3, 2, 5, 4, 7, 6]), w2),
        _mm512_permutexvar_epi64(row512([6, 3, 0, 5, 2, 7, 4, 1]), w0),
    ]
}

#[target_feature(enable = "avx512f")]
fn bash_f_avx512(w: &mut Words) {
    let row = w.as_mut_ptr().cast::<__m512i>();
    // SAFETY: the 24 words are three rows of 64 octets; these loads need no alignment.
    let mut rows = unsafe {
        [
            _mm512_loadu_si512(row),
            _mm512_loadu_si512(row.add(1)),
            _mm512_loadu_si512(row.add(2)),
        ]
    };
    for constant in ROUND_CONSTANTS {
        rows = round512(rows, constant);
    }
    // SAFETY: as for the loads.
    unsafe {
        _mm512_storeu_si512(row, rows[0]);
        _mm512_storeu_si512(row.add(1), rows[1]);
        _mm512_storeu_si512(row.add(2), rows[2]);
    }
}

/// Half a row: columns 0-3 (`HALF` = 0) or 4-7 (`HALF` = 1).
#[inline]
#[target_feature(enable = "avx2")]
fn half<const HALF: usize>(x: Row) -> __m256i {
    let x: &[i64] = &x[4 * HALF..4 * HALF + 4];
    _mm256_set_epi64x(x[3], x[2], x[1], x[0])
}

#[inline]
#[target_feature(enable = "avx2")]
fn turn256<const HALF: usize>(w: __m256i, of: usize) -> __m256i {
    let left = half::<HALF>(TURNS[of]);
    let right = half::<HALF>(TURNS[of].map(|bits| 64 - bits));
    _mm256_or_si256(_mm256_sllv_epi64(w, left), _mm256_srlv_epi64(w, right))
}

/// bash-s on four columns.
///
/// There is no "or not" here. An even round leaves w0 complemented; w0 is row 2 of the odd round,
/// whose linear part then gives all three complements, and its S-box takes them back.
#[inline]
#[target_feature(enable = "avx2")]
fn bash_s256<const HALF: usize, const ODD: bool>([w0, w1, w2]: [__m256i; 3]) -> [__m256i; 3] {
    let u0 = _mm256_xor_si256(_mm256_xor_si256(w0, w1), w2);
    let t = _mm256_xor_si256(w1, turn256::<HALF>(u0, 1));
    let u1 = _mm256_xor_si256(t, turn256::<HALF>(w0, 0));
    let turned = _mm256_xor_si256(w2, turn256::<HALF>(w2, 2));
    let u2 = _mm256_xor_si256(turned, turn256::<HALF>(t, 3));
    if ODD {
        [
            _mm256_xor_si256(u0, _mm256_andnot_si256(u2, u1)),
            _mm256_xor_si256(u1, _mm256_and_si256(u0, u2)),
            _mm256_xor_si256(u2, _mm256_or_si256(u0, u1)),
        ]
    } else {
        [
            _mm256_xor_si256(u0, _mm256_andnot_si256(u1, u2)),
            _mm256_xor_si256(u1, _mm256_or_si256(u0, u2)),
            _mm256_xor_si256(u2, _mm256_and_si256(u0, u1)),
        ]
    }
}

/// A round on rows given as halves.
#[inline]
#[target_feature(enable = "avx2")]
fn round256<const ODD: bool>([low, high]: [[__m256i; 3]; 2], constant: u64) -> [[__m256i; 3]; 2] {
    const OUTER: i32 = 0b1100_0011; // words 0 and 3 of the second operand
    let [w0, w1, w2] = bash_s256::<0, ODD>(low);
    let [v0, v1, v2] = bash_s256::<1, ODD>(high);
    let w0 = _mm256_xor_si256(w0, half::<0>([0, constant as i64, 0, 0, 0, 0, 0, 0]));
    // Row 1: 7 2 1 4 | 3 6 5 0; row 2: 1 0 3 2 | 5 4 7 6; row 0: 6 3 0 5 | 2 7 4 1.
    [
        [
            _mm256_permute4x64_epi64::<0b00_01_10_11>(_mm256_blend_epi32::<OUTER>(w1, v1)),
            _mm256_shuffle_epi32::<0b01_00_11_10>(w2),
            _mm256_permute4x64_epi64::<0b01_00_11_10>(_mm256_blend_epi32::<OUTER>(v0, w0)),
        ],
        [
            _mm256_permute4x64_epi64::<0b00_01_10_11>(_mm256_blend_epi32::<OUTER>(v1, w1)),
            _mm256_shuffle_epi32::<0b01_00_11_10>(v2),
            _mm256_permute4x64_epi64::<0b01_00_11_10>(_mm256_blend_epi32::<OUTER>(w0, v0)),
        ],
    ]
}

#[target_feature(enable = "avx2")]
fn bash_f_avx2(w: &mut Words) {
    let part = w.as_mut_ptr().cast::<__m256i>();
    // SAFETY: the 24 words are six parts of 32 octets; these loads need no alignment.
    let load = |i| unsafe { _mm256_loadu_si256(part.add(i)) };
    let mut halves = [[load(0), load(2), load(4)], [load(1), load(3), load(5)]];
    for [even, odd] in ROUND_CONSTANTS.as_chunks::<2>().0 {
        halves = round256::<false>(halves, *even);
        halves = round256::<true>(halves, *odd);
    }
    for (half, rows) in halves.iter().enumerate() {
        for (row, part_value) in rows.iter().enumerate() {
            // SAFETY: as for the loads.
            unsafe { _mm256_storeu_si256(part.add(2 * row + half), *part_value) };
        }
    }
}
