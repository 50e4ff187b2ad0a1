"""The sample: a frame of cases, a design, and a draw that anyone can recompute."""

from inspectkit.sampling.design import Design, Stratum
from inspectkit.sampling.draw import draw
from inspectkit.sampling.frame import Frame
from inspectkit.sampling.sample import Sample
from inspectkit.sampling.tickets import key, ticket
from inspectkit.sampling.verify import verify

__all__ = ["Design", "Frame", "Sample", "Stratum", "draw", "key", "ticket", "verify"]
