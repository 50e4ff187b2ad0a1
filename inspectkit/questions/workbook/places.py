"""Which sheet, row and column of the workbook a cell stands in."""

from __future__ import annotations

from inspectkit.questions.workbook.cells import GROUPS, GUIDANCE, OPTIONS, Address, Cells

SET, LISTS, ANSWERS, QUESTIONS, TEXTS = "Set", "Lists", "Answers", "Questions", "Guidance"
SHEETS = (QUESTIONS, ANSWERS, TEXTS, LISTS, SET)
# The columns that name a row; they are protected.
KEYS = {
    QUESTIONS: ("id",),
    ANSWERS: ("of", "id"),
    TEXTS: ("question",),
    LISTS: ("list", "id"),
    SET: ("what",),
}
ALWAYS = {
    QUESTIONS: (
        "text",
        "type",
        "scale",
        "choices",
        "page",
        "section",
        "themes",
        "tags",
        "weight",
        "casework_types",
        "applies_when",
        "evidence.when",
        "evidence.min_length",
        "context",
        "prefill",
        "guidance",
        "retired.since",
        "retired.reason",
    ),
    ANSWERS: ("label", "points", "excluded"),
    TEXTS: ("text",),
    LISTS: ("label", "owner", "type"),
    SET: ("value",),
}
AFTER = "after"  # only for a new row: the id that it follows
Row = tuple[str, Address]  # the sheet, and the address that all cells of the row begin with


def row_of(at: Address) -> Row:
    """The row of a cell.

    >>> row_of(("scales", "code", "answers", "fm", "points"))
    ('Answers', ('scales', 'code', 'answers', 'fm'))
    """
    if at[0] == GUIDANCE:
        return TEXTS, at
    if at[0] not in (*GROUPS, "questions") or len(at) < 3:
        return SET, at
    for place in range(2, len(at) - 2):
        if at[place] in OPTIONS:
            return ANSWERS, at[: place + 2]
    return (QUESTIONS if at[0] == "questions" else LISTS), at[:2]


def column_of(at: Address) -> str:
    """The heading of a cell's column.

    >>> column_of(("questions", "q1", "evidence", "when"))
    'evidence.when'
    """
    sheet, row = row_of(at)
    if sheet in (SET, TEXTS):
        return ALWAYS[sheet][0]
    return ".".join(str(part) for part in at[len(row) :])


def named(row: Row) -> tuple[str, ...]:
    """What the protected cells of a row say.

    >>> named(("Answers", ("scales", "code", "answers", "fm")))
    ('scales.code.answers', 'fm')
    """
    sheet, at = row
    if sheet == SET:
        return (".".join(map(str, at)),)
    if sheet in (ANSWERS, LISTS):
        return ".".join(map(str, at[:-1])), str(at[-1])
    return (str(at[-1]),)


def row_named(sheet: str, names: tuple[str, ...]) -> Row:
    """The row that its protected cells name; the reverse of `named`."""
    if sheet == QUESTIONS:
        return sheet, ("questions", names[0])
    if sheet == TEXTS:
        return sheet, (GUIDANCE, names[0])
    return sheet, (*names[0].split("."), *names[1:])


def cell_at(row: Row, column: str) -> Address:
    """The address of a cell by its row and its heading."""
    sheet, at = row
    if sheet in (SET, TEXTS):
        return at
    return (*at, *(int(part) if part.isdecimal() else part for part in column.split(".")))


def rows(cells: Cells) -> dict[Row, dict[str, str]]:
    """Row → column → text, in the order of the file."""
    found: dict[Row, dict[str, str]] = {}
    for at, text in cells.items():
        found.setdefault(row_of(at), {})[column_of(at)] = text
    return found


def columns(sheet: str, table: dict[Row, dict[str, str]]) -> list[str]:
    """The headings of a sheet: the usual ones, and those that some row needs."""
    used = [name for (place, _), row in table.items() if place == sheet for name in row]
    return list(dict.fromkeys([*ALWAYS[sheet], *used]))
