"""Acceptance plans: draw n, accept with at most c failures, and what that will let through.

Sources: E. G. Schilling and D. V. Neubauer (2017), Acceptance Sampling in Quality Control, 3rd ed.,
ch. 5, for plans through two points of the operating characteristic; J. J. Valadez and others
(2003), Assessing Community Health Programs, for lot quality assurance sampling (LQAS).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import floor

import pandas as pd

from inspectkit.errors import InspectionError
from inspectkit.sampling.selecting.stratum import AcceptancePlan
from inspectkit.sampling.sizes import Model, Number, chance_of_at_most, share, smallest_n


@dataclass(frozen=True)
class Acceptance:
    """Draw n cases; accept with at most c failures.

    N: cases in the frame, None for the binomial model. pass_mark: the successes that are enough.
    """

    n: int
    c: int
    N: int | None
    convention: str
    source: str

    @property
    def plan(self) -> AcceptancePlan:
        """The rule as a design states it."""
        return AcceptancePlan(self.n, self.c)

    @property
    def pass_mark(self) -> int:
        return self.n - self.c

    def chance(self, failing: Number) -> Fraction:
        """Probability of acceptance where this share of the cases fails, exact.

        A share that is no whole number of cases counts the next case above.

        >>> plan = Acceptance(60, 2, None, "", "")
        >>> round(float(plan.chance("5%")), 4)
        0.4174
        """
        rate = share(failing, "share failing")
        if self.N is None:
            return chance_of_at_most(self.c, self.n, rate, "binomial")
        return chance_of_at_most(self.c, self.n, rate, "hypergeometric", self.N)

    def curve(self, failing: Iterable[Number]) -> pd.DataFrame:
        """The operating characteristic: failing (share), accepted (probability); floats."""
        rates = list(failing)
        chances = [float(self.chance(rate)) for rate in rates]
        return pd.DataFrame({"failing": [float(share(r)) for r in rates], "accepted": chances})


def acceptance(
    good: Number, bad: Number, *, producer: Number = "5%", consumer: Number = "10%",
    N: int | None = None,
) -> Acceptance:  # fmt: skip
    """The smallest plan that rejects the good and accepts the bad no oftener than allowed.

    good, bad: shares of failing cases. producer: risk of rejecting the good; consumer: risk of
    accepting the bad. With N the draw is without replacement (hypergeometric): the good have at
    most, the bad at least, their share of the N cases.

    >>> plan = acceptance("5%", "15%", producer="5%", consumer="7.5%")
    >>> plan.n, plan.c
    (80, 7)
    """
    low, high = share(good, "good"), share(bad, "bad")
    alpha, beta = share(producer, "producer's risk"), share(consumer, "consumer's risk")
    if not low < high or not 0 < alpha < 1 or not 0 < beta < 1:
        what = "good is not below bad, or a risk is 0% or 100%"
        raise InspectionError("acceptance plan", what, "Fail fewer of the good; risks between")
    model: Model = "binomial" if N is None else "hypergeometric"
    most = 10_000_000 if N is None else N
    best = low if N is None else Fraction(floor(N * low), N)
    for c in range(most):
        n = smallest_n(high, c, beta, model, most)
        if chance_of_at_most(c, n, best, model, most) >= 1 - alpha:
            told = f"{model}: good {_told(low)} rejected at most {_told(alpha)}, "
            told += f"bad {_told(high)} accepted at most {_told(beta)}; smallest n"
            return Acceptance(n, c, N, told, "Schilling and Neubauer 2017, ch. 5")
    raise InspectionError("acceptance plan", "there is none", "Allow larger risks")


def lqas(
    reached: Number, missed: Number, *, n: int | None = None, alpha: Number = "10%",
    beta: Number = "10%", N: int | None = None,
) -> Acceptance:  # fmt: skip
    """Lot quality assurance: n and the successes that tell a target reached from one missed.

    reached, missed: shares of successes at which the judgement must be right; alpha: risk of
    failing a unit that reached the target, beta: of passing one that missed it. With n the pass
    mark is the one whose larger risk is smallest, whatever alpha and beta are.

    >>> lqas("80%", "50%", n=19).pass_mark
    13
    """
    up, down = share(reached, "reached"), share(missed, "missed")
    if n is None:
        return acceptance(1 - up, 1 - down, producer=alpha, consumer=beta, N=N)
    told = f"pass mark of n = {n} with the smallest larger risk at {_told(up)} and {_told(down)}"
    plans = [Acceptance(n, c, N, told, "Valadez and others 2003") for c in range(n)]
    return min(plans, key=lambda plan: max(1 - plan.chance(1 - up), plan.chance(1 - down)))


def _told(value: Fraction) -> str:
    return f"{float(value * 100):.6g}%"
