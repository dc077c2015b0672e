"""What ships with the program: the sample bank and blueprints of real exams. CC0-1.0."""

from pathlib import Path

FOLDER = Path(__file__).parent
BLUEPRINTS = FOLDER / "blueprints"


def bank_files() -> list[Path]:
    """The files of the sample bank, by name."""
    return sorted(path for path in FOLDER.glob("*.yaml") if path.stem != "practice")


def blueprint_path(name: str) -> Path | None:
    """The shipped blueprint of this name, or None."""
    path = BLUEPRINTS / f"{name}.yaml"
    return path if name.replace("-", "").isalnum() and path.exists() else None


def blueprint_names() -> list[str]:
    """The names of the shipped blueprints."""
    return sorted(path.stem for path in BLUEPRINTS.glob("*.yaml"))


def practice_file() -> Path:
    """Items to practise on before the clock runs; they earn nothing."""
    return FOLDER / "practice.yaml"
