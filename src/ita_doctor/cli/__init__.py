"""The command line: the one place that joins the other parts."""
