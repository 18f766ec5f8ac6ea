"""What the screens share: the frame around a page, pickers, galleries, live panels. Stands between pages and core."""
