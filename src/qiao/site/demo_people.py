"""Whom a visitor of a demo can sign in as with one click: key -> e-mail of the demo world's person."""

DEMO_EMAILS = {
    "organiser": "organiser@example.org",
    "german": "german@example.org",
    "chinese": "chinese@example.org",
    "leader": "leader@example.org",
    "interpreter": "interpreter@example.org",
    "adviser": "adviser@example.org",
}
