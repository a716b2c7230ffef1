//! Sums of a verification with the coordinates of a point side by side, where the processor has the
//! instructions.

mod edwards;
mod weierstrass;

use core::mem::take;

pub use edwards::Coordinates as Edwards;
pub use weierstrass::Coordinates as Weierstrass;

use super::table::{self, Digits, NonAdjacent};
use super::{Affine, Curve, Point};
use crate::arch::ifma;
use crate::field::{Below, Field};

/// A point in lanes.
///
/// # Safety
///
/// Of all functions: the processor has the instructions.
pub trait Lanes<C: Curve<4>>: Copy {
    /// What is added, prepared.
    type Entry;

    /// This point.
    unsafe fn new(point: &C::Point) -> Self;

    /// The same in other coordinates.
    unsafe fn point(&self) -> C::Point;

    /// To add this point.
    unsafe fn entry(point: &Affine<C, 4>) -> Self::Entry;

    /// To add this point and its negative.
    unsafe fn entries(&self) -> [Self::Entry; 2];

    /// `2 self`, or `self` and another point. It is called from one place: so it is inlined, and
    /// the coordinates stay in registers from step to step.
    unsafe fn step(&self, other: Option<&Self::Entry>) -> Self;
}

/// As [`Curve::combine`]; None where the processor has not the instructions.
pub fn combine<L: Lanes<C>, C: Curve<4>>(
    point: &C::Point,
    k: &NonAdjacent,
    generator: &[Digits<Affine<C, 4>>; 2],
) -> Option<C::Point> {
    // SAFETY: the processor has the instructions.
    ifma::available().then(|| unsafe { combine_lanes::<L, C>(point, k, generator) })
}

/// As [`Curve::sum`]; None where the processor has not the instructions, and then nothing is taken
/// from the addends.
pub fn sum<L: Lanes<C>, C: Curve<4>>(
    addends: &mut impl Iterator<Item = Affine<C, 4>>,
) -> Option<C::Point> {
    // SAFETY: the processor has the instructions.
    ifma::available().then(|| unsafe { sum_lanes::<L, C>(addends) })
}

#[target_feature(enable = "avx512ifma,avx512vl")]
fn combine_lanes<L: Lanes<C>, C: Curve<4>>(
    point: &C::Point,
    k: &NonAdjacent,
    generator: &[Digits<Affine<C, 4>>; 2],
) -> C::Point {
    let multiples = odd_multiples::<L, C>(point);
    // SAFETY: the processor has the instructions.
    let (mut sum, mut doublings) = (unsafe { L::new(&C::Point::identity()) }, 0);
    for place in (0..table::longest(k, generator)).rev() {
        doublings += 1;
        let digit = k.digit(place);
        if digit != 0 {
            let [positive, negative] = &multiples[usize::from(digit.unsigned_abs() / 2)];
            let entry = if digit < 0 { negative } else { positive };
            double_and_add::<L, C>(&mut sum, take(&mut doublings), Some(entry));
        }
        for addend in generator.each_ref().map(|digits| digits.at(place)) {
            if !addend.is_zero() {
                // SAFETY: the processor has the instructions.
                let entry = unsafe { L::entry(&addend.multiple()) };
                double_and_add::<L, C>(&mut sum, take(&mut doublings), Some(&entry));
            }
        }
    }
    double_and_add::<L, C>(&mut sum, doublings, None);
    // SAFETY: the processor has the instructions.
    unsafe { sum.point() }
}

#[target_feature(enable = "avx512ifma,avx512vl")]
fn sum_lanes<L: Lanes<C>, C: Curve<4>>(
    addends: &mut impl Iterator<Item = Affine<C, 4>>,
) -> C::Point {
    // SAFETY: the processor has the instructions.
    unsafe {
        let mut sum = L::new(&C::Point::identity());
        // While one is added the next is loaded and prepared.
        let mut next = || addends.next().map(|addend| L::entry(&addend));
        let mut entry = next();
        while let Some(this) = entry {
            entry = next();
            double_and_add::<L, C>(&mut sum, 0, Some(&this));
        }
        sum.point()
    }
}

/// The point, 3 times it, 5 times it, ..., each and its negative.
#[target_feature(enable = "avx512ifma,avx512vl")]
fn odd_multiples<L: Lanes<C>, C: Curve<4>>(
    point: &C::Point,
) -> [[L::Entry; 2]; table::KEY_MULTIPLES] {
    // SAFETY: the processor has the instructions.
    let mut multiple = unsafe { L::new(point) };
    let mut double = multiple;
    double_and_add::<L, C>(&mut double, 1, None);
    // SAFETY: the same.
    let [double, _] = unsafe { double.entries() };
    core::array::from_fn(|i| {
        if i > 0 {
            double_and_add::<L, C>(&mut multiple, 0, Some(&double));
        }
        // SAFETY: the same.
        unsafe { multiple.entries() }
    })
}

/// The point doubled so many times, and what is to be added to it then.
#[target_feature(enable = "avx512ifma,avx512vl")]
#[inline(never)]
fn double_and_add<L: Lanes<C>, C: Curve<4>>(
    point: &mut L,
    doublings: usize,
    entry: Option<&L::Entry>,
) {
    let mut sum = *point;
    for done in 0..doublings + usize::from(entry.is_some()) {
        // SAFETY: the processor has the instructions.
        sum = unsafe { sum.step(entry.filter(|_| done == doublings)) };
    }
    *point = sum;
}

/// A coordinate that left the lanes, as what is below 2^256 and what is above.
fn element<const K: u64>((low, high): ([u64; 4], u64)) -> Below<4, K> {
    Below::reduce(low) + Below::small(high * K)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve;

    /// Steps and whole sums agree with those of single elements.
    pub fn check<L: Lanes<C>, C: Curve<4>>(
        points: &[C::Point],
        same: fn(&C::Point, &C::Point) -> bool,
    ) {
        if ifma::available() {
            // SAFETY: the processor has the instructions.
            unsafe { check_steps::<L, C>(points, same) };
            check_sums::<L, C>(points, same);
        }
    }

    #[target_feature(enable = "avx512ifma,avx512vl")]
    fn check_steps<L: Lanes<C>, C: Curve<4>>(
        points: &[C::Point],
        same: fn(&C::Point, &C::Point) -> bool,
    ) {
        let check = |point, doublings, entry: Option<&L::Entry>, expected| {
            // SAFETY: the processor has the instructions.
            let found = unsafe {
                let mut sum = L::new(point);
                double_and_add::<L, C>(&mut sum, doublings, entry);
                sum.point()
            };
            assert!(same(&found, &expected));
        };
        for a in points {
            let double = a.double();
            check(a, 0, None, *a);
            check(a, 1, None, double);
            check(a, 3, None, double.double().double());
            for b in points {
                // SAFETY: the processor has the instructions.
                let [positive, negative] = unsafe { L::new(b).entries() };
                check(a, 0, Some(&positive), a.add(b));
                check(a, 0, Some(&negative), a.add(&b.negate()));
                check(a, 1, Some(&negative), double.add(&b.negate()));
                if !b.is_identity() {
                    let affine = &C::Point::normalise(&[*b])[0];
                    // SAFETY: the processor has the instructions.
                    let entry = unsafe { L::entry(affine) };
                    check(a, 1, Some(&entry), double.add(b));
                }
            }
        }
    }

    fn check_sums<L: Lanes<C>, C: Curve<4>>(
        points: &[C::Point],
        same: fn(&C::Point, &C::Point) -> bool,
    ) {
        let odd = points[50].odd_affine_multiples(1 << 6);
        // A key is not O.
        let keys = points.iter().filter(|point| !point.is_identity());
        for (i, point) in (0_u64..).zip(keys) {
            let factor = |j: u64| {
                let word = |k: u64| (i + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15 ^ (j << 60)) << k;
                [word(0), word(7), word(13), word(0) >> (i % 60)]
            };
            let [k, lower, upper] = [0, 1, 2].map(factor);
            let k = NonAdjacent::of(&k, 5);
            let [lower, upper] = [lower, upper].map(|number| NonAdjacent::of(&number, 8));
            let generator = [Digits(&lower, &odd[..]), Digits(&upper, &odd[..])];
            let expected = curve::combine(point, &k, &generator);
            let found = combine::<L, C>(point, &k, &generator).expect("the instructions");
            assert!(same(&found, &expected));

            let addends = || odd.iter().copied().take(i as usize % 64);
            let found = sum::<L, C>(&mut addends()).expect("the instructions");
            assert!(same(&found, &curve::sum(&mut addends())));
        }
    }
}
