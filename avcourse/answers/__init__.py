"""What was answered: the learner's folder, the append-only answer log, and pure grading."""
