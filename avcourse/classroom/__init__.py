"""What the trainer does: classes, exchange, grading, gradebook, cohort. The only room that knows nbgrader."""
