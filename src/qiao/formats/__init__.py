"""Dates and times as the three readers write them where Django's own formats are American or lack a comma."""
