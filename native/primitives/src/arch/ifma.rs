//! Four or eight elements of a field modulo `2^256 - C` side by side, with the 52-bit products of
//! AVX-512 IFMA. C is below 2^15.
//!
//! An element is five limbs of weights 2^0, 2^52, ... 2^208, and 2^256 counts C, so 2^260 counts
//! 16 C. The instructions multiply the low 52 bits of what they are given: limbs must be carried
//! before a product, and what is above those bits need not be cleared.

use core::arch::x86_64::__mmask8;

/// Whether this processor has the instructions.
pub fn available() -> bool {
    super::has!("avx512ifma", "avx512vl")
}

/// A mask that the compiler does not know: it would compute all lanes and then blend them.
#[inline(always)]
fn opaque(lanes: __mmask8) -> __mmask8 {
    super::opaque(lanes.into()) as __mmask8
}

/// Elements in the lanes of a vector. A module has the instructions of its width by the same names,
/// and says by what number an order of the lanes is written.
macro_rules! elements {
    ($width:literal) => {
        pub(super) const WIDTH: usize = $width;

        pub(super) type Limbs = [Vector; 5];

        /// Factors: of the lowest four limbs the low 52 bits count, the highest is below
        /// `2^48 + 2^10`.
        #[derive(Clone, Copy)]
        pub struct Factors<const C: u64>(pub(super) Limbs);

        /// Sums of products: all limbs are below 2^60, those of a product alone below `11 2^52`.
        #[derive(Clone, Copy)]
        pub struct Sums<const C: u64>(pub(super) Limbs);

        #[target_feature(enable = "avx512ifma,avx512vl")]
        #[inline]
        fn all(number: u64) -> Vector {
            set_all(number as i64)
        }

        impl<const C: u64> Factors<C> {
            /// Any numbers.
            #[target_feature(enable = "avx512ifma,avx512vl")]
            #[inline]
            pub fn new(numbers: [[u64; 4]; WIDTH]) -> Self {
                let word = |i| set(numbers.map(|number| number[i] as i64));
                let words: [Vector; 4] = core::array::from_fn(word);
                Self([
                    words[0],
                    or(shift_right::<52>(words[0]), shift_left::<12>(words[1])),
                    or(shift_right::<40>(words[1]), shift_left::<24>(words[2])),
                    or(shift_right::<28>(words[2]), shift_left::<36>(words[3])),
                    shift_right::<16>(words[3]),
                ])
            }

            /// The same numbers, all limbs below 2^52.
            #[target_feature(enable = "avx512ifma,avx512vl")]
            #[inline]
            pub fn sums(&self) -> Sums<C> {
                Sums(self.0.map(|limb| and(limb, all((1 << 52) - 1))))
            }

            /// The products lane by lane.
            #[target_feature(enable = "avx512ifma,avx512vl")]
            #[inline]
            pub fn times(&self, rhs: &Self) -> Sums<C> {
                let (mut low, mut high) = ([all(0); 9], [all(0); 9]);
                for i in (0..5).rev() {
                    for j in (0..5).rev() {
                        low[i + j] = madd_low(low[i + j], self.0[i], rhs.0[j]);
                        high[i + j] = madd_high(high[i + j], self.0[i], rhs.0[j]);
                    }
                }
                let column = |k| match k {
                    0 => low[0],
                    9 => high[8],
                    _ => add(low[k], high[k - 1]),
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
                        sums[k] = madd_low(sums[k], self.0[i], self.0[j]);
                        sums[k + 1] = madd_high(sums[k + 1], self.0[i], self.0[j]);
                    }
                }
                for sum in &mut sums[1..9] {
                    *sum = add(*sum, *sum);
                }
                for i in 0..5 {
                    let k = 2 * i;
                    sums[k] = madd_low(sums[k], self.0[i], self.0[i]);
                    sums[k + 1] = madd_high(sums[k + 1], self.0[i], self.0[i]);
                }
                Sums::fold(sums)
            }

            /// The numbers, each as what is below 2^256 and what is above.
            #[target_feature(enable = "avx512ifma,avx512vl")]
            #[inline]
            pub fn to_numbers(self) -> [([u64; 4], u64); WIDTH] {
                // SAFETY: both are arrays of as many words.
                let limbs: [[u64; WIDTH]; 5] = unsafe { core::mem::transmute(self.sums().0) };
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

            /// The lanes in another order, as [`Order`] says.
            #[target_feature(enable = "avx512ifma,avx512vl")]
            #[inline]
            pub fn permuted<const ORDER: Order>(&self) -> Self {
                Self(self.0.map(|limb| permute::<ORDER>(limb)))
            }
        }

        impl<const C: u64> Sums<C> {
            /// A multiple of p, with limbs below 2^57 and above those of two products: to subtract
            /// these.
            #[target_feature(enable = "avx512ifma,avx512vl")]
            #[inline]
            pub fn multiple() -> Self {
                let limb = |below| all(((1 << 52) - below) << 5);
                Self([limb(16 * C), limb(1), limb(1), limb(1), limb(1)])
            }

            /// The sums lane by lane.
            #[target_feature(enable = "avx512ifma,avx512vl")]
            #[inline]
            pub fn plus_all(&self, rhs: &Self) -> Self {
                Self(core::array::from_fn(|i| add(self.0[i], rhs.0[i])))
            }

            /// The sums in the lanes of which the bit is set, else the same.
            #[target_feature(enable = "avx512ifma,avx512vl")]
            #[inline]
            pub fn plus<const LANES: u8>(&self, rhs: &Self) -> Self {
                let lanes = opaque(LANES);
                Self(core::array::from_fn(|i| {
                    mask_add(self.0[i], lanes, self.0[i], rhs.0[i])
                }))
            }

            /// As [`Self::plus`], the differences.
            #[target_feature(enable = "avx512ifma,avx512vl")]
            #[inline]
            pub fn minus<const LANES: u8>(&self, rhs: &Self) -> Self {
                let lanes = opaque(LANES);
                Self(core::array::from_fn(|i| {
                    mask_sub(self.0[i], lanes, self.0[i], rhs.0[i])
                }))
            }

            /// In the lanes of which the bit is set, [`Self::multiple`] less what was there.
            #[target_feature(enable = "avx512ifma,avx512vl")]
            #[inline]
            pub fn negated<const LANES: u8>(&self) -> Self {
                let (lanes, multiple) = (opaque(LANES), Self::multiple());
                Self(core::array::from_fn(|i| {
                    mask_sub(self.0[i], lanes, multiple.0[i], self.0[i])
                }))
            }

            /// The lanes in another order, as [`Order`] says.
            #[target_feature(enable = "avx512ifma,avx512vl")]
            #[inline]
            pub fn permuted<const ORDER: Order>(&self) -> Self {
                Self(self.0.map(|limb| permute::<ORDER>(limb)))
            }

            /// The sum of `2^(52 k) columns[k]`, each column at most nine numbers below 2^52. The
            /// highest, a high half of the product of the highest limbs, is below 2^46. The result
            /// has limbs below `11 2^52`.
            #[target_feature(enable = "avx512ifma,avx512vl")]
            #[inline]
            fn fold(columns: [Vector; 10]) -> Self {
                let factor = all(16 * C);
                let [mut sums @ .., _, _, _, _, _] = columns;
                // Above 2^260 there is little again.
                let top = madd_high(all(0), columns[9], factor);
                sums[4] = madd_low(sums[4], columns[9], factor);
                for k in (0..4).rev() {
                    let above = columns[k + 5];
                    let carry = shift_right::<52>(above);
                    let next = madd_high(all(0), above, factor);
                    let next = madd_low(next, carry, factor);
                    sums[k + 1] = add(sums[k + 1], next);
                    sums[k] = madd_low(sums[k], above, factor);
                }
                sums[0] = madd_low(sums[0], top, factor);
                Self(sums)
            }

            /// The same elements: first what is above 2^256 goes to the lowest limb, then carries go
            /// up.
            #[target_feature(enable = "avx512ifma,avx512vl")]
            #[inline]
            pub fn carried(&self) -> Factors<C> {
                let mut limbs = self.0;
                let above = shift_right::<48>(limbs[4]);
                limbs[4] = and(limbs[4], all((1 << 48) - 1));
                limbs[0] = madd_low(limbs[0], above, all(C));
                for i in 0..4 {
                    limbs[i + 1] = add(limbs[i + 1], shift_right::<52>(limbs[i]));
                }
                Factors(limbs)
            }
        }
    };
}

/// Four lanes.
pub mod four {
    use core::arch::x86_64::{
        __m256i as Vector, _mm256_add_epi64 as add, _mm256_and_si256 as and,
        _mm256_madd52hi_epu64 as madd_high, _mm256_madd52lo_epu64 as madd_low,
        _mm256_mask_add_epi64 as mask_add, _mm256_mask_sub_epi64 as mask_sub,
        _mm256_or_si256 as or, _mm256_permutex_epi64 as permute, _mm256_set1_epi64x as set_all,
        _mm256_set_epi64x, _mm256_slli_epi64 as shift_left, _mm256_srli_epi64 as shift_right,
    };

    use super::opaque;

    /// Lane i is that of bits `2 i` and `2 i + 1`.
    type Order = i32;

    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    pub(super) fn set([a, b, c, d]: [i64; 4]) -> Vector {
        _mm256_set_epi64x(d, c, b, a)
    }

    elements!(4);
}

/// Eight lanes.
pub mod eight {
    use core::arch::x86_64::{
        __m512i as Vector, _mm512_add_epi64 as add, _mm512_and_si512 as and,
        _mm512_madd52hi_epu64 as madd_high, _mm512_madd52lo_epu64 as madd_low,
        _mm512_mask_add_epi64 as mask_add, _mm512_mask_sub_epi64 as mask_sub,
        _mm512_maskz_permutexvar_epi64, _mm512_or_si512 as or, _mm512_permutexvar_epi64,
        _mm512_set1_epi64 as set_all, _mm512_set_epi64, _mm512_slli_epi64 as shift_left,
        _mm512_srli_epi64 as shift_right,
    };

    use super::opaque;

    /// Lane i is that of hexadecimal digit i, the lowest first, or zero where the digit is f.
    type Order = u32;

    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    pub(super) fn set([a, b, c, d, e, f, g, h]: [i64; 8]) -> Vector {
        _mm512_set_epi64(h, g, f, e, d, c, b, a)
    }

    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    fn permute<const ORDER: Order>(lanes: Vector) -> Vector {
        let digit = |i: usize| ORDER as i64 >> (4 * i) & 0xf;
        let order = set(core::array::from_fn(digit));
        if (0..8).all(|i| digit(i) < 8) {
            return _mm512_permutexvar_epi64(order, lanes);
        }
        let kept = (0..8).map(|i| u8::from(digit(i) < 8) << i).sum::<u8>();
        _mm512_maskz_permutexvar_epi64(opaque(kept), order, lanes)
    }

    elements!(8);

    impl<const C: u64> Sums<C> {
        /// The sums and each term times its multiplier for the lane, which is below 2^10. Terms need
        /// not be carried, and each adds less than `2^52 + 2^38` to a limb. What goes to the next
        /// limb is summed apart: one chain of products would be too long.
        #[target_feature(enable = "avx512ifma,avx512vl")]
        #[inline]
        pub fn plus_scaled(&self, terms: [(&Self, [i64; WIDTH]); 2]) -> Self {
            let terms = terms.map(|(term, multipliers)| (term.0, set(multipliers)));
            let mut limbs = self.0;
            for (term, multipliers) in terms {
                for i in 0..5 {
                    limbs[i] = madd_low(limbs[i], term[i], multipliers);
                }
            }
            for (term, multipliers) in terms {
                let carries = term.map(|limb| {
                    let high = madd_high(all(0), limb, multipliers);
                    madd_low(high, shift_right::<52>(limb), multipliers)
                });
                for i in 0..4 {
                    limbs[i + 1] = add(limbs[i + 1], carries[i]);
                }
                limbs[0] = madd_low(limbs[0], carries[4], all(16 * C));
            }
            Self(limbs)
        }
    }
}

#[cfg(test)]
mod tests {
    use num_bigint::BigUint;

    use super::*;

    const C: u64 = 617;
    const FULL: u64 = (1 << 52) - 1;

    fn p() -> BigUint {
        (BigUint::from(1u32) << 256) - C
    }

    fn number(limbs: &[u64]) -> BigUint {
        let terms = limbs.iter().rev();
        terms.fold(BigUint::ZERO, |sum, &limb| (sum << 52) + limb)
    }

    /// What of the limbs of factors counts; checks the bound of the highest.
    fn factor(limbs: [u64; 5]) -> BigUint {
        assert!(limbs[4] < (1 << 48) + (1 << 10));
        number(&limbs.map(|limb| limb & FULL))
    }

    /// Numbers of five limbs: bounds and what is next to them, and others.
    fn samples() -> Vec<[u64; 5]> {
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

    /// Sums whose limbs are at their bounds or whose carries go all the way, and others.
    fn wide_samples() -> Vec<[u64; 5]> {
        let full = (1 << 60) - 1;
        let ripple = [FULL + 1 - C * (full >> 48), FULL, FULL, FULL, full];
        let mut samples = vec![[full; 5], ripple, [0, 0, 0, 0, full]];
        for sample in samples_below_2_52() {
            samples.extend([sample, sample.map(|limb| limb << 8 | 0xff)]);
        }
        samples
    }

    fn samples_below_2_52() -> impl Iterator<Item = [u64; 5]> {
        let samples = samples().into_iter();
        samples.map(|sample| sample.map(|limb| limb & FULL))
    }

    macro_rules! checks {
        ($width:ident) => {
            mod $width {
                use super::super::$width::*;
                use super::*;

                /// The lanes, and the limbs that they are.
                pub fn words(limbs: &Limbs) -> [[u64; 5]; WIDTH] {
                    // SAFETY: both are arrays of as many words.
                    let limbs: [[u64; WIDTH]; 5] = unsafe { core::mem::transmute(*limbs) };
                    core::array::from_fn(|lane| limbs.map(|limb| limb[lane]))
                }

                #[target_feature(enable = "avx512ifma,avx512vl")]
                pub fn lanes(words: [[u64; 5]; WIDTH]) -> Limbs {
                    core::array::from_fn(|i| set(words.map(|limbs| limbs[i] as i64)))
                }

                #[target_feature(enable = "avx512ifma,avx512vl")]
                fn check_products() {
                    let samples = samples();
                    for (i, &a) in samples.iter().enumerate() {
                        for j in 0..samples.len() {
                            let of = |k: usize| samples[(k + j) % samples.len()];
                            let left: [_; WIDTH] = core::array::from_fn(|lane| match lane % 4 {
                                0 | 3 => a,
                                _ => of(i + lane - 1),
                            });
                            let right: [_; WIDTH] = core::array::from_fn(|lane| match lane {
                                1 => a,
                                _ => of(i + lane),
                            });
                            let (x, y) = (Factors::<C>(lanes(left)), Factors::<C>(lanes(right)));
                            let products = words(&x.times(&y).0);
                            let squares = words(&x.square().0);
                            for lane in 0..WIDTH {
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
                    let samples = wide_samples();
                    for i in 0..samples.len() {
                        let of = |lane| samples[(i + lane) % samples.len()];
                        let sums = Sums::<C>(lanes(core::array::from_fn(of)));
                        let carried = sums.carried();
                        let numbers = carried.to_numbers();
                        let again = Factors::<C>::new(numbers.map(|(low, _)| low)).sums();
                        for lane in 0..WIDTH {
                            let found = factor(words(&carried.0)[lane]);
                            assert_eq!(&found % p(), number(&of(lane)) % p());
                            let (low, high) = numbers[lane];
                            let low = low.iter().rev();
                            let low = low.fold(BigUint::ZERO, |sum, &word| (sum << 64) + word);
                            let high = BigUint::from(high) << 256;
                            assert_eq!(&high + &low, found);
                            assert_eq!(number(&words(&again.0)[lane]), low);
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
        };
    }

    checks!(four);
    checks!(eight);

    #[target_feature(enable = "avx512ifma,avx512vl")]
    fn check_multiples() {
        use super::eight::Sums;
        let samples = wide_samples();
        let multipliers = [
            [0, 1, 2, 3, 498, 507, 1000, 1023],
            [1023, 0, 498, 1, 501, 3, 1022, 1023],
        ];
        for i in 0..samples.len() {
            let [sums, a, b] = [0, 1, 5].map(|step| {
                let of = |lane| samples[(i + step * lane) % samples.len()];
                core::array::from_fn(of)
            });
            let [term_a, term_b] = [a, b].map(|words| Sums::<C>(eight::lanes(words)));
            let found = Sums::<C>(eight::lanes(sums));
            let found = found.plus_scaled([(&term_a, multipliers[0]), (&term_b, multipliers[1])]);
            let found = eight::words(&found.0);
            for lane in 0..8 {
                let [m, n] = multipliers.map(|multipliers| multipliers[lane] as u64);
                let terms = number(&a[lane]) * m + number(&b[lane]) * n;
                assert_eq!(
                    number(&found[lane]) % p(),
                    (number(&sums[lane]) + terms) % p()
                );
                let added = found[lane]
                    .iter()
                    .zip(sums[lane])
                    .map(|(sum, limb)| sum - limb);
                assert!(added
                    .into_iter()
                    .all(|limb| limb < 2 * ((1 << 52) + (1 << 38))));
            }
        }
    }

    #[target_feature(enable = "avx512ifma,avx512vl")]
    fn check_orders() {
        let lanes = [10, 11, 12, 13, 14, 15, 16, 17].map(|limb| [limb; 5]);
        let sums = super::eight::Sums::<C>(eight::lanes(lanes));
        let found = eight::words(&sums.permuted::<0xf017_f633>().0);
        assert_eq!(found, [13, 13, 16, 0, 17, 11, 10, 0].map(|limb| [limb; 5]));
        let found = eight::words(&sums.permuted::<0x0123_4567>().0);
        assert_eq!(
            found,
            [17, 16, 15, 14, 13, 12, 11, 10].map(|limb| [limb; 5])
        );
    }

    #[test]
    fn multiples_and_orders_of_eight_lanes_are_right() {
        if available() {
            // SAFETY: the processor has the instructions.
            unsafe {
                check_multiples();
                check_orders();
            }
        }
    }
}
