//! Arbitrary octets along schemas of every kind of type, in DER and BER: nothing panics, reading
//! is bounded, and what was strict DER is written back to the same octets.

#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use zaruka_der::value::{field, node, Plain, Values};
use zaruka_der::{decode, encode, Budget, Field, Kind, Least, Node, Options, Presence, Rules, Tag};

fn tagged(number: u32, inner: &Arc<Plain>) -> Arc<Plain> {
    Arc::new(Node { kind: inner.kind.clone(), tag: Some(Tag::context(number)), note: () })
}

fn explicit(number: u32, inner: Arc<Plain>) -> Arc<Plain> {
    tagged(number, &node(Kind::Explicit(inner)))
}

fn optional(name: &str, inner: Arc<Plain>) -> Field<()> {
    Field { presence: Presence::Optional, ..field(name, inner) }
}

fn with_default(name: &str, inner: Arc<Plain>, der: &[u8]) -> Field<()> {
    Field { presence: Presence::Default(der.into()), ..field(name, inner) }
}

fn sequence(fields: Vec<Field<()>>) -> Arc<Plain> {
    node(Kind::Sequence(fields, true))
}

fn set_of(inner: Arc<Plain>) -> Arc<Plain> {
    node(Kind::SetOf(inner, Least::Zero))
}

fn algorithm() -> Arc<Plain> {
    sequence(vec![field("algorithm", node(Kind::Oid)), optional("parameters", node(Kind::Any))])
}

fn name() -> Arc<Plain> {
    let attribute = sequence(vec![
        field("type", node(Kind::Oid)),
        field("value", node(Kind::AnyTextOrAny)),
    ]);
    let rdn = node(Kind::SetOf(attribute, Least::One));
    node(Kind::SequenceOf(rdn, Least::Zero))
}

/// TBSCertificate of RFC 5280, near enough.
fn certificate() -> Arc<Plain> {
    let time = || node(Kind::Time);
    let extension = sequence(vec![
        field("extnID", node(Kind::Oid)),
        with_default("critical", node(Kind::Boolean), &[1, 1, 0]),
        field("extnValue", node(Kind::OctetString)),
    ]);
    let extensions = node(Kind::SequenceOf(extension, Least::One));
    sequence(vec![
        with_default("version", explicit(0, node(Kind::Integer)), &[0xA0, 3, 2, 1, 0]),
        field("serialNumber", node(Kind::IntegerOctets)),
        field("signature", algorithm()),
        field("issuer", node(Kind::Raw(name()))),
        field("validity", sequence(vec![field("notBefore", time()), field("notAfter", time())])),
        field("subject", name()),
        optional("subjectUniqueID", tagged(2, &node(Kind::BitString))),
        optional("extensions", explicit(3, extensions)),
    ])
}

/// SignedData of RFC 5652, near enough.
fn signed_data() -> Arc<Plain> {
    let content = node(Kind::Choice(vec![
        field("octets", node(Kind::Span)),
        field("other", node(Kind::View(node(Kind::Any)))),
    ]));
    let attribute = sequence(vec![
        field("attrType", node(Kind::Oid)),
        field("attrValues", set_of(node(Kind::Any))),
    ]);
    let signer = sequence(vec![
        field("version", node(Kind::Integer)),
        optional("signedAttrs", node(Kind::WithOctets(tagged(0, &set_of(attribute))))),
        field("signature", node(Kind::OctetString)),
    ]);
    sequence(vec![
        field("version", node(Kind::Integer)),
        field("digestAlgorithms", set_of(algorithm())),
        field(
            "encapContentInfo",
            sequence(vec![
                field("eContentType", node(Kind::Oid)),
                optional("eContent", explicit(0, content)),
            ]),
        ),
        optional("certificates", tagged(0, &set_of(node(Kind::Any)))),
        field("signerInfos", set_of(signer)),
    ])
}

/// The types that the other two lack.
fn rest() -> Arc<Plain> {
    node(Kind::Choice(vec![
        field("null", node(Kind::Null)),
        field("generalizedTime", node(Kind::GeneralizedTime)),
        field("utcTime", node(Kind::UtcTime)),
        field("text", node(Kind::AnyText)),
        field("ia5", tagged(1, &node(Kind::Text(22)))),
        field("bmp", tagged(2, &node(Kind::Text(30)))),
        field("set", node(Kind::Set(
            vec![optional("a", node(Kind::Integer)), field("b", node(Kind::Boolean))],
            false,
        ))),
        field("inside", node(Kind::OctetsOf(name()))),
    ]))
}

static SCHEMAS: LazyLock<[Arc<Plain>; 3]> =
    LazyLock::new(|| [certificate(), signed_data(), rest()]);

const BUDGET: Budget = Budget { size: 1 << 16, depth: 16, elements: 1 << 12, octets: 1 << 18 };

fuzz_target!(|data: &[u8]| {
    for schema in SCHEMAS.iter() {
        for rules in [Rules::Der, Rules::Ber] {
            for strict in [true, false] {
                let options = Options { rules, strict, trailing: true, budget: BUDGET };
                let Ok(read) = decode(schema, data, Values(data), &options) else { continue };
                assert!(read.length <= data.len());
                // What strict DER has no place for is noted: the rest is written as it was read.
                if rules == Rules::Der && read.deviations.is_empty() {
                    let written = encode(schema, &read.value, &mut Values(data));
                    let written = written.expect("what was read can be written");
                    assert_eq!(written, data[..read.length]);
                }
            }
        }
    }
});
