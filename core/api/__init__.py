"""The same answers for other programs, over HTTP: what `/api/…` of the app's own server says."""
