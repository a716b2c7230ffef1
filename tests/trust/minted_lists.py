"""Lists made on the spot: signers, a ministry of the laboratory, lists of the European form."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from functools import cache

from zaruka.crypto import PrivateKey, public_key
from zaruka.lab.keys import make_key
from zaruka.lab.lists import Accredited, accredited_list, sign_list
from zaruka.signatures.creation import Signer
from zaruka.signatures.xml.creation import sign_enveloped
from zaruka.trust import pinned
from zaruka.x509 import Certificate, CertificateList, Name, RevokedEntry
from zaruka.x509.issuing import (
    Issuer,
    authority_extensions,
    issue_certificate,
    issue_crl,
    key_usage,
)

ISSUED = datetime(2026, 7, 23, 12, 0, tzinfo=UTC)
YEAR = timedelta(days=365)
OGRN, NUMERIC, PRINTABLE = "1.2.643.100.1", 18, 19
MINISTRY = "1047702026701"


def entropy(count: int) -> bytes:
    return hashlib.shake_256(b"entropy of the lists").digest(count)


def key(name: str, kind: str = "gost-256") -> PrivateKey:
    return make_key(kind, lambda count: b"\1" + hashlib.shake_256(name.encode()).digest(count - 1))


class Party:
    """A key with a certificate, issued by itself or by another party."""

    def __init__(
        self,
        name,
        issuer=None,
        *,
        kind="gost-256",
        ogrn=None,
        country=None,
        years=(-2, 2),
        ca=True,
        more=(),
    ):
        titles = [("2.5.4.3", name), *([(OGRN, ogrn, NUMERIC)] if ogrn else [])]
        titles += [("2.5.4.6", country, PRINTABLE)] if country else []
        self.private = key(name, kind)
        own = Issuer(Name.of(titles), self.private, public_key(self.private))
        above = issuer.issuer if issuer else own
        extensions = authority_extensions(own.key, None) if ca else [key_usage("digitalSignature")]
        extensions += more
        self.certificate = issue_certificate(
            above,
            own.name,
            own.key,
            serial_number=int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big"),
            not_before=ISSUED + years[0] * YEAR,
            not_after=ISSUED + years[1] * YEAR,
            extensions=extensions,
            entropy=entropy(64),
        )
        self.issuer = own
        self.signer = Signer(self.private, self.certificate)

    def crl(self, *revoked: Certificate) -> CertificateList:
        """Make a list of what this party revoked, in force for ten years."""
        entries = [RevokedEntry(each.serial_number, ISSUED, 1) for each in revoked]
        times = {"this_update": ISSUED, "next_update": ISSUED + 10 * YEAR}
        return issue_crl(self.issuer, entries, **times, number=1, entropy=entropy(64))


@cache
def root() -> Party:
    return Party("Root of the ministry")


@cache
def ministry() -> Party:
    return Party("Ministry", root(), ogrn=MINISTRY, ca=False)


@cache
def roots():
    certificate = root().certificate
    return (
        pinned("RU", certificate.sha256, "root", certificate.not_before, certificate.not_after),
    )


def russian_list(*authorities: Accredited, version: int = 5, signer: Party | None = None) -> bytes:
    """A list of these authorities and the root, signed by the ministry."""
    own = Accredited("Минцифры", MINISTRY, (root().certificate,), (("Действует", ISSUED - YEAR),))
    octets = accredited_list([own, *authorities], version=version, issued=ISSUED)
    return sign_list(octets, (signer or ministry()).signer, entropy)


# --- the European form

TSL = "http://uri.etsi.org/02231/v2#"
TYPE = "http://uri.etsi.org/TrstSvc/Svctype/"
STATUS = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/"
LIST_TYPE = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/"
JOURNAL = (
    "https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=uriserv:OJ.C_.2019.276.01.0001.01.ENG"
)


def base64_of(certificate: Certificate) -> str:
    return base64.b64encode(certificate.der).decode()


def digital(*certificates: Certificate, also: str = "") -> str:
    ids = "".join(
        f"<DigitalId><X509Certificate>{base64_of(c)}</X509Certificate></DigitalId>"
        for c in certificates
    )
    return f"{ids}{also}"


def state(kind, word, since, identity, extensions="", points="", tag="ServiceInformation"):
    return (
        f"<{tag}><ServiceTypeIdentifier>{TYPE}{kind}</ServiceTypeIdentifier>"
        f'<ServiceName><Name xml:lang="en">Service</Name></ServiceName>'
        f"<ServiceDigitalIdentity>{identity}</ServiceDigitalIdentity>"
        f"<ServiceStatus>{word if '/' in word else STATUS + word}</ServiceStatus>"
        f"<StatusStartingTime>{since}</StatusStartingTime>{points}{extensions}</{tag}>"
    )


def service(present: str, *history: str) -> str:
    past = f"<ServiceHistory>{''.join(history)}</ServiceHistory>" if history else ""
    return f"<TSPService>{present}{past}</TSPService>"


def pointer(url, territory, *signers, kind="EUgeneric", mime="application/vnd.etsi.tsl+xml"):
    return (
        "<OtherTSLPointer><ServiceDigitalIdentities><ServiceDigitalIdentity>"
        f"{digital(*signers)}</ServiceDigitalIdentity></ServiceDigitalIdentities>"
        f"<TSLLocation>{url}</TSLLocation><AdditionalInformation>"
        f"<OtherInformation><TSLType>{LIST_TYPE}{kind}</TSLType></OtherInformation>"
        f"<OtherInformation><SchemeTerritory>{territory}</SchemeTerritory></OtherInformation>"
        '<OtherInformation><m:MimeType xmlns:m="http://uri.etsi.org/02231/v2/additionaltypes#">'
        f"{mime}</m:MimeType></OtherInformation></AdditionalInformation></OtherTSLPointer>"
    )


def european_list(
    *services: str,
    territory: str = "EE",
    kind: str = "EUgeneric",
    pointers: str = "",
    addresses: tuple[str, ...] = (JOURNAL,),
    version: int = 6,
    sequence: int = 9,
    signer: Party | None = None,
) -> bytes:
    """A list of one provider; signed as XAdES B-B where a signer is given."""
    uris = "".join(f'<URI xml:lang="en">{url}</URI>' for url in addresses)
    provider = (
        "<TrustServiceProviderList><TrustServiceProvider><TSPInformation>"
        '<TSPName><Name xml:lang="et">Pakkuja</Name><Name xml:lang="en">Provider</Name></TSPName>'
        f"</TSPInformation><TSPServices>{''.join(services)}</TSPServices>"
        "</TrustServiceProvider></TrustServiceProviderList>"
    )
    octets = (
        f'<TrustServiceStatusList xmlns="{TSL}" Id="list" TSLTag="http://uri.etsi.org/19612/TSLTag">'
        f"<SchemeInformation><TSLVersionIdentifier>{version}</TSLVersionIdentifier>"
        f"<TSLSequenceNumber>{sequence}</TSLSequenceNumber><TSLType>{LIST_TYPE}{kind}</TSLType>"
        f'<SchemeName><Name xml:lang="en">Scheme</Name></SchemeName>'
        f"<SchemeInformationURI>{uris}</SchemeInformationURI>"
        f"<SchemeTerritory>{territory}</SchemeTerritory>"
        f"<PointersToOtherTSL>{pointers}</PointersToOtherTSL>"
        f"<ListIssueDateTime>{ISSUED.isoformat()}</ListIssueDateTime>"
        f"<NextUpdate><dateTime>2027-01-01T00:00:00Z</dateTime></NextUpdate></SchemeInformation>"
        f"{provider if services else ''}</TrustServiceStatusList>"
    ).encode()
    if signer is None:
        return octets
    return sign_enveloped(octets, signer.signer, entropy=entropy, signing_time=ISSUED)
