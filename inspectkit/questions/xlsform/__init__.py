"""Question sets as XLSForms: collected with ODK, KoboToolbox or Enketo, and read back."""

from inspectkit.questions.xlsform.checking import check, check_with_odk
from inspectkit.questions.xlsform.exchange import from_xlsform, to_xlsform

__all__ = ["check", "check_with_odk", "from_xlsform", "to_xlsform"]
