"""The example films that code draws: an actor, a portrait, a landscape."""
