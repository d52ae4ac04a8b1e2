"""TLS for a server that speaks none: relay.py CERTIFICATE KEY PORT listens on a free port of 127.0.0.1, which it prints, and passes
on what comes to PORT. One connection there for each one here."""

import asyncio
import ssl
import sys


async def pump(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    writer.close()


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])

    async def serve(reader, writer):
        to_reader, to_writer = await asyncio.open_connection("127.0.0.1", int(sys.argv[3]))
        await asyncio.gather(pump(reader, to_writer), pump(to_reader, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
