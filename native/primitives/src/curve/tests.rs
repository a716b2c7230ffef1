//! Parameters against their equations; every way to multiply against adding one by one.

use num_bigint::{BigInt, BigUint};

use super::edwards::EdwardsCurve;
use super::parameters::*;
use super::table::{combine, multiply, Addend, KeyWindows, NonAdjacent};
use super::{satisfies_equation, Curve, Point, Scalar, SecretPoint};
use crate::field::{limbs, Field, Modulus};

/// Calls a generic test for every curve.
macro_rules! on_every_curve {
    ($test:ident) => {
        $test::<CryptoProA, 4>();
        $test::<CryptoProB, 4>();
        $test::<CryptoProC, 4>();
        $test::<Tc26A256, 4>();
        $test::<Test256, 4>();
        $test::<BignCurve256v1, 4>();
        $test::<BignCurve384v1, 6>();
        $test::<Tc26A512, 8>();
        $test::<Tc26B512, 8>();
        $test::<Tc26C512, 8>();
        $test::<Test512, 8>();
        $test::<BignCurve512v1, 8>();
    };
}

fn generator<C: Curve<N>, const N: usize>() -> C::Point {
    let (x, y) = (C::F::reduce(C::G.0), C::F::reduce(C::G.1));
    C::Point::from_weierstrass(x, y).expect("the generator")
}

fn small<const N: usize>(number: u64) -> [u64; N] {
    limbs::add_small(&[0; N], number).0
}

/// `1 / 2` modulo the order of the group.
fn half_of_one<C: Curve<N>, const N: usize>() -> [u64; N] {
    limbs::add_small(&limbs::shift_right(&C::MODULUS, 1), 1).0
}

fn same<P: Point<N, F>, F: Field<N>, const N: usize>(a: &P, b: &P) -> bool {
    a.add(&b.negate()).is_identity()
}

#[test]
fn parameters_satisfy_their_equations() {
    fn check<C: Curve<N>, const N: usize>() {
        assert!(satisfies_equation::<C, N>(
            C::F::reduce(C::G.0),
            C::F::reduce(C::G.1)
        ));
        assert!(limbs::less(&C::G.0, &C::F::MODULUS) && limbs::less(&C::G.1, &C::F::MODULUS));
        let g = generator::<C, N>();
        assert!(!g.is_identity());
        assert!(multiply(&g, &C::MODULUS).is_identity());
        assert!(g.is_in_group());
        // Hasse: |h q - p - 1| < p, so no other cofactor is possible.
        assert!(C::COFACTOR == 1 || C::COFACTOR == 4);
        assert!(g.has_x(C::F::reduce(C::G.0)));
        // Fermat: both moduli pass for primes.
        let order_less_one = limbs::sub_small(&C::MODULUS, 1).0;
        assert!(Scalar::<C, N>::small(3)
            .power(&order_less_one)
            .equals(Scalar::<C, N>::ONE));
        let p_less_one = limbs::sub_small(&C::F::MODULUS, 1).0;
        assert!(C::F::small(3).power(&p_less_one).equals(C::F::ONE));
    }
    on_every_curve!(check);
}

#[test]
fn edwards_parameters_satisfy_their_equations() {
    fn check<C: EdwardsCurve<N>, const N: usize>(u: u64) {
        let (d, s, t) = (C::F::reduce(C::D), C::F::reduce(C::S), C::F::reduce(C::T));
        assert!((s * C::F::small(4)).equals(C::F::ONE - d));
        assert!((t * C::F::small(6)).equals(C::F::ONE + d));
        // a = s^2 - 3 t^2, b = 2 t^3 - t s^2 (RFC 7836 5.2)
        let t_squared = t.square();
        assert!(C::F::reduce(C::A).equals(s.square() - t_squared.double() - t_squared));
        assert!(C::F::reduce(C::B).equals((t_squared.double() - s.square()) * t));
        // d is not a square, so the law has no exception; 1 - d is none, and p = 3 mod 4.
        let half = limbs::shift_right(&C::F::MODULUS, 1);
        assert!(d.power(&half).equals(-C::F::ONE));
        assert!((C::F::ONE - d).power(&half).equals(-C::F::ONE));
        assert_eq!(C::F::MODULUS[0] % 4, 3);
        // The generator's u of RFC 7836 A.2: u = (x - t) / y.
        let (x, y) = (C::F::reduce(C::G.0), C::F::reduce(C::G.1));
        assert!((x - t).equals(C::F::small(u) * y));
    }
    check::<Tc26A256, 4>(0x0d);
    check::<Tc26C512, 8>(0x12);
}

#[test]
fn additions_know_their_exceptions() {
    fn check<C: Curve<N>, const N: usize>() {
        let (g, o) = (generator::<C, N>(), C::Point::identity());
        let affine = &C::Point::normalise(&[g.double().add(&g)])[0];
        let three = g.double().add(&g);
        assert!(same(&g.add(&g), &g.double()));
        assert!(g.add(&g.negate()).is_identity());
        assert!(same(&g.add(&o), &g) && same(&o.add(&g), &g));
        assert!(o.double().is_identity() && o.add(&o).is_identity());
        assert!(same(&three.add_affine(affine), &three.double()));
        assert!(three.negate().add_affine(affine).is_identity());
        assert!(same(&o.add_affine(affine), &three));
        // 2 P + Q where P is Q, -Q or O, where 2 P is -Q, and where it is none of them.
        let plus_three = |point: &C::Point| point.double().add(&three);
        let (minus_three, minus_two) = (three.negate(), g.double().negate());
        let half = multiply(&minus_three, &half_of_one::<C, N>());
        let doubled_plus = |point: &C::Point| {
            let mut sum = *point;
            let addend = Addend(1, core::slice::from_ref(affine));
            sum.double_and_add(Addend(0, &[]), [Addend(0, &[]), addend], false);
            sum
        };
        assert!(doubled_plus(&half).is_identity());
        for point in [g, g.negate(), three, minus_three, minus_two, half, o] {
            assert!(same(&doubled_plus(&point), &plus_three(&point)));
        }
        assert!(o.x().is_none() && !o.has_x(C::F::ZERO) && !o.has_x(C::F::ONE));
    }
    on_every_curve!(check);
}

#[test]
fn odd_multiples_follow_each_other() {
    fn check<C: Curve<N>, const N: usize>() {
        let g = generator::<C, N>();
        for point in [g, multiply(&g, &small(0xfeed_f00d))] {
            for count in [1, 2, 8, 64] {
                let multiples = point.odd_multiples(count);
                assert_eq!(multiples.len(), count);
                let affine = point.odd_affine_multiples(count);
                for i in 0..count as i16 {
                    let expected = multiply(&point, &small(2 * i as u64 + 1));
                    let (mut sum, digit) = (C::Point::identity(), 2 * i + 1);
                    let none = [Addend(0, &[]), Addend(0, &[])];
                    sum.double_and_add(Addend(digit, &multiples), none, false);
                    assert!(same(&sum, &expected));
                    let multiple = &affine[usize::from(i as u16)];
                    assert!(same(&C::Point::identity().add_affine(multiple), &expected));
                }
            }
        }
    }
    on_every_curve!(check);
}

#[test]
fn digits_in_non_adjacent_form_sum_up_to_the_number() {
    let ones = [u64::MAX; 4];
    let runs = [0xffff_0000_ffff_ff00, 0xf0f0_f0f0_f0f0_f0f0, 0, 1 << 63];
    let sparse = [1, 0, 0x8000_0000_0000_0001, 0x5555_5555_aaaa_aaaa];
    for number in [ones, runs, sparse, [0; 4], Tc26A256::MODULUS] {
        for width in [2, 3, 5, 12] {
            let digits = NonAdjacent::of(&number, width).digits().to_vec();
            let mut sum = BigInt::ZERO;
            for (i, &digit) in digits.iter().enumerate().filter(|(_, digit)| **digit != 0) {
                assert!(digit % 2 != 0 && usize::from(digit.unsigned_abs()) < 1 << (width - 1));
                assert!(digits[i + 1..]
                    .iter()
                    .take(width - 1)
                    .all(|next| *next == 0));
                sum += BigInt::from(digit) << i;
            }
            assert_eq!(
                sum,
                BigInt::from(BigUint::from_bytes_le(&limbs::to_le(&number)))
            );
            assert_ne!(digits.last(), Some(&0));
        }
    }
}

#[test]
fn every_way_to_multiply_agrees() {
    fn check<C: Curve<N>, const N: usize>() {
        let g = generator::<C, N>();
        let key = multiply(&g, &small(0xfeed_f00d));
        let minus = |x: u64| limbs::sub_small(&C::MODULUS, x).0;
        let pattern: [u64; N] = core::array::from_fn(|i| 0x9e37_79b9_7f4a_7c15 >> i);
        let mut half = [0; N];
        half[..N / 2].fill(u64::MAX);
        half[N / 2] = 1;
        let windows = KeyWindows::<C, N>::new(&key, 64 * N);
        let numbers = [
            small(0),
            small(1),
            small(31),
            minus(1),
            minus(16),
            minus(17),
            pattern,
            half,
        ];
        for a in &numbers {
            for b in &numbers {
                let expected = multiply(&g, a).add(&multiply(&key, b));
                assert!(same(&combine::<C, N>(a, &key, b), &expected));
                assert!(same(&windows.combine(a, b), &expected));
            }
            // With a key that is a small multiple of G the two runs meet each other.
            for near in [g, g.double(), g.negate()] {
                let expected = multiply(&g, a).add(&multiply(&near, &pattern));
                assert!(same(&combine::<C, N>(a, &near, &pattern), &expected));
            }
            let short = &half[..N / 2 + 1];
            let expected = multiply(&g, a).add(&multiply(&key, &half));
            assert!(same(&combine::<C, N>(a, &key, short), &expected));
            assert!(same(
                &KeyWindows::<C, N>::new(&key, 32 * N + 1).combine(a, short),
                &expected
            ));
        }
    }
    on_every_curve!(check);
}

#[test]
fn constant_time_multiples_agree() {
    fn check<C: Curve<N>, const N: usize>() {
        let g = generator::<C, N>();
        let numbers = (1..70)
            .chain([1 << 20, u64::MAX])
            .map(small)
            .chain((1..40).map(|x| limbs::sub_small(&C::MODULUS, x).0));
        for number in numbers {
            let (x, y) = C::tables().multiply_secret(&number).to_weierstrass();
            let point = C::Point::from_weierstrass(x, y).expect("a point");
            assert!(satisfies_equation::<C, N>(x, y));
            assert!(same(&point, &multiply(&g, &number)));
        }
    }
    on_every_curve!(check);
}

#[test]
fn points_outside_the_group_are_found() {
    /// The point with the least x from `from` on.
    fn point<C: EdwardsCurve<N>, const N: usize>(from: &mut u64) -> C::Point {
        loop {
            *from += 1;
            let x = C::F::small(*from);
            let square = (x.square() + C::F::reduce(C::A)) * x + C::F::reduce(C::B);
            let quarter = limbs::add_small(&limbs::shift_right(&C::F::MODULUS, 2), 1).0;
            let y = square.power(&quarter);
            if y.square().equals(square) {
                return C::Point::from_weierstrass(x, y).expect("not of order two");
            }
        }
    }
    fn check<C: EdwardsCurve<N>, const N: usize>(points: usize) {
        let (mut x, mut inside) = (0, 0);
        let torsion = loop {
            let torsion = multiply(&point::<C, N>(&mut x), &C::MODULUS);
            if !torsion.double().is_identity() {
                break torsion;
            }
        };
        assert!(torsion.double().double().is_identity());
        assert!(!torsion.is_in_group() && !torsion.negate().is_in_group());
        assert!(!torsion.double().is_in_group());
        for _ in 0..points {
            let point = point::<C, N>(&mut x);
            let multiple = multiply(&point, &C::MODULUS);
            assert_eq!(point.is_in_group(), multiple.is_identity());
            inside += usize::from(point.is_in_group());
            let mut coset = point.double().double();
            for step in 0..4 {
                assert_eq!(coset.is_in_group(), step == 0);
                coset = coset.add(&torsion);
            }
        }
        assert!(inside * 8 > points && inside * 3 < points);
    }
    check::<Tc26A256, 4>(2000);
    check::<Tc26C512, 8>(300);
}

/// Keys and factors for which partial sums meet each other, their negatives or O.
#[test]
fn structured_keys_and_factors_meet_no_exception() {
    fn big<const N: usize>(limbs: &[u64; N]) -> BigUint {
        BigUint::from_bytes_le(&limbs::to_le(limbs))
    }
    fn limbs_of<const N: usize>(number: &BigUint) -> [u64; N] {
        let mut octets = number.to_bytes_le();
        octets.resize(8 * N, 0);
        limbs::from_le(&octets)
    }
    fn check<C: Curve<N>, const N: usize>() {
        let (g, q) = (generator::<C, N>(), &big(&C::MODULUS));
        let power = |bits: usize| (BigUint::from(1u32) << bits) % q;
        let half: BigUint = (q - 1u32) >> 1;
        let structured = [
            BigUint::from(1u32),
            BigUint::from(2u32),
            BigUint::from(3u32),
            BigUint::from(17u32),
            q - 1u32,
            q - 2u32,
            q - 16u32,
            half.clone(),
            half + 1u32,
            power(5),
            power(32 * N),
            power(64 * N - 3),
        ];
        for d in &structured {
            let key = multiply(&g, &limbs_of(d));
            let windows = KeyWindows::<C, N>::new(&key, 64 * N);
            for k in &structured {
                // k Q = m G and -m G, and near to them
                let m = &(k * d % q);
                let factors = [
                    m.clone(),
                    q - m,
                    (m * 2u32) % q,
                    (q - m + 1u32) % q,
                    BigUint::from(1u32),
                    q - 1u32,
                ];
                for factor in &factors {
                    let expected = multiply(&g, &limbs_of(&((factor + m) % q)));
                    let (factor, k): ([u64; N], [u64; N]) = (limbs_of(factor), limbs_of(k));
                    assert!(same(&combine::<C, N>(&factor, &key, &k), &expected));
                    assert!(same(&windows.combine(&factor, &k), &expected));
                }
            }
        }
    }
    on_every_curve!(check);
}
