"""Looks at an XLSForm as ODK would: pyxform makes an XForm of it, ODK Validate opens that."""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import subprocess
import tempfile
from pathlib import Path

from inspectkit.errors import InspectionError

JAR = Path("validators", "odk_validate", "bin", "ODK_Validate.jar")
MISSING = "Install inspectkit[xlsform]"
MOST_SECONDS = 120


def check(path: str | Path) -> str:
    """The XForm that pyxform makes of an XLSForm. Errors: pyxform is missing, or refuses it."""
    if importlib.util.find_spec("pyxform") is None:
        raise InspectionError("pyxform", "it is not installed", MISSING)
    convert = importlib.import_module("pyxform.xls2xform").convert
    refusal = importlib.import_module("pyxform.errors").PyXFormError
    try:
        return str(convert(xlsform=str(path), validate=False, warnings=[]).xform)
    except refusal as error:
        what = f"pyxform refuses it: {error}"
        raise InspectionError(Path(path).name, what, "Mend the form") from None


def has_java() -> bool:
    """A Java that ODK Validate can run on."""
    return shutil.which("java") is not None


def check_with_odk(xform: str) -> str:
    """What ODK Validate says of an XForm that it can open. Errors: it cannot; there is no Java."""
    java = shutil.which("java")
    found = importlib.util.find_spec("pyxform")
    if java is None or found is None or found.origin is None:
        raise InspectionError("ODK Validate", "it needs Java and pyxform", MISSING)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "form.xml"
        path.write_text(xform, encoding="utf-8")
        jar = Path(found.origin).parent / JAR
        command: list[str | Path] = [java, "-Djava.awt.headless=true", "-jar", jar, path]
        done = subprocess.run(command, capture_output=True, timeout=MOST_SECONDS)
    said = (done.stdout + done.stderr).decode("utf-8", "replace")
    if done.returncode != 0:
        raise InspectionError("ODK Validate", said.strip()[:2000], "Mend the form")
    return said
