"""The benchmark: every promise about speed as a row of one table, measured where it runs."""
