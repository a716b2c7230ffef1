//! The parameter sets of the standards, as facts; a test checks every equation they must satisfy.

use super::edwards::{self, EdwardsCurve};
use super::table::Tables;
#[cfg(target_arch = "x86_64")]
use super::{
    lanes,
    table::{Digits, NonAdjacent},
    Affine,
};
use super::{weierstrass, Curve};
use crate::field::limbs::hex;
use crate::field::{Above, Below, Modulus, Montgomery};

/// A curve from its numbers, big-endian.
macro_rules! curve {
    (
        $(#[$doc:meta])*
        $curve:ident: $n:literal limbs, $field:ty, cofactor $cofactor:literal,
        $($point:ident)::+, $($secret:ident)::+ $(, in lanes $lanes:ty)?;
        a: $a:literal, b: $b:literal, q: $q:literal, x: $x:literal, y: $y:literal,
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $curve;

        impl Modulus<$n> for $curve {
            const MODULUS: [u64; $n] = hex($q);
        }

        impl Curve<$n> for $curve {
            type F = $field;
            type Point = $($point)::+<Self, $n>;
            type SecretPoint = $($secret)::+<Self, $n>;
            const A: [u64; $n] = hex($a);
            const B: [u64; $n] = hex($b);
            const G: ([u64; $n], [u64; $n]) = (hex($x), hex($y));
            const COFACTOR: u64 = $cofactor;

            fn tables() -> &'static Tables<Self, $n> {
                static TABLES: Tables<$curve, $n> = Tables::new();
                &TABLES
            }

            $(
                #[cfg(target_arch = "x86_64")]
                fn sum(addends: &mut impl Iterator<Item = Affine<Self, $n>>) -> Self::Point {
                    lanes::sum::<$lanes, Self>(addends).unwrap_or_else(|| super::sum(addends))
                }

                #[cfg(target_arch = "x86_64")]
                fn combine(
                    point: &Self::Point,
                    k: &NonAdjacent,
                    generator: &[Digits<Affine<Self, $n>>; 2],
                ) -> Self::Point {
                    lanes::combine::<$lanes, Self>(point, k, generator)
                        .unwrap_or_else(|| super::combine(point, k, generator))
                }
            )?
        }
    };
}

/// The field of CryptoPro-C, a prime of no special form.
#[derive(Clone, Copy)]
pub struct CryptoProCField;

impl Modulus<4> for CryptoProCField {
    const MODULUS: [u64; 4] =
        hex("9b9f605f5a858107ab1ec85e6b41c8aacf846e86789051d37998f7b9022d759b");
}

/// The field of the 512-bit test set.
#[derive(Clone, Copy)]
pub struct Test512Field;

impl Modulus<8> for Test512Field {
    const MODULUS: [u64; 8] = hex("4531acd1fe0023c7550d267b6b2fee80922b14b2ffb90f04d4eb7c09b5d2d15df1d852741af4704a0458047e80e4546d35b8336fac224dd81664bbf528be6373");
}

curve! {
    /// id-GostR3410-2001-CryptoPro-A-ParamSet (RFC 4357 11.4).
    CryptoProA: 4 limbs, Below<4, 617>, cofactor 1, weierstrass::Jacobian, weierstrass::Homogeneous, in lanes lanes::Weierstrass<617>;
    a: "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd94",
    b: "a6",
    q: "ffffffffffffffffffffffffffffffff6c611070995ad10045841b09b761b893",
    x: "1",
    y: "8d91e471e0989cda27df505a453f2b7635294f2ddf23e3b122acc99c9e9f1e14",
}

curve! {
    /// id-GostR3410-2001-CryptoPro-B-ParamSet (RFC 4357 11.4).
    CryptoProB: 4 limbs, Above<4, 3225>, cofactor 1, weierstrass::Jacobian, weierstrass::Homogeneous;
    a: "8000000000000000000000000000000000000000000000000000000000000c96",
    b: "3e1af419a269a5f866a7d3c25c3df80ae979259373ff2b182f49d4ce7e1bbc8b",
    q: "800000000000000000000000000000015f700cfff1a624e5e497161bcc8a198f",
    x: "1",
    y: "3fa8124359f96680b83d1c3eb2c070e5c545c9858d03ecfb744bf8d717717efc",
}

curve! {
    /// id-GostR3410-2001-CryptoPro-C-ParamSet (RFC 4357 11.4).
    CryptoProC: 4 limbs, Montgomery<CryptoProCField, 4>, cofactor 1, weierstrass::Jacobian, weierstrass::Homogeneous;
    a: "9b9f605f5a858107ab1ec85e6b41c8aacf846e86789051d37998f7b9022d7598",
    b: "805a",
    q: "9b9f605f5a858107ab1ec85e6b41c8aa582ca3511eddfb74f02f3a6598980bb9",
    x: "0",
    y: "41ece55743711a8c3cbf3783cd08c0ee4d4dc440d4641a8f366e550dfdb3bb67",
}

curve! {
    /// id-tc26-gost-3410-2012-256-paramSetA (RFC 7836 A.2).
    Tc26A256: 4 limbs, Below<4, 617>, cofactor 4, edwards::Extended, edwards::Extended, in lanes lanes::Edwards<617>;
    a: "c2173f1513981673af4892c23035a27ce25e2013bf95aa33b22c656f277e7335",
    b: "295f9bae7428ed9ccc20e7c359a9d41a22fccd9108e17bf7ba9337a6f8ae9513",
    q: "400000000000000000000000000000000fd8cddfc87b6635c115af556c360c67",
    x: "91e38443a5e82c0d880923425712b2bb658b9196932e02c78b2582fe742daa28",
    y: "32879423ab1a0375895786c4bb46e9565fde0b5344766740af268adb32322e5c",
}

impl EdwardsCurve<4> for Tc26A256 {
    const D: [u64; 4] = hex("605f6b7c183fa81578bc39cfad518132b9df62897009af7e522c32d6dc7bffb");
    const S: [u64; 4] = hex("7e7e82520f9f015faa1d0f18c14ab9fb35188275da3fd94206b74f34a48e0ecd");
    const T: [u64; 4] = hex("100fe73f595ff158e974b44d478d9588744fe5c192ac47ea63075dce7a14aaa");
}

curve! {
    /// id-tc26-gost-3410-12-512-paramSetA (RFC 7836 A.1).
    Tc26A512: 8 limbs, Below<8, 569>, cofactor 1, weierstrass::Jacobian, weierstrass::Homogeneous;
    a: "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffdc4",
    b: "e8c2505dedfc86ddc1bd0b2b6667f1da34b82574761cb0e879bd081cfd0b6265ee3cb090f30d27614cb4574010da90dd862ef9d4ebee4761503190785a71c760",
    q: "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff27e69532f48d89116ff22b8d4e0560609b4b38abfad2b85dcacdb1411f10b275",
    x: "3",
    y: "7503cfe87a836ae3a61b8816e25450e6ce5e1c93acf1abc1778064fdcbefa921df1626be4fd036e93d75e6a50e3a41e98028fe5fc235f5b889a589cb5215f2a4",
}

curve! {
    /// id-tc26-gost-3410-12-512-paramSetB (RFC 7836 A.1).
    Tc26B512: 8 limbs, Above<8, 111>, cofactor 1, weierstrass::Jacobian, weierstrass::Homogeneous;
    a: "8000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000006c",
    b: "687d1b459dc841457e3e06cf6f5e2517b97c7d614af138bcbf85dc806c4b289f3e965d2db1416d217f8b276fad1ab69c50f78bee1fa3106efb8ccbc7c5140116",
    q: "800000000000000000000000000000000000000000000000000000000000000149a1ec142565a545acfdb77bd9d40cfa8b996712101bea0ec6346c54374f25bd",
    x: "2",
    y: "1a8f7eda389b094c2c071e3647a8940f3c123b697578c213be6dd9e6c8ec7335dcb228fd1edf4a39152cbcaaf8c0398828041055f94ceeec7e21340780fe41bd",
}

curve! {
    /// id-tc26-gost-3410-2012-512-paramSetC (RFC 7836 A.2).
    Tc26C512: 8 limbs, Below<8, 569>, cofactor 4, edwards::Extended, edwards::Extended;
    a: "dc9203e514a721875485a529d2c722fb187bc8980eb866644de41c68e143064546e861c0e2c9edd92ade71f46fcf50ff2ad97f951fda9f2a2eb6546f39689bd3",
    b: "b4c4ee28cebc6c2c8ac12952cf37f16ac7efb6a9f69f4b57ffda2e4f0de5ade038cbc2fff719d2c18de0284b8bfef3b52b8cc7a5f5bf0a3c8d2319a5312557e1",
    q: "3fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc98cdba46506ab004c33a9ff5147502cc8eda9e7a769a12694623cef47f023ed",
    x: "e2e31edfc23de7bdebe241ce593ef5de2295b7a9cbaef021d385f7074cea043aa27272a7ae602bf2a7b9033db9ed3610c6fb85487eae97aac5bc7928c1950148",
    y: "f5ce40d95b5eb899abbccff5911cb8577939804d6527378b8c108c3d2090ff9be18e2d33e3021ed2ef32d85822423b6304f726aa854bae07d0396e9a9addc40f",
}

impl EdwardsCurve<8> for Tc26C512 {
    const D: [u64; 8] = hex("9e4f5d8c017d8d9f13a5cf3cdf5bfe4dab402d54198e31ebde28a0621050439ca6b39e0a515c06b304e2ce43e79e369e91a0cfc2bc2a22b4ca302dbb33ee7550");
    const S: [u64; 8] = hex("186c289cffa09c983b168c30c829006c952ff4aaf99c73850875d7e77bebef18d653187d6ba8fe533ec74c6f061872585b97cc0f50f57752cd73f4913304621e");
    const T: [u64; 8] = hex("9a628f975594ecefd89ba28a2539ffb79c8ab238aeed0851fa5c1abb02b80b44c6734501b83a011dd625cd0b5145091a6d9acd4b1f5c5b1e21b2b249ddfd1271");
}

curve! {
    /// id-GostR3410-2001-TestParamSet: the example of RFC 5832 7.1 and RFC 7091 7.1.
    Test256: 4 limbs, Above<4, 1073>, cofactor 1, weierstrass::Jacobian, weierstrass::Homogeneous;
    a: "7",
    b: "5fbff498aa938ce739b8e022fbafef40563f6e6a3472fc2a514c0ce9dae23b7e",
    q: "8000000000000000000000000000000150fe8a1892976154c59cfc193accf5b3",
    x: "2",
    y: "8e2a8a0e65147d4bd6316030e16d19c85c97f0a9ca267122b96abbcea7e8fc8",
}

curve! {
    /// The 512-bit test set: the example of GOST R 34.10-2012 A.2.
    Test512: 8 limbs, Montgomery<Test512Field, 8>, cofactor 1, weierstrass::Jacobian, weierstrass::Homogeneous;
    a: "7",
    b: "1cff0806a31116da29d8cfa54e57eb748bc5f377e49400fdd788b649eca1ac4361834013b2ad7322480a89ca58e0cf74bc9e540c2add6897fad0a3084f302adc",
    q: "4531acd1fe0023c7550d267b6b2fee80922b14b2ffb90f04d4eb7c09b5d2d15da82f2d7ecb1dbac719905c5eecc423f1d86e25edbe23c595d644aaf187e6e6df",
    x: "24d19cc64572ee30f396bf6ebbfd7a6c5213b3b3d7057cc825f91093a68cd762fd60611262cd838dc6b60aa7eee804e28bc849977fac33b4b530f1b120248a9a",
    y: "2bb312a43bd2ce6e0d020613c857acddcfbf061e91e5f2c3f32447c259f39b2c83ab156d77f1496bf7eb3351e1ee4e43dc1a18b91b24640b6dbb92cb1add371e",
}

curve! {
    /// bign-curve256v1 (STB 34.101.45 table B.1).
    BignCurve256v1: 4 limbs, Below<4, 189>, cofactor 1, weierstrass::Jacobian, weierstrass::Homogeneous;
    a: "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff40",
    b: "77ce6c1515f3a8edd2c13aabe4d8fbbe4cf55069978b9253b22e7d6bd69c03f1",
    q: "ffffffffffffffffffffffffffffffffd95c8ed60dfb4dfc7e5abf99263d6607",
    x: "0",
    y: "6bf7fc3cfb16d69f5ce4c9a351d6835d78913966c408f6521e29cf1804516a93",
}

curve! {
    /// bign-curve384v1 (STB 34.101.45 table B.2).
    BignCurve384v1: 6 limbs, Below<6, 317>, cofactor 1, weierstrass::Jacobian, weierstrass::Homogeneous;
    a: "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec0",
    b: "3c75dfe1959cef2033075aab655d34d2712748bb0ffbb196a6216af9e9712e3a14bde2f0f3cebd7cbca7fc236873bf64",
    q: "fffffffffffffffffffffffffffffffffffffffffffffffe6cccc40373af7bbb8046dae7a6a4ff0a3db7dc3ff30ca7b7",
    x: "0",
    y: "5d438224a82e9e9e6330117e432dbf893a729a11dc86ffa00549e79e66b1d35584403e276b2a42f9ea5ecb31f733c451",
}

curve! {
    /// bign-curve512v1 (STB 34.101.45 table B.3).
    BignCurve512v1: 8 limbs, Below<8, 569>, cofactor 1, weierstrass::Jacobian, weierstrass::Homogeneous;
    a: "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffdc4",
    b: "6cb45944933b8c43d88c5d6a60fd58895bc6a9eedd5d255117ce13e3daadb0882711dcb5c4245e952933008c87aca243ea8622273a49a27a09346998d6139c90",
    q: "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffb2c0092c0198004ef26bebb02e2113f4361bcae59556df32dcffad490d068ef1",
    x: "0",
    y: "a826ff7ae4037681b182e6f7a0d18fabb0ab41b3b361bce2d2edf81b00cccada6973dde20efa6fd2ff777395eee8226167aa83b9c94c0d04b792ae6fceefedbd",
}
