"""The sample as evidence: commitment, seeds, manifests, what the inspected body is given."""
