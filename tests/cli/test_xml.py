"""`zaruka verify`, `inspect` and `extract` on XML with signatures, as people hold it."""

from __future__ import annotations

import base64
import csv
import io
import json
import sys
import zipfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "signatures"))
import xml_samples as xml

RU = "interop/ru"
TRUST = ["--at", "2026-12-01T00:00:00Z", "--lang", "en"]


@pytest.fixture
def trusted(shared):
    """Options that trust the invented hierarchy of interop/ru."""
    folder = shared / RU
    return [
        *("--anchor", folder / "certs" / "root.crt", "--cert", folder / "certs" / "sub.crt"),
        *("--crl", folder / "crl", *TRUST),
    ]


@pytest.fixture
def signed(shared) -> bytes:
    return (shared / RU / "xml" / "env-256.xml").read_bytes()


def outcome(done) -> dict[str, object]:
    assert done.stderr == ""
    return json.loads(done.stdout)


# --- what is said of one file


def test_a_whole_document_that_is_signed_is_said_to_be(run, shared, trusted):
    done = run("verify", shared / RU / "xml" / "env-256.xml", *trusted)
    assert done.returncode == 0, done.stdout
    assert "The signature is valid." in done.stdout
    assert "The signature covers the whole document (/doc)." in done.stdout


def test_a_part_that_is_signed_is_named_with_its_id(run, shared, trusted):
    done = run("verify", shared / RU / "xml" / "ref-256.xml", *trusted)
    assert done.returncode == 0, done.stdout
    assert "only a part: /doc/body (#b1)." in " ".join(done.stdout.split())
    assert "The rest of the file is not signed." in " ".join(done.stdout.split())


def test_facts_hold_the_digest_of_what_was_signed(run, shared, trusted):
    found = outcome(run("verify", "--json", shared / RU / "xml" / "env-256.xml", *trusted))
    documents = [each for each in found["facts"] if each["kind"] == "document"]
    signed = [each["source"] for each in documents if "format" not in each["extract"]]
    assert signed == ["/doc"]
    assert found["signatures"][0]["format"] == "XMLDSig"


@pytest.mark.parametrize(
    ("name", "status"),
    [("xml-env-256-content.xml", 1), ("xml-env-256-sig.xml", 1), ("xml-ref-256-dupid.xml", 1)],
)
def test_what_was_changed_fails(run, shared, trusted, name, status):
    assert run("verify", shared / RU / "bad" / name, *trusted).returncode == status


def test_the_document_that_is_named_has_to_be_the_one_signed(run, shared, trusted, tmp_path):
    (tmp_path / "other.txt").write_text("other")
    file = shared / RU / "xml" / "env-256.xml"
    done = run("verify", file, "--content", "other.txt", *trusted)
    assert done.returncode == 2
    assert "“other.txt” is not signed by this signature" in " ".join(done.stdout.split())
    assert run("verify", file, "--content", file, *trusted).returncode == 0


# --- forms


@pytest.mark.parametrize(
    "wrap",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: b'<?xml version="1.0" encoding="windows-1251"?>' + text.encode("cp1251"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: base64.encodebytes(text.encode()),
    ],
    ids=["BOM", "UTF-16", "windows-1251", "CRLF", "base64"],
)
def test_encodings_and_wrappings_do_not_matter(run, tmp_path, wrap):
    """What is signed is the canonical form: UTF-8 and LF (Canonical XML 1.1, 2.1)."""
    text = xml.enveloped("<doc>\n<тело>плати 10</тело>", "\n</doc>").decode()
    (tmp_path / "signed.xml").write_bytes(wrap(text))
    done = run("verify", "--json", "signed.xml", lang="en_GB.UTF-8")
    (signature,) = outcome(done)["signatures"]
    assert signature["sub_indication"] == "NO_SIGNING_CERTIFICATE_FOUND"
    done = run("extract", "signed.xml", "--out", "out")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out").read_text() == "<doc>\n<тело>плати 10</тело>\n</doc>"


def test_xml_with_a_detached_cms_beside_it_stays_its_document(run, shared, tmp_path):
    folder = shared / "interop" / "by"
    (tmp_path / "invoice.xml").write_bytes((folder / "docs" / "invoice.xml").read_bytes())
    (tmp_path / "invoice.xml.p7s").write_bytes((folder / "cms" / "m256-xml-det.p7s").read_bytes())
    found = outcome(run("verify", "--json", "invoice.xml"))
    assert [each["format"] for each in found["signatures"]] == ["CMS"]
    rows = list(csv.reader(io.StringIO(run("verify", "--csv", tmp_path).stdout), delimiter=";"))
    assert len(rows) == 2


def test_signatures_inside_and_beside_are_both_judged(run, shared, trusted, tmp_path, signed):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.xml").write_bytes(signed)
    other = shared / "interop" / "by" / "cms" / "m256-xml-det.p7s"
    (tmp_path / "in" / "a.xml.p7s").write_bytes(other.read_bytes())
    found = outcome(run("verify", "--json", "in/a.xml", *trusted))
    verdicts = [(each["format"], each["indication"]) for each in found["signatures"]]
    assert verdicts[1] == ("XMLDSig", "TOTAL_PASSED")
    assert verdicts[0][0] == "CMS"
    batch = outcome(run("verify", "--json", "in", *trusted))
    assert [each["input"] for each in batch["reports"]] == ["a.xml.p7s", "a.xml"]


def test_xml_that_only_speaks_of_signatures_is_a_document(run, tmp_path):
    (tmp_path / "schema.xml").write_text(f'<schema import="{xml.DS}"/>')
    done = run("verify", "--json", "schema.xml", lang="en_GB.UTF-8")
    assert done.returncode == 3
    assert json.loads(done.stdout)["error"]["code"] == "input.no-signature"
    found = outcome(run("verify", "--json", tmp_path))
    assert [each.get("error", {}).get("code") for each in found["reports"]] == [
        "input.nothing-wanted",
        None,
    ]


def test_a_waybill_signed_in_its_own_form_is_named_as_that(run, tmp_path):
    (tmp_path / "w.xml").write_text("<BLRWBL><SignatureValue>AA==</SignatureValue></BLRWBL>")
    done = run("verify", "w.xml", lang="en_GB.UTF-8")
    assert done.returncode == 3
    assert "a signature in a form of its own (Belarusian electronic waybill)" in " ".join(
        done.stdout.split() + done.stderr.split()
    )


# --- folders and archives


def test_signed_xml_is_a_line_of_its_own_and_no_unsigned_document(
    run, shared, trusted, tmp_path, signed
):
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "deep" / "a.xml").write_bytes(signed)
    (tmp_path / "in" / "part.xml").write_bytes((shared / RU / "xml" / "ref-256.xml").read_bytes())
    (tmp_path / "in" / "plain.xml").write_text("<doc/>")
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for path in sorted((tmp_path / "in").rglob("*.xml")):
            archive.write(path, path.relative_to(tmp_path / "in"))
    for place in ("in", "in.zip"):
        found = outcome(run("verify", "--json", place, *trusted))
        rows = {each["input"]: each for each in found["reports"]}
        assert set(rows) == {"deep/a.xml", "part.xml", "plain.xml"}
        assert rows["plain.xml"] == {"input": "plain.xml", "unsigned": True}
        assert rows["deep/a.xml"]["report"]["indication"] == "TOTAL_PASSED"
        done = run("verify", place, *trusted)
        assert "The rest of the file is not signed." in " ".join(done.stdout.split())


def test_a_table_says_of_a_good_signature_that_it_covers_a_part(run, shared, trusted, tmp_path):
    (tmp_path / "part.xml").write_bytes((shared / RU / "xml" / "ref-256.xml").read_bytes())
    done = run("verify", "--csv", "part.xml", *trusted)
    assert done.returncode == 0
    assert "The rest of the file is not signed." in done.stdout


# --- files beside


def outside(uri: str, octets: bytes = b"what is signed") -> bytes:
    return xml.signature(xml.reference(uri, octets)).encode()


@pytest.mark.parametrize(
    ("uri", "name"),
    [("a.txt", "a.txt"), ("./a.txt", "a.txt"), ("%D0%B0%20b.txt", "а b.txt"), ("а.txt", "а.txt")],
)
def test_a_reference_names_a_file_of_the_same_folder(run, tmp_path, uri, name):
    (tmp_path / "s.xml").write_bytes(outside(uri))
    (tmp_path / name).write_bytes(b"what is signed")
    found = outcome(run("verify", "--json", "s.xml"))
    assert [each["name"] for each in found["inputs"]] == ["s.xml", name]
    assert found["sub_indication"] == "NO_SIGNING_CERTIFICATE_FOUND"
    batch = outcome(run("verify", "--json", tmp_path))
    assert [each["input"] for each in batch["reports"]] == ["s.xml"]


@pytest.mark.parametrize(
    "uri",
    [
        "../secret.txt",
        "..%2Fsecret.txt",
        "/etc/hostname",
        "file:///etc/hostname",
        "link.txt",
        ".hidden",
        "sub/secret.txt",
        "sub%5Csecret.txt",
        "http://127.0.0.1:9/secret.txt",
        "secret.txt?x",
        "secret" * 100,
        "%00",
        ".",
    ],
)
def test_nothing_outside_the_folder_is_opened(run, tmp_path, uri):
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    for place in (tmp_path / "secret.txt", folder / "sub" / "secret.txt", folder / ".hidden"):
        place.write_bytes(b"what is signed")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "s.xml").write_bytes(outside(uri))
    found = outcome(run("verify", "--json", "in/s.xml"))
    assert [each["name"] for each in found["inputs"]] == ["s.xml"]
    documents = [each for each in found["facts"] if each["kind"] == "document"]
    assert not [each for each in documents if "format" not in each["extract"]]


def test_the_content_that_is_named_answers_for_what_is_elsewhere(run, tmp_path):
    (tmp_path / "s.xml").write_bytes(outside("http://example.com/contract"))
    (tmp_path / "mine.txt").write_bytes(b"what is signed")
    found = outcome(run("verify", "--json", "s.xml", "--content", "mine.txt"))
    assert [each["name"] for each in found["inputs"]] == ["s.xml", "mine.txt"]
    assert "HASH_FAILURE" not in json.dumps(found)
    (tmp_path / "mine.txt").write_bytes(b"something else")
    found = outcome(run("verify", "--json", "s.xml", "--content", "mine.txt"))
    assert "input.content-not-covered" not in {each["code"] for each in found["findings"]}


# --- containers and nesting

EDOC = "urn:EEC:SignedData:v1.0:EDoc"


def container(extra: str = "", receipt: str = "") -> bytes:
    """Make an EEC container as Avest's program does: the signature before its content."""
    content = (
        f'<SignedContent xmlns="{EDOC}" DocInstance="i1" Id="c1"><bid>10</bid></SignedContent>'
    )
    found = xml.signature(xml.reference("#c1", content.encode(), xml.EXC))
    data = f'<Data xmlns="{EDOC}" Id="d1">{found}{content}{extra}</Data>'
    return f'<SignedDoc xmlns="{EDOC}">{data}{receipt}</SignedDoc>'.encode()


def findings(run, tmp_path, octets: bytes) -> list[set[str]]:
    (tmp_path / "s.xml").write_bytes(octets)
    found = outcome(run("verify", "--json", "s.xml"))
    return [{each["code"] for each in signature["findings"]} for signature in found["signatures"]]


def test_an_eec_container_is_known_and_its_content_is_the_document(run, tmp_path):
    (found,) = findings(run, tmp_path, container())
    assert "xmldsig.eec-content" in found
    assert "xmldsig.covers-part" not in found
    (found,) = findings(run, tmp_path, container('<more Id="x"/>'))
    assert "xmldsig.covers-part" in found


def test_the_receipt_of_a_container_is_a_signature_of_its_own(run, tmp_path):
    receipt = f'<Object xmlns="{xml.DS}" Id="o"><Receipt xmlns=""></Receipt></Object>'
    inside = '<Object Id="o"><Receipt xmlns=""></Receipt></Object>'
    outer = xml.signature(xml.reference("#o", receipt.encode()), extra=inside)
    first, second = findings(run, tmp_path, container(receipt=outer))
    assert "xmldsig.eec-receipt" not in first
    assert "xmldsig.eec-receipt" in second


def test_a_nested_signature_has_its_own_verdict(run, tmp_path):
    body = '<body Id="b">pay 10</body>'
    inner = xml.signature(xml.reference("#b", body.encode(), xml.EXC))
    whole = f'<Object xmlns="{xml.DS}" Id="o"><doc xmlns="">{body}{inner}</doc></Object>'
    held = f'<Object Id="o"><doc xmlns="">{body}{inner}</doc></Object>'
    octets = xml.signature(xml.reference("#o", whole.encode()), extra=held).encode()
    assert len(findings(run, tmp_path, octets)) == 2


# --- inspect and extract


def test_inspect_says_in_words_what_is_there(run, shared):
    done = run("inspect", shared / RU / "xml" / "xades-512.xml", "--lang", "en")
    for said in ("Signature 1", "What is signed 2", "SignedProperties", "Level: B-B"):
        assert said in done.stdout


def test_inspect_of_damaged_xml_says_where_it_ends(run, tmp_path, signed):
    (tmp_path / "cut.xml").write_bytes(signed[:-20])
    done = run("inspect", "cut.xml", "--lang", "en")
    assert done.returncode == 0
    assert "It cannot be read further: The XML is damaged (line" in done.stdout


def test_extract_writes_what_is_signed_each_with_its_number(run, tmp_path):
    parts = ['<a Id="a">1</a>', '<b Id="b">2</b>']
    found = [xml.reference(f"#{each[1]}", each.encode()) for each in parts]
    (tmp_path / "s.xml").write_text(f"<doc>{''.join(parts)}{xml.signature(*found)}</doc>")
    assert run("extract", "s.xml").returncode == 0
    written = [(tmp_path / f"s.xml.document.{number}").read_text() for number in (1, 2)]
    assert written == parts
    assert run("extract", "s.xml", "--out", "-").returncode == 64


# --- hostile


def hostile() -> dict[str, tuple[bytes, set[str]]]:
    """Name each attack, what it is made of, and the codes that answer it."""
    body = '<body Id="b">pay 10</body>'
    honest = xml.detached(body).decode()
    large = f'<body Id="b">{"x" * 5_000_000}</body>'
    many = xml.reference("#b", large.encode())
    bomb = '<!DOCTYPE d [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    wrapped = honest.replace(body, body.replace("10", "99").replace('"b"', '"x"')).replace(
        "</doc>", f"<wrapper>{body}</wrapper></doc>"
    )
    spaces = f'<doc xmlns:p="urn:{"x" * 1_000_000}">{"<p:x/>" * 1000}'
    return {
        "entities": ((bomb + honest).encode(), {"xml.doctype"}),
        "wrapping": (wrapped.encode(), {"xmldsig.covers-part"}),
        "doubled Id": (
            honest.replace("</doc>", '<e Id="b"/></doc>').encode(),
            {"xmldsig.id-doubled"},
        ),
        "references": (
            f"<doc>{large}{xml.signature(*[many] * 10_000)}</doc>".encode(),
            {"xmldsig.too-many"},
        ),
        "the same again and again": (
            f"<doc>{large}{xml.signature(*[many] * 120) * 8}</doc>".encode(),
            {"xmldsig.covers-part"},
        ),
        "transforms": (
            f"<doc>{xml.signature(xml.reference('', b'', *[xml.EXC] * 9))}</doc>".encode(),
            {"xmldsig.too-many"},
        ),
        "namespaces": (
            f"{spaces}{xml.signature(xml.reference('', b'', xml.EXC))}</doc>".encode(),
            {"xml.too-much-signed"},
        ),
        "signatures": (f"<doc>{xml.signature(many) * 70}</doc>".encode(), {"xmldsig.too-many"}),
        "depth": (b"<a>" * 5000 + honest.encode() + b"</a>" * 5000, {"xml.not-well-formed"}),
        "tags": (
            b"<doc>" + b"<a/>" * 10_000_001 + honest.encode() + b"</doc>",
            {"xml.too-many-nodes"},
        ),
        "size": (honest.encode() + b" " * (129 << 20), {"xml.too-large"}),
    }


@pytest.mark.parametrize(
    "uri",
    ["http://www.w3.org/TR/1999/REC-xslt-19991116", "urn://smev-gov-ru/xmldsig/transform"],
)
def test_a_transform_outside_the_list_is_named_with_what_to_do(run, tmp_path, trusted, signed, uri):
    known = b'<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"'
    assert known in signed
    (tmp_path / "s.xml").write_bytes(
        signed.replace(known, f'<ds:Transform Algorithm="{uri}"'.encode())
    )
    done = run("verify", "s.xml", *trusted)
    assert done.returncode == 1  # what says so is signed, and was changed here
    assert uri in done.stdout
    assert "Check the signature with the program that made it." in " ".join(done.stdout.split())


@pytest.mark.parametrize("attack", list(hostile()))
def test_an_attack_is_answered_quickly_and_clearly(run, tmp_path, attack):
    octets, wanted = hostile()[attack]
    (tmp_path / "evil.xml").write_bytes(octets)
    done = run("verify", "--json", "evil.xml", timeout=120)
    said = json.loads(done.stdout)
    codes = {each["code"] for found in said.get("signatures", ()) for each in found["findings"]}
    codes |= {said["error"]["code"]} if "error" in said else set()
    assert done.returncode in {1, 2, 3}
    assert wanted <= codes
