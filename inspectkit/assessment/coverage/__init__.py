"""Coverage: how often an interval holds the truth on a design, worked out before the draw."""
