"""Money is counted in fen, and told in yuan."""


def yuan(fen: int) -> str:
    """`123456` → `1,234.56`."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02}"
