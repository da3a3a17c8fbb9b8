"""What a first program on Paho for Python looks like, as of its versions before 2.0."""
import sys
import threading

import paho.mqtt.client as mqtt

if not hasattr(mqtt, "CallbackAPIVersion"):
    received = threading.Event()

    def on_connect(client, userdata, flags, rc):
        print("connected", rc)
        client.subscribe("device/#")

    def on_subscribe(client, userdata, mid, granted_qos):
        client.publish("device/a", "hello")

    def on_message(client, userdata, message):
        print("message", message.topic, message.payload.decode())
        received.set()

    client = mqtt.Client("DeviceA")
    client.on_connect = on_connect
    client.on_subscribe = on_subscribe
    client.on_message = on_message
    client.connect("127.0.0.1", int(sys.argv[1]))
    client.loop_start()
    received.wait(20)
    client.disconnect()
    client.loop_stop()
else:
    print("paho 2")
