"""Hierarchies with one thing changed in each: what RFC 5280 makes of it is said beside it.

The usual chain is root, middle, leaf; the keys are of one kind, the names and times invented.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from zaruka.asn1 import extensions as asn1
from zaruka.asn1.pkix import Extension
from zaruka.crypto import PrivateKey, public_key
from zaruka.lab.keys import make_key
from zaruka.x509 import Certificate, CertificateList, Name
from zaruka.x509.crls import RevokedEntry
from zaruka.x509.issuing import (
    Issuer,
    extension,
    issue_certificate,
    issue_crl,
    key_identifier,
    key_usage,
)

START, AT, END = (datetime(year, 6, 1, tzinfo=UTC) for year in (2020, 2026, 2034))
EARLY, LATE = AT - timedelta(days=30), AT + timedelta(days=30)
GOLD, SILVER, ANY_POLICY = "1.2.3.1", "1.2.3.2", "2.5.29.32.0"
ORGANISATION, COMMON_NAME, EMAIL = "2.5.4.10", "2.5.4.3", "1.2.840.113549.1.9.1"
UNKNOWN = "1.2.3.99"  # an extension, or a key purpose, that nobody knows
PRINTABLE, UTF8 = 19, 12
KINDS = ("rsa-2048", "p-256", "gost-256")


@dataclass(frozen=True)
class Chain:
    """What is judged by what: `crls` None means that nobody asks about revocation."""

    leaf: Certificate
    middles: tuple[Certificate, ...]
    anchor: Certificate
    crls: tuple[CertificateList, ...] | None = None
    at: datetime = AT
    policies: tuple[str, ...] = ()
    explicit_policy: bool = False
    inhibit_mapping: bool = False
    inhibit_any: bool = False


def name(common: str, tag: int = UTF8, *, organisation: str = "Chains") -> Name:
    return Name.of([(ORGANISATION, organisation, tag), (COMMON_NAME, common, tag)])


def policies(*oids: str) -> Extension:
    return extension("2.5.29.32", [asn1.PolicyInformation(oid, None) for oid in oids])


def mappings(*pairs: tuple[str, str]) -> Extension:
    return extension("2.5.29.33", tuple(asn1.PolicyMapping(*pair) for pair in pairs))


def demands(explicit: int | None, mapping: int | None = None) -> Extension:
    return extension("2.5.29.36", asn1.PolicyConstraints(explicit, mapping), critical=True)


def constraints(permitted: Iterable = (), excluded: Iterable = ()) -> Extension:
    def subtrees(names):
        return tuple(asn1.GeneralSubtree(one, 0, None) for one in names) or None

    value = asn1.NameConstraints(subtrees(permitted), subtrees(excluded))
    return extension("2.5.29.30", value, critical=True)


def names(*values: tuple[str, object], critical: bool = False) -> Extension:
    return extension("2.5.29.17", values, critical=critical)


def basic(*, ca: bool = True, path_length: int | None = None, critical: bool = True) -> Extension:
    return extension("2.5.29.19", asn1.BasicConstraints(ca, path_length), critical=critical)


DNS, IP = ("dNSName", "leaf.example"), ("iPAddress", bytes([192, 0, 2, 7]))
MAIL, URI = ("rfc822Name", "who@mail.example"), ("uniformResourceIdentifier", "https://u.example/")
SIGN = key_usage("keyCertSign", "cRLSign")


class Maker:
    """Issues with keys of one kind, one for each label; all that it makes stays the same."""

    def __init__(self, kind: str) -> None:
        self.entropy = random.Random(kind).randbytes
        self.private: Callable[[str], PrivateKey] = cache(lambda _: make_key(kind, self.entropy))
        self.certificate = cache(self._certificate)
        self.serial = 0

    def issuer(self, label: str, named: Name | None = None) -> Issuer:
        private = self.private(label)
        return Issuer(named or name(label), private, public_key(private))

    def _certificate(
        self,
        subject: str,
        issuer: str,
        *extensions: Extension,
        key: str | None = None,
        named: Name | None = None,
        issuer_key: str | None = None,
        issuer_named: Name | None = None,
        identifies: str | None = None,
        since: datetime = START,
        until: datetime = END,
    ) -> Certificate:
        """Certify `subject` by `issuer`; `identifies`: whose key authorityKeyIdentifier names."""
        self.serial += 1
        above = self.issuer(issuer_key or issuer, issuer_named or name(issuer))
        own = public_key(self.private(key or subject))
        identifiers = [extension("2.5.29.14", key_identifier(own))]
        if subject != issuer or key != issuer_key:
            known = public_key(self.private(identifies)) if identifies else above.key
            value = asn1.AuthorityKeyIdentifier(key_identifier(known), None, None)
            identifiers.append(extension("2.5.29.35", value))
        return issue_certificate(
            above,
            name(subject) if named is None else named,
            own,
            serial_number=self.serial,
            not_before=since,
            not_after=until,
            extensions=[*identifiers, *extensions],
            entropy=self.entropy(32),
        )

    def root(self, *more: Extension, **how) -> Certificate:
        return self.certificate("root", "root", basic(), SIGN, *more, **how)

    def middle(self, *more: Extension, **how) -> Certificate:
        return self.certificate("middle", "root", basic(), SIGN, *more, **how)

    def leaf(self, *more: Extension, issuer: str = "middle", san: bool = True, **how):
        alternative = [names(DNS)] if san else []
        usage = key_usage("digitalSignature")
        return self.certificate("leaf", issuer, usage, *alternative, *more, **how)

    def crl(
        self, issuer: str, *revoked: RevokedEntry, since=EARLY, until=LATE, key=None, more=()
    ) -> CertificateList:
        return issue_crl(
            self.issuer(key or issuer, name(issuer)),
            revoked,
            this_update=since,
            next_update=until,
            number=1,
            extensions=more,
            entropy=self.entropy(32),
        )

    def chain(self, **changes) -> Chain:
        chain = Chain(self.leaf(), (self.middle(),), self.root())
        return replace(chain, **changes)


@dataclass(frozen=True)
class Mutation:
    """A change, and whether the path is valid by RFC 5280 after it."""

    valid: bool
    make: Callable[[Maker], Chain]


MUTATIONS: dict[str, Mutation] = {}


def mutation(valid: bool) -> Callable:
    def keep(make: Callable[[Maker], Chain]) -> Callable[[Maker], Chain]:
        MUTATIONS[make.__name__.replace("_", " ")] = Mutation(valid, make)
        return make

    return keep


def simple(label: str, valid: bool, make: Callable[[Maker], Chain]) -> None:
    MUTATIONS[label] = Mutation(valid, make)


def usage_of_middle(*extensions: Extension) -> Callable[[Maker], Chain]:
    return lambda m: m.chain(middles=(m.certificate("middle", "root", *extensions),))


def of_middle(*more: Extension, **how) -> Callable[[Maker], Chain]:
    return lambda m: m.chain(middles=(m.middle(*more, **how),))


def of_leaf(*more: Extension, **how) -> Callable[[Maker], Chain]:
    return lambda m: m.chain(leaf=m.leaf(*more, **how))


def of_root(*more: Extension, **how) -> Callable[[Maker], Chain]:
    return lambda m: m.chain(anchor=m.root(*more, **how))


def flipped(certificate: Certificate) -> Certificate:
    """Change one bit near the end of the signature."""
    der = bytearray(certificate.der)
    der[-3] ^= 4
    return Certificate.parse(bytes(der))


def with_other_algorithm(certificate: Certificate) -> Certificate:
    """Name outside another digest than inside: the last arc of the algorithm, one more."""
    der = bytearray(certificate.der)
    outside = der.index(certificate.tbs_der) + len(certificate.tbs_der) + 2
    der[outside + 1 + der[outside + 1]] += 1
    return Certificate.parse(bytes(der))


# --- what is usual, and what is legal

simple("nothing", True, lambda m: m.chain())
simple("leaf under the root", True, lambda m: m.chain(leaf=m.leaf(issuer="root"), middles=()))
simple("first second of the leaf", True, of_leaf(since=AT))
simple("last second of the leaf", True, of_leaf(until=AT))
simple("no key usage in the middle", True, usage_of_middle(basic()))
simple("basic constraints not critical", True, usage_of_middle(basic(critical=False), SIGN))
simple("unknown extension", True, of_leaf(Extension(UNKNOWN, False, b"\x05\0")))
simple("unknown extension in the middle", True, of_middle(Extension(UNKNOWN, False, b"\x05\0")))
simple(
    "empty subject, critical alternative name",
    True,
    of_leaf(names(DNS, critical=True), san=False, named=Name.of([])),
)
simple(
    "names that differ in case, spaces and type of string",
    True,
    of_leaf(issuer_named=name("MIDDLE ", PRINTABLE, organisation="chains"), issuer_key="middle"),
)


@mutation(True)
def two_middles(m: Maker) -> Chain:
    lower = m.certificate("lower", "middle", basic(path_length=0), SIGN)
    return m.chain(leaf=m.leaf(issuer="lower"), middles=(lower, m.middle()))


@mutation(True)
def two_keys_of_one_name(m: Maker) -> Chain:
    return m.chain(middles=(m.middle(key="other"), m.middle()))


@mutation(True)
def expired_and_valid_certificate_of_the_middle(m: Maker) -> Chain:
    return m.chain(middles=(m.middle(until=EARLY), m.middle()))


@mutation(True)
def loop_of_cross_certificates(m: Maker) -> Chain:
    ring = [m.certificate(a, b, basic(), SIGN) for a, b in (("middle", "far"), ("far", "middle"))]
    return m.chain(middles=(*ring, m.middle()))


@mutation(False)
def loop_that_leads_nowhere(m: Maker) -> Chain:
    ring = [m.certificate(a, b, basic(), SIGN) for a, b in (("middle", "far"), ("far", "middle"))]
    return m.chain(middles=tuple(ring))


# --- validity

simple("leaf expired", False, of_leaf(until=AT - timedelta(seconds=1)))
simple("leaf not yet valid", False, of_leaf(since=AT + timedelta(seconds=1)))
simple("middle expired", False, of_middle(until=EARLY))
simple("middle not yet valid", False, of_middle(since=LATE))
simple("anchor expired", True, of_root(until=EARLY))

# --- signatures and names

simple("signature of the leaf altered", False, lambda m: m.chain(leaf=flipped(m.leaf())))
simple("signature of the middle altered", False, lambda m: m.chain(middles=(flipped(m.middle()),)))
simple("leaf signed by another key", False, of_leaf(issuer_key="other", identifies="middle"))
simple("middle signed by another key", False, of_middle(issuer_key="other", identifies="root"))
simple("issuer under another name", False, of_leaf(issuer_named=name("minor")))
simple("another key is identified", True, of_leaf(identifies="other"))
simple("no issuer given", False, lambda m: m.chain(middles=()))
simple(
    "another root of the same name",
    False,
    lambda m: m.chain(anchor=m.root(key="other", issuer_key="other")),
)
simple(
    "algorithms inside and outside differ",
    False,
    lambda m: m.chain(leaf=with_other_algorithm(m.leaf())),
)

# --- who may issue

simple("no basic constraints in the middle", False, usage_of_middle(SIGN))
simple("middle is no authority", False, usage_of_middle(basic(ca=False), SIGN))
simple(
    "middle may sign documents only",
    False,
    usage_of_middle(basic(), key_usage("digitalSignature")),
)
simple(
    "middle may sign documents only, not critical",
    False,
    usage_of_middle(basic(), key_usage("digitalSignature", critical=False)),
)
simple("path length 0 below the middle", True, usage_of_middle(basic(path_length=0), SIGN))


def rooted(path_length: int) -> Callable[[Maker], Certificate]:
    return lambda m: m.certificate("root", "root", basic(path_length=path_length), SIGN)


simple("path length 1 in the anchor", True, lambda m: m.chain(anchor=rooted(1)(m)))
simple("path length 0 in the anchor", False, lambda m: m.chain(anchor=rooted(0)(m)))


@mutation(False)
def path_length_exceeded(m: Maker) -> Chain:
    middle = m.certificate("middle", "root", basic(path_length=0), SIGN)
    lower = m.certificate("lower", "middle", basic(), SIGN)
    return m.chain(leaf=m.leaf(issuer="lower"), middles=(lower, middle))


@mutation(True)
def self_issued_certificate_below_path_length_0(m: Maker) -> Chain:
    middle = m.certificate("middle", "root", basic(path_length=0), SIGN)
    renewed = m.certificate("middle", "middle", basic(), SIGN, key="new", issuer_key="middle")
    return m.chain(leaf=m.leaf(issuer_key="new"), middles=(renewed, middle))


# --- critical extensions

NONE = b"\x05\0"
simple("unknown critical extension", False, of_leaf(Extension(UNKNOWN, True, NONE)))
simple("unknown critical extension in the middle", False, of_middle(Extension(UNKNOWN, True, NONE)))
simple("unknown critical extension in the anchor", True, of_root(Extension(UNKNOWN, True, NONE)))
simple("one extension twice", False, of_leaf(names(("dNSName", "other.example"))))
simple(
    "critical key purpose that nobody knows",
    True,
    of_leaf(extension("2.5.29.37", (UNKNOWN,), critical=True)),
)

# --- names within limits

DIRECTORY = ("directoryName", Name.of([(ORGANISATION, "Chains")]).der)
ELSEWHERE = ("directoryName", Name.of([(ORGANISATION, "Elsewhere")]).der)
FORMS = {
    "host": (DNS, ("dNSName", "example"), ("dNSName", "other.example")),
    "mailbox": (MAIL, ("rfc822Name", "mail.example"), ("rfc822Name", "post.example")),
    "address": (
        IP,
        ("iPAddress", bytes([192, 0, 2, 0, 255, 255, 255, 0])),
        ("iPAddress", bytes([192, 0, 3, 0, 255, 255, 255, 0])),
    ),
    "URI": (
        URI,
        ("uniformResourceIdentifier", "u.example"),
        ("uniformResourceIdentifier", "v.example"),
    ),
}


def limited(own, *limits: Extension) -> Callable[[Maker], Chain]:
    return lambda m: m.chain(leaf=m.leaf(names(DNS, own), san=False), middles=(m.middle(*limits),))


for form, (own, around, beside) in FORMS.items():
    simple(f"{form} permitted", True, limited(own, constraints([around])))
    simple(f"{form} not permitted", False, limited(own, constraints([beside])))
    simple(f"{form} excluded", False, limited(own, constraints(excluded=[around])))
    simple(f"{form} beside the excluded", True, limited(own, constraints(excluded=[beside])))
simple("directory name permitted", True, of_middle(constraints([DIRECTORY])))
simple("directory name not permitted", False, of_middle(constraints([ELSEWHERE])))
simple("directory name excluded", False, of_middle(constraints(excluded=[DIRECTORY])))
simple("limits of the anchor kept", True, of_root(constraints([("dNSName", "example")])))
simple("limits of the anchor broken", False, of_root(constraints([("dNSName", "other.example")])))
simple(
    "mailbox in the subject not permitted",
    False,
    lambda m: m.chain(
        leaf=m.leaf(named=Name.of([(COMMON_NAME, "leaf"), (EMAIL, "who@mail.example", 22)])),
        middles=(m.middle(constraints([("rfc822Name", "post.example")])),),
    ),
)

# --- policies


def with_policies(leaf: list, middle: list, **asked) -> Callable[[Maker], Chain]:
    return lambda m: m.chain(leaf=m.leaf(*leaf), middles=(m.middle(*middle),), **asked)


gold, silver, every = [policies(GOLD)], [policies(SILVER)], [policies(ANY_POLICY)]
simple("policy where none is asked for", True, with_policies(gold, gold))
simple("different policies where none is demanded", True, with_policies(gold, silver))
simple("policy demanded", True, with_policies(gold, gold, explicit_policy=True))
simple("policy demanded, none there", False, with_policies([], [], explicit_policy=True))
simple("policy demanded, different ones", False, with_policies(gold, silver, explicit_policy=True))
simple("policy demanded by the middle", True, with_policies(gold, [*gold, demands(0)]))
simple("policy demanded by the middle, none", False, with_policies([], [*gold, demands(0)]))
simple("policy demanded after one more", True, with_policies([], [*gold, demands(2)]))
simple(
    "the policy asked for",
    True,
    with_policies(gold, gold, policies=(GOLD,), explicit_policy=True),
)
simple(
    "another policy asked for",
    False,
    with_policies(gold, gold, policies=(SILVER,), explicit_policy=True),
)
simple("any policy above", True, with_policies(gold, every, explicit_policy=True))
simple("any policy below", True, with_policies(every, gold, explicit_policy=True))
simple(
    "any policy below, forbidden by the middle",
    False,
    with_policies(every, [*gold, extension("2.5.29.54", 0, critical=True)], explicit_policy=True),
)
simple(
    "any policy forbidden from the start",
    False,
    with_policies(gold, every, explicit_policy=True, inhibit_any=True),
)
MAPPED = [*gold, mappings((GOLD, SILVER))]
simple("policy mapped", True, with_policies(silver, MAPPED, explicit_policy=True))
simple(
    "policy mapped, the name above asked for",
    True,
    with_policies(silver, MAPPED, policies=(GOLD,), explicit_policy=True),
)
simple(
    "policy mapped, the name below asked for",
    False,
    with_policies(silver, MAPPED, policies=(SILVER,), explicit_policy=True),
)
simple(
    "mapping forbidden from the start",
    False,
    with_policies(silver, MAPPED, explicit_policy=True, inhibit_mapping=True),
)
simple(
    "mapping from any policy",
    False,
    with_policies(silver, [*every, mappings((ANY_POLICY, SILVER))]),
)

# --- revocation


def listed(
    valid: bool,
    label: str,
    leaf: Callable[[Certificate], RevokedEntry | None] = lambda _: None,
    middle: Callable[[Certificate], RevokedEntry | None] = lambda _: None,
    *,
    usage: Extension = SIGN,
    **how,
) -> None:
    """Give the lists of root and middle, with the entries asked for; `how` changes the lower."""

    def make(m: Maker) -> Chain:
        authority = m.certificate("middle", "root", basic(), usage)
        chain = m.chain(middles=(authority,))
        above, below = middle(authority), leaf(chain.leaf)
        upper = m.crl("root", *([above] if above else []))
        lower = m.crl("middle", *([below] if below else []), **how)
        return replace(chain, crls=(upper, lower))

    MUTATIONS[label] = Mutation(valid, make)


def entry(reason: int | None = None, at: datetime = EARLY, **more) -> Callable:
    return lambda certificate: RevokedEntry(certificate.serial_number, at, reason, **more)


listed(True, "nobody is revoked")
listed(True, "somebody else is revoked", lambda _: RevokedEntry(999_999, EARLY))
listed(False, "leaf revoked", entry())
listed(False, "leaf revoked, key compromised", entry(1))
listed(False, "leaf on hold", entry(6))
listed(False, "leaf revoked with reason 17", entry(17))
listed(False, "middle revoked", middle=entry(2))
listed(False, "list is of last year", since=EARLY - timedelta(days=400), until=EARLY)
listed(True, "list is of next year", since=LATE, until=END)
listed(False, "list signed by another key", key="other")
listed(False, "list signed by who may not", usage=key_usage("keyCertSign"))
listed(False, "critical extension in the list", more=[Extension(UNKNOWN, True, NONE)])
listed(True, "extension in the list", more=[Extension(UNKNOWN, False, NONE)])
listed(
    False,
    "list of certificates of authorities only",
    more=[
        extension(
            "2.5.29.28",
            asn1.IssuingDistributionPoint(None, False, True, None, False, False),
            critical=True,
        )
    ],
)
simple("no list of the middle", False, lambda m: m.chain(crls=(m.crl("root"),)))
simple("no list of the root", False, lambda m: m.chain(crls=(m.crl("middle"),)))
