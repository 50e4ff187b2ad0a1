"""The demonstration: a whole inspection, its export generated, its marks simulated and labelled."""

from inspectkit.demo.build import build

__all__ = ["build"]
