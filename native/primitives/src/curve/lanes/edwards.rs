//! An Edwards curve: the law of [`crate::curve::edwards`] is two products of four lanes, and sums of
//! lanes before each. From the multiple of p that a sum starts with no more than two products are
//! subtracted in a lane, and no more than two are added.

use super::Lanes;
use crate::arch::ifma::four::{Factors, Sums};
use crate::curve::edwards::{Affine, EdwardsCurve, Extended};
use crate::curve::Curve;
use crate::field::{Below, Field};

/// X, Z, Y, T.
#[derive(Clone, Copy)]
pub struct Coordinates<const K: u64>(Sums<K>);

/// What is added: (x + y, d t, x, y), and z in every lane unless it is one.
pub struct Entry<const K: u64> {
    factors: Factors<K>,
    z: Option<Factors<K>>,
}

impl<const K: u64> Coordinates<K> {
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
            .plus_all(&squares)
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

impl<C, const K: u64> Lanes<C> for Coordinates<K>
where
    C: EdwardsCurve<4> + Curve<4, F = Below<4, K>, Point = Extended<C, 4>>,
{
    type Entry = Entry<K>;

    #[target_feature(enable = "avx512ifma,avx512vl")]
    unsafe fn new(&Extended { x, y, z, t }: &Extended<C, 4>) -> Self {
        Self(Factors::new([x, z, y, t].map(Field::to_limbs)).sums())
    }

    #[target_feature(enable = "avx512ifma,avx512vl")]
    unsafe fn point(&self) -> Extended<C, 4> {
        let [x, z, y, t] = self.0.carried().to_numbers().map(super::element);
        Extended { x, y, z, t }
    }

    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    unsafe fn entry(&Affine { u, v, duv }: &Affine<C, 4>) -> Entry<K> {
        Entry {
            factors: Factors::new([u + v, duv, u, v].map(Field::to_limbs)),
            z: None,
        }
    }

    #[target_feature(enable = "avx512ifma,avx512vl")]
    unsafe fn entries(&self) -> [Entry<K>; 2] {
        let one = Below::<4, K>::ONE.to_limbs();
        let coordinates = self.0.carried();
        let z = Some(coordinates.permuted::<0b01_01_01_01>());
        let this = Self(coordinates.times(&Factors::new([one, one, one, C::D])));
        let negative = Self(this.0.negated::<0b1001>());
        [this, negative].map(|point| Entry {
            factors: point.factors(),
            z,
        })
    }

    #[target_feature(enable = "avx512ifma,avx512vl")]
    #[inline]
    unsafe fn step(&self, other: Option<&Entry<K>>) -> Self {
        match other {
            Some(other) => self.plus(other),
            None => self.double(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::parameters::Tc26A256;
    use crate::curve::Point;

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

    #[test]
    fn lanes_agree_with_single_elements() {
        super::super::tests::check::<Coordinates<617>, Tc26A256>(&points(), same);
    }
}
