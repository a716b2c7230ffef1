"""Each type is read as X.690 says, and what is not DER is refused by name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NamedTuple

import pytest
from asn1_encodings import der

from zaruka.asn1 import schema as s
from zaruka.errors import BudgetExceeded, InputError


def refused(node: s.Node[Any], data: bytes, **options: Any) -> InputError:
    with pytest.raises(InputError) as caught:
        s.decode(node, data, **options)
    return caught.value


class Pair(NamedTuple):
    first: int
    second: bool


class Whole(NamedTuple):
    der: bytes
    first: int


PAIR = s.sequence(Pair, s.field("first", s.INTEGER), s.field("second", s.BOOLEAN, default=False))


@pytest.mark.parametrize(
    ("octets", "value"),
    [
        ("020100", 0),
        ("02017f", 127),
        ("02020080", 128),
        ("020180", -128),
        ("0202ff7f", -129),
        ("02087fffffffffffffff", 2**63 - 1),
        ("0209008000000000000000", 2**63),
        ("0209ff7fffffffffffffff", -(2**63) - 1),
        ("0209ff0000000000000000", -(2**64)),
        ("0211" + "00" + "ff" * 16, 2**128 - 1),
    ],
)
def test_integers_are_read_and_written(octets: str, value: int) -> None:
    data = bytes.fromhex(octets)
    assert s.decode(s.INTEGER, data) == value
    assert s.encode(s.INTEGER, value) == data
    assert s.decode(s.INTEGER_BYTES, data) == data[2:]


@pytest.mark.parametrize("octets", ["02020001", "0202ffff", "0203000001"])
def test_integers_with_superfluous_octets_are_refused(octets: str) -> None:
    error = refused(s.INTEGER, bytes.fromhex(octets))
    assert (error.code, error.details["rule"]) == ("asn1.not-der", "integer-padding")


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("2a03", "1.2.3"),
        ("00", "0.0"),
        ("27", "0.39"),
        ("50", "2.0"),
        ("8837", "2.999"),
        ("2a8503020203", "1.2.643.2.2.3"),
        ("2a7000020022652d0201", "1.2.112.0.2.0.34.101.45.2.1"),
        ("6983ffffffffffffffffffffffffffffffffff7f", f"2.25.{2**128 - 1}"),
    ],
)
def test_object_identifiers_are_read_and_written(content: str, value: str) -> None:
    data = der(6, bytes.fromhex(content))
    assert s.decode(s.OID, data) == value
    assert s.encode(s.OID, value) == data


@pytest.mark.parametrize("content", ["", "80", "2a8001", "2a83", "80802a"])
def test_broken_object_identifiers_are_refused(content: str) -> None:
    assert refused(s.OID, der(6, bytes.fromhex(content))).code == "asn1.bad-value"


def test_an_arc_of_more_than_128_bits_is_refused() -> None:
    assert refused(s.OID, der(6, b"\x69" + b"\xff" * 18 + b"\x7f")).code == "asn1.bad-value"


@pytest.mark.parametrize("text", ["1", "3.1", "1.40", "1.2.", "", "1.02", "1.-1", "a.b", "1.2.+3"])
def test_what_is_no_object_identifier_is_not_written(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be encoded"):
        s.encode(s.OID, text)


def test_booleans_are_ff_or_00_and_01_is_let_pass_by_name() -> None:
    assert s.decode(s.BOOLEAN, b"\x01\x01\xff") is True
    assert s.decode(s.BOOLEAN, b"\x01\x01\x00") is False
    assert s.decode_noting(s.BOOLEAN, b"\x01\x01\x01") == (True, (s.Deviation("boolean-true", 0),))
    assert refused(s.BOOLEAN, b"\x01\x01\x01", strict=True).details["rule"] == "boolean-true"
    assert refused(s.BOOLEAN, b"\x01\x02\xff\xff").code == "asn1.bad-value"


def test_an_encoded_default_is_let_pass_by_name() -> None:
    data = der(0x30, b"\x02\x01\x05", b"\x01\x01\x00")
    value, noted = s.decode_noting(PAIR, data)
    assert (value, noted) == (Pair(5, second=False), (s.Deviation("encoded-default", 5),))
    assert refused(PAIR, data, strict=True).details == {
        "offset": 5,
        "place": "Pair.second",
        "rule": "encoded-default",
    }
    assert s.encode(PAIR, value) == der(0x30, b"\x02\x01\x05")


def test_the_place_of_an_error_names_the_components() -> None:
    pairs = s.bounded(s.sequence_of(PAIR), s.Budget(), "Pairs")
    good = der(0x30, b"\x02\x01\x05")
    error = refused(pairs, der(0x30, good, good, der(0x30, b"\x04\x00")))
    assert error.code == "asn1.unexpected-tag"
    assert error.details == {"offset": 14, "place": "Pairs[2].first"}


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        ("", "asn1.truncated"),
        ("30", "asn1.truncated"),
        ("3003", "asn1.truncated"),
        ("300302", "asn1.truncated"),
        ("3002020500", "asn1.bad-length"),
        ("3000", "asn1.missing-field"),
        ("30060201050101", "asn1.truncated"),
        ("3003040105", "asn1.unexpected-tag"),
        ("3103020105", "asn1.unexpected-tag"),
        ("1003020105", "asn1.unexpected-tag"),
        ("3006020105020105", "asn1.extra-element"),
        ("300302010500", "asn1.trailing-data"),
        ("308103020105", "asn1.not-der"),
        ("30820003020105", "asn1.not-der"),
        ("30800201050000", "asn1.not-der"),
        ("30ff020105", "asn1.bad-length"),
        ("3089ffffffffffffffffff020105", "asn1.bad-length"),
        ("3088ffffffffffffffff020105", "asn1.truncated"),
        ("1f1e00", "asn1.bad-tag"),
        ("1f8000", "asn1.bad-tag"),
        ("3ffffffffffff0", "asn1.bad-tag"),
    ],
)
def test_each_kind_of_damage_has_its_code(octets: str, code: str) -> None:
    assert refused(PAIR, bytes.fromhex(octets)).code == code


def test_lengths_in_more_octets_than_needed_are_ber_only() -> None:
    data = bytes.fromhex("30840000000302010a")
    assert s.decode(PAIR, data, mode=s.BER) == Pair(10, second=False)
    assert refused(PAIR, data).details["rule"] == "long-length"


def test_high_tag_numbers_are_read_and_written() -> None:
    for number in (30, 31, 127, 128, 16383, 16384, 2**28 - 1):
        node = s.explicit(number, s.INTEGER)
        assert s.decode(node, s.encode(node, 7)) == 7
    assert s.encode(s.implicit(31, s.INTEGER), 7) == bytes.fromhex("9f1f0107")


@pytest.mark.parametrize(
    ("node", "text", "moment"),
    [
        (s.UTC_TIME, "491231235959Z", datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (s.UTC_TIME, "500101000000Z", datetime(1950, 1, 1, tzinfo=UTC)),
        (s.UTC_TIME, "000229120000Z", datetime(2000, 2, 29, 12, tzinfo=UTC)),
        (s.GENERALIZED_TIME, "20240229120000Z", datetime(2024, 2, 29, 12, tzinfo=UTC)),
        (s.GENERALIZED_TIME, "20240229120000.5Z", datetime(2024, 2, 29, 12, 0, 0, 500000, UTC)),
        (s.GENERALIZED_TIME, "20240229120000.000001Z", datetime(2024, 2, 29, 12, 0, 0, 1, UTC)),
        (s.GENERALIZED_TIME, "99991231235959Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_times_are_read_and_written(node: s.Node[datetime], text: str, moment: datetime) -> None:
    data = der(23 if node is s.UTC_TIME else 24, text.encode())
    assert s.decode(node, data) == moment
    assert s.decode(s.TIME, data) == moment
    assert s.encode(node, moment) == data


def test_a_time_is_utctime_through_2049() -> None:
    assert s.encode(s.TIME, datetime(2049, 12, 31, tzinfo=UTC))[0] == 23
    assert s.encode(s.TIME, datetime(2050, 1, 1, tzinfo=UTC))[0] == 24
    east = timezone(timedelta(hours=3))
    assert s.encode(s.TIME, datetime(2024, 1, 1, 2, tzinfo=east)) == der(23, b"231231230000Z")
    with pytest.raises(ValueError, match="cannot be encoded"):
        s.encode(s.TIME, datetime(2024, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    "text",
    [
        "20230229120000Z", "20241301120000Z", "20240001120000Z", "20240100120000Z",
        "20240101240000Z", "20240101126000Z", "20240101120060Z", "00000101000000Z",
        "2024010112000Z", "20240101120000", "20240101120000z", "2024010112 000Z",
        "20240101120000.Z", "20240101120000+1500", "", "Z",
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused(text: str) -> None:
    assert refused(s.GENERALIZED_TIME, der(24, text.encode())).code == "asn1.bad-value"


@pytest.mark.parametrize("text", ["202401011200Z", "20240101120000+0300", "20240101120000.50Z"])
def test_times_that_are_ber_only_are_refused_in_der(text: str) -> None:
    data = der(24, text.encode())
    assert refused(s.GENERALIZED_TIME, data).details["rule"] == "time-form"
    assert s.decode(s.GENERALIZED_TIME, data, mode=s.BER).tzinfo is UTC


def test_an_offset_is_taken_off_the_time() -> None:
    data = der(23, b"240101020000+0300")
    assert s.decode(s.UTC_TIME, data, mode=s.BER) == datetime(2023, 12, 31, 23, tzinfo=UTC)


def test_digits_after_microseconds_are_dropped_and_noted() -> None:
    data = der(24, b"20240101120000.1234567Z")
    value, noted = s.decode_noting(s.GENERALIZED_TIME, data)
    assert value == datetime(2024, 1, 1, 12, 0, 0, 123456, UTC)
    assert [each.code for each in noted] == ["time-precision"]


@pytest.mark.parametrize(
    ("tag", "octets", "text"),
    [
        (12, "Зарука".encode(), "Зарука"),
        (18, b"12 34", "12 34"),
        (19, b"BY", "BY"),
        (20, b"\xe9", "é"),
        (22, b"a@b", "a@b"),
        (26, b"x y", "x y"),
        (28, b"\0\0\x04\x17", "З"),
        (30, b"\x04\x17", "З"),
    ],
)
def test_strings_keep_their_type_and_are_written_back(tag: int, octets: bytes, text: str) -> None:
    data = der(tag, octets)
    assert s.decode(s.STRING, data) == s.Text(tag, text)
    assert s.encode(s.STRING, s.Text(tag, text)) == data
    assert s.decode(s.STRING_OR_ANY, data) == s.Text(tag, text)


@pytest.mark.parametrize(
    ("tag", "octets", "text"),
    [
        (19, b"a@b", "a@b"),
        (12, b"\xff", "�"),
        (22, b"\xe9", "é"),
        (30, bytes.fromhex("d83dde00"), "\U0001f600"),
        (30, bytes.fromhex("d83d"), "�"),
    ],
)
def test_characters_outside_of_the_repertoire_are_noted(tag: int, octets: bytes, text: str) -> None:
    value, noted = s.decode_noting(s.STRING, der(tag, octets))
    assert value == s.Text(tag, text)
    assert [each.code for each in noted] == ["string-character"]
    assert refused(s.STRING, der(tag, octets), strict=True).code == "asn1.not-der"


def test_a_string_of_a_known_type_has_only_its_characters() -> None:
    assert refused(s.IA5_STRING, der(22, b"\xe9")).code == "asn1.bad-value"
    assert refused(s.BMP_STRING, der(30, b"\x04")).code == "asn1.bad-value"
    with pytest.raises(ValueError, match="cannot be encoded"):
        s.encode(s.NUMERIC_STRING, "x")


def test_a_value_that_is_no_string_is_kept_as_it_is() -> None:
    address = der(0x30, der(12, b"Minsk"), der(12, b"BY"))
    assert s.decode(s.STRING_OR_ANY, address) == address
    assert s.encode(s.STRING_OR_ANY, address) == address


def test_bit_strings_with_unused_bits() -> None:
    assert s.decode(s.BIT_STRING, b"\x03\x02\x01\x86") == s.BitString(b"\x86", 1)
    assert s.decode(s.BIT_STRING, b"\x03\x01\x00") == s.BitString(b"", 0)
    assert s.encode(s.BIT_STRING, s.BitString(b"\x86", 1)) == b"\x03\x02\x01\x86"
    assert refused(s.BIT_STRING, b"\x03\x02\x01\x87").details["rule"] == "unused-bits"
    for broken in (b"\x03\x00", b"\x03\x01\x01", b"\x03\x02\x08\x00"):
        assert refused(s.BIT_STRING, broken).code == "asn1.bad-value"


def test_a_set_of_is_sorted_in_der() -> None:
    node = s.set_of(s.OCTET_STRING)
    unsorted = der(0x31, b"\x04\x01\x02", b"\x04\x01\x01")
    assert refused(node, unsorted).details["rule"] == "set-order"
    value = s.decode(node, unsorted, mode=s.BER)
    assert value == (b"\x02", b"\x01")
    assert s.encode(node, value) == der(0x31, b"\x04\x01\x01", b"\x04\x01\x02")


def test_a_set_is_read_in_any_order_in_ber_and_by_tag_in_der() -> None:
    node = s.set_(Pair, s.field("first", s.INTEGER), s.field("second", s.BOOLEAN))
    by_tag, other = (
        der(0x31, *each) for each in ([b"\1\1\xff", b"\2\1\5"], [b"\2\1\5", b"\1\1\xff"])
    )
    assert s.decode(node, by_tag) == s.decode(node, other, mode=s.BER) == Pair(5, second=True)
    assert refused(node, other).details["rule"] == "set-order"
    assert s.encode(node, Pair(5, second=True)) == by_tag
    assert refused(node, der(0x31, b"\2\1\5")).code == "asn1.missing-field"
    assert refused(node, der(0x31, b"\2\1\5", b"\2\1\5")).code == "asn1.extra-element"


def test_an_empty_list_is_refused_or_noted_as_its_type_says() -> None:
    assert refused(s.sequence_of(s.NULL, least=1), b"\x30\x00").code == "asn1.missing-field"
    value, noted = s.decode_noting(s.sequence_of(s.NULL, least=None), b"\x30\x00")
    assert (value, [each.code for each in noted]) == ((), ["empty-list"])


def test_values_come_with_octets_where_asked() -> None:
    whole = s.sequence(Whole, s.field("first", s.INTEGER), raw=True)
    data = der(0x30, b"\x02\x01\x05")
    assert s.decode(whole, data) == Whole(data, 5)
    assert s.encode(whole, Whole(b"", 5)) == data
    assert s.decode(s.with_octets(whole), data) == s.Encoded(data, Whole(data, 5))
    assert s.decode(s.raw(whole), data) == data
    assert refused(s.raw(whole), der(0x30, b"\x04\x00")).code == "asn1.unexpected-tag"
    view = s.decode(s.view(s.ANY), data)
    assert isinstance(view, memoryview)
    assert view.obj is data


def test_choices_and_tags() -> None:
    node = s.choice(("number", s.INTEGER), ("name", s.implicit(1, s.UTF8_STRING)))
    assert s.decode(node, b"\x02\x01\x05") == ("number", 5)
    assert s.decode(node, b"\x81\x01a") == ("name", "a")
    assert s.encode(node, ("name", "a")) == b"\x81\x01a"
    assert refused(node, b"\x82\x00").code == "asn1.unexpected-tag"
    tagged = s.explicit(0, node)
    assert s.decode(tagged, b"\xa0\x03\x02\x01\x05") == ("number", 5)
    assert refused(tagged, b"\xa0\x00").code == "asn1.missing-field"
    assert refused(tagged, b"\xa0\x06\x02\x01\x05\x02\x01\x05").code == "asn1.extra-element"
    with pytest.raises(ValueError, match="tagged implicitly"):
        s.implicit(0, node)


def test_a_value_inside_an_octet_string() -> None:
    node = s.octets_of(PAIR)
    data = der(4, der(0x30, b"\x02\x01\x05"))
    assert s.decode(node, data) == Pair(5, second=False)
    assert s.encode(node, Pair(5, second=False)) == data
    assert refused(node, der(4, der(0x30, b"\x02\x01\x05"), b"\0")).code == "asn1.extra-element"


def test_any_buffer_is_read() -> None:
    data = der(0x30, b"\x02\x01\x05")
    for buffer in (data, bytearray(data), memoryview(data), memoryview(b"x" + data)[1:]):
        assert s.decode(PAIR, buffer) == Pair(5, second=False)
    with pytest.raises(BufferError):
        s.decode(PAIR, memoryview(data)[::2])


def test_what_follows_a_value_is_allowed_by_name_only() -> None:
    assert s.decode_prefix(PAIR, der(0x30, b"\x02\x01\x05") + b"more") == (Pair(5, second=False), 5)


def test_values_not_of_the_type_are_not_written() -> None:
    for wrong in (("x", False), (1,), 5, None):
        with pytest.raises(ValueError, match="cannot be encoded"):
            s.encode(PAIR, wrong)  # type: ignore[arg-type]


def test_a_class_with_other_fields_is_refused() -> None:
    with pytest.raises(TypeError, match="has not the fields"):
        s.sequence(Pair, s.field("first", s.INTEGER))


@pytest.mark.parametrize(
    ("data", "budget", "code"),
    [
        (der(4, bytes(100)), s.Budget(size=50), "asn1.too-large"),
        (der(4, bytes(100)), s.Budget(octets=50), "asn1.too-many-octets"),
        (der(0x30, b"\x05\x00" * 50), s.Budget(elements=50), "asn1.too-many-elements"),
        (der(2, b"\x01" * 20000), s.Budget(), "asn1.too-many-octets"),
    ],
)
def test_bounds_are_said_to_be_met(data: bytes, budget: s.Budget, code: str) -> None:
    node = {4: s.OCTET_STRING, 0x30: s.sequence_of(s.NULL), 2: s.INTEGER}[data[0]]
    with pytest.raises(BudgetExceeded) as caught:
        s.decode(node, data, budget=budget)
    assert caught.value.code == code
