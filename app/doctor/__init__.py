"""The doctor: checks everything that has to be right for Baobab to work, and says how to mend what is not."""

from app.doctor.findings import Finding, render
from app.doctor.visit import examine

__all__ = ["Finding", "examine", "render"]
