"""When: a moment as people write it, in English, French, Spanish and Portuguese, read in their own zone."""

from app.when.local import Moment, at_wall, told, zone_of
from app.when.reading import read_moment

__all__ = ["Moment", "at_wall", "read_moment", "told", "zone_of"]
