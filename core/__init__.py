"""The core of Fitting Room: from a source of photos to a model that answers. It knows no screen."""
