//! The run of doublings of a verification with the coordinates of its sum side by side: the law of
//! [`super::edwards`] is two products of four lanes a step, and sums.

use core::arch::x86_64::*;

use super::edwards::{Affine, EdwardsCurve, Extended, Prepared};
use super::table::Digits;
use super::Curve;
use crate::arch::ifma::{self, Factors, Sums};
use crate::field::{Below, Field};

/// X, Z, Y, T: products of neighbours in the circle E, F, G, H.
#[derive(Clone, Copy)]
struct Coordinates<const K: u64>(Sums<K>);

/// What is added: (x + y, d t, x, y), and z in all lanes unless it is one.
struct Entry<const K: u64> {
    factors: Factors<K>,
    z: Option<Factors<K>>,
}

impl<const K: u64> Entry<K> {
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    fn new([x, y, dt]: [Below<4, K>; 3], z: Option<Below<4, K>>) -> Self {
        let lanes = [x + y, dt, x, y].map(Field::to_limbs);
        Self {
            factors: Factors::new(lanes),
            z: z.map(|z| Factors::new([z.to_limbs(); 4])),
        }
    }
}

/// Doublings and additions of what the digits choose, as [`Point::sum`]; None where the processor has not the
/// instructions.
pub fn sum<C, const K: u64>(
    key: &Digits<Prepared<C, 4>>,
    generator: &[Digits<Affine<C, 4>>; 2],
) -> Option<Extended<C, 4>>
where
    C: EdwardsCurve<4> + Curve<4, F = Below<4, K>>,
{
    // SAFETY: the processor has the instructions.
    ifma::available().then(|| unsafe { sum_with_instructions(key, generator) })
}

#[target_feature(enable = "avx512ifma,avx512vl")]
fn sum_with_instructions<C, const K: u64>(
    key: &Digits<Prepared<C, 4>>,
    generator: &[Digits<Affine<C, 4>>; 2],
) -> Extended<C, 4>
where
    C: EdwardsCurve<4> + Curve<4, F = Below<4, K>>,
{
    let mut sum = Coordinates::<K>::identity();
    let len = generator
        .iter()
        .fold(key.len(), |len, next| len.max(next.len()));
    for i in (0..len).rev() {
        sum = sum.double();
        let digit = key.at(i);
        if !digit.is_zero() {
            let Prepared { x, y, z, dt } = digit.multiple();
            sum = sum.plus(&Entry::new([x, y, dt], Some(z)));
        }
        for digits in generator {
            let digit = digits.at(i);
            if !digit.is_zero() {
                let Affine { u, v, duv } = digit.multiple();
                sum = sum.plus(&Entry::new([u, v, duv], None));
            }
        }
    }
    let [x, z, y, t] = sum
        .0
        .carried()
        .to_numbers()
        .map(|(low, high)| Below::reduce(low) + Below::small(high * K));
    Extended { x, y, z, t }
}

impl<const K: u64> Coordinates<K> {
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    fn identity() -> Self {
        let zero = _mm256_setzero_si256();
        Self(Sums([
            _mm256_set_epi64x(0, 1, 1, 0),
            zero,
            zero,
            zero,
            zero,
        ]))
    }

    /// From (E, F, G, H).
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    fn from_circle(circle: Sums<K>) -> Self {
        let circle = circle.carried();
        Self(circle.times(&circle.permuted::<0b00_11_10_01>()))
    }

    /// E = (X + Y)^2 - A - B, F = 2 C - A - B, G = A + B, H = B - A, with A, B, C the squares of X, Y, Z.
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    fn double(&self) -> Self {
        // (X + Y, Z, X, Y)
        let factors = self.0.map(|limb| {
            let ordered = _mm256_permutex_epi64::<0b10_00_01_10>(limb);
            _mm256_mask_add_epi64(ordered, 0b0001, ordered, limb)
        });
        let multiple = Sums::<K>::multiple();
        let mut squares = factors.carried().square();
        for (limb, multiple) in squares.0.iter_mut().zip(multiple) {
            // (B, B, B, A) and (A, A, 0, 0)
            let b = _mm256_permutex_epi64::<0b10_11_11_11>(*limb);
            let a = _mm256_maskz_permutex_epi64::<0b10_10>(0b0011, *limb);
            let sum = _mm256_add_epi64(*limb, multiple);
            let sum = _mm256_mask_add_epi64(sum, 0b0010, sum, *limb);
            let sum = _mm256_mask_sub_epi64(sum, 0b1011, sum, b);
            let sum = _mm256_mask_add_epi64(sum, 0b0100, sum, b);
            *limb = _mm256_sub_epi64(sum, a);
        }
        Self::from_circle(squares)
    }

    /// E = (X + Y) (x + y) - A - B, F = D - C, G = D + C, H = B - A, with A = X x, B = Y y, C = T d t, D = Z z.
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    fn plus(&self, entry: &Entry<K>) -> Self {
        // (X + Y, T, X, Y)
        let factors = self.0.map(|limb| {
            let ordered = _mm256_permutex_epi64::<0b10_00_11_10>(limb);
            _mm256_mask_add_epi64(ordered, 0b0001, ordered, limb)
        });
        let zz = match &entry.z {
            Some(z) => self.0.carried().times(z),
            None => self.0,
        };
        let multiple = Sums::<K>::multiple();
        let mut products = factors.carried().times(&entry.factors);
        for ((limb, multiple), zz) in products.0.iter_mut().zip(multiple).zip(zz.0) {
            // (B, _, C, A), (A, 0, 0, 0) and (0, D, D, 0)
            let b = _mm256_permutex_epi64::<0b10_01_00_11>(*limb);
            let a = _mm256_maskz_permutex_epi64::<0b10>(0b0001, *limb);
            let d = _mm256_maskz_permutex_epi64::<0b01_01_00>(0b0110, zz);
            let sum = _mm256_add_epi64(d, multiple);
            let sum = _mm256_mask_add_epi64(sum, 0b1001, sum, *limb);
            let sum = _mm256_mask_sub_epi64(sum, 0b0010, sum, *limb);
            let sum = _mm256_mask_sub_epi64(sum, 0b1001, sum, b);
            let sum = _mm256_mask_add_epi64(sum, 0b0100, sum, b);
            *limb = _mm256_sub_epi64(sum, a);
        }
        Self::from_circle(products)
    }
}
