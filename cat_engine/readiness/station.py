"""What a workstation says about itself, and what of it is not good enough. Pure."""

from dataclasses import dataclass

from cat_engine.config import ReadinessConfig

PERCENT = 100


@dataclass(frozen=True, slots=True)
class Station:
    """One workstation, measured by its own browser against this server."""

    seat: str
    browser: str
    screen_width: int
    screen_height: int
    offset_ms: int
    """How much its clock is ahead of the server's."""
    round_trip_p50_ms: int
    round_trip_p95_ms: int
    sent_count: int
    lost_count: int
    has_storage: bool
    has_full_screen: bool
    reported_at: int = 0


def problems(station: Station, bounds: ReadinessConfig) -> tuple[str, ...]:
    """Stable codes of what is below the bounds; none: this workstation is fit."""
    lost_percent = PERCENT * station.lost_count / max(1, station.sent_count)
    is_small = (
        station.screen_width < bounds.screen_width_px
        or station.screen_height < bounds.screen_height_px
    )
    found = {
        "slow_line": station.round_trip_p95_ms > bounds.round_trip_ms,
        "lossy_line": station.sent_count == 0 or lost_percent > bounds.loss_percent,
        "clock_off": abs(station.offset_ms) > bounds.clock_offset_s * 1_000,
        "small_screen": is_small,
        "no_storage": not station.has_storage,
        "no_full_screen": not station.has_full_screen,
    }
    return tuple(code for code, is_so in found.items() if is_so)
