"""Away from the office: bundles of events, signed by a device and sealed to those named."""
