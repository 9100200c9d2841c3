"""Hold a built site against the bar of the visitor's experience, with a real browser and a real static host.

``python -m benchmarks.site_check --help`` says how to run it. Every module measures one kind of thing and returns
rows; ``__main__`` puts them in order and prints the table.
"""
