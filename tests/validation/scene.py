"""A signature and its evidence, told in a line: the language of the cases (cases/*.toml).

Statements are separated by ";", times are days (UTC). Whoever is not spoken of is there by default:
root 2015..2040, authority "ca" 2016..2036, time-stamps "tsa" 2016..2036, signer 2025..2028, judged
on 2026-11-23 with lists of root and authority of the day before.

    signer 2020..2022          the term of a certificate (also of root, ca, ca2, tsa, tsa2)
    revoked signer 2023-05-01 6    with a reason code, if any; on every list issued later
    sign 2021-06-01            bare: without signing-certificate and time; untimed: without time
    stamp 2021-06-01           by tsa2, imprint (over something else), broken (signature)
    content-stamp 2021-05-31
    enclose root@2021-06-02 ca@2021-06-02    into SignedData.crls; also values, references, given
    archive 2021-06-03         v2, v1-index, and what is wrong with it: lost, none, twice, unread
    c-stamp 2021-06-03, refs-stamp 2021-06-03
    given none

A list is "ca@2021-06-02", an answer "ocsp:signer@2021-06-02"; after "~" how many days it holds
(7; 0 for no nextUpdate), "+kept" keeps who expired (expiredCertsOnCRL, archive cutoff), "-forgot"
knows of no revocation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import archiving
import nation
from msgspec import structs

import judging
from zaruka.asn1 import cms
from zaruka.asn1 import ocsp as ocsp_wire
from zaruka.asn1 import schema as s
from zaruka.asn1.pkix import Extension
from zaruka.crypto import AlgorithmId, PrivateKey, digest, public_key
from zaruka.signatures import BytesContent, Content, parse_signed_data
from zaruka.signatures.creation import Signer, make_timestamp, sign_cades
from zaruka.trust import Statement, TrustBase
from zaruka.validation.context import Context, Evidence
from zaruka.validation.policy import AlgorithmConstraint
from zaruka.validation.policy_file import built_in, parse_policy
from zaruka.validation.process import validate_document
from zaruka.validation.proofs import Proof, ProofKind
from zaruka.validation.results import ValidationReport
from zaruka.x509 import Certificate, CertificateList, Name, OcspResponse, RevokedEntry
from zaruka.x509.issuing import (
    Issuer,
    authority_extensions,
    extension,
    issue_certificate,
    issue_crl,
    issue_ocsp_response,
    key_identifier,
    key_usage,
)

TEXT = b"the text that was signed"
DAY = timedelta(days=1)
PERIODS = {
    "root": "2015..2040",
    "ca": "2016..2036",
    "ca2": "2016..2036",
    "tsa": "2016..2036",
    "tsa2": "2016..2036",
    "responder": "2016..2036",
    "signer": "2025..2028",
}
ABOVE = {"ca": "root", "ca2": "root"}
PURPOSES = {"tsa": "1.3.6.1.5.5.7.3.8", "tsa2": "1.3.6.1.5.5.7.3.8"}
OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"


def moment(text: str) -> datetime:
    year, *rest = text.split("-")
    month, day = (int(each) for each in (*rest, 1, 1)[:2])
    return datetime(int(year), month, day, tzinfo=UTC)


@dataclass
class Scene:
    """Everything that a case speaks of, and the report that comes of it."""

    algorithm: AlgorithmId = nation.GOST
    now: datetime = datetime(2026, 11, 23, tzinfo=UTC)
    periods: dict[str, str] = field(default_factory=lambda: dict(PERIODS))
    usages: dict[str, tuple[str, ...]] = field(default_factory=dict)
    purposes: dict[str, str] = field(default_factory=lambda: dict(PURPOSES))
    algorithms: dict[str, AlgorithmId] = field(default_factory=dict)
    revoked: list[tuple[str, datetime, int | None]] = field(default_factory=list)
    statements: list[list[str]] = field(default_factory=list)
    known: dict[str, Certificate] = field(default_factory=dict)
    lists: dict[str, CertificateList | OcspResponse] = field(default_factory=dict)
    message: bytes = b""
    content: Content | None = None
    given: list[str] | None = None
    hidden: set[str] = field(default_factory=set)
    existed_at: datetime | None = None
    proofs: list[Proof] = field(default_factory=list)
    anchor_until: datetime | None = None
    trusts: str = "root"
    policy: str = "etsi"
    demands: list[str] = field(default_factory=list)
    ended: list[AlgorithmConstraint] = field(default_factory=list)
    serials: int = 0
    is_detached: bool = False

    @classmethod
    def of(cls, line: str, algorithm: AlgorithmId = nation.GOST) -> Scene:
        """Set the scene: what is said of people first, then what they do, in order."""
        scene = cls(algorithm)
        for statement in line.split(";"):
            word, *rest = statement.split()
            if word in scene.periods:
                scene.periods[word] = rest[0]
                scene._describe(word, rest[1:])
            else:
                scene.statements.append([word, *rest])
        for word, *rest in scene.statements:
            getattr(scene, "do_" + word.replace("-", "_"))(*rest)
        return scene

    def _describe(self, who: str, words: list[str]) -> None:
        for word in words:
            name, _, value = word.partition("=")
            if name == "usage":
                self.usages[who] = tuple(value.split(","))
            elif name == "purpose":
                self.purposes[who] = value
            elif name == "key":
                self.algorithms[who] = {"2001": nation.GOST_2001}[value]
            else:
                raise ValueError(word)

    # --- who there is

    def issuer(self, who: str) -> Issuer:
        seed = hashlib.sha256(who.encode()).digest()
        key = PrivateKey(self.algorithms.get(who, self.algorithm), seed[:31] + b"\x01")
        titles = [("2.5.4.6", "RU", 19), ("2.5.4.3", who)]
        return Issuer(Name.of(titles), key, public_key(key))

    def above(self, who: str) -> str:
        if who == "signer" and "signer-ca2" in self.hidden:
            return "ca2"
        return ABOVE.get(who, "root" if who == "root" else "ca")

    def certificate(self, who: str) -> Certificate:
        if who not in self.known:
            begin, end = self.periods[who].split("..")
            key, above = self.issuer(who), self.issuer(self.above(who))
            self.known[who] = issue_certificate(
                above,
                key.name,
                key.key,
                serial_number=1 + list(PERIODS).index(who),
                not_before=moment(begin),
                not_after=moment(end),
                extensions=self._extensions(who, key, above),
                entropy=nation.entropy(64),
            )
        return self.known[who]

    def _extensions(self, who: str, key: Issuer, above: Issuer) -> tuple[Extension, ...]:
        if who in ("root", "ca", "ca2"):
            return tuple(authority_extensions(key.key, None if who == "root" else above.key))
        usage = self.usages.get(who, ("digitalSignature", "nonRepudiation"))
        own = [key_usage(*usage), extension("2.5.29.14", key_identifier(key.key))]
        purpose = OCSP_SIGNING if who == "responder" else self.purposes.get(who)
        if purpose:
            own.append(extension("2.5.29.37", (purpose,), critical=True))
        if who == "responder":
            own.append(extension("1.3.6.1.5.5.7.48.1.5", None))
        return tuple(own)

    def signer(self, who: str) -> Signer:
        return Signer(self.issuer(who).private_key, self.certificate(who))

    # --- lists and answers

    def evidence(self, name: str) -> CertificateList | OcspResponse:
        """Issue, or take again, what a name like "ca@2021-06-02~7+kept" means."""
        if name not in self.lists:
            bare, keeps = name.replace("+kept", ""), "+kept" in name
            bare, forgot = bare.replace("-forgot", ""), "-forgot" in bare
            who, _, when = bare.partition("@")
            day, _, days = when.partition("~")
            held = int(days or "7")
            at = moment(day)
            until = at + held * DAY if held else None
            if who.startswith("ocsp:"):
                self.lists[name] = self._answer(who[5:], at, until, keeps=keeps, forgot=forgot)
            else:
                self.lists[name] = self._list(who, at, until, keeps=keeps, forgot=forgot)
        return self.lists[name]

    def _list(
        self, who: str, at: datetime, until: datetime | None, *, keeps: bool, forgot: bool
    ) -> CertificateList:
        entries = [
            RevokedEntry(self.certificate(name).serial_number, when, reason)
            for name, when, reason in self.revoked
            if self.above(name) == who and when <= at and not forgot
        ]
        kept = s.encode(s.GENERALIZED_TIME, datetime(2015, 1, 1, tzinfo=UTC))
        return issue_crl(
            self.issuer(who),
            entries,
            this_update=at,
            next_update=until,
            number=at.toordinal(),
            extensions=(Extension("2.5.29.60", False, kept),) if keeps else (),
            entropy=nation.entropy(64),
        )

    def _answer(
        self, who: str, at: datetime, until: datetime | None, *, keeps: bool, forgot: bool
    ) -> OcspResponse:
        revoked = [r for r in self.revoked if r[0] == who and r[1] <= at and not forgot]
        issuer = self.certificate(self.above(who))
        status = RevokedEntry(0, revoked[0][1], revoked[0][2]) if revoked else "good"
        answer = issue_ocsp_response(
            self.issuer("responder"),
            self.certificate(who),
            issuer,
            status=status,
            this_update=at,
            next_update=until,
            hash_oid="1.3.14.3.2.26",
            certificates=(self.certificate("responder"),),
            entropy=nation.entropy(64),
        )
        return self._with_cutoff(answer) if keeps else answer

    def _with_cutoff(self, answer: OcspResponse) -> OcspResponse:
        """Sign an answer again with an archive cutoff (RFC 6960 4.4.4)."""
        whole = s.decode(ocsp_wire.OCSP_RESPONSE, answer.der)
        assert whole.response_bytes is not None
        basic = s.decode(ocsp_wire.BASIC_OCSP_RESPONSE, whole.response_bytes.response)
        cutoff = s.encode(s.GENERALIZED_TIME, datetime(2015, 1, 1, tzinfo=UTC))
        extensions = (Extension("1.3.6.1.5.5.7.48.1.6", False, cutoff),)
        (single,) = basic.tbs_response_data.responses
        data = basic.tbs_response_data._replace(
            responses=(single._replace(single_extensions=extensions),)
        )
        tbs = s.encode(ocsp_wire.RESPONSE_DATA, data)
        signature = s.BitString(self.issuer("responder").sign(tbs, nation.entropy(64)))
        again = s.encode(
            ocsp_wire.BASIC_OCSP_RESPONSE,
            basic._replace(tbs_response_data=data, signature=signature),
        )
        return OcspResponse.of_basic(again)

    def split(self, names: Iterable[str]) -> tuple[list[CertificateList], list[OcspResponse]]:
        found = [self.evidence(name) for name in names]
        return (
            [each for each in found if isinstance(each, CertificateList)],
            [each for each in found if isinstance(each, OcspResponse)],
        )

    # --- what is done, in order

    def do_now(self, day: str) -> None:
        self.now = moment(day)

    def do_revoked(self, who: str, day: str, reason: str = "") -> None:
        self.revoked.append((who, moment(day), int(reason) if reason else None))

    def do_under(self, who: str) -> None:
        assert who == "ca2"
        self.hidden.add("signer-ca2")

    def do_sign(self, day: str, *how: str) -> None:
        self.is_detached = "detached" in how
        self.content = BytesContent(TEXT) if self.is_detached else None
        self.message = sign_cades(
            TEXT,
            (self.signer("signer"),),
            signing_time=None if {"bare", "untimed"} & {*how} else moment(day),
            entropy=nation.entropy,
            detached=self.is_detached,
            chain=(self.certificate(self.above("signer")),),
        )
        if "bare" in how:
            self.message = _signed_again(self.message, self.signer("signer"))

    def do_altered(self) -> None:
        self.content = BytesContent(TEXT + b"!")

    def do_missing(self, what: str) -> None:
        if what == "content":
            self.content = None
        else:
            self.hidden.add(what)

    def do_damaged(self, what: str) -> None:
        (signature,) = parse_signed_data(self.message).signatures
        if what == "value":
            value = signature.signature
            self.message = self.message.replace(value, value[:-1] + bytes((value[-1] ^ 1,)))
        else:
            assert what == "form"
            self.message += b"trailing"

    def token(self, day: str, *how: str, by: str = "tsa") -> archiving.Token:
        who = how[how.index("by") + 1] if "by" in how else by
        seconds = int(how[how.index("accuracy") + 1]) if "accuracy" in how else 0
        authority = self.signer(who)

        def stamped(imprint: bytes) -> bytes:
            self.serials += 1
            made = make_timestamp(
                authority.digest_algorithm,
                imprint[::-1] if "imprint" in how else imprint,
                authority,
                time=moment(day),
                serial_number=self.serials,
                policy="1.2.643.2.2.38.4",
                entropy=nation.entropy,
                accuracy=timedelta(seconds=seconds) if seconds else None,
                enclose=(self.certificate("ca"),),
            )
            if "broken" in how:
                value = parse_signed_data(made).signatures[0].signature
                made = made.replace(value, value[:-1] + bytes((value[-1] ^ 1,)))
            return made

        return stamped

    @property
    def oid(self) -> str:
        return self.signer("tsa").digest_algorithm.oid

    def do_stamp(self, day: str, *how: str) -> None:
        (signature,) = parse_signed_data(self.message).signatures
        token = self.token(day, *how)(digest(self.oid, signature.signature))
        self.message = archiving.add_attribute(self.message, f"{archiving.AA}.14", token)

    def do_content_stamp(self, day: str, *how: str) -> None:
        token = self.token(day, *how)(digest(self.oid, TEXT))
        self.message = _signed_again(
            self.message, self.signer("signer"), {f"{archiving.AA}.20": token}
        )

    def do_enclose(self, *names: str) -> None:
        crls, ocsps = self.split(names)
        extra = map(self.certificate, ("ca", "tsa", "root", self.above("signer")))
        self.message = archiving.enclose(self.message, extra, crls, ocsps)

    def do_values(self, *names: str) -> None:
        crls, ocsps = self.split(names)
        who = ("signer", "ca", "tsa", "root", self.above("signer"))
        certs = list(dict.fromkeys(map(self.certificate, who)))
        self.message = archiving.add_values(self.message, certs, crls, ocsps)

    def do_references(self, *names: str) -> None:
        crls, ocsps = self.split(names)
        certs = [self.certificate(self.above("signer")), self.certificate("root")]
        self.message = archiving.add_references(self.message, self.oid, certs, crls, ocsps)

    def do_c_stamp(self, day: str, *how: str) -> None:
        token = self.token(day, *how)
        self.message = archiving.add_cades_c_stamp(self.message, self.oid, token)

    def do_refs_stamp(self, day: str, *how: str) -> None:
        token = self.token(day, *how)
        self.message = archiving.add_cades_c_stamp(self.message, self.oid, token, references=True)

    def do_archive(self, day: str, *how: str) -> None:
        version = next((each for each in how if each in ("v2", "v1-index")), "v3")
        spoils = ("lost", "none", "twice", "unread")
        self.message = archiving.add_archive_stamp(
            self.message,
            self.oid,
            self.token(day, *how),
            self.content,
            version=version,
            spoil=next((each for each in how if each in spoils), ""),
        )

    def do_given(self, *names: str) -> None:
        self.given = [name for name in names if name != "none"]

    def do_existed(self, day: str) -> None:
        self.existed_at = moment(day)

    def do_proof(self, kind: str, day: str, about: str = "signature") -> None:
        document = parse_signed_data(self.message)
        (signature,) = document.signatures
        what = {
            "signature": signature.sha256,
            "value": hashlib.sha256(signature.signature).hexdigest(),
            "document": document.sha256,
        }.get(about)
        other = self.certificate if about in self.periods else self.evidence
        sha256 = what or other(about).sha256
        self.proofs.append(Proof(sha256, moment(day), ProofKind(kind)))

    def do_anchor(self, word: str, day: str) -> None:
        assert word == "until"
        self.anchor_until = moment(day)

    def do_trust(self, who: str) -> None:
        self.trusts = who

    def do_policy(self, name: str, *demands: str) -> None:
        self.policy, self.demands = name, [*demands]

    def do_ended(self, oid: str, day: str) -> None:
        self.ended.append(AlgorithmConstraint(oid, frozenset({oid}), moment(day), "a test"))

    # --- what comes of it

    def context(self) -> Context:
        """Give the context of the validation."""
        policy = built_in(self.policy)
        if self.demands:
            tables: dict[str, list[str]] = {}
            for demand in self.demands:
                key, _, value = demand.partition("=")
                table, _, name = key.partition(".")
                tables.setdefault(table, []).append(f"{name} = {value}")
            text = f'name = "{self.policy}"\nextends = "{self.policy}"\n'
            policy = parse_policy(
                text + "".join(f"[{t}]\n" + "\n".join(lines) + "\n" for t, lines in tables.items())
            )
        if self.ended:
            policy = structs.replace(policy, algorithms=(*policy.algorithms, *self.ended))
        names = self.given
        if names is None:
            day = f"{self.now - DAY:%Y-%m-%d}"
            issuers = ["root", "ca", *(["ca2"] if "signer-ca2" in self.hidden else [])]
            names = [f"{who}@{day}" for who in issuers]
        crls, ocsps = self.split(names)
        everybody = [self.certificate(who) for who in ("root", "ca", "ca2")]
        anchor = self.certificate(self.trusts)
        statement = Statement(anchor.sha256, self.trusts, "given", until=self.anchor_until)
        shown = [
            each for each in everybody if each is not self.known.get(next(iter(self.hidden), ""))
        ]
        return structs.replace(
            judging.context(self.now),
            policy=policy,
            trust=TrustBase((statement,)),
            evidence=Evidence.of("file:case", certificates=shown, crls=crls, ocsps=ocsps),
            existed_at=self.existed_at,
            proofs=tuple(self.proofs),
        )

    def report(self) -> ValidationReport:
        """Judge the signature."""
        message = self.message
        if "signer" in self.hidden:
            message = _without_certificates(message)
        return validate_document(parse_signed_data(message), self.content, self.context())


def _signed_again(
    message: bytes, signer: Signer, attributes: dict[str, bytes] | None = None
) -> bytes:
    """Sign with further signed attributes; without any, with content-type and digest alone."""
    from zaruka.crypto import sign  # noqa: PLC0415

    info = s.decode(cms.CONTENT_INFO, message, mode=s.BER)
    parts = s.decode(archiving.ELEMENTS, info.content, mode=s.BER)
    (only,) = s.decode(s.set_of(s.ANY), parts[-1], mode=s.BER)
    found = s.decode(cms.SIGNER_INFO, only, mode=s.BER)
    assert found.signed_attrs is not None
    kept = found.signed_attrs.value
    if attributes is None:
        kept = tuple(each for each in kept if not each.attr_type.startswith(archiving.AA))
    added = tuple(cms.Attribute(oid, (value,)) for oid, value in (attributes or {}).items())
    signed = s.encode(cms.ATTRIBUTES, (*kept, *added))
    value = sign(
        signer.key,
        signer.signature_algorithm,
        signer.digest_algorithm.oid,
        message=signed,
        entropy=nation.entropy(64),
    )
    again = found._replace(
        signed_attrs=s.Encoded(b"", s.decode(cms.ATTRIBUTES, signed)), signature=value
    )
    infos = s.encode(s.set_of(s.ANY), (s.encode(cms.SIGNER_INFO, again),))
    data = s.encode(archiving.ELEMENTS, (*parts[:-1], infos))
    return s.encode(cms.CONTENT_INFO, cms.ContentInfo("1.2.840.113549.1.7.2", memoryview(data)))


def _without_certificates(message: bytes) -> bytes:
    info = s.decode(cms.CONTENT_INFO, message, mode=s.BER)
    parts = s.decode(archiving.ELEMENTS, info.content, mode=s.BER)
    data = s.encode(archiving.ELEMENTS, tuple(each for each in parts if each[0] != 0xA0))
    return s.encode(cms.CONTENT_INFO, cms.ContentInfo("1.2.840.113549.1.7.2", memoryview(data)))
