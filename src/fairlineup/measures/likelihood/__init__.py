"""What a score is worth as evidence: likelihood ratios, and the table from distance to rate."""
