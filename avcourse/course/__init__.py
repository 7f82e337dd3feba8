"""What is taught: structure, questions, languages and datasets of the course."""
