"""Lessons on paper: a lesson or the whole course as one PDF/UA-1 document with questions to tick and room for notes."""
