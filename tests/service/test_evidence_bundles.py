"""The evidence bundle: the same octets each time, enough to judge by; altered ones are found."""

from __future__ import annotations

import io
import json
import zipfile
from hashlib import sha256

import pytest

from extending_world import TEXT, Country
from zaruka import InputError
from zaruka.messages import messages
from zaruka.reports.as_json import dump, report_value
from zaruka.service.at_hand import documents_of, files_at_hand, inputs_at_hand, octets_of
from zaruka.service.evidence_bundle import read_bundle, write_bundle
from zaruka.service.replaying import read_report, replay
from zaruka.signatures import BytesContent
from zaruka.validation import record
from zaruka.validation.policy_file import built_in, text_of
from zaruka.x509 import crls

SAY = messages("be")


@pytest.fixture
def country(tmp_path, monkeypatch):
    monkeypatch.setattr(crls, "_SMALL", 0)  # of every list the report keeps an extract
    return Country("by", tmp_path)


@pytest.fixture
def bundle(country):
    return made(country)


def made(country, *, contents=(), message=None, **more):
    zaruka = country.zaruka()
    report = zaruka.verify(message or country.sign())
    written = write_bundle(
        report,
        dump(report_value(report, SAY)),
        zaruka.context.evidence,
        policy=text_of(built_in()),
        contents=contents,
        **more,
    )
    return b"".join(written)


def opened(tmp_path, octets):
    path = tmp_path / "evidence.zip"
    path.write_bytes(octets)
    return read_bundle(path)


def test_the_same_evidence_gives_the_same_octets(country):
    message = country.sign()
    assert made(country, message=message) == made(country, message=message)


def test_what_the_report_keeps_an_extract_of_is_checked_again_from_the_bundle(bundle, tmp_path):
    read = opened(tmp_path, bundle)
    report = read_report(read.report)
    assert replay(report).unchecked
    found = replay(report, octets=read.octets)
    assert found.is_same
    assert not found.unchecked


def test_the_document_is_inside_only_if_that_was_asked_for(country, tmp_path):
    assert TEXT not in made(country)
    with_content = made(country, contents=[BytesContent(TEXT)])
    assert TEXT in with_content
    read = opened(tmp_path, with_content)
    assert replay(read_report(read.report), octets=read.octets).is_same


def test_a_list_in_the_bundle_that_is_signed_by_another_is_found(bundle, tmp_path, country):
    """Its digest is another one, so it is not the one that the report speaks of."""
    read = opened(tmp_path, bundle)
    country.hierarchy.revoke(country.signer, country.now)
    country.publish()
    other = (country.lists / "ca.crl").read_bytes()
    swapped = {sha256(other).hexdigest(): other}
    assert replay(read_report(read.report), octets=swapped).unchecked


def test_an_operators_files_of_agreements_travel_along(country, tmp_path):
    text = 'extends = "by-ru-2024"\n'
    read = opened(tmp_path, made(country, agreements=[text]))
    assert read.agreements == (text,)


def test_what_was_too_large_for_the_report_lies_in_the_bundle(country, tmp_path, monkeypatch):
    monkeypatch.setattr(record, "_KEPT_MAX", 0)
    signature = tmp_path / "document.p7s"
    signature.write_bytes(country.sign())
    zaruka = country.zaruka()
    report = zaruka.verify(signature)
    value = read_report(dump(report_value(report, SAY)).encode())
    with pytest.raises(InputError, match=r"replay\.insufficient"):
        replay(value)
    assert replay(value, octets=files_at_hand([signature])).is_same
    files = inputs_at_hand(report, [tmp_path / "other", signature], documents=False)
    octets = octets_of(report, files)
    blocks = write_bundle(
        report, dump(report_value(report, SAY)), zaruka.context.evidence, octets=octets
    )
    bundle = b"".join(blocks)
    assert TEXT not in bundle  # the document is no part of it
    read = opened(tmp_path, bundle)
    assert replay(read_report(read.report), octets=read.octets).is_same
    (document,) = documents_of(report, files)
    assert bytes(document) == TEXT


def rebuilt(octets, change=None, **options):
    """Write the bundle again, with `change(files)` made and `options` of ZipFile."""
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    if change is not None:
        change(files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **options) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def relisted(files):
    """Make the manifest say what the files are."""
    manifest = {
        "bundle_version": 1,
        "files": [
            {"name": name, "sha256": sha256(octets).hexdigest(), "size": len(octets)}
            for name, octets in files.items()
            if name != "manifest.json"
        ],
    }
    files["manifest.json"] = json.dumps(manifest).encode()


def spoil_evidence(files):
    name = next(name for name in files if name.startswith("evidence/certificate"))
    files[name] = files[name][:-1] + bytes([files[name][-1] ^ 1])


def outside(files):
    files["../outside"] = b"x"
    relisted(files)


def absolute(files):
    files["/etc/passwd"] = b"x"
    relisted(files)


ALTERED = {
    "octets": spoil_evidence,
    "report": lambda files: files.update({"report.json": b"{}"}),
    "added": lambda files: files.update({"evidence/crl/" + "0" * 64: b""}),
    "taken away": lambda files: files.pop("policy.toml"),
    "outside": outside,
    "absolute": absolute,
}


@pytest.mark.parametrize("how", ALTERED)
def test_an_altered_bundle_is_refused(bundle, tmp_path, how):
    with pytest.raises(InputError, match=r"bundle\.altered"):
        opened(tmp_path, rebuilt(bundle, ALTERED[how]))
    assert not (tmp_path.parent / "outside").exists()


def test_evidence_altered_with_its_manifest_is_not_what_the_report_names(bundle, tmp_path):
    def change(files):
        spoil_evidence(files)
        relisted(files)

    read = opened(tmp_path, rebuilt(bundle, change))
    found = replay(read_report(read.report), octets=read.octets)
    assert found.is_same  # the report holds the certificate itself


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("report.json", bytes(1 << 24))
    return out.getvalue()


def doubled(octets):
    out = io.BytesIO(rebuilt(octets))
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("report.json", b"{}")
    return out.getvalue()


def test_a_zip_that_grows_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"bundle\.unreadable"):
        opened(tmp_path, bomb())


def test_a_name_that_stands_twice_is_refused(bundle, tmp_path):
    with pytest.raises(InputError, match=r"bundle\.altered"):
        opened(tmp_path, doubled(bundle))


@pytest.mark.parametrize("octets", [b"", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), bytes(1000)])
def test_what_is_no_bundle_is_refused(octets, tmp_path):
    with pytest.raises(InputError, match=r"bundle\.unreadable"):
        opened(tmp_path, octets)


@pytest.mark.parametrize("manifest", [b"", b"[]", b"{}", b'{"bundle_version": 2, "files": []}'])
def test_a_manifest_that_is_none_is_refused(bundle, tmp_path, manifest):
    change = rebuilt(bundle, lambda files: files.update({"manifest.json": manifest}))
    with pytest.raises(InputError, match=r"bundle\.unreadable"):
        opened(tmp_path, change)


def test_a_bundle_cut_short_is_refused(bundle, tmp_path):
    for size in range(0, len(bundle), len(bundle) // 20):
        with pytest.raises(InputError):
            opened(tmp_path, bundle[:size])
