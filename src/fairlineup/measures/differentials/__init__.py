"""Groups of people: their rates set side by side, and what noise alone would show."""
