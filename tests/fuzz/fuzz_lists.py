"""Fuzz the readers of lists: every octet string is a list or an error with a known code."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from driver import SHARED, run, shared_seeds

from zaruka.errors import InputError, UnsupportedError
from zaruka.jurisdictions.belarus.gossuok import parse_gossuok
from zaruka.jurisdictions.russia.accredited import parse_accredited
from zaruka.jurisdictions.russia.list_signer import read_accredited
from zaruka.lab.lists import Accredited, accredited_list, sign_list
from zaruka.lab.russia import russia
from zaruka.trust import Purpose, Standing, TrustList
from zaruka.trust.etsi import parse_etsi, read_etsi
from zaruka.trust.pivots import pivot_addresses

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def check(octets: bytes) -> None:
    """Read `octets` as every form of list, signed and not; anything unforeseen is raised."""
    for parse in (parse_accredited, parse_etsi, parse_gossuok):
        try:
            _check_list(parse(octets))
        except InputError:
            continue
    for read in (read_accredited, read_etsi):
        try:
            reading = read(octets)
        except (InputError, UnsupportedError):
            continue
        assert not reading.conclusion.passed  # nobody here may sign lists
        if reading.list is not None:
            _check_list(reading.list)
    try:
        pivot_addresses(octets)
    except InputError:
        return


def _check_list(found: TrustList) -> None:
    assert found.issued.tzinfo is UTC
    for statement in found.statements:
        assert len(statement.certificate_sha256) == 64
        if statement.since and statement.until:
            assert statement.since <= statement.until
        if statement.standing is not Standing.GRANTED and statement.since is not None:
            assert not statement.holds(Purpose.SIGNATURES, statement.since)


def seeds() -> list[bytes]:
    """One small list of each form: the samples, and a signed list of the laboratory."""
    nation = russia(NOW, lambda count: hashlib.shake_256(b"lists").digest(count))
    authority = Accredited(
        "УЦ",
        "1027700100010",
        (nation.authority.certificate,),
        (("Действует", NOW.replace(year=2024)), ("Приостановлена", NOW.replace(year=2025))),
        ("http://ca.example.test/1.crl",),
        successor="1",
    )
    octets = accredited_list([authority], version=7, issued=NOW)
    signed = sign_list(
        octets,
        nation.authority.signer,
        lambda count: hashlib.shake_256(b"sign").digest(count),
    )
    home = SHARED / "samples" / "etsi-lists"
    small = (home / "mra-zz-tl.xml").read_bytes() if home.is_dir() else b""
    toml = b'name="x"\nversion=1\ndate=2026-01-01T00:00:00Z\n[[certificates]]\nrole="root"\n' + (
        b'name="r"\nsha256="' + b"ab" * 32 + b'"\nsource="s"\nsince=2020-01-01T00:00:00Z\n'
        b'crl=[{url="u",source="s"}]\n'
    )
    return [octets, signed, small, toml, *shared_seeds("samples/etsi-lists/*.xml", "samples/*tsl*")]


if __name__ == "__main__":
    run(check, seeds())
