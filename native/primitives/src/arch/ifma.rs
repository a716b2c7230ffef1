//! Four elements of a field modulo `2^256 - C` side by side, with the 52-bit products of AVX-512
//! IFMA. C is below 2^15.
//!
//! An element is five limbs of weights 2^0, 2^52, ... 2^208, and 2^256 counts C, so 2^260 counts
//! 16 C. The instructions multiply the low 52 bits of what they are given: limbs must be carried
//! before a product, and what is above those bits need not be cleared.

use core::arch::x86_64::*;

type Limbs = [__m256i; 5];

/// Factors: of the lowest four limbs the low 52 bits count, the highest is below `2^48 + 2^10`.
#[derive(Clone, Copy)]
pub struct Factors<const C: u64>(Limbs);

/// Sums of products: all limbs are below 2^60.
#[derive(Clone, Copy)]
pub struct Sums<const C: u64>(pub Limbs);

/// Whether this processor has the instructions.
pub fn available() -> bool {
    std::arch::is_x86_feature_detected!("avx512ifma")
        && std::arch::is_x86_feature_detected!("avx512vl")
}

#[target_feature(enable = "avx512ifma,avx512vl")]
#[inline]
fn all(number: u64) -> __m256i {
    _mm256_set1_epi64x(number as i64)
}

impl<const C: u64> Factors<C> {
    /// Any four numbers.
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    pub fn new(numbers: [[u64; 4]; 4]) -> Self {
        let [a, b, c, d] = numbers;
        let words: [__m256i; 4] = core::array::from_fn(|i| {
            _mm256_set_epi64x(d[i] as i64, c[i] as i64, b[i] as i64, a[i] as i64)
        });
        Self([
            words[0],
            _mm256_or_si256(
                _mm256_srli_epi64::<52>(words[0]),
                _mm256_slli_epi64::<12>(words[1]),
            ),
            _mm256_or_si256(
                _mm256_srli_epi64::<40>(words[1]),
                _mm256_slli_epi64::<24>(words[2]),
            ),
            _mm256_or_si256(
                _mm256_srli_epi64::<28>(words[2]),
                _mm256_slli_epi64::<36>(words[3]),
            ),
            _mm256_srli_epi64::<16>(words[3]),
        ])
    }

    /// The products lane by lane.
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    pub fn times(&self, rhs: &Self) -> Sums<C> {
        let (mut low, mut high) = ([all(0); 9], [all(0); 9]);
        for i in (0..5).rev() {
            for j in (0..5).rev() {
                low[i + j] = _mm256_madd52lo_epu64(low[i + j], self.0[i], rhs.0[j]);
                high[i + j] = _mm256_madd52hi_epu64(high[i + j], self.0[i], rhs.0[j]);
            }
        }
        Sums::fold(low, high)
    }

    /// The squares: each product of two different limbs once, doubled.
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    pub fn square(&self) -> Sums<C> {
        let (mut low, mut high) = ([all(0); 9], [all(0); 9]);
        for i in (0..5).rev() {
            for j in (i + 1..5).rev() {
                low[i + j] = _mm256_madd52lo_epu64(low[i + j], self.0[i], self.0[j]);
                high[i + j] = _mm256_madd52hi_epu64(high[i + j], self.0[i], self.0[j]);
            }
        }
        for k in 1..8 {
            low[k] = _mm256_add_epi64(low[k], low[k]);
            high[k] = _mm256_add_epi64(high[k], high[k]);
        }
        for i in 0..5 {
            low[2 * i] = _mm256_madd52lo_epu64(low[2 * i], self.0[i], self.0[i]);
            high[2 * i] = _mm256_madd52hi_epu64(high[2 * i], self.0[i], self.0[i]);
        }
        Sums::fold(low, high)
    }

    /// The four numbers, each as what is below 2^256 and what is above.
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    pub fn to_numbers(&self) -> [([u64; 4], u64); 4] {
        // SAFETY: both are arrays of as many words.
        let limbs: [[u64; 4]; 5] = unsafe { core::mem::transmute(self.0) };
        core::array::from_fn(|lane| {
            let limb = |i: usize| limbs[i][lane] & ((1 << 52) - 1);
            let low = [
                limb(0) | limb(1) << 52,
                limb(1) >> 12 | limb(2) << 40,
                limb(2) >> 24 | limb(3) << 28,
                limb(3) >> 36 | limb(4) << 16,
            ];
            (low, limb(4) >> 48)
        })
    }

    /// The lanes in another order: lane i is that of bits `2 i` and `2 i + 1`.
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    pub fn permuted<const ORDER: i32>(&self) -> Self {
        Self(core::array::from_fn(|i| {
            _mm256_permutex_epi64::<ORDER>(self.0[i])
        }))
    }
}

impl<const C: u64> Sums<C> {
    /// A multiple of p of which every limb is above 2^56.
    pub const MULTIPLE: [u64; 5] = {
        let mut limbs = [((1 << 52) - 1) << 5; 5];
        limbs[0] = ((1 << 52) - 16 * C) << 5;
        limbs
    };

    /// The same function of every limb.
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    pub fn map(&self, function: impl Fn(__m256i) -> __m256i) -> Self {
        Self(self.0.map(function))
    }

    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    pub fn multiple() -> [__m256i; 5] {
        core::array::from_fn(|i| all(Self::MULTIPLE[i]))
    }

    /// `sum of 2^(52 k) (low[k] + 2^52 high[k])`, each sum of at most five numbers below 2^52.
    /// So limbs from 2^260 on are below 2^56; the highest, a high half of the product of the
    /// highest limbs, is below 2^46. The result has limbs below `11 2^52`.
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    fn fold(low: [__m256i; 9], high: [__m256i; 9]) -> Self {
        let factor = all(16 * C);
        let mut sums = [low[0]; 5];
        for k in 1..5 {
            sums[k] = _mm256_add_epi64(low[k], high[k - 1]);
        }
        // Above 2^260 there is little again.
        let top = _mm256_madd52hi_epu64(all(0), high[8], factor);
        sums[0] = _mm256_madd52lo_epu64(sums[0], top, factor);
        sums[4] = _mm256_madd52lo_epu64(sums[4], high[8], factor);
        for k in 0..4 {
            let above = _mm256_add_epi64(low[k + 5], high[k + 4]);
            sums[k] = _mm256_madd52lo_epu64(sums[k], above, factor);
            let next = _mm256_madd52hi_epu64(sums[k + 1], above, factor);
            sums[k + 1] = _mm256_madd52lo_epu64(next, _mm256_srli_epi64::<52>(above), factor);
        }
        Self(sums)
    }

    /// The same elements: first what is above 2^256 goes to the lowest limb, then carries go up.
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    pub fn carried(&self) -> Factors<C> {
        let mut limbs = self.0;
        let above = _mm256_srli_epi64::<48>(limbs[4]);
        limbs[4] = _mm256_and_si256(limbs[4], all((1 << 48) - 1));
        limbs[0] = _mm256_madd52lo_epu64(limbs[0], above, all(C));
        for i in 0..4 {
            limbs[i + 1] = _mm256_add_epi64(limbs[i + 1], _mm256_srli_epi64::<52>(limbs[i]));
        }
        Factors(limbs)
    }
}
