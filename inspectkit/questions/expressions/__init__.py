"""The applies-when language: a small strict subset of ODK expressions, judged in three values.

    ${charged_by} = 'cps' and not(selected(${failings}, 'late'))
    working-days-between(${decided}, ${letter_sent}) > 5
    if(${days} <= 5, 'fm', 'nm')

    and  or  not(...)            =  !=  <  <=  >  >=            +  -  *  div
    selected(${q}, 'a')          the answer is, or contains, a
    answered(${q})               it has an answer now
    is-na(${q})                  its answer is not applicable
    count-answered(${q}, ...)    how many of these have an answer now
    days-between(a, b)           days from a to b, negative if b is earlier
    working-days-between(a, b)   the same in working days: the day after a is the first
    if(condition, a, b)          a where the condition holds, else b
    date('2026-11-25')           a day

Dates are written 2026-11-25, numbers 3.5, and both are exact. A name that has no answer yet makes
what rests on it *not known yet* (None), never true or false; a question that is closed has no
answer and never will, so a comparison with it is false.
"""

from inspectkit.questions.expressions.judging import Absent, Scope, Truth, Value
from inspectkit.questions.expressions.parsed import Condition, Formula, Parsed, formula, parse
from inspectkit.questions.expressions.reading import Tree
from inspectkit.questions.expressions.walking import comparisons, names, walk

__all__ = [
    "Absent",
    "Condition",
    "Formula",
    "Parsed",
    "Scope",
    "Tree",
    "Truth",
    "Value",
    "comparisons",
    "formula",
    "names",
    "parse",
    "walk",
]
