"""The list of accredited authorities: what is read of it, in every variation that is met."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import minted_lists as made
import pytest
from hypothesis import given
from hypothesis import strategies as st

import material
from zaruka.errors import BudgetExceeded, InputError
from zaruka.jurisdictions.russia.accredited import parse_accredited
from zaruka.lab.lists import Accredited, accredited_list
from zaruka.trust import Purpose, Scheme, Standing, TrustBase
from zaruka.x509 import Certificate

DAY = timedelta(days=1)
T = datetime(2020, 1, 1, tzinfo=UTC)
CA = made.Party("CA", made.root())
DATA = made.base64_of(CA.certificate)


def one(body: str, head: str = "<Версия>5</Версия><Дата>2026-07-23T00:00:00Z</Дата>"):
    root = "АккредитованныеУдостоверяющиеЦентры"
    return parse_accredited(
        f'<{root} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{head}'
        f"<УдостоверяющийЦентр>{body}</УдостоверяющийЦентр></{root}>".encode()
    )


def status(word: str, since: str | None = "2020-01-01T00:00:00") -> str:
    date = "" if since is None else f"<ДействуетС>{since}</ДействуетС>"
    return f"<СтатусАккредитации><Статус>{word}</Статус>{date}</СтатусАккредитации>"


def certificate(data: str = DATA) -> str:
    return f"<ДанныеСертификата><Данные>{data}</Данные></ДанныеСертификата>"


def key(inner: str) -> str:
    return f"<КлючиУполномоченныхЛиц><Ключ>{inner}</Ключ></КлючиУполномоченныхЛиц>"


def complexes(inner: str) -> str:
    name, above = "ПрограммноАппаратныйКомплекс", "ПрограммноАппаратныеКомплексы"
    return f"<{above}><{name}>{inner}</{name}></{above}>"


PLACED = complexes(key(f"<Сертификаты>{certificate()}</Сертификаты>"))


def test_the_skeleton_of_the_format_is_read(shared):
    octets = (shared / "samples" / "synthetic_tsl_skeleton.xml").read_bytes()
    found = parse_accredited(octets)
    assert (found.scheme, found.territory, found.sequence) == (Scheme.E_TRUST, "RU", 1)
    assert [each.code for each in found.unread] == ["lists.not-base64"]


def test_a_whole_list_of_the_real_certificates_is_read(shared):
    ders = material.ders(shared / "real" / "ru" / "accredited-ca.pem")
    certificates = [Certificate.parse(der) for der in ders]
    assert len(certificates) == 2375
    authorities = [
        Accredited(f"УЦ {n}", "1", (each,), (("Действует", T),), (f"http://ca.test/{n}.crl",))
        for n, each in enumerate(certificates)
    ]
    found = parse_accredited(accredited_list(authorities, version=16314, issued=made.ISSUED))
    assert set(found.certificates) == set(certificates)
    assert found.unread == ()
    anchors = {s.certificate_sha256 for s in found.statements if s.anchor}
    assert anchors == {c.sha256 for c in certificates if c.is_self_issued}
    assert len(anchors) == 7


def test_what_the_list_says_of_a_certificate_is_kept():
    listed = Accredited(
        "УЦ",
        "1027700100010",
        (CA.certificate,),
        (("Действует", T), ("Приостановлена", T + 9 * DAY), ("Действует", T + 20 * DAY)),
        ("http://ca.test/1.crl", "http://ca.test/2.crl"),
        successor="1037700200009",
    )
    found = parse_accredited(accredited_list([listed], version=7, issued=made.ISSUED))
    first, second, third = found.statements
    assert [each.standing for each in found.statements] == [
        Standing.GRANTED,
        Standing.SUSPENDED,
        Standing.GRANTED,
    ]
    assert first.since == T
    assert first.until is not None
    assert first.until < second.since == T + 9 * DAY
    assert third.until is None
    assert first.country == "RU"
    assert first.crl_urls == ("http://ca.test/1.crl", "http://ca.test/2.crl")
    assert first.source == "e-trust 7 2026-07-23"
    said = dict(first.details)
    assert said["NAME"] == "УЦ"
    assert said["OGRN"] == "1027700100010"
    assert said["INN"] == "007703000007"
    assert said["MEANS_CLASS"] == "КС2"
    assert said["HANDED_OVER_TO"] == "1037700200009"
    assert said["KEY_ID"] == CA.certificate.key_identifier.hex().upper()
    assert said["ZONE"] == "UTC"


@given(st.integers(-40, 400))
def test_every_moment_has_one_status(days):
    words = ("Действует", "Приостановлена", "Действует", "Прекращена", "Аннулирована")
    statuses = tuple((word, T + 30 * n * DAY) for n, word in enumerate(words))
    listed = Accredited("УЦ", "1", (CA.certificate,), statuses)
    octets = accredited_list([listed], version=7, issued=made.ISSUED)
    statements = parse_accredited(octets).statements
    at = T + days * DAY
    covering = [each for each in statements if each.covers(Purpose.SIGNATURES, at)]
    assert len(covering) == (days >= 0)
    base = TrustBase(statements)
    granted = base.find(CA.certificate.sha256, Purpose.SIGNATURES, at) is not None
    assert granted == (0 <= days < 30 or 60 <= days < 90)


@pytest.mark.parametrize(
    "placed",
    [
        PLACED,
        key(f"<Сертификаты>{certificate()}</Сертификаты>"),  # right under the authority
        key(certificate()),
        complexes(certificate()),
        complexes(key(certificate(f"\n {DATA[:64]}\r\n\t{DATA[64:]} \n"))),
        complexes("") + complexes(key(certificate())),
        complexes(key("<Сертификаты/>") + key(certificate())),
        f"<Новое><Ещё/></Новое>{PLACED}",
        PLACED.replace("<ПрограммноАппаратныйКомплекс>", "<ПрограммноАппаратныйКомплекс>", 1)
        + "<ПрограммноАппаратныеКомплексы xsi:nil='true'/>",
    ],
)
def test_certificates_are_found_wherever_they_stand(placed):
    found = one(placed + status("Действует"))
    assert found.certificates == (CA.certificate,)
    assert [each.standing for each in found.statements] == [Standing.GRANTED]
    assert found.unread == ()


@pytest.mark.parametrize(
    ("written", "hours"), [("2012-07-19T20:00:00", 4), ("2022-07-04T21:00:00", 3)]
)
def test_a_moment_without_a_zone_is_utc_since_it_is_midnight_in_moscow_then(written, hours):
    """As the real list had them; Moscow was at UTC+4 until October 2014."""
    found = one(PLACED + status("Действует", written))
    (since,) = {each.since for each in found.statements}
    assert (since + timedelta(hours=hours)).time() == time()


@pytest.mark.parametrize(
    ("written", "read", "zoned"),
    [
        ("2022-07-04T21:00:00", datetime(2022, 7, 4, 21, tzinfo=UTC), False),
        ("2022-07-04T21:00:00Z", datetime(2022, 7, 4, 21, tzinfo=UTC), True),
        ("2022-07-05T00:00:00+03:00", datetime(2022, 7, 4, 21, tzinfo=UTC), True),
        ("2022-07-04T21:00:00.5970000Z", datetime(2022, 7, 4, 21, 0, 0, 597000, UTC), True),
        ("2022-07-04", datetime(2022, 7, 4, tzinfo=UTC), False),
        ("2022-07-04+03:00", datetime(2022, 7, 3, 21, tzinfo=UTC), True),
    ],
)
def test_dates_are_read_as_they_are_met_and_a_missing_zone_is_said(written, read, zoned):
    found = one(PLACED + status("Действует", written))
    assert found.statements[0].since == read
    assert (("ZONE", "UTC") in found.statements[0].details) is not zoned


@pytest.mark.parametrize("written", ["", "вчера", "2022-13-01T00:00:00", "20220704", None])
def test_a_status_without_a_date_counts_from_the_date_of_the_list(written):
    found = one(PLACED + status("Действует", written))
    assert found.statements[0].since == found.issued
    assert [each.code for each in found.unread] == ["lists.bad-date"]


@pytest.mark.parametrize("word", ["Приостановлена", "Прекращена", "Забыта"])
def test_a_status_that_ended_an_accreditation_at_an_unknown_time_leaves_it_unknown(word):
    history = f"{status('Действует')}{status(word, 'когда-то')}{status('Действует', '2022-01-01')}"
    found = one(f"{PLACED}<ИсторияСтатусовАккредитации>{history}</ИсторияСтатусовАккредитации>")
    unknown, granted = found.statements
    assert unknown.since == T
    assert unknown.standing is not Standing.GRANTED
    assert ("STATUS_UNKNOWN", word) in unknown.details
    assert granted.standing is Standing.GRANTED
    assert granted.since == datetime(2022, 1, 1, tzinfo=UTC)


def test_an_unknown_status_is_not_granted_and_said():
    found = one(PLACED + status("Восстановлена"))
    assert found.statements[0].standing is Standing.ENDED
    assert ("STATUS_UNKNOWN", "Восстановлена") in found.statements[0].details
    assert [each.code for each in found.unread] == ["lists.unknown-status"]


def test_no_status_at_all_is_no_trust():
    found = one(PLACED)
    assert found.statements == ()
    assert [each.code for each in found.unread] == ["lists.no-status"]


def test_nil_and_empty_parts_are_as_absent():
    found = one(
        f"{PLACED}<Название xsi:nil='true'/><ИНН/><ОГРН>1</ОГРН><РеестровыйНомер>№ 12/а"
        f"</РеестровыйНомер><ПолномочияПереданыУЦсОГРН xsi:nil='true'/>{status('Действует')}"
        "<ИсторияСтатусовАккредитации xsi:nil='true'/>"
    )
    said = dict(found.statements[0].details)
    assert "INN" not in said
    assert "HANDED_OVER_TO" not in said
    assert said["REGISTRY_NUMBER"] == "№ 12/а"
    assert found.statements[0].name == CA.certificate.ref.name


def test_a_history_that_ends_otherwise_than_the_status_in_force_gives_way_to_it():
    history = f"{status('Приостановлена', '2021-01-01')}{status('Действует', '2022-01-01')}"
    found = one(
        f"{PLACED}{status('Приостановлена', '2021-01-01')}"
        f"<ИсторияСтатусовАккредитации>{history}</ИсторияСтатусовАккредитации>"
    )
    assert found.statements[-1].standing is Standing.SUSPENDED
    assert found.statements[-1].since == found.issued
    assert "lists.status-order" in [each.code for each in found.unread]


def test_one_bad_entry_is_not_the_end():
    found = one(
        key(certificate("не base64") + certificate("QUJD") + certificate()) + status("Действует")
    )
    assert found.certificates == (CA.certificate,)
    assert len(found.unread) == 2


def test_the_same_certificate_may_stand_under_several_authorities_and_keys():
    twice = complexes(key(certificate()) + key(certificate())) + status("Действует")
    assert len(one(twice).statements) == 1
    first = Accredited("Один", "1", (CA.certificate,), (("Прекращена", T),), successor="2")
    second = Accredited("Другой", "2", (CA.certificate,), (("Действует", T),))
    octets = accredited_list([first, second, second], version=7, issued=made.ISSUED)
    found = parse_accredited(octets)
    assert [each.name for each in found.statements] == ["Один", "Другой"]
    assert len(found.certificates) == 1


@pytest.mark.parametrize(
    ("statuses", "successor", "spans"),
    [
        ((("Действует", 0),), None, [(0, None)]),
        ((("Действует", 0), ("Приостановлена", 9)), None, [(0, None)]),
        ((("Действует", 0), ("Прекращена", 9)), None, [(0, 9)]),
        ((("Действует", 0), ("Аннулирована", 9), ("Действует", 20)), None, [(0, 9), (20, None)]),
        ((("Действует", 0), ("Прекращена", 9)), "2", [(0, None)]),
        ((("Приостановлена", 0),), None, []),
        ((("Аннулирована", 0),), None, []),
    ],
)
def test_a_self_signed_certificate_is_an_anchor_while_its_certificates_are_in_force(
    statuses, successor, spans
):
    listed = Accredited(
        "УЦ",
        "1",
        (made.root().certificate, CA.certificate),
        tuple((word, T + days * DAY) for word, days in statuses),
        successor=successor,
    )
    found = parse_accredited(accredited_list([listed], version=7, issued=made.ISSUED))
    anchors = [each for each in found.statements if each.anchor]
    assert {each.certificate_sha256 for each in anchors} <= {made.root().certificate.sha256}
    assert [
        ((e.since - T).days, None if e.until is None else (e.until - T + DAY).days) for e in anchors
    ] == spans


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ("<Дата>2026-07-23</Дата>", "lists.bad-number"),
        ("<Версия>пять</Версия><Дата>2026-07-23</Дата>", "lists.bad-number"),
        ("<Версия>٥</Версия><Дата>2026-07-23</Дата>", "lists.bad-number"),
        ("<Версия>5</Версия>", "lists.bad-date"),
    ],
)
def test_a_list_without_number_or_date_is_no_list(head, code):
    with pytest.raises(InputError) as error:
        one(PLACED, head)
    assert error.value.code == code


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (b"", "lists.encoding"),
        (b"not XML", "lists.encoding"),
        ("<?xml version='1.0' encoding='IBM037'?><a/>".encode("cp037"), "lists.encoding"),
        (b"<?xml version='1.0' encoding='UTF-7'?>+ADw-a/+AD4-", "lists.encoding"),
        (b"<a", "xml.not-well-formed"),
        (b"<html/>", "lists.not-a-list"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "xml.doctype"),
        ("<а>".encode() * 10_000, "xml.not-well-formed"),
    ],
)
def test_what_is_no_list_is_refused(octets, code):
    with pytest.raises(InputError) as error:
        parse_accredited(octets)
    assert error.value.code == code


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "windows-1251"])
def test_the_encoding_is_the_one_that_the_file_declares(encoding):
    name = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    octets = accredited_list(
        [Accredited("УЦ", "1", (CA.certificate,), (("Действует", T),))],
        version=7,
        issued=made.ISSUED,
    )
    text = octets.decode().replace("UTF-8", name)
    assert parse_accredited(text.encode(encoding)).statements[0].name == "УЦ"


def test_a_wrong_encoding_is_refused():
    text = accredited_list([], version=7, issued=made.ISSUED).decode()
    with pytest.raises(InputError):
        parse_accredited(text.encode("windows-1251"))
    with pytest.raises(InputError):
        parse_accredited(text.replace("UTF-8", "windows-1251").encode())


def test_a_hundred_thousand_authorities_are_refused():
    many = "<УдостоверяющийЦентр/>" * 100_000
    with pytest.raises(BudgetExceeded):
        one(f"</УдостоверяющийЦентр>{many}<УдостоверяющийЦентр>")
    with pytest.raises(BudgetExceeded):
        one("<а/>" * 1_000_001)


def test_statuses_times_certificates_are_bounded():
    names = (f"<ИдентификаторКлюча>{n}</ИдентификаторКлюча>" for n in range(101))
    keys = "".join(key(name + certificate()) for name in names)
    words = "".join(
        status(("Действует", "Приостановлена")[n % 2], (T + n * DAY).isoformat())
        for n in range(1000)
    )
    with pytest.raises(BudgetExceeded):
        one(f"{keys}<ИсторияСтатусовАккредитации>{words}</ИсторияСтатусовАккредитации>")


@pytest.mark.parametrize("order", [1, -1])
def test_a_history_alone_may_be_written_in_any_order(order):
    written = [status("Действует", "2020-01-01"), status("Прекращена", "2021-01-01")]
    history = "".join(written[::order])
    found = one(f"{PLACED}<ИсторияСтатусовАккредитации>{history}</ИсторияСтатусовАккредитации>")
    assert [each.standing for each in found.statements] == [Standing.GRANTED, Standing.ENDED]
    assert found.unread == ()
