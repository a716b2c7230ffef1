"""Names are compared by RFC 5280 7.1: what a person sees as one name is one name."""

from __future__ import annotations

import stringprep
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zaruka.asn1 import pkix
from zaruka.asn1 import schema as s
from zaruka.errors import InputError
from zaruka.x509.names import Name
from zaruka.x509.preparation import prepare

CN, ORG, SERIAL = "2.5.4.3", "2.5.4.10", "2.5.4.5"
UTF8, PRINTABLE, TELETEX, BMP, UNIVERSAL = 12, 19, 20, 30, 28

words = st.text(st.sampled_from("абвгёіўАБВЁІЎabzABZ019 «»—-.'"), min_size=1).filter(str.strip)


@given(words)
def test_string_type_does_not_distinguish_names(value):
    names = [Name.of([(CN, value, tag)]) for tag in (UTF8, BMP, UNIVERSAL)]
    assert len(set(names)) == 1
    assert len({name.der for name in names}) == 3


@given(words)
def test_case_and_spaces_do_not_distinguish_names(value):
    plain = Name.of([(CN, value)])
    assert Name.of([(CN, f"  {value.upper()}   ")]) == plain
    assert Name.of([(CN, value.replace(" ", "   ").lower())]) == plain
    assert hash(Name.of([(CN, value.swapcase())])) == hash(plain)


@given(words, words)
def test_different_words_make_different_names(one, other):
    same = " ".join(one.lower().split()) == " ".join(other.lower().split())
    assert (Name.of([(CN, one)]) == Name.of([(CN, other)])) is same


def test_the_order_of_rdns_and_the_type_of_attributes_distinguish_names():
    a, b = (CN, "a"), (ORG, "b")
    assert Name.of([a, b]) != Name.of([b, a])
    assert Name.of([(CN, "a")]) != Name.of([(ORG, "a")])
    assert Name.of([a]) != Name.of([a, b])
    assert Name.of([]) == Name.of([])


def test_the_order_inside_an_rdn_does_not_distinguish_names():
    one = pkix.AttributeTypeAndValue(CN, s.Text(UTF8, "a"))
    other = pkix.AttributeTypeAndValue(ORG, s.Text(UTF8, "b"))
    multi = Name(s.encode(pkix.NAME, ((one, other),)))
    assert multi == Name(s.encode(pkix.NAME, ((other, one),)))
    assert multi != Name(s.encode(pkix.NAME, ((one,), (other,))))
    assert multi.rfc4514().count("+") == 1


def test_values_that_only_look_alike_stay_apart():
    sequence = b"\x30\x03\x0c\x01a"
    structured = pkix.AttributeTypeAndValue("2.5.4.16", sequence)
    text = pkix.AttributeTypeAndValue("2.5.4.16", s.Text(UTF8, "#" + sequence.hex()))
    names = [Name(s.encode(pkix.NAME, ((value,),))) for value in (structured, text)]
    assert names[0] != names[1]
    assert Name.of([(CN, "a\x01b")]) == Name.of([(CN, "ab")])  # RFC 4518 2.2: controls go
    assert Name.of([(CN, "СН")]) != Name.of([(CN, "CH")])  # Cyrillic and Latin


@pytest.mark.parametrize(
    ("value", "prepared"),
    [
        ("  ООО   «Ёлка»  ", "ооо «ёлка»"),
        ("№ 5", "no 5"),
        ("Straße", "strasse"),
        ("a\u00a0\u3000b", "a b"),
        ("so\u00adft", "soft"),
        ("e\u0301", "é"),
        ("\u00c5ngstr\u00f6m", "ångström"),
        ("\u212b", "å"),  # ANGSTROM SIGN
        ("   ", ""),
        ("a \u0301b", "a \u0301b"),  # a space under a mark is no space
        ("\ue000", None),
        ("\ufffd", None),
        ("\u0378", None),
    ],
)
def test_preparation_follows_rfc_4518(value, prepared):
    assert prepare(value) == prepared


def test_the_quick_way_prepares_as_the_whole_algorithm_does():
    quick = [*range(0x20, 0x7F), *range(0x400, 0x460), 0xAB, 0xBB, 0x2013, 0x2014]
    for char in map(chr, quick):
        folded = stringprep.map_table_b2(char)
        whole = unicodedata.ucd_3_2_0.normalize("NFKC", folded)
        assert prepare(f"x{char}x") == f"x{whole}x", hex(ord(char))


@given(st.text())
def test_preparation_is_stable_and_never_fails(value):
    once = prepare(value)
    if once is not None:
        assert prepare(once) == once


def test_prohibited_characters_equal_only_themselves():
    assert Name.of([(CN, "a\ue000")]) == Name.of([(CN, "a\ue000")])
    assert Name.of([(CN, "a\ue000")]) != Name.of([(CN, "A\ue000")])


def test_a_value_of_unreasonable_length_equals_only_itself_and_costs_little():
    marks = "a" + "\u0315" * 25_000 + "\u0334" * 25_000
    assert prepare(marks) is None
    assert Name.of([(CN, marks)]) == Name.of([(CN, marks)])
    assert Name.of([(CN, marks)]) != Name.of([(CN, marks.upper())])


def test_a_value_that_is_not_prepared_stands_for_no_other_attribute():
    forged = Name.of([(CN, f"\ufffd\1{ORG}\3acme")])
    rdn = tuple(
        pkix.AttributeTypeAndValue(oid, s.Text(UTF8, value))
        for oid, value in ((CN, "\ufffd"), (ORG, "acme"))
    )
    assert forged != Name(s.encode(pkix.NAME, (rdn,)))


def test_a_name_lies_within_its_beginning():
    base, below = Name.of([(ORG, "Банк")]), Name.of([(ORG, "БАНК", BMP), (CN, "Касса")])
    assert below.is_within(base)
    assert below.is_within(below)
    assert below.is_within(Name.of([]))
    assert not base.is_within(below)
    assert not below.is_within(Name.of([(CN, "Касса")]))


def test_a_name_is_shown_as_people_know_it():
    name = Name.of([("2.5.4.6", "BY", PRINTABLE), (ORG, 'ООО "Ива, дуб"'), (CN, "Ива")])
    assert name.display() == "Ива"
    assert name.rfc4514() == r"CN=Ива,O=ООО \"Ива\, дуб\",C=BY"
    assert name.get(ORG) == 'ООО "Ива, дуб"'
    assert name.get(SERIAL) is None


@given(st.binary(max_size=60))
def test_octets_that_are_no_name_are_refused(octets):
    try:
        name = Name(octets)
    except InputError:
        return
    assert name == Name(octets)
