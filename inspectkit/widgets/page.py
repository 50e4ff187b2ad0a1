"""What a page runs in the browser: some of another page's parts, then its own, as one module."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Page:
    """A folder of scripts and one style sheet; nothing to build, nothing to fetch.

    scripts: in the order in which they build on each other. base: the page whose style sheet comes
    first, and of whose scripts `shared` come first.
    """

    folder: Path
    scripts: tuple[str, ...]
    sheet: str
    base: Page | None = None
    shared: tuple[str, ...] = ()

    def script(self) -> str:
        """The JavaScript as one module."""
        return "\n".join(path.read_text(encoding="utf-8") for path in self._files())

    def style(self) -> str:
        """The style sheet, after that of the page it builds on."""
        own = (self.folder / self.sheet).read_text(encoding="utf-8")
        return (self.base.style() if self.base else "") + own

    def _files(self) -> list[Path]:
        before = [self.base.folder / f"{name}.js" for name in self.shared] if self.base else []
        return [*before, *(self.folder / f"{name}.js" for name in self.scripts)]
