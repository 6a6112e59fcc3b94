"""A process of its own in which uploads are opened, so that a hostile file harms nobody."""
