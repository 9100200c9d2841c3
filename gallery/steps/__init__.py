"""The steps of :func:`gallery.pipeline.build`: each joins one stage, which knows nothing else, to the store."""
