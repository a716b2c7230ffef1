"""Lists of the form TS 119 612: services, pointers, agreements, pivots."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import minted_lists as made
import pytest
from lxml import etree

from zaruka.errors import BudgetExceeded, InputError
from zaruka.findings import Severity
from zaruka.trust import Purpose, Scheme, Standing, TrustBase
from zaruka.trust.agreements import recognise
from zaruka.trust.etsi import PURPOSES, parse_etsi, read_etsi
from zaruka.trust.pivots import follow_pivots, pivot_addresses

CA = made.Party("CA", kind="p-256").certificate
OTHER = made.Party("Other", kind="p-256").certificate
INFORMATION = "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/"
SIE = "http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#"
SINCE = "2020-01-01T00:00:00Z"


def extension(inner: str, *, critical: bool = False) -> str:
    flag = "true" if critical else "false"
    return f'<Extension Critical="{flag}">{inner}</Extension>'


def extensions(*each: str) -> str:
    return f"<ServiceInformationExtensions>{''.join(each)}</ServiceInformationExtensions>"


def use(name: str) -> str:
    uri = f'<URI xml:lang="en">{INFORMATION}{name}</URI>'
    return extension(f"<AdditionalServiceInformation>{uri}</AdditionalServiceInformation>")


def one(kind="CA/QC", word="granted", since=SINCE, more="", identity=None, points=""):
    identity = made.digital(CA) if identity is None else identity
    return made.service(made.state(kind, word, since, identity, more, points))


def past_state(word, year, identity):
    since = f"{year}-01-01T00:00:00Z"
    return made.state("CA/QC", word, since, identity, tag="ServiceHistoryInstance")


# --- the samples


def schema(shared):
    """The schema of TS 119 612, with what it imports taken from the folder."""
    folder = shared / "schemas" / "etsi"
    near = {
        "xmldsig": "xmldsig-core-schema.xsd",
        "xml.xsd": "xml.xsd",
        "sie_xsd": "ts_119612v020401_sie_xsd.xsd",
        "XAdES": "XAdES01903v132-202407.xsd",
        "tsl.xsd": "ts_119612v020401_xsd.xsd",
        "119612v020401_xsd": "ts_119612v020401_xsd.xsd",
        "119612v020101_xsd": "ts_119612v020401_xsd.xsd",
    }

    class Near(etree.Resolver):
        def resolve(self, url, _public, context):
            name = next((file for part, file in near.items() if part in url), None)
            return None if name is None else self.resolve_filename(str(folder / name), context)

    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Near())
    path = folder / "ts_119612v020401_xsd.xsd"
    return etree.XMLSchema(etree.parse(str(path), parser))


def test_every_sample_that_the_schema_accepts_is_read(shared):
    accepted = schema(shared)
    paths = sorted((shared / "samples" / "etsi-lists").glob("*.xml"))
    valid = [path for path in paths if accepted.validate(etree.parse(str(path)))]
    assert len(valid) >= 3
    for path in valid:
        found = parse_etsi(path.read_bytes())
        assert found.issued.tzinfo is UTC
        assert {each.code for each in found.unread} <= {"lists.unknown-status"}, path.name


def test_what_departs_from_the_form_is_named(shared):
    home = shared / "samples" / "etsi-lists"
    old = parse_etsi((home / "dss_tl-ecdsa-brainpool.xml").read_bytes())
    assert {"lists.version", "lists.no-territory", "lists.unknown-status"} <= {
        each.code for each in old.unread
    }
    assert len(old.certificates) > 100
    assert not any(each.purposes for each in old.statements)
    with pytest.raises(InputError) as error:
        parse_etsi((home / "dss_tl-empty.xml").read_bytes())
    assert error.value.code == "lists.malformed"


# --- services


def test_a_service_is_stated_with_all_that_the_list_says():
    more = extensions(
        use("ForeSignatures"),
        extension(f"<ExpiredCertsRevocationInfo>{SINCE}</ExpiredCertsRevocationInfo>"),
        extension(
            f'<s:Qualifications xmlns:s="{SIE}"><s:QualificationElement><s:Qualifiers>'
            f'<s:Qualifier uri="{INFORMATION}QCWithSSCD"/></s:Qualifiers>'
            '<s:CriteriaList assert="all"><s:KeyUsage>'
            '<s:KeyUsageBit name="nonRepudiation">true</s:KeyUsageBit></s:KeyUsage>'
            "<s:PolicySet><s:PolicyIdentifier><x:Identifier "
            'xmlns:x="http://uri.etsi.org/01903/v1.3.2#">1.2.3</x:Identifier>'
            "</s:PolicyIdentifier></s:PolicySet></s:CriteriaList></s:QualificationElement>"
            "</s:Qualifications>",
            critical=True,
        ),
    )
    points = (
        '<ServiceSupplyPoints><ServiceSupplyPoint type="'
        f'{made.TYPE}Certstatus/CRL/QC">http://ca.test/1.crl</ServiceSupplyPoint>'
        "<ServiceSupplyPoint>http://ca.test/</ServiceSupplyPoint></ServiceSupplyPoints>"
    )
    found = parse_etsi(made.european_list(one(more=more, points=points)))
    (statement,) = found.statements
    assert found.unread == ()
    assert found.next_update == datetime(2027, 1, 1, tzinfo=UTC)
    assert statement.purposes == {Purpose.SIGNATURES}
    assert statement.anchor
    assert statement.country == "EE"
    assert statement.crl_urls == ("http://ca.test/1.crl",)
    said = dict(statement.details)
    assert said["SERVICE_TYPE"] == f"{made.TYPE}CA/QC"
    assert said["PROVIDER"] == "Provider"
    assert said["ADDITIONAL"] == f"{INFORMATION}ForeSignatures"
    assert said["EXPIRED_CERTS_REVOCATION_INFO"] == SINCE
    assert said["QUALIFICATION"] == (
        f"{INFORMATION}QCWithSSCD if all(key-usage(nonRepudiation=true), policy(1.2.3))"
    )


@pytest.mark.parametrize(
    ("kind", "more", "purposes"),
    [
        ("CA/QC", "", {Purpose.SIGNATURES}),
        ("CA/QC", extensions(use("ForeSeals")), {Purpose.SIGNATURES}),
        ("CA/QC", extensions(use("ForWebSiteAuthentication")), set()),
        ("CA/QC", extensions(use("ForWebSiteAuthentication"), use("ForeSeals")), {"signatures"}),
        ("TSA/QTST", "", {Purpose.TIME_STAMPS}),
        ("CA/PKC", "", set()),
        ("Certstatus/OCSP/QC", "", set()),
        ("NationalRootCA-QC", "", set()),
        ("CA/QC", extensions(extension("<a xmlns='urn:a'/>", critical=True)), set()),
    ],
)
def test_a_service_is_trusted_for_what_its_type_is_for(kind, more, purposes):
    (statement,) = parse_etsi(made.european_list(one(kind, more=more))).statements
    assert statement.purposes == purposes
    assert statement.anchor == bool(purposes)


@pytest.mark.parametrize(
    ("word", "standing"),
    [
        ("granted", Standing.GRANTED),
        ("accredited", Standing.GRANTED),
        ("supervisionceased", Standing.ENDED),
        ("withdrawn", Standing.ANNULLED),
        ("supervisionrevoked", Standing.ANNULLED),
        ("http://other.test/Svcstatus/granted", Standing.ENDED),
    ],
)
def test_statuses_are_known_by_their_whole_name(word, standing):
    found = parse_etsi(made.european_list(one(word=word)))
    assert found.statements[0].standing is standing
    assert bool(found.unread) is (word.startswith("http"))


def test_history_is_dated_and_may_name_the_key_only():
    ski = "<DigitalId><X509SKI>AAAA</X509SKI></DigitalId>"
    past = [
        past_state("undersupervision", 2015, ski),
        past_state("withdrawn", 2018, ski),
    ]
    present = made.state("CA/QC", "granted", SINCE, made.digital(CA, OTHER))
    found = parse_etsi(made.european_list(made.service(present, *past)))
    assert len(found.statements) == 6
    base = TrustBase(found.statements)
    for certificate in (CA, OTHER):
        for year, standing in ((2016, "granted"), (2019, "annulled"), (2021, "granted")):
            at = datetime(year, 1, 1, tzinfo=UTC)
            assert base.standing(certificate.sha256, Purpose.SIGNATURES, at).standing == standing
        assert (
            base.standing(certificate.sha256, Purpose.SIGNATURES, datetime(2014, 1, 1, tzinfo=UTC))
            is None
        )


@pytest.mark.parametrize("year", [2020, 2023])
def test_the_present_status_is_the_last_whatever_history_says(year):
    past = past_state("granted", year, made.digital(CA))
    present = made.state("CA/QC", "withdrawn", SINCE, made.digital(CA))
    found = parse_etsi(made.european_list(made.service(present, past)))
    assert [each.standing for each in found.statements] == [Standing.ANNULLED]
    assert found.statements[0].until is None
    assert [each.code for each in found.unread] == ["lists.status-order"] * (year > 2020)


def test_a_history_with_a_part_that_cannot_be_read_is_left_out():
    past = [past_state("granted", 2015, ""), past_state("withdrawn", "soon", "")]
    present = made.state("CA/QC", "granted", SINCE, made.digital(CA))
    found = parse_etsi(made.european_list(made.service(present, *past)))
    (statement,) = found.statements
    assert statement.since == datetime(2020, 1, 1, tzinfo=UTC)
    assert [each.code for each in found.unread] == ["lists.bad-date"]


def test_a_service_without_certificates_is_left_out_and_named():
    names = "<DigitalId><X509SubjectName>CN=x</X509SubjectName></DigitalId>"
    found = parse_etsi(made.european_list(one(identity=names), one()))
    assert len(found.statements) == 1
    assert [each.code for each in found.unread] == ["lists.no-certificate"]


@pytest.mark.parametrize("since", ["", "soon"])
def test_a_bad_service_is_left_out_and_named(since):
    found = parse_etsi(made.european_list(one(since=since), one()))
    assert len(found.statements) == 1
    assert [each.code for each in found.unread] == ["lists.bad-date"]


@pytest.mark.parametrize("version", [5, 6])
def test_versions_five_and_six_are_read_alike(version):
    assert parse_etsi(made.european_list(one(), version=version)).unread == ()


def test_greece_and_the_kingdom_go_by_their_iso_codes():
    assert parse_etsi(made.european_list(territory="EL")).territory == "GR"


def test_too_many_services_are_refused():
    with pytest.raises(BudgetExceeded):
        parse_etsi(made.european_list(*["<TSPService/>"] * 50_001))


# --- pointers


def test_pointers_name_the_signers_of_other_lists():
    pointers = (
        made.pointer("http://ee.test/tl.xml", "EE", CA, OTHER)
        + made.pointer("http://ee.test/tl.pdf", "EE", CA, mime="application/pdf")
        + made.pointer("http://eu.test/lotl.xml", "EU", CA, kind="EUlistofthelists")
    )
    found = parse_etsi(made.european_list(kind="EUlistofthelists", pointers=pointers))
    assert found.scheme is Scheme.ETSI_LOTL
    assert [(e.territory, e.scheme, e.signers) for e in found.pointers] == [
        ("EE", Scheme.ETSI, (CA, OTHER)),
        ("EU", Scheme.ETSI_LOTL, (CA,)),
    ]


# --- agreements


def sample(shared, name):
    return parse_etsi((shared / "samples" / "etsi-lists" / name).read_bytes())


def test_an_agreement_is_read_as_dated_equivalences(shared):
    (agreement,) = sample(shared, "stripped_mra-zz-lotl-history.xml").agreements
    assert (agreement.pointing, agreement.pointed, agreement.depth) == ("EU", "XX", 1)
    enacted, repealed = agreement.equivalences
    assert enacted.enacted
    assert not repealed.enacted
    assert enacted.since == datetime(2020, 5, 16, 23, 59, 59, tzinfo=UTC)
    assert enacted.until is not None
    assert enacted.until < repealed.since
    assert repealed.until is None
    assert enacted.legal_identifier == "QCForESig"
    assert enacted.types[0][0].additional == f"{INFORMATION}ForeSignatures"
    assert enacted.types[1][0].identifier.startswith("http://zz-trusted-list.go.zz/")
    assert [each.context.rpartition("/")[2] for each in enacted.contents] == [
        "QcCompliance",
        "QcType",
        "QcQSCD",
    ]
    assert len(enacted.qualifiers) == 8


def test_a_custom_context_is_kept(shared):
    (agreement,) = sample(shared, "stripped_mra-zz-lotl-custom-equivalence-context.xml").agreements
    assert len(agreement.equivalences[0].contents) == 4


def test_services_of_another_country_are_recognised_while_the_agreement_lasts(shared):
    foreign = sample(shared, "mra-zz-tl.xml")
    assert not any(each.purposes for each in foreign.statements)
    (agreement,) = sample(shared, "stripped_mra-zz-lotl-history.xml").agreements
    (taken,) = recognise(foreign.statements, agreement, PURPOSES)
    assert taken.standing is Standing.GRANTED
    assert taken.purposes == {Purpose.SIGNATURES}
    assert taken.anchor
    assert taken.since == max(foreign.statements[0].since, agreement.equivalences[0].since)
    assert taken.until == agreement.equivalences[0].until
    said = dict(taken.details)
    assert said["RECOGNISED_BY"] == "EU"
    assert said["EQUIVALENCE"] == "QCForESig"
    base = TrustBase((taken,))
    before, after = datetime(2022, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC)
    assert base.find(taken.certificate_sha256, Purpose.SIGNATURES, before) is taken
    assert base.find(taken.certificate_sha256, Purpose.SIGNATURES, after) is None


def test_what_an_agreement_does_not_name_is_not_recognised(shared):
    (agreement,) = sample(shared, "stripped_mra-lotl.xml").agreements
    own = parse_etsi(made.european_list(one(), one(word="http://zz.test/granted")))
    assert recognise(own.statements, agreement, PURPOSES) == ()


def test_a_malformed_agreement_is_named_and_recognises_nothing(shared):
    path = shared / "samples" / "etsi-lists" / "stripped_mra-lotl.xml"
    octets = path.read_bytes().replace(b"MRADepth", b"Depth")
    found = parse_etsi(octets)
    assert found.agreements == ()
    assert [each.code for each in found.unread] == ["lists.bad-number"]


def test_the_present_status_stands_where_its_history_says_more_of_that_time(shared):
    """As of one moment, or dated later: history ends where the present begins."""
    name = "stripped_mra-zz-lotl-history.xml"
    octets = (shared / "samples" / "etsi-lists" / name).read_bytes()
    (agreement,) = sample(shared, name).agreements
    old, now = (f"{e.since:%Y-%m-%dT%H:%M:%S}".encode() for e in agreement.equivalences)
    for later in (now, b"2033-01-01T00:00:00"):
        assert old in octets
        (found,) = parse_etsi(octets.replace(old, later)).agreements
        assert [each.enacted for each in found.equivalences] == [False]


def test_criteria_that_repeat_a_long_namespace_are_bounded(shared):
    octets = (shared / "samples" / "etsi-lists" / "stripped_mra-lotl.xml").read_bytes()
    flooded = octets.replace(b"xmlns", b'xmlns:flood="' + b"x" * (1 << 20) + b'" xmlns', 1)
    found = parse_etsi(flooded)
    assert found.agreements == ()
    assert [each.code for each in found.unread] == ["lists.too-many"]


# --- pivots

FIRST, SECOND, THIRD = (made.Party(f"Signer {n}", kind="p-256", ca=False) for n in range(3))
HOME = "http://eu.test/lotl.xml"
ONE, TWO = "http://eu.test/pivot-1.xml", "http://eu.test/pivot-2.xml"


def lotl(signer, *named, pivots=(), sequence=9):
    certificates = [each.certificate for each in named]
    return made.european_list(
        territory="EU",
        kind="EUlistofthelists",
        pointers=made.pointer(HOME, "EU", *certificates, kind="EUlistofthelists"),
        addresses=(*pivots, made.JOURNAL, "https://ec.europa.eu/tools/lotl/notice.xml"),
        sequence=sequence,
        signer=signer,
    )


PIVOTS = {ONE: lotl(FIRST, SECOND, sequence=1), TWO: lotl(SECOND, THIRD, pivots=[ONE], sequence=2)}
PRESENT = lotl(THIRD, THIRD, pivots=[TWO, ONE])
JOURNAL = frozenset({FIRST.certificate.sha256})


def test_pivots_are_those_before_the_official_journal_the_newest_first():
    assert pivot_addresses(PRESENT) == (TWO, ONE)


def test_signers_change_from_pivot_to_pivot():
    found = follow_pivots(PRESENT, PIVOTS, pins=JOURNAL)
    assert found.reading.conclusion.passed
    assert [each.sequence for each in found.pivots] == [1, 2]
    assert follow_pivots(PRESENT, PIVOTS, signers=[FIRST.certificate]).reading.conclusion.passed


def test_without_pivots_the_journal_alone_counts():
    assert follow_pivots(lotl(FIRST, FIRST), {}, pins=JOURNAL).reading.conclusion.passed
    assert not follow_pivots(lotl(THIRD, THIRD), {}, pins=JOURNAL).reading.conclusion.passed


def test_pivots_that_lack_are_asked_for():
    found = follow_pivots(PRESENT, {TWO: PIVOTS[TWO]}, pins=JOURNAL)
    assert (found.reading, found.missing) == (None, (ONE,))


@pytest.mark.parametrize(
    "pivots",
    [
        {**PIVOTS, ONE: lotl(SECOND, SECOND)},  # signed by whom nobody named yet
        {**PIVOTS, TWO: lotl(THIRD, THIRD, pivots=[ONE])},
        {**PIVOTS, ONE: lotl(FIRST, FIRST)},  # does not name the next signer
        {ONE: PIVOTS[TWO], TWO: PIVOTS[ONE]},
    ],
)
def test_a_chain_that_is_broken_is_not_believed(pivots):
    reading = follow_pivots(PRESENT, pivots, pins=JOURNAL).reading
    assert not reading.conclusion.passed


def test_a_pin_of_the_journal_counts_for_the_first_pivot_only():
    # the Journal's signer was replaced by the first pivot: it may not sign the list any more
    again = lotl(FIRST, THIRD, pivots=[TWO, ONE])
    assert not follow_pivots(again, PIVOTS, pins=JOURNAL).reading.conclusion.passed


def test_a_hundred_pivots_are_refused():
    many = [f"http://eu.test/{n}.xml" for n in range(100)]
    with pytest.raises(BudgetExceeded):
        follow_pivots(lotl(FIRST, FIRST, pivots=many), {}, pins=JOURNAL)


def test_the_moment_at_which_one_status_follows_another_belongs_to_the_later():
    present = made.state("CA/QC", "granted", SINCE, made.digital(CA))
    past = past_state("withdrawn", 2018, made.digital(CA))
    statements = parse_etsi(made.european_list(made.service(present, past))).statements

    def standing(at):
        return [e.standing for e in statements if e.covers(Purpose.SIGNATURES, at)]

    at = datetime(2020, 1, 1, tzinfo=UTC)
    assert standing(at) == [Standing.GRANTED]
    assert standing(at - timedelta(microseconds=1)) == [Standing.ANNULLED]


# --- lists that others signed


@pytest.mark.parametrize(
    ("name", "signer"),
    [
        ("dss_tl-ecdsa-brainpool.xml", "TSL Signing Unit 4"),  # esig/dss
        ("libdigidocpp_TSL.xml", "Test TSL"),
        ("mra-zz-tl.xml", "ZZ-TL-signer"),  # European Commission's pilot
    ],
)
def test_lists_signed_by_other_programs_verify(shared, name, signer):
    octets = (shared / "samples" / "etsi-lists" / name).read_bytes()
    reading = read_etsi(octets)
    assert reading.signer.ref.name == signer
    assert [f.rule.code for f in reading.conclusion.findings if f.severity is Severity.FAIL] == [
        "trust.list-signer"  # nobody named him
    ]
    assert read_etsi(octets, pins=frozenset({reading.signer.sha256})).conclusion.passed
    changed = octets.replace(b"<TSLSequenceNumber>", b"<TSLSequenceNumber>9", 1)
    assert read_etsi(changed, pins=frozenset({reading.signer.sha256})).list is None
