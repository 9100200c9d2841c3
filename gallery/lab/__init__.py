"""The maintainer's laboratory: label, train, compare, evaluate. Never imported by the nightly path."""
