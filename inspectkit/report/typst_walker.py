"""Walks our own HTML and says the same in Typst; every text goes over as a string literal."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from xml.etree import ElementTree

from inspectkit.errors import InspectionError
from inspectkit.exhibits import clean

Node = ElementTree.Element
UNBROKEN = re.compile(r"(\S{32})(?=\S)")
# Rows and characters, notes included: such a table stands on one page, a longer one may break. All
# these characters in the narrowest of columns would still fit a page, so that nothing is cut off.
SHORT_ROWS, SHORT_TEXT = 16, 1000
LONG_CELL = 1200  # characters: such a row may break over pages, others stay whole
SUFFIXES = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg"}
SIMPLE = {
    "strong": "strong",
    "em": "emph",
    "code": "mono",
    "h2": "heading.with(level: 1)",
    "h3": "heading.with(level: 2)",
    "h4": "heading.with(level: 3)",
    "blockquote": "quote.with(block: true)",
}
WIDTHS = {"code": "5.6cm", "chip": "3.3cm"}
FIGURES = ("number", "percent")
SHORT_HEAD = 14  # characters: a column of numbers under a longer head gets a set width


@dataclass
class Walker:
    """Turns HTML into Typst and keeps the pictures it met, by file name."""

    pictures: dict[str, bytes] = field(default_factory=dict)

    def body(self, html: str) -> str:
        """Typst markup for a fragment of our own, well-formed HTML."""
        try:
            root = ElementTree.fromstring(f"<main>{html}</main>")
        except ElementTree.ParseError as error:
            what = f"the page is not well-formed: {error}"
            raise InspectionError("report", what, "Write tags that close") from None
        return self.inside(root)

    def inside(self, node: Node) -> str:
        """What stands between a node's tags."""
        block = node.tag in ("main", "div", "section", "ul", "ol", "table", "tr", "figure")
        written = [] if block else [literal(node.text or "")]
        for child in node:
            written.append(self.node(child))
            if not block:
                written.append(literal(child.tail or ""))
        return "".join(written)

    def node(self, node: Node) -> str:
        """One element."""
        method = getattr(self, f"_{node.tag}", None)
        if method is not None:
            return str(method(node))
        if node.tag in SIMPLE:
            return f"#({SIMPLE[node.tag]})[{self.inside(node)}]"
        return self.inside(node)

    def _div(self, node: Node) -> str:
        # Typst sets what stands before such a page and what begins on it side by side
        if node.get("class") == "page":
            return "#pagebreak(weak: true)" + self.inside(node)
        return f"#whole[{self.inside(node)}]" if _is_short(node) else self.inside(node)

    def _p(self, node: Node) -> str:
        kind = node.get("class", "")
        name = {"lead": "lead", "note": "note", "warning": "warning"}.get(kind, "par")
        return f"#{name}[{self.inside(node)}]"

    def _pre(self, node: Node) -> str:
        return f"#plain({quoted(''.join(node.itertext()))})"

    def _a(self, node: Node) -> str:
        address = node.get("href", "")
        if not address.startswith(("https://", "http://", "mailto:")):
            return self.inside(node)
        return f"#link({quoted(address)})[{self.inside(node)}]"

    def _br(self, node: Node) -> str:
        return "#linebreak()"

    def _span(self, node: Node) -> str:
        kinds = node.get("class", "").split()
        if "chip" in kinds:
            return f"#chip({quoted(kinds[-1])})[{self.inside(node)}]"
        if "detail" in kinds:
            return f"#linebreak()#detail[{self.inside(node)}]"
        return self.inside(node)

    def _ul(self, node: Node) -> str:
        return f"#list({self._items(node)})"

    def _ol(self, node: Node) -> str:
        return f"#enum({self._items(node)})"

    def _items(self, node: Node) -> str:
        return ", ".join(f"[{self.inside(item)}]" for item in node.findall("li"))

    def _dl(self, node: Node) -> str:
        name = "facts" if node.get("class") else "terms"
        pairs = ((self.inside(_find(each, "dt")), self._said_of(each)) for each in node)
        return f"#{name}({', '.join(f'terms.item([{term}], [{said}])' for term, said in pairs)})"

    def _said_of(self, term: Node) -> str:
        said = [self.inside(each) for each in term.findall("dd")]
        return said[0] if len(said) == 1 else f"#list({', '.join(f'[{each}]' for each in said)})"

    def _img(self, node: Node) -> str:
        kind, _, content = node.get("src", "").removeprefix("data:").partition(";base64,")
        if kind not in SUFFIXES or not node.get("alt"):
            what = "a picture that is not in the page, or has no alternative text"
            raise InspectionError("report", what, "Give a data: picture with alternative text")
        name = f"picture-{len(self.pictures) + 1}.{SUFFIXES[kind]}"
        self.pictures[name] = base64.b64decode(content)
        return f"#image({quoted(name)}, width: 100%, alt: {quoted(node.get('alt', ''))})"

    def _figure(self, node: Node) -> str:
        caption, image = node.find("figcaption"), next(node.iter("img"))
        words = f"[{self.inside(caption)}]" if caption is not None else "none"
        return f"#figure({self._img(image).removeprefix('#')}, caption: {words}, kind: image)"

    def _table(self, node: Node) -> str:
        head = list(_find(_find(node, "thead"), "tr"))
        kinds = [each.get("class", "") for each in head]
        rows = [row for row in node.iter("tr") if len(row) == len(head)]
        columns = ", ".join(
            _width(kind, [_said(row[i]) for row in rows]) for i, kind in enumerate(kinds)
        )
        aligned = ", ".join("right" if kind in FIGURES else "left" for kind in kinds)
        cells = ", ".join(f"[{self.inside(each)}]" for each in head)
        parts = [f"table.header(repeat: true, {cells})"]
        for group in node.findall("tbody"):
            parts += [self._row(row) for row in group]
        inner = ",\n".join(parts)
        caption = f"[{self.inside(_find(node, 'caption'))}]"
        return (
            f"#figure(kind: table, caption: {caption}, "
            f"table(columns: ({columns},), align: ({aligned},),\n{inner}))\n"
        )

    def _row(self, row: Node) -> str:
        if row[0].get("class") == "group":
            cell = f"group({row[0].get('colspan')})[{self.inside(row[0])}]"
            return f"table.header(level: 2, repeat: true, {cell})"
        cell = "cell" if len(_said(row)) <= LONG_CELL else "tall"
        total = row.get("class") == "total"
        return ", ".join(cell + self._held(each, total) for each in row)

    def _held(self, cell: Node, total: bool) -> str:
        """What a cell is called with; plain text without the detour of markup, as most cells are"""
        inside = self.inside(cell)
        if cell.get("class") == "code":
            return f"[#mono[{inside}]]"
        if total:
            return f"[#strong[{inside}]]"
        return f"({inside[1:]})" if cell.text and not len(cell) else f"[{inside}]"


def literal(text: str) -> str:
    """Text as a Typst string expression in markup; runs without a space may break.

    >>> literal('#eval("1") $x$')
    '#"#eval(\\\\"1\\\\") $x$"'
    """
    if not text:
        return ""
    spaced = " ".join(re.split(r"[ \n\t]+", text))
    return "#" + quoted(UNBROKEN.sub("\\1\u200b", spaced))


def quoted(text: str) -> str:
    r"""Text as a Typst string.

    >>> quoted("a\\b\n")
    '"a\\\\b\\n"'
    """
    plain = clean(text).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + plain.replace("\n", "\\n").replace("\t", "\\t") + '"'


def _width(kind: str, texts: list[str]) -> str:
    """A column's width; columns of words share what is left, by the root of their usual length."""
    if kind in FIGURES:
        return "auto" if len(texts[0]) <= SHORT_HEAD else f"{_in_two_lines(texts[0]):.2f}cm"
    lengths = sorted(len(text) for text in texts)
    middle, mean = lengths[len(lengths) // 2], sum(lengths) / len(lengths)
    usual = max(middle, min(mean, 2 * middle), min(lengths[-1], 40) / 2, 6)
    return WIDTHS.get(kind, f"{min(usual, 120) ** 0.5:.2f}fr")


def _in_two_lines(head: str) -> float:
    """Centimetres in which a bold head stands in two lines, or its longest word in one.

    >>> _in_two_lines("Marked and submitted"), _in_two_lines("Disproportionately long")
    (2.2, 3.64)
    """
    words = head.split()
    cuts = (max(len(" ".join(words[:n])), len(" ".join(words[n:]))) for n in range(1, len(words)))
    longest = max(len(word) for word in words)
    return round(max(0.4 + 0.18 * min(max(longest, min(cuts, default=longest)), 18), 2.1), 2)


def _is_short(node: Node) -> bool:
    if node.get("class") != "exhibit":
        return False
    return 0 < len(list(node.iter("tr"))) <= SHORT_ROWS and len(_said(node)) <= SHORT_TEXT


def _said(node: Node) -> str:
    return "".join(node.itertext())


def _find(node: Node, name: str) -> Node:
    found = node.find(name)
    if found is None:
        raise InspectionError("report", f"a {node.tag} without {name}", "Show an exhibit instead")
    return found
