//! Streebog with the whole state in one register: Pi is looked up there, L is 64 affine maps of
//! octets. Constant time.

use core::arch::x86_64::*;

use crate::arch::has;

use super::{has_vbmi, look_up, table512, words512, Words8};
use crate::digest::streebog::{Block, A, C, PI};

/// Replaces h by g_N(h, m), if the processor has GFNI and AVX-512 VBMI, and says whether it did.
#[inline]
pub(in crate::digest::arch) fn compress(h: &mut Block, n: &Block, m: &Block) -> bool {
    let able = has_vbmi() && has!("gfni");
    if able {
        // SAFETY: the processor has GFNI, AVX-512 VBMI and AVX-512BW.
        unsafe { compress_gfni(h, n, m) };
    }
    able
}

/// Octet `i` of word `j` goes to octet `j` of word `i`: the transposition P, and its own inverse.
const fn transposed(x: &Block) -> Words8 {
    let mut y = [0; 8];
    let mut at = 0;
    while at < 64 {
        let (i, j) = (at / 8, at % 8);
        y[i] |= ((x[j] >> (8 * i) & 0xff) << (8 * j)) as i64;
        at += 1;
    }
    y
}

/// The octets' numbers 0 to 63.
const NUMBERS: Block = {
    let mut words = [0; 8];
    let mut at = 0;
    while at < 64 {
        words[at / 8] |= (at as u64) << (8 * (at % 8));
        at += 1;
    }
    words
};

const TRANSPOSITION: Words8 = transposed(&NUMBERS);

/// `GATHER[j]`: octet `j` of each of the eight words of a transposed state, eight times over.
const GATHER: [Words8; 8] = {
    let mut indices = [[0; 8]; 8];
    let mut j = 0;
    while j < 8 {
        indices[j] = [TRANSPOSITION[j]; 8];
        j += 1;
    }
    indices
};

/// `MATRICES[j][b]`: how octet `j` of a word before L makes octet `b` of the word after it, as
/// GF2P8AFFINEQB takes a matrix: octet 7 - i holds the row for bit i.
const MATRICES: [Words8; 8] = {
    let mut matrices = [[0; 8]; 8];
    let mut at = 0;
    while at < 4096 {
        let (j, b, i, bit) = (at / 512, at / 64 % 8, at / 8 % 8, at % 8);
        let set = A[63 - 8 * j - bit] >> (8 * b + i) & 1;
        matrices[j][b] |= (set << (8 * (7 - i) + bit)) as i64;
        at += 1;
    }
    matrices
};

/// The iteration constants, transposed.
const ITERATION_CONSTANTS: [Words8; 12] = {
    let mut constants = [[0; 8]; 12];
    let mut i = 0;
    while i < 12 {
        constants[i] = transposed(&C[i]);
        i += 1;
    }
    constants
};

/// L(P(S(x))) of a transposed state, again transposed.
#[inline]
#[target_feature(enable = "avx512vbmi,avx512bw,gfni")]
fn lps(x: __m512i) -> __m512i {
    let s = look_up(&table512(&PI), x);
    let part = |j: usize| {
        let octets = _mm512_permutexvar_epi8(words512(GATHER[j]), s);
        _mm512_gf2p8affine_epi64_epi8::<0>(octets, words512(MATRICES[j]))
    };
    let three = |x, y, z| _mm512_ternarylogic_epi64::<0x96>(x, y, z); // x ^ y ^ z
    let last = _mm512_xor_si512(part(6), part(7));
    three(
        three(part(0), part(1), part(2)),
        three(part(3), part(4), part(5)),
        last,
    )
}

#[target_feature(enable = "avx512vbmi,avx512bw,gfni")]
fn compress_gfni(h: &mut Block, n: &Block, m: &Block) {
    let transposition = words512(TRANSPOSITION);
    // SAFETY: a block is 64 octets; the load needs no alignment.
    let read = |x: &Block| unsafe { _mm512_loadu_si512(x.as_ptr().cast()) };
    let [before, n, m] =
        [read(h), read(n), read(m)].map(|x| _mm512_permutexvar_epi8(transposition, x));
    let mut key = lps(_mm512_xor_si512(before, n));
    let mut state = m;
    for constant in ITERATION_CONSTANTS {
        state = lps(_mm512_xor_si512(state, key));
        key = lps(_mm512_xor_si512(key, words512(constant)));
    }
    let sum = _mm512_xor_si512(_mm512_xor_si512(state, key), _mm512_xor_si512(before, m));
    // SAFETY: as for the loads.
    unsafe {
        let octets = _mm512_permutexvar_epi8(transposition, sum);
        _mm512_storeu_si512(h.as_mut_ptr().cast(), octets);
    }
}
