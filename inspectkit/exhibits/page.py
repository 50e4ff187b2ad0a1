"""Exhibits as HTML: real captions, header scopes, alternative texts, every text escaped."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from html import escape
from itertools import groupby

from inspectkit.exhibits.base import Numbers, Unnumbered, html
from inspectkit.exhibits.chart import Chart
from inspectkit.exhibits.prose import Block, Cover, Prose, Series
from inspectkit.exhibits.svg import svg
from inspectkit.exhibits.table import SYMBOLS, Cell, Chip, Column, Table, shown
from inspectkit.exhibits.text import clean


def escaped(text: str) -> str:
    """Text that a browser shows and never obeys.

    >>> escaped("<script>alert(1)</script>")
    '&lt;script&gt;alert(1)&lt;/script&gt;'
    """
    return escape(clean(text), quote=True)


def element(name: str, inner: str = "", **attributes: str) -> str:
    """An HTML element; `inner` is HTML already, attribute values are escaped here.

    A trailing underscore is dropped and inner ones become hyphens.

    >>> element("th", escaped("n < 5"), scope="row", aria_label="Cases")
    '<th scope="row" aria-label="Cases">n &lt; 5</th>'
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escaped(value)}"'
        for key, value in attributes.items()
        if value
    )
    return f"<{name}{written}>{inner}</{name}>"


@html.register
def _(table: Table, numbers: Numbers | None = None) -> str:
    number = (numbers or Unnumbered()).next("Table")
    caption = element("caption", escaped(number + table.title), id=f"{table.id}-title")
    head = "".join(
        element("th", escaped(column.label), scope="col", class_=_class(column))
        for column in table.columns
    )
    body = "".join(_group(table, *group) for group in table.grouped())
    grid = element("table", caption + element("thead", element("tr", head)) + body)
    frame = element(
        "div",
        grid,
        class_="scroll",
        role="region",
        tabindex="0",
        aria_labelledby=f"{table.id}-title",
    )
    return element("div", frame + _notes(table.notes), class_="exhibit", id=table.id)


@html.register
def _(chart: Chart, numbers: Numbers | None = None) -> str:
    number = (numbers or Unnumbered()).next("Figure")
    picture = base64.b64encode(svg(chart)).decode("ascii")
    image = f'<img src="data:image/svg+xml;base64,{picture}" alt="{escaped(chart.alt)}"/>'
    caption = element("figcaption", escaped(number + chart.title), id=f"{chart.id}-title")
    frame = element(
        "div",
        image,
        class_="scroll",
        role="region",
        tabindex="0",
        aria_labelledby=f"{chart.id}-title",
    )
    return element("figure", caption + frame, id=chart.id) + _notes(chart.notes)


@html.register
def _(prose: Prose, numbers: Numbers | None = None) -> str:
    written: list[str] = []
    for kind, blocks in groupby(prose.blocks, key=lambda each: each.kind):
        if kind == "item":
            written.append(element("ul", "".join(map(_block, blocks))))
        elif kind in ("definition", "fact"):
            written.append(element("dl", _terms(blocks), class_="facts" * (kind == "fact")))
        else:
            written += map(_block, blocks)
    return "\n".join(written)


@html.register
def _(cover: Cover, numbers: Numbers | None = None) -> str:
    parts = [
        element("p", escaped(cover.marking), class_="marking") if cover.marking else "",
        element("p", escaped(cover.publisher), class_="publisher") if cover.publisher else "",
        element("h1", escaped(cover.title)),
        element("p", escaped(cover.subtitle), class_="subtitle") if cover.subtitle else "",
    ]
    facts = "".join(
        element("div", element("dt", escaped(term)) + element("dd", escaped(fact)))
        for term, fact in cover.facts
    )
    stamp = element("strong", escaped(cover.stamp)) + " " + escaped(cover.stamp_meaning)
    warning = element("p", stamp, class_="stamp") if cover.stamp else ""
    return element("div", "".join(parts) + element("dl", facts) + warning, class_="cover")


@html.register
def _(series: Series, numbers: Numbers | None = None) -> str:
    return "\n".join(html(part, numbers) for part in series.parts)


def _terms(blocks: Iterable[Block]) -> str:
    """Each term with all that is said under it, one after the other."""
    return "".join(
        element("div", element("dt", escaped(term))
                + "".join(element("dd", escaped(each.text)) for each in said))
        for term, said in groupby(blocks, key=lambda each: each.term)
    )  # fmt: skip


def _block(block: Block) -> str:
    text = escaped(block.text)
    if block.kind == "finding":
        return element("h4", escaped(block.term)) + element("p", text)
    if block.kind == "warning":
        return element("p", element("strong", "Caution:") + " " + text, class_="warning")
    if block.kind == "numbered":
        return element("p", element("strong", escaped(block.term)) + " " + text)
    name = {"chapter": "h2", "heading": "h3", "item": "li"}.get(block.kind, "p")
    return element(name, text, class_="lead" if block.kind == "lead" else "")


def _notes(notes: tuple[str, ...]) -> str:
    return "".join(element("p", escaped(note), class_="note") for note in notes)


def _group(table: Table, group: str, positions: list[int]) -> str:
    rows = "".join(_row(table, position) for position in positions)
    if group:
        words = element("span", escaped(group))  # stays in sight while the table is scrolled
        label = element(
            "th", words, scope="rowgroup", colspan=str(len(table.columns)), class_="group"
        )
        rows = element("tr", label) + rows
    return element("tbody", rows)


def _row(table: Table, position: int) -> str:
    cells = list(zip(table.rows[position], table.columns, strict=True))
    head = element("th", _cell(*cells[0]), scope="row", class_=_class(cells[0][1]))
    rest = "".join(element("td", _cell(*cell), class_=_class(cell[1])) for cell in cells[1:])
    return element("tr", head + rest, class_="total" if position in table.totals else "")


def _class(column: Column) -> str:
    return "" if column.kind == "text" else column.kind


def _cell(cell: Cell, column: Column) -> str:
    if not isinstance(cell, Chip):
        return escaped(shown(cell, column.kind))
    symbol = element("span", SYMBOLS[cell.tone], aria_hidden="true")
    chip = element("span", f"{symbol} {escaped(cell.label)}", class_=f"chip {cell.tone}")
    detail = element("span", escaped(cell.detail), class_="detail") if cell.detail else ""
    return f"{chip} {detail}" if detail else chip
