"""Tables of scores from anywhere."""
