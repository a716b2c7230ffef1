"""A document as one HTML file: no script, nothing loaded from elsewhere, good to print.

All text passes Jinja's escaping, and was made harmless before (`zaruka.messages.visible`).
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from zaruka.reports.document import Commands, Table
from zaruka.reports.drawing import Box, Dot, Drawing, Label, Stroke
from zaruka.reports.page import Tone

if TYPE_CHECKING:
    from zaruka.messages import Messages
    from zaruka.reports.document import Attachment, Block, Document
    from zaruka.reports.drawing import Shape

__all__ = ["render_html"]

_MARKS: Final = {Tone.GOOD: "✓", Tone.BAD: "✗", Tone.UNSURE: "?", Tone.REMEDY: "→"}


def render_html(document: Document, say: Messages) -> str:
    """Return the file as text, to be written in UTF-8; `say` gives the words around it."""
    text: str = _template().render(document=document, say=say)
    return text


@cache
def _template() -> Any:  # noqa: ANN401 - Jinja's template
    environment = Environment(
        loader=PackageLoader("zaruka.reports"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals["marks"] = _MARKS
    environment.filters.update(kind=_kind, elements=_elements, data_uri=_data_uri)
    return environment.get_template("document.html")


def _kind(block: Block) -> str:
    match block:
        case Table():
            return "table"
        case Drawing():
            return "drawing"
        case Commands():
            return "commands"
    return "answer" if block.answer and block.lines else "section"


def _data_uri(file: Attachment) -> str:
    return f"data:{file.media_type};base64,{b64encode(file.octets).decode('ascii')}"


def _elements(drawing: Drawing) -> list[tuple[str, dict[str, str], str]]:
    """Return the SVG elements of a drawing: name, attributes, text."""
    return [_element(shape) for shape in drawing.shapes]


def _element(shape: Shape) -> tuple[str, dict[str, str], str]:
    match shape:
        case Box():
            fill = "solid" if shape.solid else "fill" if shape.filled else "line"
            where = {"x": shape.x, "y": shape.y, "width": shape.width, "height": shape.height}
            return "rect", _attributes(f"{fill} {shape.tone}", where), ""
        case Stroke():
            points = " ".join(f"{_number(x)},{_number(y)}" for x, y in shape.points)
            dash = {"stroke-dasharray": "1 0.8"} if shape.dashed else {}
            width = {"stroke-width": shape.thick}
            return (
                "polyline",
                {**_attributes(f"line {shape.tone}", width), "points": points, **dash},
                "",
            )
        case Dot():
            x, y, r = shape.x, shape.y, shape.radius
            corners = ((x, y - r), (x + r, y), (x, y + r), (x - r, y))
            points = " ".join(f"{_number(a)},{_number(b)}" for a, b in corners)
            return "polygon", {**_attributes(f"fill {shape.tone}", {}), "points": points}, ""
        case Label():
            words = f"{shape.tone} {'bold' if shape.bold else ''}".strip()
            where = {"x": shape.x, "y": shape.y, "font-size": shape.size}
            return (
                "text",
                {**_attributes(words, where), "text-anchor": shape.align.value},
                shape.text,
            )


def _attributes(classes: str, numbers: dict[str, float]) -> dict[str, str]:
    return {"class": classes, **{name: _number(value) for name, value in numbers.items()}}


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
