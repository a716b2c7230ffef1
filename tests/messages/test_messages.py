"""How sentences are found and filled."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zaruka.errors import InputError
from zaruka.messages import default_language, messages, visible


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "ru"),
        ({"LANG": "C.UTF-8"}, "ru"),
        ({"LANG": "be_BY.UTF-8"}, "be"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "ru_BY.UTF-8"}, "ru-BY"),
        ({"LANG": "be_BY@latin"}, "be"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "be_BY.UTF-8"}, "be"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": ""}, "en"),
    ],
)
def test_the_locale_chooses_the_language_and_russian_is_the_default(environment, language):
    assert default_language(environment) == language


def test_a_time_is_written_as_people_read_it():
    time = datetime(2026, 11, 23, 9, 17, 5, tzinfo=UTC)
    assert messages("ru").moment(time) == "23.11.2026 12:17:05 (UTC+3, Москва/Минск)"
    assert messages("be").moment(time) == "23.11.2026 12:17:05 (UTC+3, Масква/Мінск)"
    assert messages("en").moment(time) == "23.11.2026 12:17:05 (UTC+3, Moscow/Minsk)"


@pytest.mark.parametrize(
    ("number", "form"),
    [
        (0, "байт"),
        (1, "байт"),
        (2, "байта"),
        (5, "байт"),
        (11, "байт"),
        (12, "байт"),
        (21, "байт"),
        (22, "байта"),
        (111, "байт"),
        (112, "байт"),
        (1004, "байта"),
    ],
)
def test_russian_counts_in_three_forms(number, form):
    assert messages("ru")("words.label.content_size", size=number) == f"{number} {form}"


def test_english_counts_in_two_forms():
    say = messages("en")
    assert say("words.label.content_size", size=1) == "1 octet"
    assert say("words.label.content_size", size=0) == "0 octets"


def test_an_object_is_named_by_the_law_of_its_country():
    values = {"object": "Х", "not_after": datetime(2026, 1, 1, tzinfo=UTC)}
    russian, belarusian = messages("ru"), messages("ru-BY")

    def said(say):
        return say.finding("x509.expired", "", "fail", values).text

    assert said(russian.about("BY")) == said(belarusian.about("BY"))
    assert said(russian.about("RU")) == said(belarusian.about("RU"))
    assert "СОК" in said(russian.about("BY"))
    assert "СОК" not in said(belarusian.about("RU"))
    assert messages("be").about("RU") is messages("be")


def test_a_rule_without_a_sentence_is_named_and_nothing_false_is_said():
    say = messages("ru")
    assert "no.such" in say.finding("no.such", "clause 7", "fail", {}).text
    kept = say.finding("x509.revoked", "RFC 5280 6.1.3(a)(3)", "pass", {})
    assert kept.text == "Правило x509.revoked, пункт RFC 5280 6.1.3(a)(3)."
    assert kept.remedy is None


def test_a_value_that_is_missing_is_a_dash():
    assert "—" in messages("ru").finding("x509.no-issuer", "", "fail", {"object": "А"}).text


def test_values_cannot_speak_to_the_sentence():
    text = messages("ru").fill("{name}", {"name": "{other} {0} %s"})
    assert text == "{other} {0} %s"


@given(st.text())
def test_nothing_that_a_terminal_obeys_survives(text):
    shown = visible(text)
    for character in shown:
        assert unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ООО «Ромашка»", "ООО «Ромашка»"),
        ("a\x1b[31mred", "a\\u001b[31mred"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("line\nline", "line\\u000aline"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("Ні́на", "Ні́на"),
        ("a" + "\u0301" * 50, "a" + "\u0301" * 2),
    ],
)
def test_what_is_hidden_is_shown(text, shown):
    assert visible(text) == shown


def test_a_long_name_is_cut():
    assert visible("x" * 1000) == "x" * 399 + "…"


def test_messages_are_read_only_when_asked_for():
    code = "import sys, zaruka.messages as m; m.messages('be'); print('tomllib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() in {"True", "False"}
    code = (
        "import zaruka.messages.catalogue as c, zaruka.messages as m;"
        "m.messages('be')('words.yes'); print(c._read.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"


def test_the_end_of_all_times_is_printed() -> None:
    """RFC 5280 4.1.2.5: 99991231235959Z is no well-defined expiration."""
    end = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    say = messages("en")
    assert say.day(end) == "31.12.9999"
    assert say.moment(end).startswith("31.12.9999 23:59:59")
    assert say.fill("{at:day} {text:moment}", {"at": end, "text": end.isoformat()}).startswith(
        "31.12.9999 31.12.9999"
    )


def test_an_error_prints_any_number() -> None:
    error = InputError("asn1.bad-value", offset=1 << 100_000)
    assert len(str(error)) < 100
    assert messages("ru").error(error.code, error.details).text
