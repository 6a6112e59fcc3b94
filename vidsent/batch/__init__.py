"""Analyse many clips: on the processors of one machine, or on a cluster with Ray.

`run.run` is the driver. What it keeps is a JSON file for each clip; the Parquet tables are made
from those, so that a run that was stopped at any moment goes on where it was.
"""

from vidsent.batch.run import Plan, Summary, run

__all__ = ["Plan", "Summary", "run"]
