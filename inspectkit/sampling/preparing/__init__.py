"""From the text cells of an export to cases: trimmed, mapped, folded, each doubt told."""
