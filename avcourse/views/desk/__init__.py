"""The trainer's desk: plain pages served by a Jupyter Server extension, for people who know neither nbgrader nor a terminal."""
