"""A page of its own for a form or a screen, served to the browser of this computer alone."""

from inspectkit.widgets.serving.server import Shown, serve

__all__ = ["Shown", "serve"]
