"""What a report keeps of signed XML has the same signatures, and none of the document's words."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

import xml_samples as xml

import test_interop
from zaruka.errors import InputError
from zaruka.signatures.content import RecordedContent
from zaruka.signatures.xml.document import RecordedReference
from zaruka.signatures.xml.xmldsig import parse_signed_xml

SHA_256 = "2.16.840.1.101.3.4.2.1"


def signed(c14n=xml.C14N, **more):
    return xml.signature(xml.reference("#b", b"secret"), c14n=c14n, **more)


def around(before, after, **more):
    return f"{before}<body Id='b'>secret words</body>{signed(**more)}{after}".encode()


TRICKY = {
    "plain": around("<doc>", "</doc>"),
    "prefixes around": around('<p:doc xmlns:p="urn:p" xmlns:q="urn:q"><x>', "</x></p:doc>"),
    "a default namespace": around('<doc xmlns="urn:d">', "</doc>"),
    "taken back": around('<doc xmlns="urn:d"><x xmlns="">', "</x></doc>"),
    "one prefix twice": around('<p:doc xmlns:p="urn:p"><p:x xmlns:p="urn:q">', "</p:x></p:doc>"),
    "two prefixes of one name": around(
        '<doc xmlns:p="urn:p" xmlns:q="urn:p"><q:x>', "</q:x></doc>"
    ),
    "XML attributes": around('<doc xml:lang="be" xml:space="preserve">', "</doc>"),
    "with exclusive form": around('<doc xmlns="urn:d" xml:lang="be">', "</doc>", c14n=xml.EXC),
    "words, comments and instructions": around("<doc>words<!-- c --><?pi x?>", "<!-- d --></doc>"),
    "the signature is the root": xml.signature(xml.reference("a.txt", b"x")).encode(),
    "two, one after the other": around("<doc>", f"{signed()}</doc>"),
    "one in another": xml.signature(
        xml.reference("a.txt", b"x"), extra=f"<Object>{signed()}</Object>"
    ).encode(),
    "far apart": around("<doc><l1><l2>", f"</l2></l1><r1>{signed()}</r1></doc>"),
    "many beside": around("<doc>" + "<x>words</x>" * 1000, "</doc>"),
}


def recorded(document):
    """Keep of what lies outside a signature the digest and the place."""
    found = {}
    for signature in document.signatures:
        for number, each in enumerate(signature.references):
            if not each.inside:
                content = each.content
                known = None
                if content is not None:
                    oids = {SHA_256, *filter(None, [each.digest_oid])}
                    known = RecordedContent({oid: content.digest(oid) for oid in oids})
                key = (signature.sha256, number)
                found[key] = RecordedReference(known, each.place, each.finding)
    return found


def essence(document):
    return [
        (
            found.sha256,
            found.signed_info,
            found.signature,
            found.place,
            found.level,
            found.signing_time,
            found.signing_certificate_refs,
            found.findings,
            [
                (
                    each.uri,
                    each.place,
                    each.inside,
                    each.finding,
                    each.content and each.digest_oid and each.content.digest(each.digest_oid),
                )
                for each in found.references
            ],
        )
        for found in document.signatures
    ]


def same(octets, external=None):
    document = parse_signed_xml(octets, external=external or {})
    again = parse_signed_xml(document.skeleton, recorded=recorded(document))
    assert essence(again) == essence(document)
    assert len(again.unread) == len(document.unread)
    assert again.skeleton == document.skeleton
    return document


@pytest.mark.parametrize("name", TRICKY)
def test_the_signatures_are_the_same_and_the_words_are_gone(name):
    document = same(TRICKY[name], {"a.txt": b"x"})
    assert document.signatures
    for word in (b"secret", b"words", b"<!--", b"<?pi"):
        assert word not in document.skeleton
    assert len(document.skeleton) < 8000


@pytest.mark.parametrize("case", test_interop.XML, ids=lambda case: case.id)
def test_so_are_those_of_other_programs(case):
    octets = case.file.read_bytes()
    try:
        parse_signed_xml(octets)
    except InputError:
        return
    same(octets)


def test_a_reference_to_an_element_around_is_not_looked_for_in_the_skeleton():
    """The Id of a pruned element would be found, and sign something else."""
    document = parse_signed_xml(f"<doc Id='b'>words{signed()}</doc>".encode())
    alone = parse_signed_xml(document.skeleton)
    assert alone.signatures[0].references[0].content is None  # without the record it is absent
    same(f"<doc Id='b'>words{signed()}</doc>".encode())
