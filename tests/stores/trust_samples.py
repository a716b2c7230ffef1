"""Small lists for the store: authorities of the laboratory and what is stated of them."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from functools import cache

from zaruka.crypto import public_key
from zaruka.lab.keys import make_key
from zaruka.trust import Purpose, Scheme, Standing, Statement, TrustList
from zaruka.x509 import Name
from zaruka.x509.issuing import Issuer, authority_extensions, issue_certificate

BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
PAUSE = datetime(2022, 3, 1, tzinfo=UTC)
AGAIN = datetime(2022, 6, 1, tzinfo=UTC)


@cache
def authority(name):
    """A self-signed certificate."""
    private = make_key("p-256", os.urandom)
    own = Issuer(Name.of([("2.5.4.3", name)]), private, public_key(private))
    return issue_certificate(
        own,
        own.name,
        own.key,
        serial_number=int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") | 1,
        not_before=BEGIN,
        not_after=datetime(2040, 1, 1, tzinfo=UTC),
        extensions=authority_extensions(own.key, None),
        entropy=os.urandom(64),
    )


def stated(name, standing=Standing.GRANTED, since=BEGIN, until=None, *, ogrn="1", **more):
    return Statement(
        authority(name).sha256,
        name,
        "whatever the reader calls it",
        purposes=frozenset({Purpose.SIGNATURES}),
        since=since,
        until=until,
        standing=standing,
        anchor=more.pop("anchor", False),
        country=more.pop("country", "RU"),
        details=(("OGRN", ogrn),),
        **more,
    )


def issue(sequence, *statements, day=1, scheme=Scheme.E_TRUST, name="Перечень", next_update=None):
    """An issue of a list, and octets that stand for it."""
    octets = f"{name} {sequence} {day} {statements!r}".encode()
    found = TrustList(
        scheme=scheme,
        territory="RU",
        name=name,
        sequence=sequence,
        issued=datetime(2026, 1, day, tzinfo=UTC),
        next_update=next_update,
        sha256=hashlib.sha256(octets).hexdigest(),
        statements=statements,
        certificates=tuple(authority(n) for n in dict.fromkeys(s.name for s in statements)),
    )
    return found, octets


def take(store, sequence, *statements, source="e-trust", obtained=None, dropped=(), **more):
    """Take an issue in, obtained in the evening of its day."""
    found, octets = issue(sequence, *statements, **more)
    return store.take(
        source,
        found,
        octets,
        signer=authority("Министерство"),
        place="list.xml",
        obtained=obtained or found.issued.replace(hour=18),
        dropped=dropped,
    )
