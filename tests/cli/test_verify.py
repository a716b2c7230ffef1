"""`zaruka verify`: what people see, and the exit status that scripts see."""

from __future__ import annotations

import json
import shutil
import zipfile

import cases
import pytest

LANGUAGES = {
    "ru": ("Подпись действительна", "Признание", "Полномочия", "Справочная проверка"),
    "be": ("Подпіс сапраўдны", "Прызнанне", "Паўнамоцтвы", "Даведачная праверка"),
    "en": ("The signature is valid", "Recognition", "Powers", "Reference check"),
    "ru-BY": ("ЭЦП действительна", "Признание", "Полномочия", "Справочная проверка"),
}
RUSSIAN = "ru/ul-256-xa-text-det"
BELARUSIAN = "by/cms/m256-text-att.p7s+docs/text.txt"


@pytest.fixture(autouse=True)
def _here(shared):
    """Skip where the shared material is not."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [RUSSIAN, BELARUSIAN])
def test_a_valid_signature_has_its_three_lines_in_every_language(run, language, name):
    case = cases.case(name)
    done = run("verify", case.file, *case.options(), "--lang", language)
    assert done.returncode == 0
    for text in LANGUAGES[language]:
        assert text in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("be_BY.UTF-8", "Подпіс сапраўдны"),
        ("en_US.UTF-8", "The signature is valid"),
        ("C", "Подпись действительна"),
        ("ru_BY.UTF-8", "ЭЦП действительна"),
    ],
)
def test_the_locale_chooses_the_language(run, locale, text):
    case = cases.case(RUSSIAN)
    assert text in run("verify", case.file, *case.options(), lang=locale).stdout


def test_a_holder_is_named_in_the_terms_of_their_country_whoever_reads(run):
    russian, belarusian = cases.case(RUSSIAN), cases.case(BELARUSIAN)
    said = run("verify", russian.file, *russian.options(), "--lang", "ru-BY").stdout
    assert "Сертификат ключа проверки электронной подписи" in said
    assert "ОГРН 1027739000001" in said
    said = run("verify", belarusian.file, *belarusian.options(), "--lang", "ru").stdout
    assert "Сертификат открытого ключа (СОК)" in said
    assert "личный (идентификационный) номер *" in said


EXITS = [
    (RUSSIAN, 0),
    (BELARUSIAN, 0),
    ("by/bad/m256-text-att-mdbit.p7s+docs/text.txt", 1),
    ("by/bad/m512-text-att-s1q.p7s+docs/text.txt", 1),
]


@pytest.mark.parametrize(("name", "status"), EXITS)
def test_the_exit_status_says_the_verdict(run, name, status):
    case = cases.case(name)
    assert run("verify", case.file, *case.options()).returncode == status


def test_without_its_document_and_root_a_signature_is_indeterminate_and_says_what_to_do(run):
    case = cases.case(RUSSIAN)
    done = run("verify", case.file, "--at", case.at.isoformat())
    assert done.returncode == 2
    assert "Установить действительность не удалось: не хватает сведений" in done.stdout
    assert "--content" in done.stdout
    assert "--anchor" in done.stdout


def test_a_changed_document_names_both_causes(run, tmp_path):
    case = cases.case(RUSSIAN)
    changed = tmp_path / "text.txt"
    changed.write_bytes(case.content.read_bytes() + b"!")
    words = [w for w in case.options() if w not in {"--content", str(case.content)}]
    done = run("verify", case.file, *words, "--content", changed)
    assert done.returncode == 1
    assert "документ изменён после подписания или приложен не тот файл" in " ".join(
        done.stdout.split()
    )


def test_another_line_end_is_a_hint_and_the_verdict_stays(run, tmp_path):
    case = cases.case(RUSSIAN)
    original = case.content.read_bytes()
    assert b"\r\n" in original or b"\n" in original
    other = original.replace(b"\r\n", b"\n")
    if other == original:
        other = original.replace(b"\n", b"\r\n")
    changed = tmp_path / "text.txt"
    changed.write_bytes(other)
    words = [w for w in case.options() if w not in {"--content", str(case.content)}]
    done = run("verify", case.file, *words, "--content", changed)
    assert done.returncode == 1
    assert "с другими концами строк" in " ".join(done.stdout.split())


def test_the_document_beside_is_found_by_its_digest(run, tmp_path):
    case = cases.case(RUSSIAN)
    shutil.copy(case.file, tmp_path / "подпись.sig")
    shutil.copy(case.content, tmp_path / "совсем другое имя.bin")
    words = [w for w in case.options() if w not in {"--content", str(case.content)}]
    done = run("verify", "подпись.sig", *words)
    assert done.returncode == 0
    assert "совсем другое имя.bin" in done.stdout


def test_a_document_given_in_place_of_its_signature_is_judged_by_the_signature_beside(
    run, tmp_path
):
    case = cases.case(RUSSIAN)
    shutil.copy(case.file, tmp_path / "договор.txt.sig")
    shutil.copy(case.content, tmp_path / "договор.txt")
    words = [w for w in case.options() if w not in {"--content", str(case.content)}]
    done = run("verify", "договор.txt", *words)
    assert done.returncode == 0
    assert "договор.txt.sig" in done.stdout


@pytest.fixture
def inbox(tmp_path):
    """A folder with a good signature, one whose document was changed, and an unsigned document."""
    attached, detached = cases.case("ru/fl-256-tca-text-att"), cases.case(RUSSIAN)
    home = tmp_path / "входящие"
    for name in ("первый", "второй"):
        (home / name).mkdir(parents=True)
    shutil.copy(attached.file, home / "первый" / "договор.p7s")
    shutil.copy(detached.file, home / "второй" / "счёт.txt.sig")
    (home / "второй" / "счёт.txt").write_bytes(detached.content.read_bytes() + b"!")
    (home / "второй" / "письмо.txt").write_text("без подписи")
    words = [w for w in detached.options() if w not in {"--content", str(detached.content)}]
    return home, words


def test_a_folder_gives_a_line_for_every_pair(run, inbox):
    home, words = inbox
    done = run("verify", home, *words)
    assert done.returncode == 1
    assert "действительны: 1" in done.stdout
    assert "недействительны: 1" in done.stdout
    assert "без подписи: 1" in done.stdout


def test_a_zip_gives_the_same_as_the_folder(run, inbox, tmp_path):
    home, words = inbox
    archive = tmp_path / "входящие.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in sorted(home.rglob("*.*")):
            file.write(path, path.relative_to(home))
    done = run("verify", archive, *words, "--csv")
    assert done.returncode == 1
    heading, *lines = done.stdout.splitlines()
    assert heading.startswith("файл,документ,вывод")
    assert [line.split(",")[2] for line in lines] == [
        "недействительна",
        "действительна",
        "без подписи",
    ]


def test_many_inputs_as_json_are_one_object(run, inbox):
    home, words = inbox
    done = run("verify", home, *words, "--json")
    value = json.loads(done.stdout)
    assert value["indication"] == "TOTAL_FAILED"
    judged = [r["report"]["indication"] for r in value["reports"] if "report" in r]
    assert sorted(judged) == ["TOTAL_FAILED", "TOTAL_PASSED"]
    assert [r["input"] for r in value["reports"] if "unsigned" in r] == ["второй/письмо.txt"]


def test_json_is_the_same_octets_every_time(run):
    case = cases.case(RUSSIAN)
    first, second = (run("verify", case.file, *case.options(), "--json") for _ in range(2))
    assert first.stdout == second.stdout
    assert json.loads(first.stdout)["report_version"] == 1


def test_verbose_shows_findings_with_clauses_and_every_path(run):
    case = cases.case(RUSSIAN)
    said = run("verify", case.file, *case.options(), "--verbose").stdout
    assert "RFC 5280" in said
    assert "EN 319 102-1" in said
    assert "Все возможные цепочки" in said


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ru/certs", "Сертификат действителен"),
        ("crl", "Список аннулированных сертификатов действителен"),
        ("ts", "Метка доверенного времени действительна"),
    ],
)
def test_other_objects_have_their_own_verdict(run, name, text):
    wanted = {"ru/certs": "certificate", "crl": "crl", "ts": "timestamp-token"}[name]
    case = next(
        c
        for c in cases.every_case()
        if c.kind == wanted and c.expected == "valid" and c.id.startswith("ru/")
    )
    done = run("verify", case.file, *case.options())
    assert done.returncode == 0
    assert text in done.stdout
    assert "Признание" not in done.stdout


def test_a_policy_is_a_file_and_the_report_names_it(run, tmp_path):
    case = cases.case(RUSSIAN)
    policy = tmp_path / "own.toml"
    policy.write_text(
        'name = "own"\n[revocation]\nsigner = "inform"\nauthorities = "inform"\n', encoding="utf-8"
    )
    words = [w for w in case.options() if w != "--crl" and not w.endswith(".crl")]
    done = run("verify", case.file, *words, "--policy", policy, "--json")
    assert json.loads(done.stdout)["policy"]["name"] == "own"
    assert done.returncode == 0
    policy.write_text("name = 1\nb = = 2", encoding="utf-8")
    done = run("verify", case.file, *words, "--policy", policy)
    assert done.returncode == 64
    assert "Файл политики не прочитан: ошибка в строке 2, столбце 5" in done.stderr


def test_a_bare_value_is_checked_by_a_bare_key_and_says_that_nobody_is_named(run):
    case = next(c for c in cases.every_case() if c.id.startswith("by/raw/256-text.sig"))
    done = run("verify", case.file, *case.options())
    assert done.returncode == 0
    assert "Кто подписал: сертификата подписанта нет." in done.stdout
    assert "цепочка сертификатов" not in done.stdout
    assert run("verify", case.file).returncode == 3
