"""A static gallery of illustrators' drawings, gathered nightly from the places they post."""

import os

__version__ = "1.0.0"

# since 1.29 onnxruntime tells its makers what it runs, and on which machine; it reads this once, when it is loaded
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
