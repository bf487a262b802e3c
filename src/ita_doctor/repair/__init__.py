"""What `fix` does with a finding: remedies, the plan, and carrying it out with a journal, so that all of it can be put back."""
