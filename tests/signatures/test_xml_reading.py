"""XML signatures: what is signed comes back as octets, and what should not be read is not."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import xml_samples as xml
from lxml import etree

import judging
from zaruka.errors import BudgetExceeded, InputError, UnsupportedError
from zaruka.findings import Severity, SubIndication
from zaruka.signatures.xml.canonical import NodeSet, canonicalize
from zaruka.signatures.xml.document import SignedXml, XmlSignature
from zaruka.signatures.xml.identifiers import CANONICALIZATIONS
from zaruka.signatures.xml.reading import Budget
from zaruka.signatures.xml.verifying import check_references, verify_signer
from zaruka.signatures.xml.xmldsig import parse_signed_xml

KEY = xml.key_info(xml.rsa_key())


def only(octets: bytes, **external: Any) -> XmlSignature:
    (signature,) = parse_signed_xml(octets, **external).signatures
    return signature


def codes(octets: bytes) -> set[str]:
    """Codes of everything about the only signature that is not as it should be."""
    signature = only(octets)
    findings = (*signature.findings, *verify_signer(signature, KEY).findings(signature))
    return {each.rule.code for each in findings if each.severity is not Severity.PASS}


# --- what is signed


def test_an_enveloped_signature_covers_the_document_without_itself() -> None:
    signature = only(xml.enveloped())
    assert verify_signer(signature, KEY).is_valid
    (reference,) = signature.references
    assert reference.octets == b"<doc><body>pay 10</body></doc>"
    assert reference.place == "/doc"
    (finding,) = signature.findings
    assert (finding.rule.code, finding.actual) == ("xmldsig.covers-whole", "/doc")
    assert reference.transforms == (xml.ENVELOPED,)


def test_text_around_an_enveloped_signature_stays() -> None:
    signature = only(xml.enveloped("<doc>a<b></b>c", "d\n</doc>"))
    assert signature.references[0].octets == b"<doc>a<b></b>cd\n</doc>"
    assert verify_signer(signature, KEY).is_valid


def test_a_part_that_is_signed_is_named_and_the_rest_warned_of() -> None:
    signature = only(xml.detached())
    assert verify_signer(signature, KEY).is_valid
    assert signature.references[0].place == "/doc/body"
    (finding,) = signature.findings
    assert finding.rule.code == "xmldsig.covers-part"
    assert finding.actual == "/doc/body (#b)"


def test_a_part_may_have_names_of_any_script() -> None:
    """Written in ASCII such names cannot be read again (found by fuzzing)."""
    body = '<тело Id="b" вид="счёт">плати 10 ₽ &amp; ўсё</тело>'
    found = xml.signature(xml.reference("#b", body.encode()))
    signature = only(f"<документ>{body}{found}</документ>".encode())
    assert signature.references[0].octets == body.encode()
    assert verify_signer(signature, KEY).is_valid


def test_an_enveloping_signature_signs_its_object() -> None:
    inner = f'<Object xmlns="{xml.DS}" Id="o">text</Object>'
    octets = xml.signature(
        xml.reference("#o", inner.encode()), extra='<Object Id="o">text</Object>'
    )
    assert codes(octets.encode()) == {"xmldsig.signed"}


def test_base64_of_an_element_is_decoded_before_it_is_digested() -> None:
    data = b"\x00\x01binary"
    body = f'<f Id="f">{base64.b64encode(data).decode()}</f>'
    found = xml.reference("#f", data, f"{xml.DS}base64")
    signature = only(f"<doc>{body}{xml.signature(found)}</doc>".encode())
    assert signature.references[0].octets == data
    assert verify_signer(signature, KEY).is_valid


def test_content_outside_is_taken_from_the_caller_and_never_fetched() -> None:
    octets = xml.signature(xml.reference("http://example.com/a.txt", b"outside")).encode()
    (absent,) = check_references(only(octets))
    assert absent.severity is Severity.UNKNOWN
    assert absent.sub_indication is SubIndication.SIGNED_DATA_NOT_FOUND
    given = only(octets, external={"http://example.com/a.txt": b"outside"})
    assert verify_signer(given, KEY).is_valid
    inside = only(b"<doc>" + octets + b"</doc>", external={"http://example.com/a.txt": b"outside"})
    assert [each.actual for each in inside.findings] == ["http://example.com/a.txt"]
    other = only(octets, external={"http://example.com/a.txt": b"another"})
    assert check_references(other)[0].sub_indication is SubIndication.HASH_FAILURE


# --- attacks


def test_a_signed_element_moved_away_is_still_the_one_that_comes_back() -> None:
    """Wrapping: the value holds over what was moved; the octets say what that is."""
    honest = xml.detached().decode()
    body = '<body Id="b">pay 10</body>'
    forged = honest.replace(body, '<body Id="x">pay 99</body>').replace(
        "</doc>", f"<wrapper>{body}</wrapper></doc>"
    )
    signature = only(forged.encode())
    assert verify_signer(signature, KEY).is_valid
    assert [each.octets for each in signature.references] == [body.encode()]
    assert [each.actual for each in signature.findings] == ["/doc/wrapper/body (#b)"]


@pytest.mark.parametrize("attribute", ["Id", "ID", "id", "xml:id"])
def test_one_id_on_two_elements_is_refused_however_it_is_written(attribute: str) -> None:
    forged = xml.detached().replace(
        b"</doc>", f'<evil {attribute}="b">pay 99</evil></doc>'.encode()
    )
    assert "xmldsig.id-doubled" in codes(forged)


def test_ids_doubled_by_the_thousand_cost_no_more_than_others() -> None:
    many = xml.detached().replace(b"</doc>", b'<evil Id="b"/>' * 20_000 + b"</doc>")
    assert codes(many) == {"xmldsig.id-doubled"}


def test_an_element_with_its_id_written_twice_is_one_element() -> None:
    body = '<body ID="b" Id="b">x</body>'
    signed = f"<doc>{body}{xml.signature(xml.reference('#b', body.encode()))}</doc>"
    assert codes(signed.encode()) == {"xmldsig.covers-part"}


def test_an_id_in_another_namespace_is_none() -> None:
    moved = xml.detached().replace(b'<body Id="b">', b'<body xmlns:p="urn:p" p:Id="b">')
    assert "xmldsig.reference-absent" in codes(moved)


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE doc [<!ENTITY x "pay 99">]>',
        '<!DOCTYPE doc SYSTEM "file:///etc/passwd">',
        "<!DOCTYPE doc [<!ATTLIST body Id ID #IMPLIED>]>",
        "<?xml version='1.0'?>\n<!-- " + "x" * 9000 + " -->\n<!DOCTYPE doc>",
        '<!DOCTYPE d [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused(prolog: str, encoding: str) -> None:
    with pytest.raises(InputError) as error:
        parse_signed_xml((prolog + xml.detached().decode()).encode(encoding))
    assert error.value.code == "xml.doctype"


def test_a_comment_does_not_cut_what_was_signed() -> None:
    signed = xml.detached('<body Id="b">admin@example.com.evil</body>').decode()
    split = signed.replace("admin@example.com.evil", "admin@example.com<!-- -->.evil")
    signature = only(split.encode())
    assert verify_signer(signature, KEY).is_valid  # comments are no part of "#id" (4.4.3.3)
    assert signature.references[0].octets == b'<body Id="b">admin@example.com.evil</body>'


@pytest.mark.parametrize("local", ["SignatureValue", "DigestValue"])
def test_a_value_parted_by_a_comment_gives_no_other_value(local: str) -> None:
    start, _, rest = xml.enveloped().partition(f"<{local}>".encode())
    split = start + f"<{local}>".encode() + rest[:8] + b"<!-- x -->" + rest[8:]
    if local == "DigestValue":  # read from what was signed, where there is no comment
        assert verify_signer(only(split), KEY).is_valid
        return
    with pytest.raises(InputError) as error:
        parse_signed_xml(split)
    assert error.value.code == "xmldsig.malformed"


def test_prefixes_mean_nothing_and_namespaces_all() -> None:
    body = '<p:body xmlns:p="urn:one" Id="b">x</p:body>'
    honest = f"<doc>{body}{xml.signature(xml.reference('#b', body.encode()))}</doc>"
    assert codes(honest.encode()) == {"xmldsig.covers-part"}
    other = honest.replace('xmlns:p="urn:one"', 'xmlns:p="urn:two"')
    assert "xmldsig.reference" in codes(other.encode())
    foreign = honest.replace(f'xmlns="{xml.DS}"', 'xmlns="urn:ds"')
    with pytest.raises(InputError) as error:
        parse_signed_xml(foreign.encode())
    assert error.value.code == "xmldsig.no-signature"


def test_a_second_signed_info_is_refused() -> None:
    octets = xml.enveloped().decode()
    start, end = octets.index("<SignedInfo>"), octets.index("</SignedInfo>") + len("</SignedInfo>")
    doubled = octets[:end] + octets[start:end] + octets[end:]
    with pytest.raises(InputError) as error:
        parse_signed_xml(doubled.encode())
    assert error.value.code == "xmldsig.malformed"


@pytest.mark.parametrize("transforms", [(), (xml.ENVELOPED,)])
def test_a_signature_of_itself_is_refused(transforms: tuple[str, ...]) -> None:
    found = xml.reference("#me", b"", *transforms)
    assert "xmldsig.reference-to-itself" in codes(
        f"<doc>{xml.signature(found, name='me')}</doc>".encode()
    )


def test_of_two_signatures_each_leaves_out_only_itself() -> None:
    before, after = "<doc><body>pay 10</body>", "</doc>"
    first = xml.signature(xml.reference("", (before + after).encode(), xml.ENVELOPED))
    second = xml.signature(xml.reference("", (before + first + after).encode(), xml.ENVELOPED))
    found = parse_signed_xml(f"{before}{first}{second}{after}".encode()).signatures
    assert [verify_signer(each, KEY).is_valid for each in found] == [False, True]
    assert found[1].references[0].octets == f"{before}{first}{after}".encode()


def test_a_signature_among_broken_ones_is_read_and_the_others_are_said() -> None:
    octets = xml.enveloped().replace(
        b"<doc>", f'<doc><Signature xmlns="{xml.DS}"><Odd/></Signature>'.encode()
    )
    document = parse_signed_xml(octets)
    assert len(document.signatures) == 1
    assert [each.rule.code for each in document.findings] == ["xmldsig.unreadable"]


def test_a_signature_without_a_canonical_form_is_kept_unread() -> None:
    """A namespace name is relative (found by fuzzing): Canonical XML 1.1, 1.3."""
    broken = xml.detached('<a Id="a"/>').replace(b"<SignedInfo>", b'<SignedInfo xmlns:r="UR">')
    start, end = broken.index(b"<Signature "), broken.index(b"</doc>")
    octets = xml.enveloped().replace(b"<doc>", b"<doc>" + broken[start:end])
    document = parse_signed_xml(octets)
    assert [each.reason for each in document.unread] == ["xmldsig.not-canonical"]
    assert len(document.signatures) == 1


@pytest.mark.parametrize(
    "uri",
    [
        "http://www.w3.org/TR/1999/REC-xpath-19991116",
        "http://www.w3.org/TR/1999/REC-xslt-19991116",
        "urn://smev-gov-ru/xmldsig/transform",
    ],
)
def test_a_transform_outside_the_list_is_named_and_not_run(uri: str) -> None:
    signature = only(f"<doc>{xml.signature(xml.reference('', b'', uri))}</doc>".encode())
    (finding,) = check_references(signature)
    assert (finding.rule.code, finding.actual) == ("xmldsig.transform-unsupported", uri)
    assert finding.severity is Severity.UNKNOWN
    assert signature.references[0].octets is None


def test_a_bomb_of_transforms_is_refused() -> None:
    found = xml.reference("", b"", *[xml.EXC] * 9)
    with pytest.raises(BudgetExceeded) as error:
        parse_signed_xml(f"<doc>{xml.signature(found)}</doc>".encode())
    assert error.value.details["what"] == "Transform"


def test_a_bomb_of_references_is_refused() -> None:
    found = [xml.reference("", b"")] * 1025
    with pytest.raises(BudgetExceeded) as error:
        parse_signed_xml(f"<doc>{xml.signature(*found)}</doc>".encode())
    assert error.value.details["what"] == "Reference"


def test_a_bomb_of_namespaces_stops_at_the_budget() -> None:
    """Exclusive canonicalization writes a namespace at every element that uses it."""
    bomb = f'<doc xmlns:p="urn:{"x" * 1_000_000}">{"<p:x/>" * 1000}'
    found = xml.reference("", b"", xml.EXC)
    with pytest.raises(BudgetExceeded) as error:
        parse_signed_xml(f"{bomb}{xml.signature(found)}</doc>".encode())
    assert error.value.code == "xml.too-much-signed"


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"no XML",
        b"<doc>",
        b"<a>" * 300 + b"</a>" * 300,
        b'<?xml version="1.0" encoding="utf-99"?><doc/>',
        b"\xff\xfe<\x00",
        b"<doc>\x00</doc>",
    ],
)
def test_what_is_no_xml_is_said(octets: bytes) -> None:
    with pytest.raises(InputError) as error:
        parse_signed_xml(octets)
    assert error.value.code == "xml.not-well-formed"


def test_no_single_change_of_an_octet_is_overlooked() -> None:
    octets = xml.enveloped()
    wrong = []
    for position in range(0, len(octets), 3):
        changed = bytearray(octets)
        changed[position] ^= 1
        try:
            found = parse_signed_xml(bytes(changed)).signatures
        except (InputError, UnsupportedError):
            continue
        wrong += [
            position
            for each in found
            if verify_signer(each, KEY).is_valid
            and [reference.octets for reference in each.references]
            != [b"<doc><body>pay 10</body></doc>"]
        ]
    assert wrong == []


# --- files of other programs


def interop(shared: Path) -> list[tuple[Path, str, Path]]:
    ru, by = shared / "interop" / "ru", shared / "interop" / "by"
    russian = json.loads((ru / "manifest.json").read_text())["cases"]
    belarusian = json.loads((by / "manifest.json").read_text())["entries"]
    return [
        *((ru / c["file"], c["expected"], ru / c["signer_cert"]) for c in russian if _is_xml(c)),
        *((by / c["file"], c["expected"], by / c["signers"][0]) for c in belarusian if _is_xml(c)),
    ]


def _is_xml(case: dict[str, Any]) -> bool:
    return bool(case["kind"].startswith("xml"))


def test_every_file_of_other_programs_gets_its_mathematics_right(shared: Path) -> None:
    cases = interop(shared)
    assert len(cases) == 33
    found = {}
    for file, _, certificate in cases:
        signature = only(file.read_bytes())
        key = judging.certificate(certificate).key
        found[file] = "valid" if verify_signer(signature, key).is_valid else "invalid"
    assert found == {file: expected for file, expected, _ in cases}


def test_the_key_or_certificate_inside_is_the_signer_s(shared: Path) -> None:
    for file, _, path in interop(shared):
        certificate = judging.certificate(path)
        held = only(file.read_bytes()).key_info
        assert not held.unread
        assert held.certificates == (certificate,) or held.keys == (certificate.key,), file


def test_signed_properties_are_read_from_what_was_signed(shared: Path) -> None:
    file = shared / "interop" / "ru" / "xml" / "xades-512.xml"
    signature = only(file.read_bytes())
    assert signature.signing_time == datetime(2026, 11, 23, 8, 50, tzinfo=UTC)
    (ref,) = signature.signer_refs
    assert ref.attribute_oid == "SigningCertificateV2"
    unsigned = file.read_bytes().replace(b'URI="#sp1"', b'URI="#b1"')
    signature = only(unsigned)
    assert signature.signing_time is None
    assert signature.signer_refs == ()
    assert "xades.properties-unsigned" in {each.rule.code for each in signature.findings}


def test_both_spellings_of_bign_are_read(shared: Path) -> None:
    octets = (shared / "interop" / "by" / "xml" / "m-ee256-x509.xml").read_bytes()
    other = octets.replace(
        b"http://www.w3.org/2009/xmldsig11#bign-with-hbelt", b"urn:EAEU:Signature:bign-with-hbelt"
    ).replace(b"http://www.w3.org/2009/xmldsig11#belt-hash256", b"urn:EAEU:Digest:belt-hash256")
    signature, renamed = only(octets), only(other)
    assert renamed.method == signature.method
    assert [each.severity for each in check_references(renamed)] == [Severity.PASS]


def test_a_document_says_its_certificates_once(shared: Path) -> None:
    document: SignedXml = parse_signed_xml(
        (shared / "interop" / "ru" / "xml" / "env-256.xml").read_bytes()
    )
    assert len(document.certificates) == 1


# --- what canonicalizing leaves behind


@pytest.mark.parametrize("form", [xml.C14N, xml.EXC, "http://www.w3.org/2006/12/xml-c14n11"])
@pytest.mark.parametrize(
    "document",
    [
        "<doc>a{}b<c/></doc>",
        "<doc>{}</doc>",
        '<d:doc xmlns:d="urn:d" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><a/>x{}y</d:doc>',
        '<doc xmlns="urn:d" xmlns:u="urn:u"><m>{}</m><!-- c --></doc>',
        '<doc xmlns="http://www.w3.org/2000/09/xmldsig#">\n{}\n</doc>',
    ],
)
def test_leaving_a_signature_out_changes_nothing_in_the_document(document: str, form: str) -> None:
    held = (
        f'<ds:Signature xmlns:ds="{xml.DS}"><ds:Object xmlns=""><e xmlns:u="urn:u" u:v="1"/>'
        f'<f xmlns="urn:f"/></ds:Object></ds:Signature>'
    )
    root = etree.fromstring(document.format(held))
    (signature,) = root.iter(f"{{{xml.DS}}}Signature")
    before = [etree.tostring(root, method="c14n", exclusive=each) for each in (True, False)]
    nodes = NodeSet(root, whole=True, without=signature)
    octets = canonicalize(nodes, CANONICALIZATIONS[form], Budget(1000))
    bare = NodeSet(etree.fromstring(document.format("")), whole=True)
    assert octets == canonicalize(bare, CANONICALIZATIONS[form], Budget(1000))
    assert before == [etree.tostring(root, method="c14n", exclusive=e) for e in (True, False)]


def test_what_many_references_name_is_read_and_digested_once() -> None:
    body = f'<body Id="b">{"x" * 100_000}</body>'
    found = [xml.reference("#b", body.encode())] * 100
    signature = only(f"<doc>{body}{xml.signature(*found)}</doc>".encode())
    assert len({id(each.content) for each in signature.references}) == 1
    assert verify_signer(signature, KEY).is_valid


@pytest.mark.parametrize(
    ("namespaces", "elements"), [(20_000, 1), (300, 3_000)], ids=["on one element", "over many"]
)
def test_namespaces_that_cost_their_square_are_refused(namespaces: int, elements: int) -> None:
    """libxml2 canonicalizes each element in the square of the namespaces in scope."""
    declared = "".join(f' xmlns:n{n}="urn:{n}"' for n in range(namespaces))
    with pytest.raises(BudgetExceeded) as raised:
        parse_signed_xml(f"<doc{declared}>{'<b/>' * elements}</doc>".encode())
    assert raised.value.code == "xml.too-many-namespaces"


def test_many_elements_with_a_namespace_of_their_own_are_read() -> None:
    inner = '<n:b xmlns:n="urn:n"></n:b>' * 1_000
    octets = xml.enveloped(f"<doc>{inner}", "</doc>")
    assert verify_signer(only(octets), KEY).is_valid
