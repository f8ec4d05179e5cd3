"""Formats of dates and numbers in Chinese that differ from Django's."""

NUMBER_GROUPING = 3  # 250,000 as in accounts, not 25,0000
THOUSAND_SEPARATOR = ","
