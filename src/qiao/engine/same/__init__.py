"""Which records are likely the same organisation: names across scripts, numbers, web addresses, places. Pure Python."""
