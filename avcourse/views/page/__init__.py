"""The look of a page: the Voilà template ``avcourse``, and the settings a Jupyter server needs to show it."""
