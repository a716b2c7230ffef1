"""Protocols in HTML, PDF and JSON: what is in them, and that nothing in them can do harm."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree, html
from msgspec import structs

from zaruka.messages import LANGUAGES, messages
from zaruka.reports import FORMS, render
from zaruka.reports.as_html import render_html
from zaruka.reports.as_json import dump, report_value
from zaruka.reports.as_pdf import render_pdf
from zaruka.reports.document import Commands, Document, Part, Table
from zaruka.reports.drawing import Align, Box, Dot, Drawing, Label, Stroke, cut, width_of
from zaruka.reports.page import Line, Section, Tone, headline
from zaruka.reports.protocol import protocol

sys.path.insert(0, str(Path(__file__).parent))
import protocols

CSS = Path(sys.modules["zaruka.reports"].__file__).parent / "templates" / "document.css"


@pytest.fixture(autouse=True)
def _here(shared):
    """Skip where the shared material is not."""


@pytest.fixture(scope="session")
def pdf_text():
    """Read a PDF as another program does."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed: apt-get install poppler-utils")

    def read(octets: bytes, *options: str) -> str:
        done = subprocess.run(
            ["pdftotext", "-enc", "UTF-8", *options, "-", "-"],
            input=octets,
            capture_output=True,
            check=True,
        )
        assert done.stderr == b""
        return done.stdout.decode()

    return read


def flowing(text: str) -> str:
    return " ".join(text.split())


# --- the same in each form and language


@pytest.mark.parametrize(
    ("name", "language"),
    [
        *((name, LANGUAGES[n % len(LANGUAGES)]) for n, name in enumerate(protocols.ANSWERS)),
        *(("revoked", language) for language in LANGUAGES),
    ],
)
def test_html_and_pdf_say_the_answer_and_every_heading(name, language, pdf_text):
    report, say = protocols.report(name), messages(language)
    document = protocol(report, say)
    page = html.fromstring(render(report, "html", say).decode())
    texts = flowing(page.text_content()), flowing(pdf_text(render(report, "pdf", say)))
    wanted = [document.title, *(part.heading for part in document.parts if part.heading)]
    wanted += [headline(each.conclusion, say) for each in report.signatures]
    for text in texts:
        for each in wanted:
            assert flowing(each) in text
        assert texts[0] is text or flowing(document.footer) in text


def test_what_is_printed_reads_back_in_the_letters_of_both_countries(pdf_text):
    text = flowing(pdf_text(render(protocols.report("failed"), "pdf", messages("be"))))
    assert "Подпіс несапраўдны: дакумент зменены" in text
    assert "Як паўтарыць праверку сродкамі OpenSSL" in text
    assert "Щеглова Юлия Ёлкина" in text


def test_the_first_sheet_is_enough_for_a_judge(pdf_text):
    for name in ("passed", "failed", "revoked", "expired"):
        report, say = protocols.report(name), messages("ru")
        first = flowing(pdf_text(render(report, "pdf", say), "-l", "1"))
        assert headline(report.signatures[0].conclusion, say) in first
        for key in ("signer", "when", "chain", "checked", "unchecked", "conditions"):
            assert say(f"words.heading.{key}") in first


def test_the_digest_in_the_footer_is_of_the_report_inside(tmp_path):
    if shutil.which("pdfdetach") is None:
        pytest.skip("pdfdetach is not installed: apt-get install poppler-utils")
    report, say = protocols.report("passed"), messages("ru")
    octets = dump(report_value(report, say)).encode()
    assert hashlib.sha256(octets).hexdigest() in protocol(report, say).footer
    (tmp_path / "p.pdf").write_bytes(render(report, "pdf", say))
    subprocess.run(["pdfdetach", "-saveall", "-o", tmp_path, tmp_path / "p.pdf"], check=True)
    assert (tmp_path / "report.json").read_bytes() == octets
    page = html.fromstring(render(report, "html", say).decode())
    (link,) = page.xpath("//a[@download]")
    head, _, data = link.get("href").partition(",")
    assert head == "data:application/json;base64"
    assert base64.b64decode(data) == octets


# --- the same octets


@pytest.mark.parametrize("name", ["stamps", "several"])
def test_another_process_writes_the_same_octets(name):
    code = (
        "import sys, hashlib; sys.path[:0] = sys.argv[2:]\n"
        "import protocols; from zaruka.messages import messages; from zaruka.reports import *\n"
        "report = protocols.report(sys.argv[1])\n"
        "for form in FORMS:\n"
        "    print(form, hashlib.sha256(render(report, form, messages('be'))).hexdigest())\n"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code, name, str(Path(__file__).parent)],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }
    assert len(said) == 1
    assert said.pop().count("\n") == len(FORMS)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(sorted(protocols.ANSWERS)),
    st.sampled_from(LANGUAGES),
    st.sampled_from(FORMS),
    st.randoms(),
)
def test_the_order_of_facts_and_the_number_of_times_change_no_octet(name, language, form, chance):
    if not protocols.cases.SHARED.is_dir():
        return
    report, say = protocols.report(name), messages(language)
    once = render(report, form, say)
    assert render(report, form, say) == once
    facts = list(report.facts)
    chance.shuffle(facts)
    assert render(structs.replace(report, facts=tuple(facts)), form, say) == once


# --- harmless


@pytest.mark.parametrize("name", protocols.HOSTILE, ids=range(len(protocols.HOSTILE)))
def test_names_from_outside_are_text_and_nothing_else(name, pdf_text):
    report = protocols.renamed(protocols.report("stamps"), name)
    say = messages("ru")
    text = render(report, "html", say).decode()
    page = html.fromstring(text)
    assert not page.xpath("//script | //img | //iframe | //object | //*[@onerror] | //*[@onclick]")
    assert not set(re.findall(r"https?://[^\s\"'<]*", text)) & {"http://x"} or "&#34;" in text
    for forbidden in ("\u202e", "\u2066", "\u200b", "\x1b", "\x00", "\ufeff"):
        assert forbidden not in text
    shown = pdf_text(render(report, "pdf", say))
    for forbidden in ("\u202e", "\u2066", "\u200b", "\x1b", "\x00"):
        assert forbidden not in shown
    etree.fromstring(render(report, "xml", say))
    json.loads(render(report, "json", say))


def test_what_looks_like_a_placeholder_is_printed_as_it_is(pdf_text):
    report = protocols.renamed(protocols.report("passed"), "{nb} {page} {{7*7}}")
    for form in ("html", "pdf"):
        octets = render(report, form, messages("en"))
        text = (
            pdf_text(octets) if form == "pdf" else html.fromstring(octets.decode()).text_content()
        )
        assert "{nb} {page} {{7*7}}" in flowing(text)
    assert "page 1 of" in flowing(pdf_text(render(report, "pdf", messages("en"))))


def test_letters_that_no_font_has_are_printed_by_their_numbers(pdf_text):
    report = protocols.renamed(protocols.report("passed"), "龍 ООО")
    assert "\\u9f8d ООО" in pdf_text(render(report, "pdf", messages("ru")))


def test_the_page_loads_nothing_and_runs_nothing():
    text = render(protocols.report("stamps"), "html", messages("ru")).decode()
    page = html.fromstring(text)
    assert not page.xpath("//script | //link | //img | //iframe | //@style[contains(., 'url')]")
    assert "url(" not in text
    assert "@import" not in text
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'")
    assert {urn for urn in page.xpath("//@href") if not urn.startswith("data:")} == set()


# --- for everybody


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_can_be_heard_and_walked_through(language):
    page = html.fromstring(render(protocols.report("stamps"), "html", messages(language)).decode())
    assert page.get("lang") == language
    assert len(page.xpath("//h1")) == 1
    assert len(page.xpath("//main")) == len(page.xpath("//header")) == 1
    assert page.xpath("//title")[0].text
    assert all(each.get("aria-label") for each in page.xpath("//*[local-name()='svg']"))
    assert all(each.get("scope") == "col" for each in page.xpath("//th"))
    levels = [int(each.tag[1]) for each in page.iter("h1", "h2", "h3", "h4")]
    assert all(below - above <= 1 for above, below in pairwise(levels))
    assert all(summary.xpath("h3") for summary in page.xpath("//summary"))


def _luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def test_every_ink_is_read_on_every_ground():
    """WCAG 2.2, 1.4.3: 4.5 to 1."""
    schemes = re.findall(r":root \{(.*?)\}", CSS.read_text(), re.DOTALL)
    assert len(schemes) == 3  # light, dark, printed
    for scheme in schemes:
        inks = dict(re.findall(r"--([a-z]+): (#[0-9a-f]+)", scheme))
        for name in ("text", "quiet", "good", "bad", "unsure", "remedy"):
            pair = sorted((_luminance(inks[name]), _luminance(inks["back"])))
            assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, name


def test_the_sheets_are_tagged_and_say_what_they_are():
    octets = render(protocols.report("passed"), "pdf", messages("be"))
    assert b"/MarkInfo" in octets
    assert b"/Lang (be)" in octets
    assert b"<pdfaid:part>3</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>" in octets
    for tag in (b"/H1", b"/H2", b"/H3", b"/P", b"/Figure", b"/Code"):
        assert b"/S " + tag in octets


# --- drawings


def _places(drawing: Drawing):
    """Where the labels of a drawing stand: left, right, base line, height."""
    for shape in drawing.shapes:
        if isinstance(shape, Label):
            width = width_of(shape.text, shape.size, bold=shape.bold)
            back = {Align.START: 0, Align.MIDDLE: width / 2, Align.END: width}[shape.align]
            yield shape.x - back, shape.x - back + width, shape.y, shape.size


@pytest.mark.parametrize("name", protocols.ANSWERS)
@pytest.mark.parametrize("language", ["ru-BY", "en"])
def test_labels_stay_inside_their_drawing_and_apart(name, language):
    report = protocols.report(name)
    for found in (report, protocols.renamed(report, "Щ" * 300)):
        document = protocol(found, messages(language))
        drawings = [b for part in document.parts for b in part.blocks if isinstance(b, Drawing)]
        assert drawings or not report.signatures
        for drawing in drawings:
            labels = list(_places(drawing))
            for left, right, y, size in labels:
                assert left >= -0.5
                assert right <= drawing.width + 0.5
                assert y - size >= -0.5
                assert y <= drawing.height
            for number, one in enumerate(labels):
                for two in labels[number + 1 :]:
                    above = abs(one[2] - two[2]) >= 0.85 * min(one[3], two[3])
                    assert above or one[1] <= two[0] or two[1] <= one[0]


@given(st.text(max_size=60), st.floats(1, 10), st.floats(5, 200))
def test_a_cut_text_fits(text, size, room):
    assert width_of(cut(text, size, room), size) <= max(room, width_of("…", size))


# --- any document


def test_anything_can_be_printed(pdf_text):
    long = "слово " * 700
    shapes = (
        Box(0, 0, 20, 20, filled=True, solid=True),
        Stroke(((0, 0), (20, 20)), dashed=True),
        Dot(5, 5, Tone.BAD),
        Label(10, 10, "надпись", align=Align.MIDDLE, bold=True),
    )
    blocks = (
        Section(
            "Заголовок",
            tuple(Line(long, tone, "метка", depth=n % 3) for n, tone in enumerate(Tone)),
        ),
        Section(None, (), answer=True),
        Table(("a", "b"), ((long, "x" * 500), ("", "")), (1, 3), frozenset({1})),
        Commands("Команда", "a b \\\n  " + "c" * 400),
        Drawing(400, 900, shapes, "рисунок"),
    )
    at = protocols.report("passed").validation_time
    for folded in (False, True):
        document = Document("Т", "О", "ru", at, (Part("Часть", blocks, folded=folded),), "низ")
        text = pdf_text(render_pdf(document))
        assert text.count("слово") == 8 * 700
        assert text.count("c") >= 400
        assert "надпись" in text
        assert "Заголовок" in render_html(document, messages("ru"))
    assert render_pdf(Document("Т", "", "en", at, ()))


def test_another_form_is_refused():
    with pytest.raises(ValueError, match="docx"):
        render(protocols.report("passed"), "docx", messages("en"))
