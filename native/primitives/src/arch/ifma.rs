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

/// Sums of products: all limbs are below 2^60, those of a product alone below `11 2^52`.
#[derive(Clone, Copy)]
pub struct Sums<const C: u64>(Limbs);

/// Whether this processor has the instructions.
pub fn available() -> bool {
    super::has!("avx512ifma", "avx512vl")
}

#[target_feature(enable = "avx512ifma,avx512vl")]
#[inline]
fn all(number: u64) -> __m256i {
    _mm256_set1_epi64x(number as i64)
}

/// A mask that the compiler does not know: it would compute all lanes and then blend them.
#[inline(always)]
fn mask<const LANES: u8>() -> __mmask8 {
    super::opaque(LANES.into()) as __mmask8
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

    /// The same numbers, all limbs below 2^52.
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    pub fn sums(&self) -> Sums<C> {
        Sums(
            self.0
                .map(|limb| _mm256_and_si256(limb, all((1 << 52) - 1))),
        )
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
        let column = |k| match k {
            0 => low[0],
            9 => high[8],
            _ => _mm256_add_epi64(low[k], high[k - 1]),
        };
        Sums::fold(core::array::from_fn(column))
    }

    /// The squares: each product of two different limbs once, doubled.
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    pub fn square(&self) -> Sums<C> {
        let mut sums = [all(0); 10];
        for i in (0..5).rev() {
            for j in (i + 1..5).rev() {
                let k = i + j;
                sums[k] = _mm256_madd52lo_epu64(sums[k], self.0[i], self.0[j]);
                sums[k + 1] = _mm256_madd52hi_epu64(sums[k + 1], self.0[i], self.0[j]);
            }
        }
        for sum in &mut sums[1..9] {
            *sum = _mm256_add_epi64(*sum, *sum);
        }
        for i in 0..5 {
            let k = 2 * i;
            sums[k] = _mm256_madd52lo_epu64(sums[k], self.0[i], self.0[i]);
            sums[k + 1] = _mm256_madd52hi_epu64(sums[k + 1], self.0[i], self.0[i]);
        }
        Sums::fold(sums)
    }

    /// The four numbers, each as what is below 2^256 and what is above.
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    pub fn to_numbers(self) -> [([u64; 4], u64); 4] {
        // SAFETY: both are arrays of as many words.
        let limbs: [[u64; 4]; 5] = unsafe { core::mem::transmute(self.sums().0) };
        core::array::from_fn(|lane| {
            let limb = |i: usize| limbs[i][lane];
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
        Self(self.0.map(|limb| _mm256_permutex_epi64::<ORDER>(limb)))
    }
}

impl<const C: u64> Sums<C> {
    /// A multiple of p, with limbs below 2^57 and above those of two products: to subtract these.
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    pub fn multiple() -> Self {
        let limb = |below| all(((1 << 52) - below) << 5);
        Self([limb(16 * C), limb(1), limb(1), limb(1), limb(1)])
    }

    /// The sums in the lanes of which the bit is set, else the same.
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    pub fn plus<const LANES: u8>(&self, rhs: &Self) -> Self {
        let lanes = mask::<LANES>();
        Self(core::array::from_fn(|i| {
            _mm256_mask_add_epi64(self.0[i], lanes, self.0[i], rhs.0[i])
        }))
    }

    /// As [`Self::plus`], the differences.
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    pub fn minus<const LANES: u8>(&self, rhs: &Self) -> Self {
        let lanes = mask::<LANES>();
        Self(core::array::from_fn(|i| {
            _mm256_mask_sub_epi64(self.0[i], lanes, self.0[i], rhs.0[i])
        }))
    }

    /// The lanes in another order, as [`Factors::permuted`].
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    pub fn permuted<const ORDER: i32>(&self) -> Self {
        Self(self.0.map(|limb| _mm256_permutex_epi64::<ORDER>(limb)))
    }

    /// The sum of `2^(52 k) columns[k]`, each column at most nine numbers below 2^52. The highest, a
    /// high half of the product of the highest limbs, is below 2^46. The result has limbs below
    /// `11 2^52`.
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    fn fold(columns: [__m256i; 10]) -> Self {
        let factor = all(16 * C);
        let [mut sums @ .., _, _, _, _, _] = columns;
        // Above 2^260 there is little again.
        let top = _mm256_madd52hi_epu64(all(0), columns[9], factor);
        sums[4] = _mm256_madd52lo_epu64(sums[4], columns[9], factor);
        for k in (0..4).rev() {
            let above = columns[k + 5];
            let carry = _mm256_srli_epi64::<52>(above);
            let next = _mm256_madd52hi_epu64(all(0), above, factor);
            let next = _mm256_madd52lo_epu64(next, carry, factor);
            sums[k + 1] = _mm256_add_epi64(sums[k + 1], next);
            sums[k] = _mm256_madd52lo_epu64(sums[k], above, factor);
        }
        sums[0] = _mm256_madd52lo_epu64(sums[0], top, factor);
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

#[cfg(test)]
mod tests {
    use num_bigint::BigUint;

    use super::*;

    const C: u64 = 617;

    fn p() -> BigUint {
        (BigUint::from(1u32) << 256) - C
    }

    /// The four lanes, and the elements that they are.
    fn words(limbs: &Limbs) -> [[u64; 5]; 4] {
        // SAFETY: both are arrays of as many words.
        let limbs: [[u64; 4]; 5] = unsafe { core::mem::transmute(*limbs) };
        core::array::from_fn(|lane| limbs.map(|limb| limb[lane]))
    }

    fn number(limbs: &[u64]) -> BigUint {
        let terms = limbs.iter().rev();
        terms.fold(BigUint::ZERO, |sum, &limb| (sum << 52) + limb)
    }

    /// What of the limbs of factors counts; checks the bound of the highest.
    fn factor(limbs: [u64; 5]) -> BigUint {
        assert!(limbs[4] < (1 << 48) + (1 << 10));
        number(&limbs.map(|limb| limb & ((1 << 52) - 1)))
    }

    #[target_feature(enable = "avx512ifma,avx512vl")]
    fn lanes(words: [[u64; 5]; 4]) -> Limbs {
        let [a, b, c, d] = words.map(|limbs| limbs.map(|limb| limb as i64));
        core::array::from_fn(|i| _mm256_set_epi64x(d[i], c[i], b[i], a[i]))
    }

    /// Numbers of five limbs: bounds and what is next to them, and others.
    fn samples() -> Vec<[u64; 5]> {
        const FULL: u64 = (1 << 52) - 1;
        const TOP: u64 = (1 << 48) + (1 << 10) - 1;
        let mut samples = vec![
            [0; 5],
            [1, 0, 0, 0, 0],
            [FULL, FULL, FULL, FULL, TOP],
            // set bits above those that count
            [u64::MAX, u64::MAX, u64::MAX, u64::MAX, TOP],
            [0, 0, 0, 0, TOP],
            [FULL, 0, FULL, 0, TOP],
            [0, FULL, 0, FULL, 0],
            // p - 1, p, p + 1, 2^256 - 1, 2^256, 2 p
            [FULL - C, FULL, FULL, FULL, (1 << 48) - 1],
            [FULL - C + 1, FULL, FULL, FULL, (1 << 48) - 1],
            [FULL - C + 2, FULL, FULL, FULL, (1 << 48) - 1],
            [FULL, FULL, FULL, FULL, (1 << 48) - 1],
            [0, 0, 0, 0, 1 << 48],
        ];
        let mut word = 1_u64;
        for _ in 0..60 {
            let limbs: [u64; 5] = core::array::from_fn(|_| {
                word = word.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(C);
                word >> 12
            });
            samples.push([limbs[0], limbs[1], limbs[2], limbs[3], limbs[4] >> 4]);
        }
        samples
    }

    #[target_feature(enable = "avx512ifma,avx512vl")]
    fn check_products() {
        let samples = samples();
        for (i, &a) in samples.iter().enumerate() {
            for j in 0..samples.len() {
                let of = |k: usize| samples[(k + j) % samples.len()];
                let (left, right) = ([a, of(i), of(i + 1), a], [of(i), a, of(i + 2), of(i + 3)]);
                let (x, y) = (Factors::<C>(lanes(left)), Factors::<C>(lanes(right)));
                let (products, squares) = (words(&x.times(&y).0), words(&x.square().0));
                for lane in 0..4 {
                    let (a, b) = (factor(left[lane]), factor(right[lane]));
                    assert_eq!(number(&products[lane]) % p(), &a * b % p());
                    assert_eq!(number(&squares[lane]) % p(), &a * &a % p());
                    let limbs = products[lane].iter().chain(&squares[lane]);
                    assert!(limbs.into_iter().all(|&limb| limb < 11 << 52));
                }
            }
        }
    }

    #[target_feature(enable = "avx512ifma,avx512vl")]
    fn check_sums() {
        let multiple = words(&Sums::<C>::multiple().0)[0];
        assert_eq!(number(&multiple) % p(), BigUint::ZERO);
        // More than the limbs of two products.
        assert!(multiple.iter().all(|&limb| limb > 2 * (11 << 52)));
        let full = (1 << 60) - 1;
        let ripple = [
            (1 << 52) - C * (full >> 48),
            (1 << 52) - 1,
            (1 << 52) - 1,
            (1 << 52) - 1,
            full,
        ];
        let highest = [[full; 5], ripple, multiple, [0, 0, 0, 0, full]];
        for sample in samples() {
            let wide = sample
                .map(|limb| limb & ((1 << 52) - 1))
                .map(|limb| limb << 8 | 0xff);
            for limbs in highest.into_iter().chain([wide]) {
                let sums = Sums::<C>(lanes([limbs, wide, sample.map(|limb| limb >> 4), ripple]));
                let carried = sums.carried();
                let numbers = carried.to_numbers();
                for (lane, limbs) in words(&sums.0).into_iter().enumerate() {
                    let found = factor(words(&carried.0)[lane]);
                    assert_eq!(&found % p(), number(&limbs) % p());
                    let (low, high) = numbers[lane];
                    let low = low.iter().rev();
                    let low = low.fold(BigUint::ZERO, |sum, &word| (sum << 64) + word);
                    assert_eq!((BigUint::from(high) << 256) + low, found);
                    let low = numbers[lane].0;
                    let again = words(&Factors::<C>::new([low; 4]).sums().0)[lane];
                    assert_eq!(number(&again) + (BigUint::from(high) << 256), found);
                }
            }
        }
    }

    #[test]
    fn products_and_sums_agree_with_big_integers() {
        if available() {
            // SAFETY: the processor has the instructions.
            unsafe {
                check_products();
                check_sums();
            }
        }
    }
}
