"""The catalogues: complete, equal in shape, true to the glossary, written in their own letters."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import string
from pathlib import Path

import pytest

import zaruka
from zaruka.errors import ZarukaError
from zaruka.findings import Rule, rules
from zaruka.messages.catalogue import _parse
from zaruka.signatures.input.codes import CODES
from zaruka.signatures.input.hints import DIGEST_FORMS, VARIANTS
from zaruka.signatures.input.kinds import Kind

SOURCE = Path(zaruka.__file__).parent
HOME = SOURCE / "messages"
BASES = ("ru", "be", "en")
FILES = ("command", "demo", "errors", "findings", "kinds", "names", "words")


def leaves(table, prefix=()):
    for name, value in table.items():
        if isinstance(value, dict):
            yield from leaves(value, (*prefix, name))
        else:
            yield (*prefix, name), value


def read(language, file):
    return _parse(HOME / language / file)


def texts(language):
    for file in FILES:
        for key, text in leaves(read(language, file)):
            yield (file, *key), text


@pytest.mark.parametrize("folder", [p for p in HOME.glob("*/*") if p.is_dir()], ids=str)
def test_no_two_files_of_a_catalogue_say_the_same_thing(folder):
    said = [key for p in folder.glob("*.toml") for key, _ in leaves(_parse(p.with_suffix("")))]
    assert said
    assert len(said) == len(set(said))


def placeholders(text):
    return sorted({name for _, name, _, _ in string.Formatter().parse(text) if name})


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("language", ["be", "en"])
def test_every_language_has_the_same_entries_as_russian(language, file):
    russian = {key for key, _ in leaves(read("ru", file))}
    assert russian
    assert {key for key, _ in leaves(read(language, file))} == russian


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("language", ["be", "en"])
def test_a_sentence_names_the_same_values_in_every_language(language, file):
    russian = dict(leaves(read("ru", file)))
    for key, text in leaves(read(language, file)):
        assert placeholders(text) == placeholders(russian[key]), key


def test_russian_for_belarus_only_overrides():
    russian = dict(texts("ru"))
    found = dict(texts("ru-BY"))
    assert found
    for key, text in found.items():
        assert key in russian, key
        assert text != russian[key], f"{key} is the same in both"
        assert placeholders(text) == placeholders(russian[key]), key


def all_modules():
    for module in pkgutil.walk_packages(zaruka.__path__, "zaruka."):
        if not module.name.endswith("__main__"):
            yield importlib.import_module(module.name)


def test_every_rule_has_a_sentence_and_no_sentence_is_without_a_rule():
    modules = list(all_modules())
    assert len(modules) > 50
    # those of the package alone: a country that a test brings has rules and sentences of its own
    values = [value for module in modules for value in vars(module).values()]
    known = {value.code for value in values if isinstance(value, Rule)}
    assert known <= set(rules())
    for language in BASES:
        entries = read(language, "findings")
        assert set(entries) == known, language
        for code, entry in entries.items():
            assert "same" in entry or "text" in entry, code
            assert entry.get("same", code) in known, code


def every_subclass(kind):
    for each in kind.__subclasses__():
        yield each
        yield from every_subclass(each)


def raised_codes():
    """Every error code in the tree: constants, and what an f-string can become."""
    found = set(CODES)
    assert list(all_modules())
    errors = {each.__name__ for each in [ZarukaError, *every_subclass(ZarukaError)]}
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in errors and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    found.add(first.value)
                elif isinstance(first, ast.IfExp):
                    found |= {first.body.value, first.orelse.value}
    native = SOURCE.parents[1] / "native" / "der" / "src" / "fault.rs"
    found |= set(re.findall(r'"(asn1\.[a-z-]+)"', native.read_text(encoding="utf-8")))
    return found


@pytest.mark.parametrize("language", BASES)
def test_every_error_has_a_sentence_and_no_sentence_is_without_an_error(language):
    entries = read(language, "errors")
    assert set(entries) == raised_codes()
    for code, entry in entries.items():
        assert entry["text"], code
        assert entry["remedy"], f"{code}: what is there to do?"


@pytest.mark.parametrize("language", BASES)
def test_every_reason_why_nothing_was_obtained_has_words(language):
    ours = {"fetch.bad-allowed", "fetch.bad-proxy", "fetch.tls-roots"}  # configuration
    reasons = {code.removeprefix("fetch.") for code in raised_codes() - ours if "fetch." in code}
    assert set(read(language, "words")["fetch"]) == reasons | {"unreadable"}


@pytest.mark.parametrize("language", BASES)
def test_an_input_error_is_said_with_the_details_that_it_has(language):
    for code, entry in read(language, "errors").items():
        if code in CODES:
            used = {*placeholders(entry["text"]), *placeholders(entry["remedy"])}
            assert used <= set(CODES[code].details), code


@pytest.mark.parametrize("language", BASES)
def test_every_kind_of_input_and_every_variant_has_a_name(language):
    kinds = read(language, "kinds")["kind"]
    assert set(kinds) == {kind.value for kind in Kind}
    variants = read(language, "words")["variant"]
    assert set(variants) == {*(variant.name for variant in VARIANTS), *DIGEST_FORMS}


# --- the letters of each language

WORD = re.compile(r"[^\W\d_]+")
NAMES_OF_OTHERS = {"ИНН", "ОГРН", "ОГРНИП", "КПП", "УПД"}


@pytest.mark.parametrize("language", ["ru", "ru-BY", "be"])
def test_no_word_mixes_latin_and_cyrillic_letters(language):
    for key, text in texts(language):
        for word in WORD.findall(text):
            scripts = {"latin" if letter.isascii() else "cyrillic" for letter in word}
            assert len(scripts) == 1, (key, word)


def test_belarusian_has_no_letters_of_russian():
    for key, text in texts("be"):
        for word in WORD.findall(text):
            if word not in NAMES_OF_OTHERS:
                assert not set("ищъИЩЪ") & set(word), (key, word)


@pytest.mark.parametrize("language", ["ru", "ru-BY"])
def test_russian_has_no_letters_of_belarusian(language):
    for key, text in texts(language):
        assert not set("іўІЎ'ʼ") & set(text), (key, text)


def test_belarusian_shortens_u_after_a_vowel():
    """Official orthography, § 18: у becomes ў after a vowel, where no pause parts the words."""
    vowels = "аеёіоуыэюяАЕЁІОУЫЭЮЯ"
    hard = "бвгджзклмнпрстфхцчш"
    latin = "(?:ус|ум)\\b"  # § 18.4: endings of borrowed words stay: натарыус, прэзідыум
    wrong = re.compile(rf"[{vowels}]\s+у(?=[\s]|[{hard}ў])|[{vowels}](?!{latin})у[{hard}]")
    for key, text in texts("be"):
        assert not wrong.search(text), (key, wrong.search(text))


# --- the glossary

BANNED = re.compile(r"валидн|невалидн|верифиц|валідн|верыфік|свидетел", re.IGNORECASE)


@pytest.mark.parametrize("language", ["ru", "ru-BY", "be"])
def test_words_of_programmers_are_not_said(language):
    for key, text in texts(language):
        assert not BANNED.search(text), (key, text)


@pytest.mark.parametrize("language", ["ru", "ru-BY"])
def test_the_claimed_time_is_never_called_the_time_of_signing(language):
    for key, text in texts(language):
        if "время подписания" in text.lower():
            pytest.fail(f"{key}: {text}")


@pytest.mark.parametrize("language", ["ru", "be"])
def test_no_heading_speaks_of_hashes(language):
    words = read(language, "words")
    for table in ("heading", "label", "verdict", "reason", "block"):
        for key, text in leaves(words[table]):
            assert "хэш" not in text.lower(), key


RECOGNISED = {"ru": "призна", "ru-BY": "призна", "be": "прызна", "en": "recogni"}
RECEIPT = {"ru": "подтвержден", "ru-BY": "подтвержден", "be": "пацверджан", "en": "confirmed"}


@pytest.mark.parametrize("language", ["ru", "ru-BY", "be", "en"])
def test_verdict_recognition_and_receipt_share_no_word(language):
    words = read(language, "words")
    for table in ("verdict", "reason", "short"):
        for key, text in leaves(words.get(table, {})):
            assert RECOGNISED[language] not in text.lower(), key
            assert RECEIPT[language] not in text.lower().replace("ё", "е"), key
