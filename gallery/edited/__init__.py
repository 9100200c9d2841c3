"""The files that people edit: read so that every mistake in them is named at once, each with its line."""
