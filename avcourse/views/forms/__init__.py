"""The accessible form family (anywidget) and its JavaScript and CSS."""
