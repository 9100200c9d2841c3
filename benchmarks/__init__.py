"""One script for each promise that the README makes. Anyone can run them: ``make bench``, or one by one with -m."""
