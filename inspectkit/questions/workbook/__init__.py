"""Question sets in Excel: a workbook goes out, and comes back as changes of the file."""

from inspectkit.questions.workbook.exchange import Returned, from_excel, to_excel
from inspectkit.questions.workbook.merging import Conflict

__all__ = ["Conflict", "Returned", "from_excel", "to_excel"]
