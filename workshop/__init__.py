"""How the models that come with the app are made, by the app's own means: `python -m workshop`."""
