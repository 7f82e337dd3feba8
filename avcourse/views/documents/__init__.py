"""Documents: one model, written as Word, PDF and Excel. ``contents`` says what stands in each, ``names`` what its file is called."""
