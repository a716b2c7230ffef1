//! Sums of a verification on an Edwards curve with the coordinates of a point side by side: the law
//! of [`super::edwards`] is two products of four lanes, and sums of lanes before each. From the
//! multiple of p that a sum starts with no more than two products are subtracted in a lane, and no
//! more than two are added.

use core::mem::take;

use super::edwards::{Affine, EdwardsCurve, Extended};
use super::table::{self, Digits, NonAdjacent};
use super::{Curve, Point};
use crate::arch::ifma::{self, Factors, Sums};
use crate::field::{Below, Field};

/// X, Z, Y, T.
#[derive(Clone, Copy)]
struct Coordinates<const K: u64>(Sums<K>);

/// What is added: (x + y, d t, x, y), and z in every lane unless it is one.
struct Entry<const K: u64> {
    factors: Factors<K>,
    z: Option<Factors<K>>,
}

/// As [`Point::combine`]; None where the processor has not the instructions.
pub fn combine<C, const K: u64>(
    point: &Extended<C, 4>,
    k: &NonAdjacent,
    generator: &[Digits<Affine<C, 4>>; 2],
) -> Option<Extended<C, 4>>
where
    C: EdwardsCurve<4> + Curve<4, F = Below<4, K>>,
{
    // SAFETY: the processor has the instructions.
    ifma::available().then(|| unsafe { combine_lanes(point, k, generator) })
}

#[target_feature(enable = "avx512ifma,avx512vl")]
fn combine_lanes<C, const K: u64>(
    point: &Extended<C, 4>,
    k: &NonAdjacent,
    generator: &[Digits<Affine<C, 4>>; 2],
) -> Extended<C, 4>
where
    C: EdwardsCurve<4> + Curve<4, F = Below<4, K>>,
{
    let multiples = odd_multiples(point);
    let (mut sum, mut doublings) = (Coordinates::new(&Extended::<C, 4>::identity()), 0);
    for place in (0..table::longest(k, generator)).rev() {
        doublings += 1;
        let digit = k.digit(place);
        if digit != 0 {
            let [positive, negative] = &multiples[usize::from(digit.unsigned_abs() / 2)];
            let entry = if digit < 0 { negative } else { positive };
            sum.double_and_add(take(&mut doublings), Some(entry));
        }
        for addend in generator.each_ref().map(|digits| digits.at(place)) {
            if !addend.is_zero() {
                let entry = Entry::affine(&addend.multiple());
                sum.double_and_add(take(&mut doublings), Some(&entry));
            }
        }
    }
    sum.double_and_add(doublings, None);
    sum.point()
}

/// As [`Point::sum`]; None where the processor has not the instructions.
pub fn sum<C, const K: u64>(
    addends: &mut impl Iterator<Item = Affine<C, 4>>,
) -> Option<Extended<C, 4>>
where
    C: EdwardsCurve<4> + Curve<4, F = Below<4, K>>,
{
    // SAFETY: the processor has the instructions.
    ifma::available().then(|| unsafe { sum_lanes(addends) })
}

#[target_feature(enable = "avx512ifma,avx512vl")]
fn sum_lanes<C, const K: u64>(addends: &mut impl Iterator<Item = Affine<C, 4>>) -> Extended<C, 4>
where
    C: EdwardsCurve<4> + Curve<4, F = Below<4, K>>,
{
    let mut sum = Coordinates::new(&Extended::<C, 4>::identity());
    for addend in addends {
        sum.double_and_add(0, Some(&Entry::affine(&addend)));
    }
    sum.point()
}

/// The point, 3 times it, 5 times it, ..., each and its negative.
#[target_feature(enable = "avx512ifma,avx512vl")]
fn odd_multiples<C, const K: u64>(point: &Extended<C, 4>) -> [[Entry<K>; 2]; table::KEY_MULTIPLES]
where
    C: EdwardsCurve<4> + Curve<4, F = Below<4, K>>,
{
    let one = Below::<4, K>::ONE.to_limbs();
    let d = Factors::new([one, one, one, C::D]);
    let mut multiple = Coordinates::new(point);
    let mut double = multiple;
    double.double_and_add(1, None);
    let [double, _] = double.entries(&d);
    core::array::from_fn(|i| {
        if i > 0 {
            multiple.double_and_add(0, Some(&double));
        }
        multiple.entries(&d)
    })
}

impl<const K: u64> Entry<K> {
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    fn affine<C: Curve<4, F = Below<4, K>>>(&Affine { u, v, duv }: &Affine<C, 4>) -> Self {
        Self {
            factors: Factors::new([u + v, duv, u, v].map(Field::to_limbs)),
            z: None,
        }
    }
}

impl<const K: u64> Coordinates<K> {
    #[target_feature(enable = "avx512ifma,avx512vl")]
    fn new<C: Curve<4, F = Below<4, K>>>(&Extended { x, y, z, t }: &Extended<C, 4>) -> Self {
        Self(Factors::new([x, z, y, t].map(Field::to_limbs)).sums())
    }

    #[target_feature(enable = "avx512ifma,avx512vl")]
    fn point<C: Curve<4, F = Below<4, K>>>(&self) -> Extended<C, 4> {
        let coordinates = self.0.carried().to_numbers();
        let [x, z, y, t] =
            coordinates.map(|(low, high)| Below::reduce(low) + Below::small(high * K));
        Extended { x, y, z, t }
    }

    /// The products E F, F G, G H, H E of neighbours in (E, F, G, H).
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    fn products(circle: &Sums<K>) -> Self {
        let circle = circle.carried();
        Self(circle.times(&circle.permuted::<0b00_11_10_01>()))
    }

    /// (X + Y, T, X, Y).
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    fn factors(&self) -> Factors<K> {
        let ordered = self.0.permuted::<0b10_00_11_10>();
        ordered.plus::<0b0001>(&self.0).carried()
    }

    /// To add this point and its negative, where d is (1, 1, 1, d).
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    fn entries(&self, d: &Factors<K>) -> [Entry<K>; 2] {
        let coordinates = self.0.carried();
        let z = Some(coordinates.permuted::<0b01_01_01_01>());
        let this = Self(coordinates.times(d));
        // (Y, d T, X, Y), and so (Y - X, -d T, -X, Y)
        let ordered = this.0.permuted::<0b10_00_11_10>();
        let negative = Sums::multiple()
            .plus::<0b1001>(&ordered)
            .minus::<0b0110>(&ordered)
            .minus::<0b0001>(&this.0);
        [this.factors(), negative.carried()].map(|factors| Entry { factors, z })
    }

    /// This point doubled so many times, and what is to be added to it then. In a function of its
    /// own, with both steps, the coordinates stay in registers.
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline(never)]
    fn double_and_add(&mut self, doublings: usize, entry: Option<&Entry<K>>) {
        let mut sum = *self;
        for _ in 0..doublings {
            sum = sum.double();
        }
        if let Some(entry) = entry {
            sum = sum.plus(entry);
        }
        *self = sum;
    }

    /// E = (X + Y)^2 - A - B, F = 2 C - A - B, G = A + B, H = B - A for the squares A, B, C of
    /// X, Y, Z.
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    fn double(&self) -> Self {
        // (X + Y, Z, X, Y)
        let ordered = self.0.permuted::<0b10_00_01_10>();
        let squares = ordered.plus::<0b0001>(&self.0).carried().square();
        let a = squares.permuted::<0b10_10_10_10>();
        let b_b_b_a = squares.permuted::<0b10_11_11_11>();
        let circle = Sums::multiple()
            .plus::<0b1111>(&squares)
            .plus::<0b0010>(&squares)
            .minus::<0b1011>(&b_b_b_a)
            .plus::<0b0100>(&b_b_b_a)
            .minus::<0b0011>(&a);
        Self::products(&circle)
    }

    /// E = (X + Y) (x + y) - A - B, F = D - C, G = D + C, H = B - A for A = X x, B = Y y,
    /// C = T d t, D = Z z.
    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    fn plus(&self, entry: &Entry<K>) -> Self {
        let d = match &entry.z {
            Some(z) => self.0.carried().times(z),
            None => self.0,
        };
        let d = d.permuted::<0b01_01_01_01>();
        let products = self.factors().times(&entry.factors);
        let a = products.permuted::<0b10_10_10_10>();
        let b_c_a = products.permuted::<0b10_01_00_11>();
        let circle = Sums::multiple()
            .plus::<0b0110>(&d)
            .plus::<0b1001>(&products)
            .minus::<0b0010>(&products)
            .minus::<0b1001>(&b_c_a)
            .plus::<0b0100>(&b_c_a)
            .minus::<0b0001>(&a);
        Self::products(&circle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::parameters::Tc26A256;

    type Point256 = Extended<Tc26A256, 4>;

    fn same(a: &Point256, b: &Point256) -> bool {
        let z_t = a.z.equals(b.z) || (a.t * b.z).equals(b.t * a.z);
        z_t && (a.x * b.z).equals(b.x * a.z)
            && (a.y * b.z).equals(b.y * a.z)
            && (a.x * a.y).equals(a.z * a.t)
    }

    /// Points in and out of the group, O and those of order two and four.
    fn points() -> Vec<Point256> {
        let (zero, one) = (Below::ZERO, Below::ONE);
        let of = |x, y| Extended {
            x,
            y,
            z: one,
            t: zero,
        };
        let small = [of(zero, one), of(zero, -one), of(one, zero), of(-one, zero)];
        let (x, y) = Tc26A256::G;
        let g = Point256::from_weierstrass(Below::reduce(x), Below::reduce(y)).expect("a point");
        let mut points = small.to_vec();
        for i in 0..40 {
            let last = points[points.len() - 1];
            points.extend([
                last.add(&g),
                last.double().add(&small[i % 4]),
                last.negate(),
            ]);
        }
        points
    }

    #[target_feature(enable = "avx512ifma,avx512vl")]
    fn check_steps() {
        let points = points();
        let one = Below::<4, 617>::ONE.to_limbs();
        let d = Factors::new([one, one, one, Tc26A256::D]);
        let after = |point: &Point256, doublings, entry: Option<&Entry<617>>| {
            let mut sum = Coordinates::new(point);
            sum.double_and_add(doublings, entry);
            sum.point::<Tc26A256>()
        };
        for a in &points {
            assert!(same(&after(a, 0, None), a));
            assert!(same(&after(a, 1, None), &a.double()));
            assert!(same(&after(a, 3, None), &a.double().double().double()));
            for b in &points {
                let [positive, negative] = Coordinates::new(b).entries(&d);
                assert!(same(&after(a, 0, Some(&positive)), &a.add(b)));
                assert!(same(
                    &after(a, 1, Some(&negative)),
                    &a.double().add(&b.negate())
                ));
                let affine = &Point256::normalise(&[*b])[0];
                let sum = after(a, 1, Some(&Entry::affine(affine)));
                assert!(same(&sum, &a.double().add(b)));
            }
        }
    }

    #[test]
    fn steps_agree_with_those_of_single_elements() {
        if ifma::available() {
            // SAFETY: the processor has the instructions.
            unsafe { check_steps() };
        }
    }

    #[test]
    fn combinations_agree_with_those_of_single_elements() {
        let points = points();
        let odd = points[50].odd_affine_multiples(1 << 6);
        for (i, point) in (0_u64..).zip(&points) {
            let factor = |j: u64| {
                let word = |k: u64| (i + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15 ^ (j << 60)) << k;
                [word(0), word(7), word(13), word(0) >> (i % 60)]
            };
            let [k, lower, upper] = [0, 1, 2].map(factor);
            let k = NonAdjacent::of(&k, 5);
            let [lower, upper] = [lower, upper].map(|number| NonAdjacent::of(&number, 8));
            let generator = [Digits(&lower, &odd[..]), Digits(&upper, &odd[..])];
            let expected = crate::curve::combine(point, &k, &generator);
            if let Some(found) = combine(point, &k, &generator) {
                assert!(same(&found, &expected));
            }
        }
    }
}
