"""The question bank in other programs' formats: Moodle XML out and in, GIFT out. Standard library only."""
