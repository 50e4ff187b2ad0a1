"""The version of the package, which every manifest and report names."""

VERSION = "0.1.0"
