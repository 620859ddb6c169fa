"""The processes of a service: `python -m shared.run services.proposals.app api | consumer | redrive | <job>`.

`api` serves the routes, carries the outbox and does what falls due, `consumer` handles events, `redrive` hands the
dead letters to the handlers once more and ends. A job of the service (`retention`, ...) prints what it did as JSON and
ends. SIGTERM: readiness off, finish what is in flight, leave within the grace time.
"""

import argparse
import asyncio
import contextlib
import gc
import importlib
import json
import signal
import sys
from collections.abc import Iterator
from typing import Any

import structlog
import uvicorn
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.types import ASGIApp

from shared import kafka, logging
from shared.consumer import topics_of
from shared.contracts.base import dead_letter_topic
from shared.handlers import Handlers
from shared.http import operations
from shared.kafka import Publisher
from shared.service import Running, Service, create_app, make_consumer, make_due_work, make_relay, running
from shared.settings import Settings

log = structlog.get_logger()


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn raises the signal again when it is done, which would end the process before the relay is.
        yield


def _server(app: ASGIApp, settings: Settings) -> uvicorn.Server:
    return _Server(
        uvicorn.Config(
            app,
            host=settings.http_host,
            port=settings.http_port,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=max(1, settings.shutdown_grace_seconds - 5),
        )
    )


async def _until_signalled(run: Running[Any], tasks: dict[str, "asyncio.Task[Any]"], stop: "list[Any]") -> int:
    """Wait for a signal or for the first task to end; 0 when everything ended because it was asked to."""
    signalled = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, signalled.set)
    waiting = asyncio.create_task(signalled.wait(), name="signal")
    await asyncio.wait([waiting, *tasks.values()], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    failed = False
    for name, task in tasks.items():
        if task.done() and not signalled.is_set():
            failed = True
            log.critical("task.ended", task=name, exc_info=task.exception() if not task.cancelled() else None)
    run.readiness.leaving.set()
    log.info("process.leaving")
    for call in stop:
        call()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(run.settings.shutdown_grace_seconds):
            await asyncio.gather(*tasks.values(), return_exceptions=True)
    return 1 if failed else 0


async def _api(run: Running[Any]) -> int:
    server = _server(create_app(run), run.settings)
    relay = asyncio.create_task(make_relay(run).run(), name="relay")
    serving = asyncio.create_task(server.serve(), name="http")
    tasks = {"http": serving, "relay": relay}
    if due_work := make_due_work(run):
        tasks["due-work"] = asyncio.create_task(due_work.run(), name="due-work")

    def leave() -> None:
        server.should_exit = True
        if "due-work" in tasks:
            tasks["due-work"].cancel()
        serving.add_done_callback(lambda _: relay.cancel())

    return await _until_signalled(run, tasks, [leave])


async def _consumer(run: Running[Any], handlers: Handlers[Any]) -> int:
    settings, name = run.settings, run.service.name
    publisher = Publisher(settings, client_id=f"union-{name}-dead-letters")
    source = kafka.make_consumer(
        settings,
        *topics_of(handlers, settings.topic_prefix),
        group=f"{settings.topic_prefix}.{name}",
        client_id=f"union-{name}",
    )
    server = _server(Starlette(routes=list(operations.routes(name, run.readiness, None))), settings)
    serving = asyncio.create_task(server.serve(), name="http")
    try:
        await source.start()
        consumer = make_consumer(run, handlers, source, publisher)
        consuming = asyncio.create_task(consumer.run(), name="consumer")

        def leave() -> None:
            consumer.stop()
            consuming.add_done_callback(lambda _: setattr(server, "should_exit", True))

        return await _until_signalled(run, {"http": serving, "consumer": consuming}, [leave])
    finally:
        server.should_exit = True
        await asyncio.gather(serving, return_exceptions=True)
        await source.stop()
        await publisher.discard()


async def _redrive(run: Running[Any], handlers: Handlers[Any]) -> int:
    settings, name = run.settings, run.service.name
    publisher = Publisher(settings, client_id=f"union-{name}-dead-letters")
    topic = dead_letter_topic(name, settings.topic_prefix)
    source = kafka.make_consumer(
        settings, topic, group=f"{settings.topic_prefix}.{name}.redrive", client_id=f"union-{name}-redrive"
    )
    try:
        await source.start()
        taken = await make_consumer(run, handlers, source, publisher).run(until_caught_up=True)
        log.info("dead-letters.redriven", taken=taken)
        return 0
    finally:
        await source.stop()
        await publisher.discard()


async def _main(service: Service[Any], process: str, settings: Settings) -> int:
    async with running(service, settings) as run:
        # What is there by now stays for good: the garbage collector need not look at it ever again.
        gc.collect()
        gc.freeze()
        # A request makes thousands of objects that die with it: look for cycles among them more rarely.
        gc.set_threshold(20_000, 20, 50)
        # The driver works in threads, and with the usual 5 ms each of its steps waits for the loop to let go.
        sys.setswitchinterval(0.0005)
        log.info("process.started")
        if process == "api":
            return await _api(run)
        if process in service.jobs:
            report = await service.jobs[process](run.stores)
            sys.stdout.write(json.dumps({"service": service.name, "job": process, "report": report}) + "\n")
            return 0
        if service.handlers is None:
            log.critical("process.refused", reason="this service consumes nothing")
            return 2
        return await (_consumer if process == "consumer" else _redrive)(run, service.handlers)


def main() -> None:
    arguments = argparse.ArgumentParser(description="Run a process of a service.")
    arguments.add_argument("app", help="module of the composition root, as in services.proposals.app")
    arguments.add_argument("process", help="api, consumer, redrive, or a job of the service")
    given = arguments.parse_args()
    try:
        settings = Settings()
    except ValidationError as error:
        for found in error.errors(include_input=False, include_url=False):
            sys.stderr.write(f"setting {'.'.join(map(str, found['loc'])).upper()}: {found['msg']}\n")
        sys.exit(2)
    service: Service[Any] = importlib.import_module(given.app).SERVICE
    if given.process not in (known := ["api", "consumer", "redrive", *service.jobs]):
        arguments.error(f"{service.name} has the processes {', '.join(known)}")
    logging.configure(service.name, given.process, settings.log_level)
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            code = runner.run(_main(service, given.process, settings))
    except Exception as error:
        log.critical("process.crashed", exc_info=error)
        code = 1
    sys.exit(code)


def _loop_factory() -> Any:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


if __name__ == "__main__":
    main()
