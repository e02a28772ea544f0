"""When: a moment as people write it, in English, French, Spanish and Portuguese, read in their own zone."""

from app.when.local import Moment, at_wall, told, zone_of
from app.when.reading import Unmet, read_moment, read_span

__all__ = ["Moment", "Unmet", "at_wall", "read_moment", "read_span", "told", "zone_of"]
