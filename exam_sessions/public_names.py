"""What the public may see of a name."""


def public_name(name: str, names: str) -> str:
    """What the public may see of a name: nothing, initials with stars, or all of it."""
    if names == "full":
        return name
    if names == "none":
        return ""
    return " ".join(f"{word[:1]}***" for word in name.split()[:2])
