"""The table: one line for each signature, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import pytest
from msgspec import structs

import zaruka
from zaruka.errors import InputError
from zaruka.messages import messages
from zaruka.reports.as_csv import COLUMNS, write_table

sys.path.insert(0, str(Path(__file__).parent))
import cases


def table(rows, language="ru"):
    stream = io.StringIO()
    write_table(stream, rows, messages(language))
    return list(csv.reader(io.StringIO(stream.getvalue())))


@pytest.fixture(scope="module")
def report(shared):  # noqa: ARG001 - skips where there is none
    case = cases.case("ru/ul-256-xa-text-det")
    return zaruka.verify(
        case.file, content=case.content, anchors=case.anchors, crls=case.crls, at=case.at
    )


def test_a_line_says_who_signed_and_what_came_of_it(report):
    heading, line = table([("a.sig", "a.txt", report)])
    found = dict(zip(heading, line, strict=True))
    assert found["файл"] == "a.sig"
    assert found["документ"] == "a.txt"
    assert found["вывод"] == "действительна"
    assert found["кто подписал"] == "Иванов Иван Иванович"
    assert "7701000001" in found["номер"]


def test_what_could_not_be_read_is_a_line_too():
    heading, line = table([("a.sig", None, InputError("input.empty", name="a.sig"))])
    assert len(heading) == len(line) == len(COLUMNS)
    assert "пуст" in " ".join(line)


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "=cmd|'/c calc'!A1"]
)
def test_no_cell_begins_a_formula(name, report):
    signature = report.signatures[0]
    signer = structs.replace(signature.signer, person=name, organisation=name)
    report = structs.replace(report, signatures=(structs.replace(signature, signer=signer),))
    for line in table([(name, name, report)])[1:]:
        for cell in line:
            assert cell.lstrip()[:1] not in {"=", "+", "-", "@"}
            assert not set("\t\r\n") & set(cell)
