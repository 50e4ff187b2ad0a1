"""Which units of a stratum are drawn, under every design, with what probability."""
