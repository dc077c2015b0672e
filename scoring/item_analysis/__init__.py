"""Statistics of items and tests from a matrix of points: classical, by models, between groups.

Needs NumPy only. Everything here is floating-point and describes an exam afterwards; no candidate's
points, rank or pass depend on it. Source: docs/algorithms/item-analysis.md.
"""
