"""Results to pages; computes nothing: every number shown stands in results.json."""
