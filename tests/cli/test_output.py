"""Output: plain where it is redirected, within its columns, colour only where it belongs."""

from __future__ import annotations

import os
import pty
import re
import resource
import select
import subprocess
import sys
import time

import cases
import pytest

RUSSIAN = "ru/ul-256-xa-text-det"
ESCAPE = re.compile(r"\x1b\[([0-9;]*)m")


def in_a_terminal(*words, **environment):
    """Run `zaruka` on a pseudo-terminal and return all that it wrote."""
    mine, its = pty.openpty()
    env = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "FORCE_COLOR"}}
    env |= {"TERM": "xterm-256color", "COLUMNS": "80", "LANG": "ru_RU.UTF-8", **environment}
    command = [sys.executable, "-m", "zaruka", *map(str, words)]
    process = subprocess.Popen(command, stdin=its, stdout=its, stderr=its, env=env)
    os.close(its)
    out = b""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        ready, _, _ = select.select([mine], [], [], 0.2)
        if not ready:
            if process.poll() is not None:
                break
            continue
        try:
            part = os.read(mine, 65536)
        except OSError:
            break
        if not part:
            break
        out += part
    process.wait(10)
    os.close(mine)
    return out.decode()


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("language", ["ru", "ru-BY", "be", "en"])
def test_redirected_output_is_plain_and_80_columns_wide(run, language):
    case = next(c for c in cases.every_case() if c.id.startswith("by/cms/g-text-det-T"))
    said = run("verify", case.file, *case.options(), "--verbose", "--lang", language).stdout
    assert "\x1b" not in said
    for line in said.splitlines():
        assert len(line) <= 80, line
        assert line == line.rstrip(), line


@pytest.mark.usefixtures("shared")
def test_a_terminal_gets_colour():
    case = cases.case(RUSSIAN)
    codes = {
        c
        for found in ESCAPE.findall(in_a_terminal("verify", case.file, *case.options()))
        for c in found.split(";")
    }
    assert "32" in codes


@pytest.mark.usefixtures("shared")
def test_no_color_is_respected():
    case = cases.case(RUSSIAN)
    said = in_a_terminal("verify", case.file, *case.options(), NO_COLOR="1")
    assert "Подпись действительна" in said
    codes = {int(c) for found in ESCAPE.findall(said) for c in found.split(";") if c}
    assert not {c for c in codes if 30 <= c <= 49 or 90 <= c <= 107}


@pytest.mark.usefixtures("shared")
def test_an_output_that_lacks_letters_gets_marks_it_has(run):
    case = cases.case(RUSSIAN)
    done = run("verify", case.file, *case.options(), "--lang", "en", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "+ The signature is valid" in done.stdout


@pytest.mark.usefixtures("shared")
def test_a_reader_that_goes_away_is_no_error():
    case = cases.case(RUSSIAN)
    words = " ".join(str(w) for w in (case.file, *case.options()))
    for form in ("--json", "--verbose"):
        command = f"{sys.executable} -m zaruka verify {words} {form}"
        done = subprocess.run(
            f"{command} | (sleep 2; true); echo ${{PIPESTATUS[0]}}",
            shell=True,
            executable="/bin/bash",
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == ""
        assert done.stdout.strip() in {"0", "141"}


# --- help and speed


@pytest.mark.parametrize(
    ("language", "text"), [("ru", "Запуск:"), ("be", "Каманды:"), ("en", "Usage:")]
)
def test_help_is_in_the_language_of_the_reader(run, language, text):
    for words in (["--help"], ["verify", "--help"], ["sign", "--help"]):
        done = run(*words, "--lang", language)
        assert done.returncode == 0
        if words == ["--help"]:
            assert text in done.stdout
        assert done.stdout.strip()
        if language != "en":
            assert not re.search(r"usage:|options:|show this help", done.stdout)


@pytest.mark.parametrize("command", ["verify", "inspect", "extract", "sign", "timestamp", "demo"])
def test_every_command_has_help(run, command):
    done = run(command, "--help")
    assert done.returncode == 0
    assert f"zaruka {command}" in done.stdout


def best_of(count, *words):
    """Least processor time of some runs, in seconds: others may use the machine as well."""
    times = []
    for _ in range(count):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *words], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times)


def test_help_and_import_are_quick():
    bare = best_of(3, "-c", "pass")
    assert best_of(5, "-c", "import zaruka") - bare < 0.15
    assert best_of(5, "-m", "zaruka", "--help") - bare < 0.25


def test_import_loads_nothing_heavy():
    code = (
        "import sys, zaruka; zaruka.__version__;"
        "heavy = ('cryptography', 'rich', 'argparse', 'zaruka._native');"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.usefixtures("shared")
def test_a_bar_shows_while_a_large_document_is_read(tmp_path):
    """Streebog reads some hundred megabytes a second; the bar comes after one second."""
    with (tmp_path / "большой.bin").open("wb") as file:
        file.truncate(600 << 20)
    case = cases.case(RUSSIAN)
    words = [w for w in case.options() if w not in {"--content", str(case.content)}]
    said = in_a_terminal("verify", case.file, *words, "--content", tmp_path / "большой.bin")
    assert "Читаю документ" in said
    assert "документ изменён после подписания или приложен не тот файл" in " ".join(
        ESCAPE.sub("", said).split()
    )


@pytest.mark.usefixtures("shared")
def test_a_small_document_needs_no_bar():
    case = cases.case(RUSSIAN)
    assert "Читаю документ" not in in_a_terminal("verify", case.file, *case.options())
