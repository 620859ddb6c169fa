"""How a grant is published (公示): that there is one, and for whom without saying it."""


def masked(name: str) -> str:
    """张小丽 is 张*丽, 张丽 is 张*; who is not known is *."""
    if len(name) < 2:
        return "*"
    return f"{name[0]}*" if len(name) == 2 else f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"
