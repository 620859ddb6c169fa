"""A load of HTTP requests that costs little itself: keep-alive connections, one request in flight on each."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    requests: int
    seconds: float
    failures: int

    @property
    def rate(self) -> float:
        return (self.requests - self.failures) / self.seconds


def post(path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
    lines += ["Content-Type: application/json", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def run(port: int, make: Callable[[int], bytes], *, connections: int, requests: int, expect: int) -> Load:
    """Send `requests` in all; `make` has the number of the request. Anything but `expect` is a failure."""
    numbers = iter(range(requests))
    failures = 0
    wanted = f"HTTP/1.1 {expect} ".encode()

    async def connection() -> None:
        nonlocal failures
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for number in numbers:
                writer.write(make(number))
                head = await reader.readuntil(b"\r\n\r\n")
                failures += not head.startswith(wanted)
                await reader.readexactly(_content_length(head))
        finally:
            writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(connection() for _ in range(connections)))
    return Load(requests, time.perf_counter() - started, failures)


def _content_length(head: bytes) -> int:
    place = head.lower().index(b"content-length:") + len(b"content-length:")
    return int(head[place : head.index(b"\r\n", place)])
