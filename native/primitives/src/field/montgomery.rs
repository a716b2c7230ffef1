//! Any odd modulus, in Montgomery's form: `x` is kept as `x 2^(64 N) mod m`.

use core::marker::PhantomData;

use super::{limbs, operators, Field};

/// A modulus as a type.
pub trait Modulus<const N: usize>: Copy + Send + Sync + 'static {
    /// The modulus; odd, and more than half of its `64 N` bits wide.
    const MODULUS: [u64; N];
}

/// An element as the representative in `0..m` of its Montgomery form.
#[derive(Clone, Copy)]
pub struct Montgomery<M, const N: usize>([u64; N], PhantomData<M>);

/// `2^k mod m`.
const fn power_of_two<const N: usize>(k: usize, modulus: &[u64; N]) -> [u64; N] {
    let (mut power, mut i) = (limbs::add_small(&[0; N], 1).0, 0);
    while i < k {
        let (double, carry) = limbs::add(&power, &power);
        let (reduced, borrow) = limbs::sub(&double, modulus);
        power = if carry || !borrow { reduced } else { double };
        i += 1;
    }
    power
}

/// `-1 / m mod 2^64` (Newton; each step doubles the right bits).
const fn negated_inverse(m: u64) -> u64 {
    let (mut inverse, mut i) = (m, 0);
    while i < 5 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(m.wrapping_mul(inverse)));
        i += 1;
    }
    inverse.wrapping_neg()
}

impl<M: Modulus<N>, const N: usize> Montgomery<M, N> {
    const NEGATED_INVERSE: u64 = negated_inverse(M::MODULUS[0]);
    const R: [u64; N] = power_of_two(64 * N, &M::MODULUS);
    const R_SQUARED: [u64; N] = power_of_two(128 * N, &M::MODULUS);

    /// The residue of `low + 2^(64 N) high`.
    pub fn reduce_wide(low: [u64; N], high: [u64; N]) -> Self {
        Self::reduce(low) + Self::reduce(high) * Self(Self::R_SQUARED, PhantomData)
    }

    /// `self - (m - rhs)`, which keeps to the shorter chain of carries.
    #[inline(always)]
    fn sum(&self, rhs: &Self) -> Self {
        self.difference(&Self(limbs::sub(&M::MODULUS, &rhs.0).0, PhantomData))
    }

    #[inline(always)]
    fn difference(&self, rhs: &Self) -> Self {
        let (difference, borrow) = limbs::sub(&self.0, &rhs.0);
        let mask = limbs::mask(borrow);
        let modulus = core::array::from_fn(|i| M::MODULUS[i] & mask);
        Self(limbs::add(&difference, &modulus).0, PhantomData)
    }

    /// `2^(64 N) carry + number`, below twice the modulus, made canonical.
    #[inline(always)]
    fn less_modulus(number: [u64; N], carry: bool) -> Self {
        let (reduced, borrow) = limbs::sub(&number, &M::MODULUS);
        Self(
            limbs::select(&reduced, &number, limbs::mask(borrow & !carry)),
            PhantomData,
        )
    }
}

operators!([M: Modulus<N>, const N: usize] Montgomery<M, N>);

impl<M: Modulus<N>, const N: usize> Field<N> for Montgomery<M, N> {
    const MODULUS: [u64; N] = M::MODULUS;
    const ZERO: Self = Self([0; N], PhantomData);
    const ONE: Self = Self(Self::R, PhantomData);

    #[inline(always)]
    fn reduce(number: [u64; N]) -> Self {
        Self(number, PhantomData) * Self(Self::R_SQUARED, PhantomData)
    }

    #[inline(always)]
    fn to_limbs(self) -> [u64; N] {
        (self * Self(limbs::add_small(&[0; N], 1).0, PhantomData)).0
    }

    #[inline(always)]
    fn half(self) -> Self {
        let mask = limbs::mask(self.0[0] & 1 == 1);
        let modulus = core::array::from_fn(|i| M::MODULUS[i] & mask);
        let (sum, carry) = limbs::add(&self.0, &modulus);
        let mut half = limbs::shift_right(&sum, 1);
        half[N - 1] |= (carry as u64) << 63;
        Self(half, PhantomData)
    }

    #[inline(always)]
    fn square(self) -> Self {
        self * self
    }

    /// `a * b / 2^(64 N)`: a row of the product and a limb of reduction in turn. Too long to be copied
    /// to every place that asks for it.
    #[inline(never)]
    fn set_product(&mut self, a: &Self, b: &Self) {
        let (mut sum, mut top) = ([0; N], false);
        for i in 0..N {
            let (row, above) = limbs::row(a.0[i], &b.0);
            let (total, carry) = limbs::add(&sum, &row);
            let (upper, over) = limbs::adc(above, top as u64, carry);
            let factor = total[0].wrapping_mul(Self::NEGATED_INVERSE);
            let (row, above) = limbs::row(factor, &M::MODULUS);
            // The lowest limb of the sum is zero.
            let (total, carry) = limbs::add(&total, &row);
            sum[..N - 1].copy_from_slice(&total[1..]);
            let over_again;
            (sum[N - 1], over_again) = limbs::adc(upper, above, carry);
            top = over | over_again;
        }
        *self = Self::less_modulus(sum, top);
    }

    #[inline(always)]
    fn is_zero(self) -> bool {
        limbs::is_zero(&self.0)
    }

    #[inline(always)]
    fn select(self, other: Self, mask: u64) -> Self {
        Self(limbs::select(&self.0, &other.0, mask), PhantomData)
    }
}
