"""Ranks the communities of a directory for a short description, with calibrated confidence and checkable reasons."""

import os

# Read by numpy when it is first imported. One query's products are too small to share out: on a busy machine
# two threads waiting for each other took 25 ms for what one does in 5.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
