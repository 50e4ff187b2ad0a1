"""The same draw where the frame lies: DuckDB, Polars, PostgreSQL, Spark or pandas, case for case.

An engine hashes and cuts down to candidates; what makes a sample of them is one piece of code for
all (`sampling.selection.ranked`). It counts first, so that it knows under which ticket the wanted
cases of a stratum must lie, and then keeps the rows under that ticket in one pass: no sort, no
window, memory for the candidates only.
"""

from inspectkit.sampling.engines.draw import draw_from
from inspectkit.sampling.engines.passes import candidates, counts, frame_digest

__all__ = ["candidates", "counts", "draw_from", "frame_digest"]
