"""What a program on asyncio-mqtt looks like, the library that is called aiomqtt since its version 1.0."""
import asyncio
import sys

from asyncio_mqtt import Client, Will

PORT = int(sys.argv[1])


async def main():
    will = Will("device/will", b"gone", qos=1)
    async with Client("127.0.0.1", PORT, client_id="device", will=will) as client:
        await client.publish("device/last", "kept", qos=1, retain=True)
        async with client.messages() as messages:
            await client.subscribe("device/#", qos=2)
            for qos in range(3):
                await client.publish("device/a", "hello %d" % qos, qos=qos)
            heard = 0
            async for message in messages:
                print("message", message.topic, message.payload.decode(), message.qos, message.retain, flush=True)
                heard += 1
                if heard == 4:
                    break

asyncio.run(main())
