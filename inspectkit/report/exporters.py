"""nbconvert exporters of a report notebook: one self-contained HTML page, one tagged PDF."""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter

from inspectkit.report.compose import compose, page
from inspectkit.report.pdf import pdf


class InspectionHTMLExporter(Exporter):
    """`jupyter nbconvert --to inspection-html`: no network, no script, inputs left out."""

    export_from_notebook = "Inspection report (HTML)"
    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(
        self, nb: Any, resources: Any | None = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        executed, kept = super().from_notebook_node(nb, resources, **kw)
        return page(compose(executed)), kept


class InspectionPDFExporter(Exporter):
    """`jupyter nbconvert --to inspection-pdf`: PDF/UA-1 and PDF/A-2a, fonts embedded."""

    export_from_notebook = "Inspection report (PDF)"
    output_mimetype = "application/pdf"

    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(
        self, nb: Any, resources: Any | None = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        executed, kept = super().from_notebook_node(nb, resources, **kw)
        return pdf(compose(executed)), kept
