"""The sample: a frame of cases, a design, and a draw that anyone can recompute."""

from inspectkit.sampling.design import AcceptancePlan, Design, Stratum
from inspectkit.sampling.draw import draw
from inspectkit.sampling.frame import Frame
from inspectkit.sampling.sample import Sample
from inspectkit.sampling.selecting.areas import by_area, draw_areas
from inspectkit.sampling.selecting.rounds import recurring
from inspectkit.sampling.selecting.settling import settle
from inspectkit.sampling.selecting.topup import TopUp, topup
from inspectkit.sampling.tickets import key, ticket
from inspectkit.sampling.verify import verify

__all__ = [
    "AcceptancePlan",
    "Design",
    "Frame",
    "Sample",
    "Stratum",
    "TopUp",
    "by_area",
    "draw",
    "draw_areas",
    "key",
    "recurring",
    "settle",
    "ticket",
    "topup",
    "verify",
]
