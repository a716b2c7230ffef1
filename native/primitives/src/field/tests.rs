//! Every field against `num_bigint`, at random numbers and at those where carries go far.

use num_bigint::BigUint;

use super::{invert_all_vartime, limbs, Above, Below, Field, Montgomery};
use crate::curve::parameters::{
    BignCurve256v1, BignCurve384v1, CryptoProC, CryptoProCField, Tc26A256, Tc26A512, Tc26C512,
    Test512Field,
};

fn big<const N: usize>(limbs: &[u64; N]) -> BigUint {
    BigUint::from_bytes_le(&limbs::to_le(limbs))
}

/// A generator of numbers for tests (splitmix64).
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// Numbers of N limbs: around 0, the modulus, half and the whole range, runs of ones, random ones.
fn numbers<F: Field<N>, const N: usize>() -> Vec<[u64; N]> {
    let mut numbers = vec![[0; N], [u64::MAX; N]];
    for small in [1, 2, 3, 189, 617, 3225, 6450, u64::MAX] {
        numbers.push(limbs::add_small(&[0; N], small).0);
        numbers.push(limbs::add_small(&F::MODULUS, small).0);
        numbers.push(limbs::sub_small(&F::MODULUS, small).0);
        numbers.push(limbs::sub_small(&[0; N], small).0);
    }
    let mut state = N as u64;
    for i in 0..N {
        let mut run = [0; N];
        run[i] = u64::MAX;
        numbers.push(run);
        let mut top = [0; N];
        top[i] = 1 << 63;
        numbers.push(top);
    }
    numbers.extend((0..60).map(|_| core::array::from_fn(|_| random(&mut state))));
    numbers
}

fn agrees_with_big_integers<F: Field<N>, const N: usize>() {
    let p = &big(&F::MODULUS);
    let numbers = numbers::<F, N>();
    for a in &numbers {
        let (x, big_a) = (F::reduce(*a), &(big(a) % p));
        assert_eq!(&big(&x.to_limbs()), big_a);
        assert_eq!(big(&x.square().to_limbs()), big_a * big_a % p);
        assert_eq!(big(&(-x).to_limbs()), (p - big_a) % p);
        assert_eq!(big(&x.double().to_limbs()), big_a * 2u32 % p);
        assert_eq!(big(&(x.half() + x.half()).to_limbs()), *big_a);
        assert_eq!(big(&x.half().to_limbs()) * 2u32 % p, *big_a);
        assert_eq!(x.is_zero(), big_a == &BigUint::ZERO);
        assert_eq!(F::from_limbs(*a).is_some(), &big(a) < p);
        if x.is_zero() {
            assert!(x.invert().is_zero() && x.invert_vartime().is_zero());
        } else {
            assert_eq!(big(&(x * x.invert()).to_limbs()), BigUint::from(1u32));
            assert_eq!(
                big(&(x * x.invert_vartime()).to_limbs()),
                BigUint::from(1u32)
            );
        }
        for b in &numbers {
            let (y, big_b) = (F::reduce(*b), &(big(b) % p));
            assert_eq!(big(&(x * y).to_limbs()), big_a * big_b % p);
            assert_eq!(big(&(x + y).to_limbs()), (big_a + big_b) % p);
            assert_eq!(big(&(x - y).to_limbs()), (big_a + p - big_b) % p);
            // Results that were not made canonical go on as operands.
            let (sum, big_sum) = ((x + y) * (x - y), (big_a + big_b) * (big_a + p - big_b) % p);
            assert_eq!(big(&sum.to_limbs()), big_sum);
            assert_eq!(x.equals(y), big_a == big_b);
            assert_eq!(x.select(y, 0).to_limbs(), x.to_limbs());
            assert_eq!(x.select(y, u64::MAX).to_limbs(), y.to_limbs());
        }
    }
}

#[test]
fn fields_below_a_power_of_two_agree_with_big_integers() {
    agrees_with_big_integers::<Below<4, 189>, 4>();
    agrees_with_big_integers::<Below<4, 617>, 4>();
    agrees_with_big_integers::<Below<6, 317>, 6>();
    agrees_with_big_integers::<Below<8, 569>, 8>();
}

#[test]
fn fields_above_a_power_of_two_agree_with_big_integers() {
    agrees_with_big_integers::<Above<4, 1073>, 4>();
    agrees_with_big_integers::<Above<4, 3225>, 4>();
    agrees_with_big_integers::<Above<8, 111>, 8>();
}

#[test]
fn montgomery_fields_agree_with_big_integers() {
    agrees_with_big_integers::<Montgomery<CryptoProCField, 4>, 4>();
    agrees_with_big_integers::<Montgomery<Test512Field, 8>, 8>();
}

#[test]
fn scalars_agree_with_big_integers() {
    agrees_with_big_integers::<Montgomery<CryptoProC, 4>, 4>();
    agrees_with_big_integers::<Montgomery<Tc26A256, 4>, 4>();
    agrees_with_big_integers::<Montgomery<BignCurve256v1, 4>, 4>();
    agrees_with_big_integers::<Montgomery<BignCurve384v1, 6>, 6>();
    agrees_with_big_integers::<Montgomery<Tc26A512, 8>, 8>();
    agrees_with_big_integers::<Montgomery<Tc26C512, 8>, 8>();
}

#[test]
fn wide_numbers_are_reduced_modulo_the_order() {
    type Scalar = Montgomery<Tc26A256, 4>;
    let numbers = numbers::<Scalar, 4>();
    let q = &big(&Scalar::MODULUS);
    for low in &numbers {
        for high in &numbers {
            let expected = (big(low) + (big(high) << 256)) % q;
            assert_eq!(big(&Scalar::reduce_wide(*low, *high).to_limbs()), expected);
        }
    }
}

#[test]
fn a_batch_is_inverted_with_one_inversion() {
    type F = Below<6, 317>;
    let elements: Vec<F> = (1..20).map(F::small).collect();
    let mut inverses = elements.clone();
    invert_all_vartime(&mut inverses);
    for (x, inverse) in elements.iter().zip(inverses) {
        assert!((*x * inverse).equals(F::ONE));
    }
}

#[test]
fn wide_products_and_squares_agree_with_big_integers() {
    fn check<F: Field<N>, const N: usize>() {
        let join = |(low, high): ([u64; N], [u64; N])| big(&low) + (big(&high) << (64 * N));
        for a in &numbers::<F, N>() {
            assert_eq!(join(limbs::square_wide(a)), big(a) * big(a));
            for b in &numbers::<F, N>() {
                assert_eq!(join(limbs::mul_wide(a, b)), big(a) * big(b));
            }
        }
    }
    check::<Below<4, 617>, 4>();
    check::<Below<6, 317>, 6>();
    check::<Below<8, 569>, 8>();
}

#[cfg(target_arch = "x86_64")]
#[test]
fn the_instructions_of_one_processor_agree_with_big_integers() {
    use crate::arch::adx;
    type Product<const N: usize> = fn(&[u64; N], &[u64; N]) -> Option<[u64; N]>;
    type Square<const N: usize> = fn(&[u64; N]) -> Option<[u64; N]>;
    fn check<F: Field<N>, const N: usize>(multiply: Product<N>, square: Square<N>) {
        let p = &big(&F::MODULUS);
        let numbers = numbers::<F, N>();
        for a in &numbers {
            let found = square(a).expect("instructions");
            assert_eq!(big(&found) % p, big(a) * big(a) % p);
            for b in &numbers {
                let found = multiply(a, b).expect("instructions");
                assert_eq!(big(&found) % p, big(a) * big(b) % p);
            }
        }
    }
    fn check_384<const C: u64>() {
        check::<Below<6, C>, 6>(adx::multiply_below::<6, C>, adx::square_below::<6, C>);
    }
    fn check_512<const C: u64>() {
        check::<Below<8, C>, 8>(adx::multiply_below::<8, C>, adx::square_below::<8, C>);
        check::<Above<8, C>, 8>(adx::multiply_above::<8, C>, adx::square_above::<8, C>);
    }
    if adx::available() {
        check_384::<317>();
        check_384::<{ (1 << 30) - 1 }>();
        check_512::<569>();
        check_512::<111>();
        check_512::<{ (1 << 30) - 1 }>();
    }
}

#[test]
fn what_other_processors_compute_agrees_with_big_integers() {
    fn check<const N: usize, const C: u64>() {
        let modulus = &((BigUint::from(1u32) << (64 * N - 1)) + C);
        for a in &numbers::<Above<N, C>, N>() {
            let square = Above::<N, C>::fold(limbs::square_wide(a));
            assert_eq!(big(&square.to_limbs()), big(a) * big(a) % modulus);
            for b in &numbers::<Above<N, C>, N>() {
                let product = Above::<N, C>::fold(limbs::mul_wide(a, b));
                assert_eq!(big(&product.to_limbs()), big(a) * big(b) % modulus);
            }
        }
        let modulus = &((BigUint::from(1u32) << (64 * N)) - C);
        for a in &numbers::<Below<N, C>, N>() {
            let square = Below::<N, C>::fold(limbs::square_wide(a));
            assert_eq!(big(&square.to_limbs()), big(a) * big(a) % modulus);
            for b in &numbers::<Below<N, C>, N>() {
                let product = Below::<N, C>::fold(limbs::mul_wide(a, b));
                assert_eq!(big(&product.to_limbs()), big(a) * big(b) % modulus);
            }
        }
    }
    check::<4, 617>();
    check::<4, 3225>();
    check::<6, 317>();
    check::<8, 569>();
    check::<8, 111>();
}
