"""Input about events."""
