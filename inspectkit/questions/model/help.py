"""What stands under the fields of a record, for those who write a file: editors and workbooks.

It is read from the source when somebody asks: pydantic would read it whenever a model is loaded.
"""

from __future__ import annotations

import ast
import inspect
from functools import cache
from itertools import pairwise
from textwrap import dedent

from pydantic import BaseModel


@cache
def helps(model: type[BaseModel]) -> dict[str, str]:
    """Field → the text under it, also of the fields that a model inherits.

    >>> from inspectkit.questions.model.base import Named
    >>> helps(Named)
    {'translations': 'The label (or text) in the other languages: {cy: Llys y Goron}.'}
    """
    found: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if issubclass(each, BaseModel) and each is not BaseModel:
            found |= _of(each)
    return found


def _of(model: type[BaseModel]) -> dict[str, str]:
    body = ast.parse(dedent(inspect.getsource(model))).body[0].body  # type: ignore[attr-defined]
    return {
        field.target.id: inspect.cleandoc(below.value.value)
        for field, below in pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
        and isinstance(below.value.value, str)
    }
